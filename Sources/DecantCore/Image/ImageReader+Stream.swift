import CDecant

/// The sections of a stream: where they are, and their views.
extension ImageReader {
  /// Whether this is the image of a stream, which whole shots cannot be decoded with.
  var isStream: Bool { streamOffset != 0 }

  var layers: Layers {
    Layers(
      records: table(layersOffset, layerCount),
      shapes: table(shapesOffset, StreamRecord.kindCount &* stream.shapeRounds &+ 1),
      shapeLayers: table(shapeLayersOffset, shapeLayerCount))
  }

  var aheadSlots: Table<UInt32> { table(aheadSlotsOffset, isStream ? detectors : 0) }

  /// Notes where a section of a stream is, if it has the size that the ones before make it have.
  mutating func placeStream(
    _ kind: UInt32, at offset: Int, elementSize: UInt32, count: UInt32
  ) -> decant_status {
    typealias Section = ImageLayout.Section
    var expectedSize: UInt32 = 4
    var expectedCount = count
    switch kind {
    case Section.stream:
      guard elementSize == UInt32(MemoryLayout<StreamRecord>.size), count == 1 else {
        return Status.badImage
      }
      stream = bytes.load(fromByteOffset: offset, as: StreamRecord.self)
      streamOffset = offset
      return stream.isSound ? Status.ok : Status.badImage
    case Section.layers:
      layersOffset = offset
      layerCount = count
      expectedSize = UInt32(MemoryLayout<LayerRecord>.size)
    case Section.shapes:
      shapesOffset = offset
      expectedCount = StreamRecord.kindCount &* stream.shapeRounds &+ 1
    case Section.shapeLayers:
      shapeLayersOffset = offset
      shapeLayerCount = count
    case Section.aheadSlots:
      aheadSlotsOffset = offset
      expectedCount = detectors
    default:
      return placeStrip(kind, at: offset, elementSize: elementSize, count: count)
    }
    return elementSize == expectedSize && count == expectedCount ? Status.ok : Status.badImage
  }
}
