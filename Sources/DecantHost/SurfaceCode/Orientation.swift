/// How a rotated surface code lies in the plane: the four ways that the published pre-decoder knows.
///
/// The letter is the type of the check at (2, 2). With V the top row's first boundary check is at (0, 2), with
/// H the left column's first one is at (2, 0). Papers say XV, the published program also says O1.
public enum Orientation: String, CaseIterable, Sendable {
  case xv = "XV"
  case xh = "XH"
  case zv = "ZV"
  case zh = "ZH"

  /// Reads XV or O1, XH or O2, ZV or O3, ZH or O4, capital or not; nil for anything else.
  public init?(name: String) {
    let name = name.uppercased()
    if let known = Orientation(rawValue: name) {
      self = known
    } else if let index = ["O1", "O2", "O3", "O4"].firstIndex(of: name) {
      self = Self.allCases[index]
    } else {
      return nil
    }
  }

  /// The other name: O1 to O4.
  public var number: String { "O\(Self.allCases.firstIndex(of: self)! + 1)" }

  var typeAtTopLeft: PauliBasis { self == .xv || self == .xh ? .x : .z }
  var isVertical: Bool { self == .xv || self == .zv }

  /// The type of the checks on the top and bottom boundary.
  var typeOfTopBoundary: PauliBasis { isVertical ? typeAtTopLeft.other : typeAtTopLeft }
}

/// X or Z: the type of a check, or the basis of a memory experiment.
public enum PauliBasis: String, CaseIterable, Sendable {
  case x = "X"
  case z = "Z"

  public var other: PauliBasis { self == .x ? .z : .x }
}
