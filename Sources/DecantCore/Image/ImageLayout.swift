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
    public static var slots: Int { 44 }  // u32, of all patterns
    public static var boundaryEdges: Int { 48 }  // u32
    public static var negativeEdges: Int { 52 }  // u32
    public static var components: Int { 56 }  // u32
    public static var closedComponents: Int { 60 }  // u32
    public static var maxDegree: Int { 64 }  // u32, boundary edge included, of any node
    public static var maxWeight: Int { 68 }  // u32
    public static var sectionCount: Int { 72 }  // u32
    public static var longestEscape: Int { 76 }  // u32, the most steps of any EscapeRecord
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
    /// One `NodeRecord` per detector, and one more whose `firstEdge` is the number of edges.
    public static var nodes: UInt32 { 1 }
    /// `PatternRecord`s: the neighbourhoods that occur. Rounds repeat, so nodes share them, and the graph of
    /// a long experiment stays in the processor's cache.
    public static var patterns: UInt32 { 2 }
    /// `SlotRecord`s, grouped by pattern.
    ///
    /// Within a pattern, slots to other nodes ascend by (weight, step as a signed number); the boundary slot,
    /// if there is one, comes last whatever its weight.
    public static var slots: UInt32 { 3 }
    /// For each slot, a `SlotDetail`.
    public static var slotDetails: UInt32 { 4 }
    /// Grouped by pattern: the slots of the edges that are counted at the node itself, by rank, each as its
    /// position in the pattern: u32. These are its boundary edge and its edges to higher nodes, in this order.
    public static var ownSlots: UInt32 { 5 }
    /// For each set of observables, where its members begin in `observableIDs`: u32, and one more for the end.
    /// Set 0 is the empty set.
    public static var observableSets: UInt32 { 6 }
    /// Members of the sets, ascending within a set: u32.
    public static var observableIDs: UInt32 { 7 }
    /// One `EscapeRecord` per node.
    public static var escapes: UInt32 { 8 }
    /// Present when there are closed components. For each node, the number of its closed component, or
    /// `none` where the component has a boundary edge: u32. They are numbered by their lowest nodes.
    public static var closedComponents: UInt32 { 9 }
    /// Present when there are negative edges: these edges, ascending: u32. Slots hold their absolute weights;
    /// a decoder first flips what they touch.
    public static var negativeEdges: UInt32 { 10 }
    /// Present, as the next two and `ruleGroupRecords` are, when the image holds correlations. For each node, the number of
    /// its `RuleGroupRecord`: u32. Nodes share these like patterns.
    public static var ruleGroups: UInt32 { 11 }
    /// Where the rules of an edge begin; they end where the next entry says, so each group has one entry more
    /// than its nodes have own edges: u32.
    public static var ruleStarts: UInt32 { 12 }
    /// `RuleRecord`s.
    public static var rules: UInt32 { 13 }
    /// Present, as the next five are, when the image holds an event network: one `NetworkRecord`. Such an image
    /// has no negative edges.
    public static var network: UInt32 { 14 }
    /// One `NetworkPlace` per detector.
    public static var networkPlaces: UInt32 { 15 }
    /// Where sums begin, an element for each kind of place: `hidden` times i16.
    public static var networkBiases: UInt32 { 16 }
    /// What a set feature adds, an element for each: `hidden` times i16.
    public static var networkRows: UInt32 { 17 }
    /// The second and third layer, as `NetworkRecord` lays them out: words of 4 bytes. Weights are interleaved by
    /// four inputs: [inputs / 4][outputs][4].
    public static var networkDense: UInt32 { 18 }
    /// Groups of 16 `NetworkSlot`s, outputs ascending, each group an element. Nodes share these.
    public static var networkSlots: UInt32 { 19 }
    /// Present, as the next seven are, when the image holds a grid network: one `GridRecord`. Such an image has
    /// neither negative edges nor an event network.
    public static var grid: UInt32 { 20 }
    /// `GridLayerRecord`s, in their order.
    public static var gridLayers: UInt32 { 21 }
    /// All layers' weights, in words of 4 bytes; see `GridLayerRecord.weightsSize`.
    public static var gridWeights: UInt32 { 22 }
    /// All layers' biases, multipliers and tables, in words of 4 bytes; see `GridLayerRecord.multipliersOffset`.
    public static var gridParameters: UInt32 { 23 }
    /// The first volume of a shot without events, margin included: four bytes for each voxel.
    public static var gridInput: UInt32 { 24 }
    /// One `GridPlace` per detector.
    public static var gridPlaces: UInt32 { 25 }
    /// Where the chains of edges begin; they end where the next entry says, so each group has one entry more than its
    /// detectors have own edges. Detectors share groups: u32.
    public static var gridStarts: UInt32 { 26 }
    /// Members of the chains, from the origin of their detector: u32.
    public static var gridChains: UInt32 { 27 }
    /// `RuleGroupRecord`s.
    public static var ruleGroupRecords: UInt32 { 28 }
    /// Present, as the next four are, in the image of a stream: one `StreamRecord`. Such an image holds layers of
    /// windows, and `nodes`, `escapes` and `ruleGroups` run through all of them.
    public static var stream: UInt32 { 32 }
    /// `LayerRecord`s.
    public static var layers: UInt32 { 33 }
    /// Where the layers of each shape begin in `shapeLayers`: u32, and one more for the end. See `StreamRecord`.
    public static var shapes: UInt32 { 34 }
    /// Layers of shapes, from the oldest round to the newest, by their numbers in `layers`: u32.
    public static var shapeLayers: UInt32 { 35 }
    /// For each node, the position in its pattern of the slot that leads to the detector at the same place in the next
    /// round, which the outcome of a measurement flips both: that of the boundary slot where the next round is not seen;
    /// `none` if there is no such edge: u32.
    public static var aheadSlots: UInt32 { 36 }
    /// Present, as the next three are, in the image of a strip: one `StripRecord`. Such an image has neither a network nor
    /// negative edges, and is not that of a stream.
    public static var strip: UInt32 { 40 }
    /// A `StripBlock` for each 64 detectors of the patch.
    public static var stripBlocks: UInt32 { 41 }
    /// A bit for each detector of the strip, in words of 64, least significant first: whether the strip decides it.
    public static var stripCommitted: UInt32 { 42 }
    /// Detectors on the seam with the strip before, ascending, then likewise those on the seam with the strip behind: u32. Of
    /// the first layer, those that the neighbour decides and that a committed edge may flip; of the second, the same
    /// detectors in the same order. One may be on both.
    public static var stripSeams: UInt32 { 43 }
  }

  /// No slot, edge, node or component.
  public static var none: UInt32 { .max }
}

