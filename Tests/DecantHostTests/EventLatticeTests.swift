import Testing

@testable import DecantHost

/// One network for both check types, all orientations and Stim's circuits: seen in their frames, they are alike.
@Suite struct EventLatticeTests {
  static let experiments: [(name: String, model: DetectorErrorModel)] = {
    var models: [(String, DetectorErrorModel)] = []
    for orientation in Orientation.allCases {
      for basis in PauliBasis.allCases {
        let memory = try! SurfaceCodeMemory(
          distance: 7, rounds: 7, basis: basis, orientation: orientation,
          noise: .parameters(try! NoiseParameters(.uniform, p: 0.004)))
        let name = "\(orientation) \(basis)"
        models.append((name, try! DetectorErrorModel(memory.circuit(), source: name)))
      }
    }
    for task in [StimMemory.Task.rotatedX, .rotatedZ] {
      let circuit = try! StimMemory(task, distance: 7, rounds: 7, noise: .init(p: 0.004)).circuit()
      models.append((task.rawValue, try! DetectorErrorModel(circuit, source: task.rawValue)))
    }
    return models
  }()

  private func lattice(_ model: DetectorErrorModel) throws -> (EventLattice, DetectorGraph) {
    let graph = try DetectorGraph(model)
    return (try EventLattice(model, graph), graph)
  }

  @Test(arguments: experiments) func everyEdgeIsAnOutputOfBothItsEnds(
    _ experiment: (name: String, model: DetectorErrorModel)
  ) throws {
    let (lattice, graph) = try lattice(experiment.model)
    var named = 0
    for (index, detector) in lattice.detectors.enumerated() {
      for (output, end) in (detector?.ends ?? []).enumerated() {
        switch end {
        case .none: continue
        case .boundary:
          #expect(output == EventLattice.outputs - 1)
          named += 2
        case .detector(let other):
          // The other end says the same the other way round.
          let back = EdgeOffset.outputs.firstIndex(of: EdgeOffset.outputs[output].reversed)!
          #expect(lattice.detectors[other]?.ends[back] == .detector(index))
          named += 1
        }
      }
    }
    #expect(named == 2 * graph.edges.count)
  }

  @Test(arguments: experiments) func typesLieBetweenEachOther(
    _ experiment: (name: String, model: DetectorErrorModel)
  ) throws {
    let (lattice, _) = try lattice(experiment.model)
    for detector in lattice.detectors.compactMap({ $0 }) {
      let centre = (detector.centre.row + detector.centre.column) & 1
      let mark = (detector.mark.row + detector.mark.column) & 1
      let sameType = lattice.detectors.first { $0?.type == detector.type }!!
      #expect(centre == (sameType.centre.row + sameType.centre.column) & 1)
      let otherType = lattice.detectors.first { $0?.type == 1 - detector.type }!!
      #expect(mark != (otherType.centre.row + otherType.centre.column) & 1)
    }
  }

  /// In the middle of a patch, what lies around a detector does not depend on its type or on how the patch lies.
  @Test func bulkIsAlikeEverywhere() throws {
    var neighbourhoods: Set<Set<EdgeOffset>> = []
    var sights: Set<Set<EdgeOffset>> = []
    for (_, model) in Self.experiments {
      let (lattice, _) = try lattice(model)
      for detector in lattice.detectors.compactMap({ $0 })
      where detector.centre.row == 3 && (3...4).contains(detector.centre.column) && detector.centre.round == 3
      {
        neighbourhoods.insert(
          Set(zip(EdgeOffset.outputs, detector.ends).filter { $0.1 != .none }.map { $0.0 }))
        let other = lattice.detectors.compactMap { $0 }.filter { $0.type != detector.type }
        sights.insert(
          Set(
            other.map { $0.mark }.filter {
              abs($0.row - detector.centre.row) <= 2 && abs($0.column - detector.centre.column) <= 2
                && abs($0.round - detector.centre.round) <= 1
            }.map {
              EdgeOffset(
                $0.round - detector.centre.round, $0.row - detector.centre.row,
                $0.column - detector.centre.column)
            }))
      }
    }
    #expect(neighbourhoods == [EdgeOffset.own])
    #expect(sights.count == 1)
  }

  @Test func refusesWhatIsNoSurfaceCode() throws {
    func problem(_ text: String) -> String? {
      do {
        let model = try DetectorErrorModel(text: text)
        _ = try EventLattice(model, DetectorGraph(model))
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(problem("error(0.1) D0 D1")?.contains("D0 has 0 coordinates") == true)
    #expect(
      problem("error(0.1) D0 D1\ndetector(1, 2, 0) D0\ndetector(0, 2, 0) D1")?.contains(
        "D0 stands at (1.0, 2.0, 0.0)")
        == true)
    #expect(
      problem("error(0.1) D0 D1\ndetector(0, 2, 0) D0\ndetector(0, 4, 0) D1")?.contains("different types")
        == true)
    #expect(
      problem("error(0.1) D0 D1\ndetector(0, 2, 0) D0\ndetector(0, 10, 0) D1")?.contains(
        "rotated surface code") == true)
    #expect(problem("detector(0, 2, 0) D0")?.contains("no error flips a detector") == true)
    #expect(problem("error(0.1) D0 D1\ndetector(1e300, 2, 0) D0\ndetector(0, 2, 0) D1") != nil)
  }
}
