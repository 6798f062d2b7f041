import DecantHost

/// `decant learn --follow`: shots as they come, and what they say of the noise, again and again.
extension Learn {
  func follow(_ description: NoiseDescription) throws {
    guard let estimator = NoiseEstimators.named(estimator) else {
      throw CommandFailure("--estimator \(estimator) is unknown.")
    }
    var old: [UInt8]?
    if let path = following.reweight {
      var file = try ByteSource(path: path)
      old = try file.readAll()
    }
    let every = UInt64(following.every ?? 100_000)
    let isStream = try old.map {
      try LoadedDecoder(image: $0, name: following.reweight ?? "").streamInfo != nil
    }
    let follower = NoiseFollower(
      description,
      options: NoiseFollower.Options(
        halfLife: following.halfLife ?? 100_000, stretch: Int(min(4096, max(256, every))),
        repeats: isStream ?? false))
    let detectors = description.structure.products.detectorCount
    let layout = ShotLayout(
      detectors: detectors, observables: includesObservables ? description.structure.observableCount : 0)
    let source = inputs[0] == "-" ? ByteSource.standardInput() : try ByteSource(path: inputs[0])
    var reader = ShotReader(source, format: inFormat, layout: layout)
    var batch = ShotBatch(layout: layout, capacity: 1024)
    var next = every
    var written: UInt64 = 0
    while true {
      try reader.read(into: &batch)
      if batch.count == 0 { break }
      tell(follower.add(batch))
      if follower.shots >= next, follower.statistics.shots > 0 {
        try write(try follower.model(estimator, threads: threads), like: old)
        written = follower.shots
        next = follower.shots / every * every + every
      }
    }
    guard follower.statistics.shots > 0 else {
      throw CommandFailure(
        "\(inputs[0]): holds \(follower.shots) shots; following takes some thousands before it says anything."
      )
    }
    if written < follower.shots { try write(try follower.model(estimator, threads: threads), like: old) }
  }

  /// Says when noise has changed, and where most surely.
  private func tell(_ changes: [NoiseFollower.Change]) {
    guard let first = changes.first else { return }
    let shown = changes.prefix(4).map { change in
      let who = change.detectors.map { "D\($0)" }.joined(separator: " and ")
      return "\(who) \(Self.percent(change.before)) to \(Self.percent(change.now))"
    }
    let more = changes.count > shown.count ? ", and \(changes.count - shown.count) more" : ""
    printError(
      "Change: told after \(first.shots) shots, began after about \(first.since): "
        + shown.joined(separator: ", ") + more + ".")
  }

  private static func percent(_ share: Double) -> String {
    let hundredths = Int((10000 * share).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
  }

  private func write(_ model: DetectorErrorModel, like old: [UInt8]?) throws {
    if let out { try AtomicFile.write(model.text, to: out) }
    guard let image else { return }
    if let old, let name = following.reweight {
      try AtomicFile.write(try Reweighting(model, like: old, name: name).image, to: image)
    } else {
      let options = DetectorGraph.Options(hyperedges: .refuse, correlated: correlated)
      try AtomicFile.write(try ModelFile(model, options: options, form: .shots(nil)).image, to: image)
    }
  }
}
