import ArgumentParser
import DecantHost

/// Where sampled shots go, under Stim's names where Stim has them.
struct SampleOutputs: ParsableArguments {
  @Option(help: ArgumentHelp("Where detection events go. (default: standard output)", valueName: "file"))
  var out: String?

  @Option(name: .customLong("out_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var outFormat = ShotFormat.zeroOne

  @Flag(name: .customLong("append_observables"), help: "Write observables after each shot's detectors.")
  var appendsObservables = false

  @Option(
    name: .customLong("obs_out"),
    help: ArgumentHelp("Where the observables' flips go.", valueName: "file"))
  var observables: String?

  @Option(
    name: .customLong("obs_out_format"),
    help: ArgumentHelp("Their format.", valueName: "format"))
  var observablesFormat = ShotFormat.zeroOne

  @Option(
    name: .customLong("labels_out"),
    help: ArgumentHelp(
      "Where labels go, for --code surface: of each shot 4TD² bits, an array of shape (4, T, D, D). Z errors and X "
        + "errors that newly appear on data qubits in a round; flips of measurements of X-checks and of Z-checks.",
      valueName: "file"))
  var labels: String?

  @Option(
    name: .customLong("edges_out"),
    help: ArgumentHelp(
      "Where it goes which edges of the matching graph flipped, in ascending order of their detectors.",
      valueName: "file"))
  var edges: String?

  @Option(
    name: .customLong("labels_format"),
    help: ArgumentHelp("Format of labels or edges.", valueName: "format"))
  var labelsFormat = ShotFormat.b8

  @Option(
    name: .customLong("labels"),
    help: ArgumentHelp(
      "How far labels are made local: none, spacelike or full. (default: full)", valueName: "equivalence"))
  var equivalenceName: String?

  @Flag(help: "Label with what correlated matching makes of the shots, instead of with true faults.")
  var teacher = false

  var labelsAreDescribed: Bool { equivalenceName != nil || teacher }

  var equivalence: LabelEquivalence { equivalenceName.flatMap { LabelEquivalence(rawValue: $0) } ?? .full }

  func validate() throws {
    if let equivalenceName, LabelEquivalence(rawValue: equivalenceName) == nil {
      throw ValidationError("--labels \(equivalenceName) is unknown. Give none, spacelike or full.")
    }
  }

  func open(for sampler: Sampler) throws -> SampleFiles {
    try SampleFiles(
      sampler,
      out: ShotWriter(
        try out.map { (path) throws(ShotFileError) in try ByteSink(path: path) } ?? .standardOutput(),
        format: outFormat,
        layout: ShotLayout(
          detectors: sampler.detectors, observables: appendsObservables ? sampler.observables : 0)),
      observables: observables.map { (path) throws(ShotFileError) in
        ShotWriter(
          try ByteSink(path: path), format: observablesFormat,
          layout: ShotLayout(observables: sampler.observables))
      },
      extras: (labels ?? edges).map { (path) throws(ShotFileError) in
        ShotWriter(
          try ByteSink(path: path), format: labelsFormat, layout: ShotLayout(measurements: sampler.extras))
      })
  }
}

/// The files that are being written, and room for the shots of a step.
struct SampleFiles: ~Copyable {
  /// Shots of a step, a multiple of the samplers' blocks.
  let capacity: Int
  private var out: ShotWriter
  private var observablesOut: ShotWriter?
  private var extrasOut: ShotWriter?
  private var detectors: ShotBatch
  private var observables: ShotBatch
  private var extras: ShotBatch
  private var joined: ShotBatch?

  init(
    _ sampler: Sampler, out: consuming ShotWriter, observables observablesOut: consuming ShotWriter?,
    extras extrasOut: consuming ShotWriter?
  ) throws {
    let layout = ShotLayout(detectors: sampler.detectors)
    let extrasLayout = ShotLayout(measurements: extrasOut == nil ? 0 : sampler.extras)
    let bytes = layout.rowBytes + extrasLayout.rowBytes + 1
    capacity = max(1, min(64, (1 << 24) / bytes / 256)) * 256
    detectors = ShotBatch(layout: layout, capacity: capacity)
    observables = ShotBatch(layout: ShotLayout(observables: sampler.observables), capacity: capacity)
    extras = ShotBatch(layout: extrasLayout, capacity: extrasOut == nil ? 0 : capacity)
    if out.layout != layout { joined = ShotBatch(layout: out.layout, capacity: capacity) }
    self.out = out
    self.observablesOut = observablesOut
    self.extrasOut = extrasOut
  }

  /// Samples shots, and writes them. count: at most `capacity`.
  mutating func write(first: Int, count: Int, threads: Int, of sampler: Sampler) throws {
    let withExtras = extrasOut != nil
    let extrasStride = extras.layout.rowBytes
    try detectors.refill { detectorRows, detectorCount in
      try observables.refill { observableRows, observableCount in
        try extras.refill { extraRows, extraCount in
          try sampler.sample(
            first: first, count: count, threads: threads,
            detectors: ShotRows(detectorRows, stride: (sampler.detectors + 7) / 8),
            observables: ShotRows(observableRows, stride: (sampler.observables + 7) / 8),
            extras: withExtras ? ShotRows(extraRows, stride: extrasStride) : nil)
          extraCount = withExtras ? count : 0
        }
        observableCount = count
      }
      detectorCount = count
    }
    if joined != nil {
      joined!.join(detectors, observables)
      try out.write(joined!)
    } else {
      try out.write(detectors)
    }
    try observablesOut?.write(observables)
    if withExtras { try extrasOut?.write(extras) }
  }

  mutating func finish() throws {
    try out.finish()
    try observablesOut?.finish()
    try extrasOut?.finish()
  }
}

extension ShotBatch {
  /// Fills this batch with the bits of each shot of one batch, and after them those of another.
  fileprivate mutating func join(_ a: ShotBatch, _ b: ShotBatch) {
    let rowBytes = layout.rowBytes
    refill { room, count in
      count = a.count
      for shot in 0..<a.count {
        let row = room + shot * rowBytes
        for (index, byte) in a[shot].enumerated() { row[index] = byte }
        let others = b[shot]
        for bit in 0..<b.layout.bits where others[others.startIndex + bit / 8] >> UInt8(bit % 8) & 1 == 1 {
          let place = a.layout.bits + bit
          row[place / 8] |= 1 << UInt8(place % 8)
        }
      }
    }
  }
}
