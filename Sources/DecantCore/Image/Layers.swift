/// The layers of a stream's image, and the shapes that they make.
struct Layers {
  let records: Table<LayerRecord>
  let shapes: Table<UInt32>
  let shapeLayers: Table<UInt32>

  /// The layer at `position` of a window of `rounds` rounds, whose shape must exist.
  @inline(__always)
  func layer(_ kind: WindowKind, rounds: UInt32, at position: UInt32, _ stream: StreamRecord) -> LayerRecord {
    let stored = min(rounds, stream.shapeRounds)
    let first = shapes[stream.shape(kind, rounds: stored)]
    // What a window has more than the longest shape are repetitions of its middle.
    let repeated = rounds &- stored
    let place =
      position <= stream.middle || repeated == 0
      ? position : max(stream.middle, position &- min(position, repeated))
    return records[shapeLayers[first &+ place]]
  }

  /// Whether there is a shape for windows of this kind with so many rounds.
  @inline(__always)
  func hasShape(_ kind: WindowKind, rounds: UInt32, _ stream: StreamRecord) -> Bool {
    guard rounds != 0 else { return false }
    let shape = stream.shape(kind, rounds: min(rounds, stream.shapeRounds))
    return shapes[shape] != shapes[shape &+ 1]
  }
}
