import DecantCore
import DecantHost
import Testing

/// Everything that `ImageLayout` states, checked on random graphs against the graph itself.
@Suite struct ImageInvariantTests {
  static let none = UInt32.max

  static func eachImage(_ check: (DetectorGraph, ParsedImage) throws -> Void) throws {
    var graphs = RandomGraphs(seed: 20)
    for round in 0..<120 {
      let graph = try graphs.next(manySets: round % 10 == 9)
      try check(graph, ParsedImage(ImageCompiler.compile(graph)))
    }
  }

  @Test func frame() throws {
    try Self.eachImage { graph, image in
      typealias Header = ImageLayout.Header
      var unsealed = image.bytes
      unsealed.replaceSubrange(Header.crc32..<Header.crc32 + 4, with: [0, 0, 0, 0])
      #expect(UInt32(image.u32(Header.crc32)) == ParsedImage.crc32(unsealed))
      #expect(image.u64(Header.imageSize) == UInt64(image.bytes.count))
      #expect(image.u32(Header.flags) == 0)
      #expect(image.bytes[Header.end..<ImageLayout.headerSize].allSatisfy { $0 == 0 })

      var written = ImageLayout.headerSize + image.sections.count * ImageLayout.sectionEntrySize
      for (index, section) in image.sections.enumerated() {
        #expect(index == 0 || section.kind > image.sections[index - 1].kind)
        #expect(section.offset % ImageLayout.sectionAlignment == 0)
        try #require(section.offset >= written && section.offset <= image.bytes.count)
        #expect(section.offset - written < ImageLayout.sectionAlignment)
        #expect(image.bytes[written..<section.offset].allSatisfy { $0 == 0 })
        written = section.offset + 4 * section.words.count
        let entry = ImageLayout.headerSize + index * ImageLayout.sectionEntrySize
        #expect(image.u64(entry + ImageLayout.SectionEntry.end) == 0)
      }
      #expect(written == image.bytes.count)
    }
  }

