import CDecant

/// Labels that a decoder makes of a shot's detectors, instead of the faults that happened.
///
/// True faults carry what no decoder can know. The edges that correlated matching chooses explain the same detection
/// events with far less chance in them, and a network can learn to name them. They are told as data errors and
/// measurement flips, so that such labels fed back leave no residual, and their observable is the teacher's answer.
public struct TeacherLabels: Sendable {
  private let image: [UInt8]
  private let numbers: EdgeNumbers
  private let planes: [[UInt32]]

  /// Makes the teacher of a memory: correlated matching on its error model.
  ///
  /// - Throws: `ErrorModelError` where the noise makes no model that correlated matching takes.
  public init(_ memory: SurfaceCodeMemory) throws {
    let model = try DetectorErrorModel(memory.circuit(), source: "surface code")
    let graph = try DetectorGraph(model, options: .init(correlated: true))
    guard let planes = EdgeLabels(LabelLayout(memory)).planes(of: graph) else {
      throw ErrorModelError(
        source: "surface code", line: nil,
        problem: "an edge has no data errors and measurement flips; please report it")
    }
    self.planes = planes
    numbers = EdgeNumbers(graph)
    image = try ImageCompiler.compile(graph)
  }

  /// A teacher for one thread.
  func makeWorker() throws(DecoderError) -> Worker {
    Worker(
      decoder: try LoadedDecoder(image: image, name: "teacher", correlated: true), numbers: numbers,
      planes: planes)
  }

  final class Worker {
    private let decoder: LoadedDecoder
    private let numbers: EdgeNumbers
    private let planes: [[UInt32]]
    private var rows: [UInt8] = []
    private let room: UnsafeMutableBufferPointer<decant_edge>

    init(decoder: LoadedDecoder, numbers: EdgeNumbers, planes: [[UInt32]]) {
      (self.decoder, self.numbers, self.planes) = (decoder, numbers, planes)
      room = .allocate(capacity: Int(decoder.needs.max_match_edges))
    }

    deinit { room.deallocate() }

    /// Replaces the labels of some shots by the teacher's.
    ///
    /// - Parameter detectorOrder: the planes of a shot's detectors.
    func relabel(_ planes: BitPlanes, shots: Range<Int>, layout: LabelLayout, detectorOrder: [Int32]) {
      let rowBytes = (detectorOrder.count + 7) / 8
      if rows.isEmpty { rows = Array(repeating: 0, count: FaultTable.shotsPerBlock * rowBytes) }
      rows.withUnsafeMutableBufferPointer { rows in
        planes.write(
          detectorOrder, shots: shots, to: ShotRows(rows.baseAddress!, stride: rowBytes), firstRow: 0)
      }
      planes.planes.update(repeating: .zero, count: layout.rounds * layout.roundStride)
      for (row, shot) in shots.enumerated() {
        let count = rows.withUnsafeBufferPointer { rows in
          decoder.matchEdges(.init(rebasing: rows[row * rowBytes..<(row + 1) * rowBytes]), into: room)
        }
        for edge in room[..<count] {
          guard let number = numbers[edge.a, edge.b] else { continue }
          for plane in self.planes[Int(number)] { planes.flip(Int(plane), shot: shot) }
        }
      }
    }
  }
}
