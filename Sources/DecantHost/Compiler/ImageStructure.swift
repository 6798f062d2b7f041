import CDecant
import DecantCore

/// What of an image its weights do not settle: detectors, edges and what these flip; of a stream, its rounds and the
/// edges of its windows.
///
/// Read back from the image, so that two images can be compared whatever they were made of. How an image stores all
/// this does depend on weights: the slots of a detector ascend by them, and detectors of like weights share.
struct ImageStructure {
  let detectors: UInt32
  let observables: UInt32
  let holdsCorrelations: Bool
  let holdsNetwork: Bool
  let isStrip: Bool
  /// What a stream says of rounds; nil for whole shots.
  let stream: StreamRecord?
  /// Edges of the graph, ascending by ends; of a stream, those of its longest windows of each kind.
  let windows: [[Edge]]

  struct Edge: Equatable {
    var a: UInt32
    /// `ImageLayout.none` for the boundary.
    var b: UInt32
    /// Ascending.
    var observables: [UInt32]

    /// Orders edges as images do: the boundary first.
    var key: UInt64 { UInt64(a) << 32 | UInt64(b &+ 1) }
  }

  /// - Parameter name: what messages call the image.
  /// - Throws: `DecoderError` for bytes that are no image.
  init(_ bytes: [UInt8], name: String) throws(DecoderError) {
    guard let block = AlignedBlock(bytes) else { throw .outOfMemory(name, UInt64(bytes.count)) }
    var info = decant_image_info()
    info.struct_size = UInt32(MemoryLayout<decant_image_info>.size)
    let status = decant_image_inspect(block.address, block.size, &info)
    guard status == decant_status(DECANT_OK) else { throw .loading(name, status) }
    self.init(Sections(block), info)
  }

  /// - Parameter sections: of an image that was checked.
  private init(_ sections: Sections, _ info: decant_image_info) {
    observables = info.observables
    holdsCorrelations = info.flags & UInt32(DECANT_IMAGE_CORRELATED) != 0
    holdsNetwork = info.flags & UInt32(DECANT_IMAGE_NETWORK) != 0
    isStrip = info.flags & UInt32(DECANT_IMAGE_STRIP) != 0
    guard let stream = sections.stream else {
      self.stream = nil
      detectors = info.detectors
      windows = [sections.edges(of: 0..<info.detectors)]
      return
    }
    self.stream = stream
    detectors = stream.roundDetectors
    let layers = sections.words(ImageLayout.Section.layers)
    let shapes = sections.words(ImageLayout.Section.shapes)
    let shapeLayers = sections.words(ImageLayout.Section.shapeLayers)
    windows = (0..<StreamRecord.kindCount).map { kind in
      let shape = Int(stream.shape(WindowKind(number: kind), rounds: stream.shapeRounds))
      let nodes = shapeLayers[Int(shapes[shape])..<Int(shapes[shape + 1])].flatMap { layer in
        let first = layers[4 * Int(layer)]
        return first..<first + layers[4 * Int(layer) + 1]
      }
      return sections.edges(of: nodes)
    }
  }

  /// The sections of an image, as words.
  private struct Sections {
    private let image: AlignedBlock
    private let places: [UInt32: (offset: Int, words: Int)]

    init(_ image: AlignedBlock) {
      self.image = image
      typealias Entry = ImageLayout.SectionEntry
      func number(_ offset: Int) -> UInt32 { image.address.load(fromByteOffset: offset, as: UInt32.self) }
      var places: [UInt32: (offset: Int, words: Int)] = [:]
      for index in 0..<Int(number(ImageLayout.Header.sectionCount)) {
        let entry = ImageLayout.headerSize + index * ImageLayout.sectionEntrySize
        // Sections of a checked image have fewer than 2^32 elements.
        let size = Int(number(entry + Entry.count)) * Int(number(entry + Entry.elementSize))
        let offset = Int(image.address.load(fromByteOffset: entry + Entry.offset, as: UInt64.self))
        places[number(entry + Entry.kind)] = (offset, size / 4)
      }
      self.places = places
    }

