import CDecant

/// How shots are decoded: the flags of decant.h that exclude each other.
public enum DecodingMethod: String, CaseIterable, Sendable {
  /// By a lightest correction.
  case matching
  /// By any correction that grown clusters hold, with less bounded work.
  case unionFind = "union-find"
}

/// A decoder, with its image and its workspace in memory of its own.
///
/// It uses the library as any C program does, through decant.h alone. One thread at a time may use it.
public final class LoadedDecoder {
  /// What messages call the image: a path.
  public let name: String
  /// What the image holds.
  public let info: decant_image_info
  /// What a decoder needs for it.
  public var needs: decant_requirements { placed.needs }
  /// Whether the image says what edges say about each other.
  public let holdsCorrelations: Bool

  /// What the image of a stream says about rounds; nil for one of whole shots.
  public let streamInfo: decant_stream_info?
  /// Which strip of a patch the image is of; nil for none.
  public let stripInfo: decant_strip_info?
  /// How shots go through a decoder of a stream; nil for a decoder of whole shots.
  let stream: StreamShots?
  /// What decodes them in blocks; nil for a stream.
  private let blocks: BlockRunner?
  /// What decodes shots in strips; nil for whole shots.
  private let strips: StripRunner?

  private let image: AlignedBlock
  private let placed: PlacedDecoder
  var decoder: OpaquePointer { placed.address }

  /// Makes a decoder from the bytes of an image.
  ///
  /// name: what messages call it. correlated: whether to decode in two passes, which the image must have been
  /// compiled for. network: whether to let the event network change weights that the image must then hold. reweights:
  /// how many weights `decode(_:into:weights:)` may change in a shot. window: of the image of a stream, what its windows are
  /// if not what the image says. shots: how many detectors or rounds the shots have that are to go through a stream.
  /// strips: images of all strips of the patch, if shots are to be decoded in these; `image` is then that of whole shots.
  /// threads: that decode a shot together, if it is decoded in blocks or in strips. sliceWork: work units of a stream's window after which
  /// a call leaves the rest to those that follow; 0 for none.
  public init(
    image bytes: [UInt8], name: String, method: DecodingMethod = .matching, correlated: Bool = false,
    network: Bool = false, reweights: Int = 0, window: WindowRounds? = nil, shots: ShotLength? = nil,
    strips: [[UInt8]] = [], threads: Int = 1, sliceWork: UInt32 = 0
  ) throws(DecoderError) {
    guard let image = AlignedBlock(bytes) else { throw .outOfMemory(name, UInt64(bytes.count)) }
    var info = decant_image_info()
    info.struct_size = UInt32(MemoryLayout<decant_image_info>.size)
    let status = decant_image_inspect(image.address, image.size, &info)
    guard status == decant_status(DECANT_OK) else { throw .loading(name, status) }

    var config = decant_config()
    config.struct_size = UInt32(MemoryLayout<decant_config>.size)
    if method == .unionFind { config.flags |= UInt32(DECANT_CONFIG_UNION_FIND) }
    holdsCorrelations = info.flags & UInt32(DECANT_IMAGE_CORRELATED) != 0
    if correlated {
      guard holdsCorrelations else { throw .uncorrelated(name) }
      config.flags |= UInt32(DECANT_CONFIG_CORRELATED)
    }
    if network {
      guard info.flags & UInt32(DECANT_IMAGE_NETWORK) != 0 else { throw .withoutNetwork(name) }
      config.flags |= UInt32(DECANT_CONFIG_NETWORK)
    }
    config.max_reweights = UInt32(clamping: reweights)
    config.slice_work = sliceWork
    streamInfo = try Self.streamInfo(image, info, name: name)
    stripInfo = try Self.stripInfo(image, info, name: name)
    stream = try streamInfo.map { info throws(DecoderError) in try Self.stream(info, name: name, shots) }
    if let window {
      guard stream != nil else { throw .notStream(name) }
      (config.commit_rounds, config.buffer_rounds) = (UInt32(window.commit), UInt32(window.buffer))
      if window.areBlocks { config.flags |= UInt32(DECANT_CONFIG_BLOCKS) }
    }
    if let window, window.areBlocks, let stream {
      blocks = try BlockRunner(image: image, name: name, config, stream, threads: threads)
    } else {
      blocks = nil
    }
    self.strips =
      strips.isEmpty ? nil : try StripRunner(images: strips, name: name, config, threads: threads)
    placed = try PlacedDecoder(image, name: name, config)
    self.name = name
    self.info = info
    self.image = image
  }

  /// How long shots are that go through a stream.
  public enum ShotLength: Sendable {
    case detectors(Int)
    case rounds(Int)
  }

