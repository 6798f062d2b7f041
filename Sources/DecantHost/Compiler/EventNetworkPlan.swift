import DecantCore

/// A quantised event network and where each detector stands for it: what `ImageCompiler` writes into an image.
///
/// Around each detection event the network looks at the events of the other check type, and predicts for the
/// event's edges how much likelier they are than compiled. This value speaks of the lattice (rounds, rows,
/// columns, neighbours); words, bits and positions are the compiler's business.
///
/// Numbers are used as `NetworkRecord` describes. Arrays are row-major.
public struct EventNetworkPlan: Equatable, Sendable {
  /// Detector coordinates in a frame, from 0. A frame is the lattice as one check type sees it; each type has its own,
  /// so that one network serves both.
  public struct Site: Hashable, Sendable {
    public var round: Int
    public var row: Int
    public var column: Int

    public init(round: Int, row: Int, column: Int) {
      self.round = round
      self.row = row
      self.column = column
    }
  }

  /// What an output is about: the edge from the detector to another one, to the boundary, or nothing here.
  public enum End: Hashable, Sendable {
    case detector(Int)
    case boundary
    case none
  }

  public struct Detector: Equatable, Sendable {
    /// 0 or 1.
    public var type: Int
    /// Where it stands in its own type's frame. Its window has its middle here. `row + column` has one parity for
    /// all centres in a frame, and the other one for all marks there.
    public var centre: Site
    /// Where it stands in the other type's frame, for the windows of that type.
    public var mark: Site
    /// The row of `biases` that belongs to this place.
    public var biasRow: Int
    /// For each output, its edge. An edge of the graph, and none twice.
    public var ends: [End]

    public init(type: Int, centre: Site, mark: Site, biasRow: Int, ends: [End]) {
      self.type = type
      self.centre = centre
      self.mark = mark
      self.biasRow = biasRow
      self.ends = ends
    }
  }

  /// A layer of bytes: `sum of input * weight + bias`, times `multiplier`, rounded, shifted right by `shift`.
  public struct DenseLayer: Equatable, Sendable {
    /// [inputs][outputs], -127...127.
    public var weights: [Int8]
    /// [outputs], magnitudes at most 2^24.
    public var biases: [Int32]
    /// [outputs].
    public var multipliers: [Int32]
    /// 1...40.
    public var shift: Int

    public init(weights: [Int8], biases: [Int32], multipliers: [Int32], shift: Int) {
      self.weights = weights
      self.biases = biases
      self.multipliers = multipliers
      self.shift = shift
    }
  }

  /// A window has 2 * radius + 1 rounds, rows and columns.
  public var roundRadius: Int
  public var rowRadius: Int
  public var columnRadius: Int
  /// Width of the sum of rows: a multiple of 32, at most 256.
  public var hidden: Int
  /// Width of the layer behind it: a multiple of 16, at most 64.
  public var units: Int
  /// Width of the last layer: at most 16.
  public var outputs: Int
  /// For each detector of the graph; nil for those outside the network, which it neither sees nor serves.
  public var detectors: [Detector?]
  /// [places][hidden]: where the sum of rows begins. The rounding of `firstShift` is in it.
  public var biases: [Int16]
  /// [features][hidden]: what an event adds at each place of a window. See `feature`.
  public var rows: [Int16]
  /// What a sum is shifted right by before it is clamped to 0...127: 0...15.
  public var firstShift: Int
  /// From `hidden` to `units`.
  public var second: DenseLayer
  /// From `units` to `outputs`; gives half of what is taken off a weight.
  public var third: DenseLayer
  /// No weight is taken below this: even, from 2 on.
  public var minWeight: Int32

  public init(
    roundRadius: Int, rowRadius: Int, columnRadius: Int, hidden: Int, units: Int, outputs: Int,
    detectors: [Detector?], biases: [Int16], rows: [Int16], firstShift: Int, second: DenseLayer,
    third: DenseLayer, minWeight: Int32 = 2
  ) {
    self.roundRadius = roundRadius
    self.rowRadius = rowRadius
    self.columnRadius = columnRadius
    self.hidden = hidden
    self.units = units
    self.outputs = outputs
    self.detectors = detectors
    self.biases = biases
    self.rows = rows
    self.firstShift = firstShift
    self.second = second
    self.third = third
    self.minWeight = minWeight
  }

  /// Places of a window, those that hold no site of the other type included: rows of `rows`.
  public var featureCount: Int { (2 * roundRadius + 1) * (2 * rowRadius + 1) * (columnRadius + 1) }

  /// The feature at this distance from the middle of a window. Within a row only every other column holds a site
  /// of the other type, so that two neighbouring columns share a number.
  public func feature(rounds: Int, rows: Int, columns: Int) -> Int {
    ((rounds + roundRadius) * (2 * rowRadius + 1) + rows + rowRadius) * (columnRadius + 1)
      + (columns + columnRadius) / 2
  }
}
