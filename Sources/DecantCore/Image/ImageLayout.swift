/// Where everything stands in a decoder image.
///
/// The host plane writes images and the real-time plane reads them; both take every offset from here, so
/// that the format is stated once. All numbers are little-endian; sections begin at multiples of 64 bytes,
/// so that an aligned image has aligned sections.
///
///     header (128 bytes) | section table (32 bytes each) | sections
public enum ImageLayout {
  /// "DECANT", then two bytes that no text file and no line-ending conversion preserves.
  public static var magic: UInt64 { 0x0A1A_544E_4143_4544 }
  public static var formatVersion: UInt32 { 1 }
  public static var headerSize: Int { 128 }
  public static var sectionEntrySize: Int { 32 }
  public static var sectionAlignment: Int { 64 }
  public static var imageAlignment: Int { 8 }

  /// Byte offsets in the header. What follows the last field is zero.
  public enum Header {
    public static var magic: Int { 0 }  // u64
    public static var formatVersion: Int { 8 }  // u32
    public static var headerSize: Int { 12 }  // u32
    public static var imageSize: Int { 16 }  // u64, all sections included
    public static var crc32: Int { 24 }  // u32, over imageSize bytes with this field zero
    public static var flags: Int { 28 }  // u32, zero
    public static var detectors: Int { 32 }  // u32, also the number of nodes
    public static var observables: Int { 36 }  // u32
    public static var edges: Int { 40 }  // u32, boundary edges included
    public static var slots: Int { 44 }  // u32, = 2 * edges - boundaryEdges
    public static var boundaryEdges: Int { 48 }  // u32
    public static var negativeEdges: Int { 52 }  // u32
    public static var components: Int { 56 }  // u32
    public static var closedComponents: Int { 60 }  // u32
    public static var maxDegree: Int { 64 }  // u32, boundary edge included
    public static var maxWeight: Int { 68 }  // u32
    public static var sectionCount: Int { 72 }  // u32
    public static var longestEscape: Int { 76 }  // u32, edges on the longest way out (see Section.escapes)
    public static var weightScale: Int { 80 }  // f64
    public static var negativeWeight: Int { 88 }  // i64, sum of the weights of negative edges, <= 0
    public static var end: Int { 96 }
  }

  /// Byte offsets in an entry of the section table.
  public enum SectionEntry {
    public static var kind: Int { 0 }  // u32, ascending from entry to entry
    public static var elementSize: Int { 4 }  // u32
    public static var offset: Int { 8 }  // u64, from the start of the image, ascending
    public static var count: Int { 16 }  // u64, elements
    public static var end: Int { 24 }  // the rest is zero
  }

  /// Kinds of section. A reader refuses a kind that it does not know: it might change the answer.
  public enum Section {
    /// One `NodeRecord` per detector.
    public static var nodes: UInt32 { 1 }
    /// One `SlotRecord` per end of an edge, grouped by node.
    ///
    /// Within a node, slots ascend by (weight, neighbour); the boundary slot, if there is one, comes last
    /// whatever its weight. Both ends of an edge carry the same weight and observable set.
    public static var slots: UInt32 { 2 }
    /// For each slot, its edge: u32.
    public static var slotEdges: UInt32 { 3 }
    /// One `EdgeRecord` per edge, ascending by (a, b) with the boundary counted as smallest b.
    public static var edges: UInt32 { 4 }
    /// For each set of observables, where its members begin in `observableIDs`: u32, count + 1 of them.
    /// Set 0 is the empty set.
    public static var observableSets: UInt32 { 5 }
    /// Members of the sets, ascending within a set: u32.
    public static var observableIDs: UInt32 { 6 }
    /// For each node, the slot through which a shortest path leaves for the boundary, or, in a component
    /// without one, for the component's lowest node; `none` at the end of the way: u32.
    /// Following it never returns to a node.
    public static var escapes: UInt32 { 7 }
    /// Present when there are closed components. For each node, the index of its closed component, or
    /// `none` where the component has a boundary edge: u32.
    public static var closedComponents: UInt32 { 8 }
    /// Present when there are negative edges: these edges, ascending, u32. The graph holds their absolute
    /// weights; a decoder first flips what they touch.
    public static var negativeEdges: UInt32 { 9 }
    /// For each edge, its observable set: u32. Present when a slot says `crowdedSet`.
    public static var edgeObservableSets: UInt32 { 10 }
  }

  /// No slot, edge, node or component.
  public static var none: UInt32 { .max }

  /// Weights are even, and below 2^25.
  public static var weightBits: UInt32 { 25 }
  public static var weightMask: UInt32 { (1 << 25) - 1 }
  /// The observable set of a slot that has no room for its number: look in `edgeObservableSets`.
  public static var crowdedSet: UInt32 { 127 }
}

/// One detector of the matching graph, as stored.
public struct NodeRecord {
  /// The first of its slots. They end where the next node's begin.
  public var firstSlot: UInt32
  /// Slots that lead to other nodes. If there is a boundary slot, it follows these.
  public var degree: UInt32
  /// The smallest weight among all its slots, boundary included; `none` if it has no slot.
  public var closest: UInt32
  /// The weight of its boundary edge, or `none`.
  public var boundaryWeight: UInt32

  public init(firstSlot: UInt32, degree: UInt32, closest: UInt32, boundaryWeight: UInt32) {
    self.firstSlot = firstSlot
    self.degree = degree
    self.closest = closest
    self.boundaryWeight = boundaryWeight
  }
}

/// One end of an edge, as stored.
public struct SlotRecord {
  /// The node at the other end, or `none` for the boundary.
  public var neighbour: UInt32
  /// Weight in the low 25 bits, observable set (or `crowdedSet`) in the high 7.
  public var packed: UInt32

  public init(neighbour: UInt32, weight: UInt32, observableSet: UInt32) {
    self.neighbour = neighbour
    self.packed = weight | min(observableSet, ImageLayout.crowdedSet) << ImageLayout.weightBits
  }

  @inline(__always) public var weight: UInt32 { packed & ImageLayout.weightMask }
  @inline(__always) public var observableSet: UInt32 { packed >> ImageLayout.weightBits }
}

/// One edge, as stored: the detectors it joins.
public struct EdgeRecord {
  public var a: UInt32
  /// Above `a`, or `none` for the boundary.
  public var b: UInt32

  public init(a: UInt32, b: UInt32) {
    self.a = a
    self.b = b
  }
}