    /// None of a section that is absent.
    func words(_ kind: UInt32) -> UnsafeBufferPointer<UInt32> {
      guard let place = places[kind] else { return UnsafeBufferPointer(start: nil, count: 0) }
      let start = (image.address + place.offset).assumingMemoryBound(to: UInt32.self)
      return UnsafeBufferPointer(start: start, count: place.words)
    }

    var stream: StreamRecord? {
      let words = words(ImageLayout.Section.stream)
      guard !words.isEmpty else { return nil }
      return UnsafeRawPointer(words.baseAddress!).load(as: StreamRecord.self)
    }

    /// Edges of a graph whose nodes' records are these.
    func edges(of nodes: some Sequence<UInt32>) -> [Edge] {
      let records = words(ImageLayout.Section.nodes)
      let patterns = words(ImageLayout.Section.patterns)
      let slots = words(ImageLayout.Section.slots)
      let details = words(ImageLayout.Section.slotDetails)
      let ownSlots = words(ImageLayout.Section.ownSlots)
      let sets = words(ImageLayout.Section.observableSets)
      let members = words(ImageLayout.Section.observableIDs)
      var edges: [Edge] = []
      for (node, record) in nodes.enumerated() {
        // Words of a pattern: see `PatternRecord`.
        let pattern = 6 * Int(records[2 * Int(record)])
        let firstOwn = Int(patterns[pattern + 4])
        for own in ownSlots[firstOwn..<firstOwn + Int(patterns[pattern + 5])] {
          let slot = Int(patterns[pattern] + own)
          let set = Int(details[2 * slot + 1])
          edges.append(
            Edge(
              a: UInt32(node),
              b: own == patterns[pattern + 1] ? ImageLayout.none : UInt32(node) &+ slots[2 * slot],
              observables: Array(members[Int(sets[set])..<Int(sets[set + 1])])))
        }
      }
      return edges
    }
  }
}

extension ImageStructure {
  /// In what another structure differs, as a clause about it; nil if in nothing that weights do not settle.
  ///
  /// - Parameters:
  ///   - other: that of the model at hand.
  ///   - own: how to call this one, "the image".
  func difference(_ other: ImageStructure, own: String) -> String? {
    if other.observables != observables {
      return "it has \(other.observables) observables, \(own) \(observables)"
    }
    if let stream, let theirs = other.stream {
      let facts: [(String, UInt32, UInt32)] = [
        ("detectors in the first round", theirs.firstDetectors, stream.firstDetectors),
        ("detectors in a round", theirs.roundDetectors, stream.roundDetectors),
        ("detectors in the last round", theirs.lastDetectors, stream.lastDetectors),
        ("rounds at the beginning that are unlike others", theirs.headRounds, stream.headRounds),
        ("rounds at the end that are unlike others", theirs.tailRounds, stream.tailRounds),
        ("rounds that its edges reach over", theirs.edgeReach, stream.edgeReach),
      ]
      for (what, count, ours) in facts where count != ours {
        return "it has \(count) \(what), \(own) \(ours)"
      }
    } else if other.detectors != detectors {
      return "it has \(other.detectors) detectors, \(own) \(detectors)"
    }
    for (window, theirs) in zip(windows, other.windows) {
      if let difference = Self.difference(window, theirs, own: own) { return difference }
    }
    return nil
  }

  private static func difference(_ ours: [Edge], _ theirs: [Edge], own: String) -> String? {
    for (here, there) in zip(ours, theirs) where here != there {
      if here.key == there.key {
        return "its edge \(there.ends) flips \(there.flips), that of \(own) \(here.flips)"
      }
      return here.key < there.key ? lacks(here, own) : "it has an edge \(there.ends), which \(own) lacks"
    }
    if ours.count > theirs.count { return lacks(ours[theirs.count], own) }
    if theirs.count > ours.count { return "it has an edge \(theirs[ours.count].ends), which \(own) lacks" }
    return nil
  }

  private static func lacks(_ edge: Edge, _ own: String) -> String {
    "it lacks the edge \(edge.ends) that \(own) has, or gives it the probability 0"
  }
}

extension ImageStructure.Edge {
  fileprivate var ends: String {
    b == ImageLayout.none ? "between D\(a) and the boundary" : "between D\(a) and D\(b)"
  }

  fileprivate var flips: String {
    observables.isEmpty ? "no observable" : observables.map { "L\($0)" }.joined(separator: " ")
  }
}
