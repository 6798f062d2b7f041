/// A decoder with its options, under the name that flags and result files call it by.
///
/// A new kind of decoder is an entry of `all`, and what it needs in `image` and `load`.
public struct DecoderChoice: Equatable, Sendable, CustomStringConvertible {
  public let name: String
  /// For help, without a final stop.
  public let summary: String
  public let method: DecodingMethod
  /// The checkpoint of a grid network that pre-decodes in float; nil for none.
  public let gridNetwork: String?
  /// Likewise of one that the image holds, in fixed point.
  public let fixedNetwork: String?
  /// The event network that the image holds and that changes weights: a file, or the name of a model that Decant ships; nil
  /// for none.
  public let eventNetwork: String?
  /// Whether the image must say what edges say about each other, which only a model with its hyperedges can.
  public let needsCorrelations: Bool
  /// The windows of a stream that shots go through; nil for whole shots.
  public private(set) var window: WindowRounds?

  public static let matching = DecoderChoice(
    name: "matching", summary: "exact minimum-weight matching", method: .matching, needsCorrelations: false)
  public static let correlatedMatching = DecoderChoice(
    name: "matching:correlated", summary: "matching in two passes, the second knowing of the first",
    method: .matching, needsCorrelations: true)
  public static let unionFind = DecoderChoice(
    name: "union-find", summary: "clusters that unite, with bounded work", method: .unionFind,
    needsCorrelations: false)
  public static let correlatedUnionFind = DecoderChoice(
    name: "union-find:correlated", summary: "the same in two passes", method: .unionFind,
    needsCorrelations: true)

  /// Matching under the weights of an event network that the image holds.
  public static let event = DecoderChoice(
    name: "event", summary: "an event network in front of matching", method: .matching,
    needsCorrelations: false,
    eventNetwork: "event")

  /// Every decoder there is.
  public static let all = [matching, correlatedMatching, unionFind, correlatedUnionFind]

  /// What names of decoders behind a grid network begin with.
  public static let gridPrefix = "grid:"
  /// Likewise for one in fixed point.
  public static let fixedPrefix = "fixed:"
  /// Likewise for an event network from a file. One that Decant ships needs no prefix.
  public static let eventPrefix = "event:"

  /// Reads the name of one of `all`; or grid:FILE, a grid network's checkpoint in front of matching, or
  /// grid:FILE+NAME, in front of another one of `all`; or fixed:FILE, the same network in fixed point; or event:FILE or
  /// the name of a shipped event network, likewise. Those without a grid network may be followed by windows, as in
  /// matching@9+9, or matching@9+9:blocks.
  public init?(name: String) {
    let blocks = ":blocks"
    let areBlocks = name.hasSuffix(blocks)
    let sliding = areBlocks ? name.dropLast(blocks.count) : name[...]
    if let mark = sliding.lastIndex(of: "@"),
      var window = WindowRounds(sliding[sliding.index(after: mark)...], separator: "+"),
      let known = DecoderChoice(name: String(sliding[..<mark])), known.gridNetwork == nil,
      known.fixedNetwork == nil,
      known.window == nil
    {
      window.areBlocks = areBlocks
      self.init(
        name: name, summary: "\(known.summary), in windows of \(window)", method: known.method,
        needsCorrelations: known.needsCorrelations, eventNetwork: known.eventNetwork)
      self.window = window
      return
    }
    if let known = Self.all.first(where: { $0.name == name }) {
      self = known
      return
    }
    var file = name[...]
    var behind = Self.matching
    // Files may have a plus in their names, too.
    for known in Self.all where file.hasSuffix("+\(known.name)") {
      behind = known
      file = file.dropLast(known.name.count + 1)
      break
    }
    let isGrid = file.hasPrefix(Self.gridPrefix)
    let isFixed = file.hasPrefix(Self.fixedPrefix)
    if isGrid {
      file = file.dropFirst(Self.gridPrefix.count)
    } else if isFixed {
      file = file.dropFirst(Self.fixedPrefix.count)
    } else if file.hasPrefix(Self.eventPrefix) {
      file = file.dropFirst(Self.eventPrefix.count)
    } else if ShippedModel(rawValue: String(file)) == nil {
      return nil
    }
    guard !file.isEmpty else { return nil }
    self.init(
      name: name,
      summary: "\(isGrid || isFixed ? "a grid" : "an event") network in front of \(behind.name)",
      method: behind.method, needsCorrelations: behind.needsCorrelations,
      gridNetwork: isGrid ? String(file) : nil, fixedNetwork: isFixed ? String(file) : nil,
      eventNetwork: isGrid || isFixed ? nil : String(file))
  }

  private init(
    name: String, summary: String, method: DecodingMethod, needsCorrelations: Bool,
    gridNetwork: String? = nil, fixedNetwork: String? = nil, eventNetwork: String? = nil
  ) {
    self.gridNetwork = gridNetwork
    self.fixedNetwork = fixedNetwork
    self.eventNetwork = eventNetwork
    self.name = name
    self.summary = summary
    self.method = method
    self.needsCorrelations = needsCorrelations
  }

  public var description: String { name }

  public static func == (a: DecoderChoice, b: DecoderChoice) -> Bool { a.name == b.name }

  /// Makes a decoder, for one thread. image: compiled from a graph with correlations if those are needed.
  /// source: what messages call it. reweights: how many weights may change in a shot.
  /// detectors: of a shot.
  public func load(
    image: [UInt8], source: String, reweights: Int = 0, detectors: Int? = nil
  ) throws(DecoderError) -> LoadedDecoder {
    try LoadedDecoder(
      image: image, name: source, method: method, correlated: needsCorrelations,
      network: eventNetwork != nil || fixedNetwork != nil, reweights: reweights, window: window,
      shots: detectors.map { .detectors($0) })
  }
}
