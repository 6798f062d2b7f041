/// Writes shots to a file, in any of Stim's formats, a batch at a time.
///
/// End with ``finish()``; without it the last shots are lost.
public struct ShotWriter: ~Copyable {
  public let format: ShotFormat
  public let layout: ShotLayout
  /// The file. Memory sinks are emptied through it.
  public var sink: ByteSink
  private var encoder: any ShotEncoder

  public init(_ sink: consuming ByteSink, format: ShotFormat, layout: ShotLayout) {
    self.sink = sink
    self.format = format
    self.layout = layout
    encoder =
      switch format {
      case .zeroOne: Encoder01(layout: layout)
      case .b8: EncoderB8(layout: layout)
      case .r8: EncoderR8(layout: layout)
      case .ptb64: EncoderPTB64(layout: layout)
      case .hits: EncoderHits(layout: layout)
      case .dets: EncoderDets(layout: layout)
      }
  }

  /// Writes the shots of a batch of this writer's layout.
  public mutating func write(_ batch: ShotBatch) throws(ShotFileError) {
    precondition(batch.layout == layout, "the batch must have the writer's layout")
    try batch.withRows { (rows) throws(ShotFileError) in
      guard let base = rows.baseAddress else { return }
      try encoder.writeBatch(base, rowBytes: layout.rowBytes, count: batch.count, to: &sink)
    }
  }

  /// Writes what is still waiting, and closes the file.
  ///
  /// Throws for errors of the system, and where ptb64 is left with a group that is not full: its shots are
  /// then missing from the file.
  public mutating func finish() throws(ShotFileError) {
    try encoder.finish(&sink)
    try sink.finish()
  }
}
