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
  public let needs: decant_requirements
  /// Whether the image says what edges say about each other.
  public let holdsCorrelations: Bool

  private let image: AlignedBlock
  private let workspace: AlignedBlock
  let decoder: OpaquePointer

  /// Makes a decoder from the bytes of an image.
  ///
  /// name: what messages call it. correlated: whether to decode in two passes, which the image must have been
  /// compiled for. network: whether to let the event network change weights that the image must then hold. reweights:
  /// how many weights `decode(_:into:weights:)` may change in a shot.
  public init(
    image bytes: [UInt8], name: String, method: DecodingMethod = .matching, correlated: Bool = false,
    network: Bool = false, reweights: Int = 0
  ) throws(DecoderError) {
    guard let image = AlignedBlock(bytes) else { throw .outOfMemory(name, UInt64(bytes.count)) }
    var info = decant_image_info()
    info.struct_size = UInt32(MemoryLayout<decant_image_info>.size)
    var status = decant_image_inspect(image.address, image.size, &info)
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
    var needs = decant_requirements()
    needs.struct_size = UInt32(MemoryLayout<decant_requirements>.size)
    status = decant_decoder_measure(image.address, image.size, &config, &needs)
    guard status == decant_status(DECANT_OK) else { throw .loading(name, status) }

    guard let size = Int(exactly: needs.workspace_size), let workspace = AlignedBlock(size: size) else {
      throw .outOfMemory(name, needs.workspace_size)
    }
    var decoder: OpaquePointer?
    status = decant_decoder_init(
      workspace.address, workspace.size, image.address, image.size, &config, &decoder)
    guard status == decant_status(DECANT_OK), let decoder else { throw .loading(name, status) }

    self.name = name
    self.info = info
    self.needs = needs
    self.image = image
    self.workspace = workspace
    self.decoder = decoder
  }

  /// Detectors of a shot.
  public var detectors: Int { Int(info.detectors) }
  /// Observables of an answer.
  public var observables: Int { Int(info.observables) }

  /// Decodes shots in their order.
  ///
  /// shots: of layout `ShotLayout(detectors: detectors)`. answers: of layout
  /// `ShotLayout(observables: observables)`, with room for as many; it receives the predicted flips of the
  /// observables.
  /// Throws for a shot that no errors explain; `answers` then holds the answers to the shots before it.
  public func decode(_ shots: ShotBatch, into answers: inout ShotBatch) throws(DecoderError) {
    precondition(
      shots.layout.rowBytes == needs.detectors_size && answers.layout.rowBytes == needs.observables_size,
      "the batches must have the decoder's layouts")
    precondition(answers.capacity >= shots.count, "the answers must have room")
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
}
