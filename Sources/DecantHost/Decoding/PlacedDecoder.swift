import CDecant

/// A decoder of the library in a workspace of its own.
///
/// It borrows the image, which whoever makes it keeps. One thread at a time may use it.
struct PlacedDecoder {
  /// What it needs and promises.
  let needs: decant_requirements
  let address: OpaquePointer
  private let workspace: AlignedBlock

  /// - Parameter name: what errors call the image.
  init(_ image: AlignedBlock, name: String, _ config: decant_config) throws(DecoderError) {
    var config = config
    var needs = decant_requirements()
    needs.struct_size = UInt32(MemoryLayout<decant_requirements>.size)
    var status = decant_decoder_measure(image.address, image.size, &config, &needs)
    guard status == decant_status(DECANT_OK) else { throw .loading(name, status) }
    guard let size = Int(exactly: needs.workspace_size), let workspace = AlignedBlock(size: size) else {
      throw .outOfMemory(name, needs.workspace_size)
    }
    var decoder: OpaquePointer?
    status = decant_decoder_init(
      workspace.address, workspace.size, image.address, image.size, &config, &decoder)
    guard status == decant_status(DECANT_OK), let decoder else { throw .loading(name, status) }
    self.needs = needs
    self.workspace = workspace
    address = decoder
  }
}