  @Test func sections() throws {
    try Self.eachImage { graph, image in
      typealias Section = ImageLayout.Section
      let sizes: [UInt32: Int] = [
        Section.nodes: 8, Section.patterns: 24, Section.slots: 8, Section.slotDetails: 8, Section.escapes: 8,
      ]
      for section in image.sections { #expect(section.elementSize == sizes[section.kind] ?? 4) }
      var expected: [UInt32] = [1, 2, 3, 4, 5, 6, 7, 8]
      if image.u32(ImageLayout.Header.closedComponents) > 0 { expected.append(Section.closedComponents) }
      if image.u32(ImageLayout.Header.negativeEdges) > 0 { expected.append(Section.negativeEdges) }
      #expect(image.sections.map(\.kind) == expected)
      #expect(image.u32(ImageLayout.Header.slots) == image.elements(Section.slots).count)
      #expect(image.elements(Section.slotDetails).count == image.elements(Section.slots).count)
      #expect(image.elements(Section.nodes).count == graph.detectorCount + 1)
      #expect(image.elements(Section.escapes).count == graph.detectorCount)

      let sets = image.observableSets()
      let starts = image.words(Section.observableSets)!
      #expect(starts[0] == 0 && sets[0] == [])
      #expect(starts.last == UInt32(image.words(Section.observableIDs)!.count))
      #expect(Set(sets).count == sets.count)
      for set in sets { #expect(zip(set, set.dropFirst()).allSatisfy { $0 < $1 }) }
      #expect(Set(sets) == Set(graph.edges.indices.map { Array(graph.observables(ofEdge: $0)) } + [[]]))
    }
  }

  /// Each node has the slots that its edges give it, in the order that the layout demands.
  @Test func slotsOfNodes() throws {
    try Self.eachImage { graph, image in
      let found = image.slots()
      try #require(found.count == graph.detectorCount)
      for node in 0..<graph.detectorCount {
        var expected: [ParsedImage.Slot] = []
        for (index, edge) in graph.edges.enumerated() where edge.a == node || edge.b == node {
          expected.append(
            ParsedImage.Slot(
              neighbour: edge.a == node ? edge.b : edge.a,
              weight: graph.integerWeight(ofEdge: index).magnitude, edge: index,
              observables: Array(graph.observables(ofEdge: index))))
        }
        expected.sort { left, right in
          if (left.neighbour == Self.none) != (right.neighbour == Self.none) {
            return right.neighbour == Self.none
          }
          return (left.weight, left.neighbour) < (right.weight, right.neighbour)
        }
        #expect(found[node] == expected)
      }
      #expect(image.u32(ImageLayout.Header.edges) == graph.edges.count)
      #expect(image.u32(ImageLayout.Header.boundaryEdges) == graph.edges.count { $0.isBoundary })
      #expect(image.u32(ImageLayout.Header.maxDegree) == found.map(\.count).max() ?? 0)
    }
  }

  /// What patterns say about themselves, and that none is stored twice.
  @Test func patterns() throws {
    try Self.eachImage { _, image in
      typealias Section = ImageLayout.Section
      let slots = image.elements(Section.slots)
      let details = image.elements(Section.slotDetails)
      let ownSlots = image.words(Section.ownSlots)!
      var nextSlot: UInt32 = 0
      var nextOwn: UInt32 = 0
      var seen: Set<[[UInt32]]> = []
      for pattern in image.elements(Section.patterns) {
        #expect(pattern[0] == nextSlot && pattern[4] == nextOwn)
        let hasBoundary = pattern[3] != Self.none
        let range = Int(pattern[0])..<Int(pattern[0] + pattern[1]) + (hasBoundary ? 1 : 0)
        #expect(seen.insert(range.map { slots[$0] + details[$0] }).inserted)
        let weights = range.map { slots[$0][1] & 0x1FF_FFFF }
        #expect(pattern[2] == weights.min() ?? Self.none)
        if hasBoundary { #expect(slots[range.last!][0] == 0 && weights.last == pattern[3]) }
        for slot in range {
          #expect(slots[slot][1] & 0x7E00_0001 == 0)
          #expect((slots[slot][1] >> 31 == 1) == (details[slot][1] != 0))
        }
        let own = range.filter { Int32(bitPattern: slots[$0][0]) >= 0 }
        let byStep = own.sorted { slots[$0][0] < slots[$1][0] }.map { UInt32($0 - range.lowerBound) }
        #expect(Array(ownSlots[Int(pattern[4])..<Int(pattern[4] + pattern[5])]) == byStep)
        nextSlot = UInt32(range.upperBound)
        nextOwn += pattern[5]
      }
      #expect(nextSlot == UInt32(slots.count) && nextOwn == UInt32(ownSlots.count))
      let used = Set(image.elements(Section.nodes).dropLast().map { $0[0] })
      #expect(used.count == image.elements(Section.patterns).count)
    }
  }

  @Test func weights() throws {
    try Self.eachImage { graph, image in
      typealias Header = ImageLayout.Header
      let weights = graph.edges.indices.map { graph.integerWeight(ofEdge: $0) }
      #expect(weights.allSatisfy { $0 % 2 == 0 && $0.magnitude < 1 << 25 })
      let negative = weights.indices.filter { weights[$0] < 0 }
      #expect(image.words(ImageLayout.Section.negativeEdges) ?? [] == negative.map { UInt32($0) })
      #expect(image.u32(Header.negativeEdges) == negative.count)
      let sum = negative.reduce(0) { $0 + Int(weights[$1]) }
      #expect(Int64(bitPattern: image.u64(Header.negativeWeight)) == Int64(sum))
      #expect(image.u32(Header.maxWeight) == Int(weights.map(\.magnitude).max() ?? 0))
      #expect(Double(bitPattern: image.u64(Header.weightScale)) == graph.weightScale.factor)
    }
  }

  /// A long experiment's bulk is one neighbourhood, however many rounds it has.
  @Test func roundsSharePatterns() throws {
    let rounds = 1000
    var edges: [DetectorGraph.GivenEdge] = []
    for left in stride(from: 0, to: 2 * rounds, by: 2) {
      edges.append(.init(left, nil, weight: 2, observables: [0]))
      edges.append(.init(left, left + 1, weight: 2))
      guard left + 2 < 2 * rounds else { break }
      edges.append(.init(left, left + 2, weight: 3))
      edges.append(.init(left + 1, left + 3, weight: 3))
    }
    let image = ParsedImage(
      try ImageCompiler.compile(DetectorGraph(detectors: 2 * rounds, observables: 1, edges: edges)))
    #expect(image.elements(ImageLayout.Section.patterns).count == 6)
  }
}