  private static func streamInfo(
    _ image: AlignedBlock, _ info: decant_image_info, name: String
  ) throws(DecoderError) -> decant_stream_info? {
    guard info.flags & UInt32(DECANT_IMAGE_STREAM) != 0 else { return nil }
    var stream = decant_stream_info()
    stream.struct_size = UInt32(MemoryLayout<decant_stream_info>.size)
    let status = decant_stream_inspect(image.address, image.size, &stream)
    guard status == decant_status(DECANT_OK) else { throw .loading(name, status) }
    return stream
  }

  private static func stripInfo(
    _ image: AlignedBlock, _ info: decant_image_info, name: String
  ) throws(DecoderError) -> decant_strip_info? {
    guard info.flags & UInt32(DECANT_IMAGE_STRIP) != 0 else { return nil }
    var strip = decant_strip_info()
    strip.struct_size = UInt32(MemoryLayout<decant_strip_info>.size)
    let status = decant_strip_inspect(image.address, image.size, &strip, nil, 0)
    guard status == decant_status(DECANT_OK) else { throw .loading(name, status) }
    return strip
  }

  private static func stream(
    _ stream: decant_stream_info, name: String, _ shots: ShotLength?
  ) throws(DecoderError) -> StreamShots {
    switch shots {
    case .detectors(let count):
      guard let found = StreamShots(stream, detectors: count) else { throw .length(name, stream, count) }
      return found
    case .rounds(let count):
      // An experiment of one round has no first one besides its last.
      guard count >= max(2, Int(stream.shortest)) else { throw .tooShort(name, stream) }
      return StreamShots(stream, rounds: count)
    case nil:
      return StreamShots(stream, rounds: max(2, Int(stream.shortest)))
    }
  }

  /// Detectors of a shot.
  public var detectors: Int { stream?.detectors ?? Int(info.detectors) }
  /// Rounds of a shot that goes through a stream; of others, 0.
  public var rounds: Int { stream?.rounds ?? 0 }
  /// Bytes of a shot.
  var shotSize: Int { (detectors + 7) / 8 }
  /// Observables of an answer.
  public var observables: Int { Int(info.observables) }

  /// What `decant_digest` tells of the shots decoded so far; not of blocks, which other decoders decode.
  public var digest: UInt64 {
    var digest: UInt64 = 0
    let status = decant_digest(decoder, &digest)
    precondition(status == decant_status(DECANT_OK), "a decoder has a digest")
    return digest
  }

  /// Decodes shots in their order.
  ///
  /// shots: of layout `ShotLayout(detectors: detectors)`. answers: of layout
  /// `ShotLayout(observables: observables)`, with room for as many; it receives the predicted flips of the
  /// observables.
  /// Throws for a shot that no errors explain; `answers` then holds the answers to the shots before it.
  public func decode(_ shots: ShotBatch, into answers: inout ShotBatch) throws(DecoderError) {
    precondition(
      shots.layout.rowBytes == shotSize && answers.layout.rowBytes == needs.observables_size,
      "the batches must have the decoder's layouts")
    precondition(answers.capacity >= shots.count, "the answers must have room")
    if stream != nil || strips != nil { return try decode(shotByShot: shots, into: &answers) }
    let detectorsStride = shots.layout.rowBytes
    let observablesStride = answers.layout.rowBytes
    try answers.refill { (observables, done) throws(DecoderError) in
      let status = shots.withRows { rows in
        decant_decode_batch(
          decoder, shots.count, rows.baseAddress, detectorsStride, observables, observablesStride, &done)
      }
      guard status >= 0 else { throw .decoding(name, status, shot: done) }
    }
  }

  /// Decodes one shot of `shotSize` bytes, in whichever way. Observables are zero before, and nil detectors none.
  func decode(shot: UnsafePointer<UInt8>?, _ observables: UnsafeMutablePointer<UInt8>) -> decant_status {
    let size = Int(needs.observables_size)
    if let strips, let shot { return strips.decode(shot, shotSize: shotSize, observables, size: size) }
    guard let stream, let shot else {
      return decant_decode(decoder, shot, shotSize, observables, size, nil)
    }
    return blocks?.decode(shot, observables, size: size)
      ?? stream.decode(decoder, shot, observables, size: size)
  }

  private func decode(
    shotByShot shots: ShotBatch, into answers: inout ShotBatch
  ) throws(DecoderError) {
    let size = answers.layout.rowBytes
    try answers.refill { (observables, done) throws(DecoderError) in
      try shots.withRows { (rows) throws(DecoderError) in
        while done < shots.count {
          let status = decode(shot: rows.baseAddress! + done * shotSize, observables + done * size)
          guard status >= 0 else { throw .decoding(name, status, shot: done) }
          done += 1
        }
      }
    }
  }
}
