import CDecant
import DecantHost

@testable import DecantCore

/// A matcher with its image and workspace, opened up for inspection.
final class MatchedShot {
  private let image: UnsafeMutableRawPointer
  private let workspace: UnsafeMutableRawPointer
  var decoder: Decoder

  init(_ graph: DetectorGraph, events: [UInt32], _ configuration: Configuration = Configuration()) throws {
    let bytes = try ImageCompiler.compile(graph)
    let image = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
    bytes.withUnsafeBytes { image.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
    self.image = image
    var reader = ImageReader(image)
    precondition(reader.check(available: bytes.count) == Status.ok, "the compiler's image must be sound")
    let layout = WorkspaceLayout(reader, configuration)
    workspace = .allocate(byteCount: layout.size, alignment: 64)
    Decoder.setUp(workspace, image: reader, layout: layout, configuration)
    decoder = Decoder(workspace.assumingMemoryBound(to: DecoderState.self))
    decoder.matcher.reset()
    for event in events { decoder.matcher.events.insert(event) }
  }

  deinit {
    image.deallocate()
    workspace.deallocate()
  }

  /// The dual of a region now: its radius.
  func radius(_ region: UInt32) -> Int64 {
    decoder.matcher.clocks[region].radius(at: decoder.matcher.timeline.now)
  }

  /// The regions around an event, from its own outwards.
  func regions(around event: UInt32) -> [UInt32] {
    var regions = [decoder.matcher.places[event].region]
    while true {
      let parent = decoder.matcher.ties[regions.last!].parent
      if parent == .none { return regions }
      regions.append(parent)
    }
  }
}
