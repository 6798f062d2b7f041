import DecantCore

/// The graph in an image, read back the way a decoder walks it: node to pattern to slot to node.
extension ParsedImage {
  /// One end of an edge as a node has it.
  struct Slot: Equatable {
    /// `ImageLayout.none` for the boundary.
    var neighbour: UInt32
    var weight: UInt32
    var edge: Int
    var observables: [UInt32]
  }

  static let none = UInt32.max

  /// A section that every image has, cut into its elements.
  func elements(_ kind: UInt32) -> [[UInt32]] {
    let section = sections.first { $0.kind == kind }!
    let size = section.elementSize / 4
    return stride(from: 0, to: section.words.count, by: size).map { Array(section.words[$0..<$0 + size]) }
  }

  /// For each node, its slots as they stand: those to other nodes, then the one to the boundary.
  func slots() -> [[Slot]] {
    let nodes = elements(ImageLayout.Section.nodes)
    let patterns = elements(ImageLayout.Section.patterns)
    let slots = elements(ImageLayout.Section.slots)
    let details = elements(ImageLayout.Section.slotDetails)
    let sets = observableSets()
    return nodes.indices.dropLast().map { node in
      let pattern = patterns[Int(nodes[node][0])]
      let degree = Int(pattern[1])
      return (0..<degree + (pattern[3] == Self.none ? 0 : 1)).map { position in
        let slot = Int(pattern[0]) + position
        let neighbour = position == degree ? Self.none : UInt32(node) &+ slots[slot][0]
        let owner = min(node, Int(neighbour))
        return Slot(
          neighbour: neighbour, weight: slots[slot][1] & 0x1FF_FFFF,
          edge: Int(nodes[owner][1]) + Int(details[slot][0]), observables: sets[Int(details[slot][1])])
      }
    }
  }

  /// The sets of observables, each as its members.
  func observableSets() -> [[UInt32]] {
    let starts = words(ImageLayout.Section.observableSets)!.map { Int($0) }
    let members = words(ImageLayout.Section.observableIDs)!
    return zip(starts, starts.dropFirst()).map { Array(members[$0..<$1]) }
  }

  /// For each node, the slot that begins its way out, or nil at the end of the way; and the steps it takes.
  func escapes() -> [(slot: Slot?, steps: Int)] {
    zip(elements(ImageLayout.Section.escapes), slots()).map { record, slots in
      (record[0] == Self.none ? nil : slots[Int(record[0])], Int(record[1]))
    }
  }
}