/// One detector of the matching graph, as stored.
public struct NodeRecord {
  /// Its neighbourhood.
  public var pattern: UInt32
  /// The number of its first own edge. Edges are counted node by node: first the boundary edge, then those
  /// to higher nodes, ascending. So they ascend by (a, b), with the boundary as the smallest b.
  public var firstEdge: UInt32

  public init(pattern: UInt32, firstEdge: UInt32) {
    self.pattern = pattern
    self.firstEdge = firstEdge
  }
}

/// A neighbourhood, as stored.
public struct PatternRecord {
  /// Its slots begin here, and end where those of the next pattern begin.
  public var firstSlot: UInt32
  /// Slots that lead to other nodes. If there is a boundary slot, it follows these.
  public var degree: UInt32
  /// The smallest weight among all slots, boundary included; `none` if there is no slot.
  public var closest: UInt32
  /// The weight of the boundary slot, or `none`.
  public var boundaryWeight: UInt32
  /// Where its part of `ownSlots` begins, and how long it is.
  public var firstOwn: UInt32
  public var ownCount: UInt32

  public init(
    firstSlot: UInt32, degree: UInt32, closest: UInt32, boundaryWeight: UInt32, firstOwn: UInt32,
    ownCount: UInt32
  ) {
    self.firstSlot = firstSlot
    self.degree = degree
    self.closest = closest
    self.boundaryWeight = boundaryWeight
    self.firstOwn = firstOwn
    self.ownCount = ownCount
  }
}

