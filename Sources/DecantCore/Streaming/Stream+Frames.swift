/// Frames wait in a ring until they are taken.
extension Stream {
  private var records: Table<FrameRecord> {
    Table(UnsafeMutableRawPointer(state) + state.pointee.layout.streamFrames, count: StreamState.maxFrames)
  }

  private func observables(at place: UInt32, size: Int) -> UnsafeMutablePointer<UInt8> {
    (UnsafeMutableRawPointer(state) + state.pointee.layout.streamObservables)
      .assumingMemoryBound(to: UInt8.self) + Int(truncatingIfNeeded: place) &* size
  }

  /// Puts a frame behind those that wait, with the observables that the decoder has left. There must be room.
  func keep(_ record: FrameRecord, of decoder: Decoder) {
    let stream = state.pointee.stream
    let place = (stream.oldestFrame &+ stream.frameCount) % UInt32(StreamState.maxFrames)
    records[place] = record
    observables(at: place, size: decoder.frameSize).update(from: decoder.frame.base, count: decoder.frameSize)
    state.pointee.stream.frameCount &+= 1
  }

  /// Takes the oldest frame; nil if none waits. `observables` receives `frameSize` bytes, if it is wanted.
  func take(_ target: UnsafeMutablePointer<UInt8>?) -> FrameRecord? {
    let stream = state.pointee.stream
    guard stream.frameCount != 0 else { return nil }
    let place = stream.oldestFrame
    let size = state.pointee.layout.frameSize
    if let target { target.update(from: observables(at: place, size: size), count: size) }
    state.pointee.stream.oldestFrame = (place &+ 1) % UInt32(StreamState.maxFrames)
    state.pointee.stream.frameCount &-= 1
    return records[place]
  }
}
