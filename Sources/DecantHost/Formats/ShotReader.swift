/// Reads the shots of a file, in any of Stim's formats, a batch at a time.
///
/// Memory depends on the shot's size and the batch's, not on the file's.
public struct ShotReader: ~Copyable {
  public let format: ShotFormat
  public let layout: ShotLayout
  /// How many shots were read so far, which is also the number of the next one.
  public private(set) var shots = 0

  private var source: ByteSource
  private var decoder: any ShotDecoder
  /// An error that was met, perhaps after some shots of a batch, which are to be used before it is told.
  private var pending: ShotFileError?

  public init(_ source: consuming ByteSource, format: ShotFormat, layout: ShotLayout) {
    self.source = source
    self.format = format
    self.layout = layout
    decoder =
      switch format {
      case .zeroOne: Decoder01(layout: layout)
      case .b8: DecoderB8(layout: layout)
      case .r8: DecoderR8(layout: layout)
      case .ptb64: DecoderPTB64(layout: layout)
      case .hits: DecoderHits(layout: layout)
      case .dets: DecoderDets(layout: layout)
      }
  }

  /// What messages call the file.
  public var name: String { source.name }
  /// Bytes in the file, where that is known.
  public var size: Int? { source.size }
  /// How many bytes of it were read.
  public var offset: Int { source.offset }

  /// Fills a batch with the shots that come next.
  ///
  /// batch: of this reader's layout, with room for a shot. It receives fewer shots than it has room for only
  /// at the end of the file or before a malformed shot, and none only at the end.
  /// Throws for a malformed shot, but not before all shots in front of it were given; and for errors of the
  /// system; from then on every call throws the same.
  public mutating func read(into batch: inout ShotBatch) throws(ShotFileError) {
    precondition(batch.layout == layout, "the batch must have the reader's layout")
    if let pending { throw pending }
    let limit = batch.capacity
    do throws(ShotFileError) {
      try batch.refill { (rows, count) throws(ShotFileError) in
        try decoder.readBatch(
          &source, into: rows, rowBytes: layout.rowBytes, limit: limit, firstShot: shots, count: &count)
      }
    } catch {
      pending = error
      guard batch.count > 0 else { throw error }
    }
    shots += batch.count
  }
}