/// One end of an edge, as stored.
public struct SlotRecord {
  /// What to add to the node to reach the one at the other end, wrapping; 0 for the boundary.
  public var step: UInt32
  /// Weight in the low 25 bits; the top bit says that the edge flips observables; the others are zero.
  public var packed: UInt32

  public init(step: UInt32, weight: UInt32, flipsObservables: Bool) {
    self.step = step
    self.packed = weight | (flipsObservables ? 1 << 31 : 0)
  }

  /// Weights are even, and below 2^25.
  public static var weightMask: UInt32 { (1 << 25) - 1 }

  @inline(__always) public var weight: UInt32 { packed & Self.weightMask }
  @inline(__always) public var flipsObservables: Bool { packed >> 31 != 0 }
}

/// The first step of a way out, as stored: along a shortest path to the boundary or, in a closed component, to
/// its lowest node.
public struct EscapeRecord {
  /// The position in the node's pattern of the slot to take; `none` at the end of the way.
  public var position: UInt32
  /// Steps to the end. Each step leads to a node with one less, or to the boundary with none left.
  public var steps: UInt32

  public init(position: UInt32, steps: UInt32) {
    self.position = position
    self.steps = steps
  }
}

/// What is only asked of a slot when its edge is in the correction.
public struct SlotDetail {
  /// The edge's rank among the own edges of the lower of its two nodes.
  public var rank: UInt32
  /// The set of observables that the edge flips.
  public var observableSet: UInt32

  public init(rank: UInt32, observableSet: UInt32) {
    self.rank = rank
    self.observableSet = observableSet
  }
}

/// The rules of a node's own edges, as stored.
public struct RuleGroupRecord {
  /// The number of the first own edge's entry in `ruleStarts`; the other own edges follow by rank.
  public var firstStart: UInt32
  /// What to add to the node, wrapping, to reach the origin of some of its rules.
  public var origin: UInt32

  public init(firstStart: UInt32, origin: UInt32) {
    self.firstStart = firstStart
    self.origin = origin
  }
}

/// What an edge in the correction says about another edge, as stored: that it is likelier than it was.
///
/// The other edge is told by its two slots, each as an entry: its node, times the smallest power of two that is not
/// below the header's `maxDegree`, plus its position in the node's pattern. A rule of node `a` holds what to add, wrapping,
/// to the entry of position 0 of `a`, or of its origin: a node of the other type of check, from where steps to its
/// like are the same all over the lattice, while those from `a` drift from row to row.
public struct RuleRecord {
  /// To the slot at the lower node of the other edge, or at its only one.
  public var lowerEntry: UInt32
  /// To the slot at the higher node; `lowerEntry` again for an edge to the boundary.
  public var upperEntry: UInt32
  /// The other edge's weight if this edge is flipped, in the low 25 bits: below its weight in the graph. The top bit says
  /// that entries are counted from the origin; the others are zero.
  public var packed: UInt32

  public init(lowerEntry: UInt32, upperEntry: UInt32, weight: UInt32, isFromOrigin: Bool) {
    self.lowerEntry = lowerEntry
    self.upperEntry = upperEntry
    packed = weight | (isFromOrigin ? 1 << 31 : 0)
  }

  @inline(__always) public var weight: UInt32 { packed & SlotRecord.weightMask }
  @inline(__always) public var isFromOrigin: Bool { packed >> 31 != 0 }

  /// How far an entry's node is shifted.
  public static func shift(maxDegree: UInt32) -> UInt32 {
    maxDegree <= 1 ? 0 : 32 - UInt32((maxDegree - 1).leadingZeroBitCount)
  }
}
