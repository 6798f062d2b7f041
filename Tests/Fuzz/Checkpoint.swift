// Any bytes as a network's checkpoint: refused with a sentence, or read, run on a small shot, and written again.

import DecantHost

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCheckpoint(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  do throws(NetworkError) {
    let file = try SafeTensors(bytes: bytes, source: "fuzz")
    if let event = try? EventNetwork(file, source: "fuzz") {
      precondition((try? EventNetwork(event.safeTensors(), source: "again")) == event)
    }
    let network = try GridNetwork(file, source: "fuzz")
    guard let again = try? SafeTensors(bytes: network.safeTensors().bytes(), source: "again") else {
      fatalError("what was written cannot be read")
    }
    let same = try GridNetwork(again, source: "again")
    precondition(same == network)
    guard let geometry = try? GridGeometry(distance: 3, rounds: 2, basis: .x, orientation: .xv) else {
      fatalError("there is a distance 3")
    }
    let worker = try GridPreDecoder(network, geometry).makeWorker()
    let layout = ShotLayout(detectors: geometry.detectorCount)
    let shot = ShotBatch(layout: layout, rows: [0x5A, 0x0F], count: 1)
    var residual = ShotBatch(layout: layout, capacity: 1)
    var frames: [UInt8] = []
    worker.preDecode(shot, residual: &residual, frames: &frames)
    precondition(residual.count == 1 && frames.count == 1)
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
