/// The event network, as stored: its shape, and where each detector stands for it.
///
/// A *board* shows the detection events of one check type in the frame of the other. It has a word for each row
/// and round, rounds within rows, with `rowRadius` rows and `roundRadius` rounds of zeros around them. In a row
/// only every other column can hold a site, so a word has a bit for every two columns.
///
/// The window of a centre has a word for each of its 2 * roundRadius + 1 rounds, with `rowWidth` bits for each of
/// its 2 * rowRadius + 1 rows:
///
///     window[dt] = OR over di of
///       ((board[origin + di * boardRounds + dt] >> shift[di & 1]) & mask[di & 1]) << (di * rowWidth)
///
/// Bit b of word dt is feature dt * (2 * rowRadius + 1) * rowWidth + b. With H, M, K for `hidden`, `units`,
/// `outputs`, wrapping only in int16:
///
///     sum[h]   = bias[place][h] + sum of row[feature][h] over the features that are set      int16
///     first[h] = clamp(sum[h] >> firstShift, 0, 127)
///     next[m]  = clamp(requantise(secondBias[m] + sum over h of first[h] * secondWeight[h][m],
///                                 secondMultiplier[m], secondShift), 0, 127)
///     half[k]  = clamp(requantise(thirdBias[k] + sum over m of next[m] * thirdWeight[m][k],
///                                 thirdMultiplier[k], thirdShift), -2^26, 2^26)
///     requantise(z, multiplier, s) = (int64(z) * multiplier + 2^(s - 1)) >> s                arithmetic shift
///
/// An edge about which one end speaks is taken to weigh 2 * half less than in the image; one about which both speak,
/// 2 * floor((half + half') / 2) less. It is then clamped to minWeight...33554430.
public struct NetworkRecord {
  /// A multiple of 32, at most 256.
  public var hidden: UInt32
  /// A multiple of 16, at most 64.
  public var units: UInt32
  /// From 1 to 16.
  public var outputs: UInt32
  /// At most 7.
  public var roundRadius: UInt32
  public var rowRadius: UInt32
  public var columnRadius: UInt32
  /// Words from one row of a board to the next.
  public var boardRounds: UInt32
  /// Words of a board.
  public var boardWords: UInt32
  /// The sites of even and of odd rows of a window.
  public var evenMask: UInt32
  public var oddMask: UInt32
  public var firstShift: UInt32
  public var secondShift: UInt32
  public var thirdShift: UInt32
  public var minWeight: UInt32

  public init(
    hidden: UInt32, units: UInt32, outputs: UInt32, roundRadius: UInt32, rowRadius: UInt32,
    columnRadius: UInt32,
    boardRounds: UInt32, boardWords: UInt32, evenMask: UInt32, oddMask: UInt32, firstShift: UInt32,
    secondShift: UInt32, thirdShift: UInt32, minWeight: UInt32
  ) {
    self.hidden = hidden
    self.units = units
    self.outputs = outputs
    self.roundRadius = roundRadius
    self.rowRadius = rowRadius
    self.columnRadius = columnRadius
    self.boardRounds = boardRounds
    self.boardWords = boardWords
    self.evenMask = evenMask
    self.oddMask = oddMask
    self.firstShift = firstShift
    self.secondShift = secondShift
    self.thirdShift = thirdShift
    self.minWeight = minWeight
  }

  public static var maxHidden: UInt32 { 256 }
  public static var maxUnits: UInt32 { 64 }
  public static var maxOutputs: UInt32 { 16 }
  public static var maxRoundRadius: UInt32 { 7 }
  public static var maxColumnRadius: UInt32 { 15 }
  /// Magnitude of the biases of the second and third layer.
  public static var maxBias: UInt32 { 1 << 24 }

  public var rounds: UInt32 { 2 &* roundRadius &+ 1 }
  public var rows: UInt32 { 2 &* rowRadius &+ 1 }
  public var columns: UInt32 { 2 &* columnRadius &+ 1 }
  public var rowWidth: UInt32 { columnRadius &+ 1 }
  /// Features of a round.
  public var roundWidth: UInt32 { rows &* rowWidth }
  public var features: UInt32 { rounds &* roundWidth }

  /// Where the parts of `networkDense` stand, in bytes: int32 biases and multipliers, then int8 weights, of the
  /// second and then the third layer, which is filled up to 16 outputs.
  public var secondMultipliers: Int { Int(truncatingIfNeeded: units &* 4) }
  public var secondWeights: Int { Int(truncatingIfNeeded: units &* 8) }
  public var thirdBiases: Int { secondWeights &+ Int(truncatingIfNeeded: hidden &* units) }
  public var thirdMultipliers: Int { thirdBiases &+ 64 }
  public var thirdWeights: Int { thirdBiases &+ 128 }
  public var denseSize: Int { thirdWeights &+ Int(truncatingIfNeeded: units &* 16) }
}

/// Where a detector stands for the event network, as stored.
public struct NetworkPlace {
  /// The first word of its window, in the board of its type.
  public var origin: UInt32
  /// The word that shows it, in the other type's board.
  public var markWord: UInt32
  /// Its row of `networkBiases`.
  public var biasRow: UInt32
  /// Its element of `networkSlots`.
  public var slotGroup: UInt32
  /// How far the words of even and of odd rows are shifted.
  public var evenShift: UInt8
  public var oddShift: UInt8
  public var markBit: UInt8
  /// Its check type, 0 or 1; `outside` if the network knows nothing of it.
  public var type: UInt8

  public init(
    origin: UInt32, markWord: UInt32, biasRow: UInt32, slotGroup: UInt32, evenShift: UInt8, oddShift: UInt8,
    markBit: UInt8, type: UInt8
  ) {
    self.origin = origin
    self.markWord = markWord
    self.biasRow = biasRow
    self.slotGroup = slotGroup
    self.evenShift = evenShift
    self.oddShift = oddShift
    self.markBit = markBit
    self.type = type
  }

  public static var outside: UInt8 { .max }
}

/// What an output is about, as stored: an edge of the detector, told by its slots at both ends.
public struct NetworkSlot {
  /// The output; `none` behind the last of a group.
  public var output: UInt8
  /// The position of the edge's slot in the detector's pattern.
  public var position: UInt8
  /// The position of its slot in the pattern of the detector at the other end; `position` again for the boundary.
  public var twinPosition: UInt8
  /// The output that is about the edge there; `none` if there is none, and for the boundary.
  public var twinOutput: UInt8

  public init(output: UInt8, position: UInt8, twinPosition: UInt8, twinOutput: UInt8) {
    self.output = output
    self.position = position
    self.twinPosition = twinPosition
    self.twinOutput = twinOutput
  }

  public static var none: UInt8 { .max }

  /// Slots of a group.
  public static var groupSize: Int { 16 }
}
