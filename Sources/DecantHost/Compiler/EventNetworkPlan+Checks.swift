import DecantCore

/// What an image can hold of a network, and what must agree in a plan.
extension EventNetworkPlan {
  /// Why a plan cannot be compiled.
  public struct Flaw: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
  }

  private func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(Flaw) {
    if !holds { throw Flaw(otherwise()) }
  }

  /// Checks sizes and ranges.
  func checkShape(detectors count: Int) throws(Flaw) {
    try require(
      (0...Int(NetworkRecord.maxRoundRadius)).contains(roundRadius) && (0...31).contains(rowRadius)
        && (0...Int(NetworkRecord.maxColumnRadius)).contains(columnRadius)
        && (2 * rowRadius + 1) * (columnRadius + 1) <= 64,
      "a window of radii \(roundRadius), \(rowRadius), \(columnRadius) is too large for an image")
    try require(
      hidden % 32 == 0 && (32...Int(NetworkRecord.maxHidden)).contains(hidden),
      "an image holds 32, 64 ... or 256 hidden sums, not \(hidden)")
    try require(
      units % 16 == 0 && (16...Int(NetworkRecord.maxUnits)).contains(units),
      "an image holds 16, 32, 48 or 64 units, not \(units)")
    try require(
      (1...Int(NetworkRecord.maxOutputs)).contains(outputs), "an image holds 1 to 16 outputs, not \(outputs)")
    try require(detectors.count == count, "places for \(detectors.count) detectors, but there are \(count)")
    try require(
      rows.count == featureCount * hidden, "\(rows.count) numbers for \(featureCount) rows of \(hidden)")
    try require(
      biases.count % hidden == 0 && !biases.isEmpty, "\(biases.count) biases are not rows of \(hidden)")
    try require((0...15).contains(firstShift), "a sum cannot be shifted by \(firstShift)")
    try require(
      minWeight >= 2 && minWeight % 2 == 0 && minWeight < SlotRecord.weightMask,
      "a least weight is even and from 2 to 33554430, not \(minWeight)")
    try check(second, inputs: hidden, outputs: units, "second")
    try check(third, inputs: units, outputs: outputs, "third")
    for (node, detector) in detectors.enumerated() {
      guard let detector else { continue }
      try require((0...1).contains(detector.type), "detector \(node) has type \(detector.type)")
      try require(
        (0..<biases.count / hidden).contains(detector.biasRow),
        "detector \(node) has bias row \(detector.biasRow)")
      try require(
        detector.ends.count == outputs,
        "detector \(node) has \(detector.ends.count) ends for \(outputs) outputs")
      for site in [detector.centre, detector.mark] {
        try require(
          (0..<1 << 24).contains(site.round) && (0..<1 << 12).contains(site.row) && site.column >= 0
            && site.column / 2 + columnRadius < 64,
          "detector \(node) is at \(site), where no board reaches")
      }
    }
    try checkParities()
  }

  private func check(_ layer: DenseLayer, inputs: Int, outputs: Int, _ name: String) throws(Flaw) {
    try require(
      layer.weights.count == inputs * outputs && layer.biases.count == outputs
        && layer.multipliers.count == outputs,
      "the \(name) layer's sizes are not those of \(inputs) inputs and \(outputs) outputs")
    try require(!layer.weights.contains(-128), "the \(name) layer has a weight of -128")
    try require(
      layer.biases.allSatisfy { $0.magnitude <= NetworkRecord.maxBias },
      "the \(name) layer has a bias above 2^24")
    try require((1...40).contains(layer.shift), "the \(name) layer cannot be shifted by \(layer.shift)")
  }

  /// Words hold a bit for every two columns, which works where centres and marks stand like black and white squares.
  private func checkParities() throws(Flaw) {
    var parities: [Int?] = [nil, nil]
    for (node, detector) in detectors.enumerated() {
      guard let detector else { continue }
      let centre = (detector.centre.row + detector.centre.column) % 2
      let mark = (detector.mark.row + detector.mark.column) % 2
      for (frame, parity) in [(detector.type, centre), (1 - detector.type, 1 - mark)] {
        try require(
          parities[frame] ?? parity == parity,
          "detector \(node) stands where frame \(frame) has no site of its type")
        parities[frame] = parity
      }
    }
  }

  /// The shape as an image holds it.
  func record() throws(Flaw) -> NetworkRecord {
    let sites = detectors.compactMap { $0 }.flatMap { [$0.centre, $0.mark] }
    let boardRounds = (sites.map(\.round).max() ?? 0) + 1 + 2 * roundRadius
    let boardRows = (sites.map(\.row).max() ?? 0) + 1 + 2 * rowRadius
    try require(
      boardRounds * boardRows < 1 << 28, "boards of \(boardRows) rows and \(boardRounds) rounds are too large"
    )
    // In rows where the window's first column holds a site, so does its last.
    let full = UInt32(1) << UInt32(columnRadius + 1) - 1
    let evenRowsBeginLate = (rowRadius + columnRadius) % 2 == 0
    return NetworkRecord(
      hidden: UInt32(hidden), units: UInt32(units), outputs: UInt32(outputs),
      roundRadius: UInt32(roundRadius),
      rowRadius: UInt32(rowRadius), columnRadius: UInt32(columnRadius), boardRounds: UInt32(boardRounds),
      boardWords: UInt32(boardRounds * boardRows), evenMask: evenRowsBeginLate ? full / 2 : full,
      oddMask: evenRowsBeginLate ? full : full / 2, firstShift: UInt32(firstShift),
      secondShift: UInt32(second.shift), thirdShift: UInt32(third.shift), minWeight: UInt32(minWeight))
  }
}
