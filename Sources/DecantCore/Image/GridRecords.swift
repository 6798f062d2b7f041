/// The grid network, as stored: its shape, its layers, and where each detector stands for it.
///
/// A *volume* has a voxel for each round, row and column, and `margin` more on each side. Layer l turns one volume into
/// the next by a convolution of odd extent k, of which `margin` is half or more; all but the last have a table behind
/// it. With u over the k^3 taps from -(k / 2) to k / 2 along round, row and column, and c over the inputs:
///
///     sum[v][m]    = bias[m] + sum over u, c of value[v + u][c] * weight[m][u][c]
///     next[v][m]   = table[clamp(requantise(sum[v][m], multiplier[m], shift), -128, 127) + 128]       all but the last
///     logit[v][m]  = clamp(requantise(sum[v][m], multiplier[m], shift), -2^25, 2^25)                  the last layer
///     requantise(z, multiplier, s) = (int64(z) * multiplier + 2^(s - 1)) >> s                 arithmetic shift
///
/// for each v of the volume without its margin. Values are bytes, 0...255. In the margin they are `zero` of the layer
/// that wrote them: what its table makes of no activation at all. So zeros beyond the edge are exact, and what `zero`
/// adds to a sum is the same for every voxel and part of its bias. For every output
///
///     |bias| < 2^30   and   255 * sum over u, c of |weight| < 2^30,
///
/// which the reader proves, so that no sum leaves 32 bits in whatever order it is taken, and no product 64.
///
/// The first volume has four channels: detectors of X-checks and of Z-checks, 2 where one has fired, and where these
/// checks are, 2 for a check on four qubits and 1 for one on two. All but the events is in `gridInput`. The four outputs
/// of the last layer are log odds, in units of half a weight, that a Z error, an X error, a flip of an X-check's and of a
/// Z-check's measurement happened there.
///
/// An edge stands for a chain of these, and what the network says of it is the chain's logits. An edge is a candidate
/// if its ends have fired, the boundary counting as fired always. Its score is the sum of its chain's logits, and it is
/// accepted if that is at least `threshold` and above that of each other candidate at either detector; of equal ones,
/// the first in the order of edges is above. Accepted edges are part of the correction, and their detectors are
/// taken out of the syndrome. All others are matched; each edge with a chain then weighs
///
///     2 * (((256 - share) * weight / 2 - share * least + 128) >> 8)      least: the least of its chain's logits
///
/// clamped to minWeight...33554430, unless `share` is 0.
public struct GridRecord {
  /// Extents without the margin.
  public var rounds: UInt32
  public var rows: UInt32
  public var columns: UInt32
  public var margin: UInt32
  /// Least score of an accepted edge; `never` if none is accepted.
  public var threshold: Int32
  /// Of the network in weights, from 0 to 256.
  public var share: UInt32
  public var minWeight: UInt32

  public init(
    rounds: UInt32, rows: UInt32, columns: UInt32, margin: UInt32, threshold: Int32, share: UInt32,
    minWeight: UInt32
  ) {
    self.rounds = rounds
    self.rows = rows
    self.columns = columns
    self.margin = margin
    self.threshold = threshold
    self.share = share
    self.minWeight = minWeight
  }

  public static var never: Int32 { .max }
  public static var maxExtent: UInt32 { 1 << 20 }
  public static var maxVoxels: UInt64 { 1 << 28 }
  /// Magnitude of a logit, and the longest chain: their product is a score's.
  public static var maxLogit: Int64 { 1 << 25 }
  public static var maxChain: UInt32 { 32 }
  /// What a fired detector is in the first volume. Checks on four qubits are the same, those on two are half of it.
  public static var inputOne: UInt8 { 2 }
  /// Channels of the first volume, and of the logits.
  public static var channels: UInt32 { 4 }

  public var paddedRows: UInt32 { rows &+ 2 &* margin }
  public var paddedColumns: UInt32 { columns &+ 2 &* margin }
  /// Voxels with the margin, and without.
  public var paddedVoxels: UInt64 {
    UInt64(rounds &+ 2 &* margin) &* UInt64(paddedRows) &* UInt64(paddedColumns)
  }
  public var voxels: UInt64 { UInt64(rounds) &* UInt64(rows) &* UInt64(columns) }
}

/// A layer of the grid network, as stored. Its numbers follow those of the layer before in `gridWeights` and
/// `gridParameters`.
public struct GridLayerRecord {
  public var inputs: UInt32
  public var outputs: UInt32
  /// Extent of the convolution: 1, 3, 5 or 7.
  public var kernel: UInt32
  public var shift: UInt32
  /// What it writes where nothing is; 0 of the last layer.
  public var zero: UInt32

  public init(inputs: UInt32, outputs: UInt32, kernel: UInt32, shift: UInt32, zero: UInt32) {
    self.inputs = inputs
    self.outputs = outputs
    self.kernel = kernel
    self.shift = shift
    self.zero = zero
  }

  public static var maxLayers: UInt32 { 32 }
  public static var maxWidth: UInt32 { 1024 }
  public static var maxKernel: UInt32 { 7 }
  /// Outputs that are worked out together; there are as many as make whole blocks.
  public static var blockSize: UInt32 { 16 }
  /// Magnitude of a bias, and of what may be added to it.
  public static var maxSum: UInt32 { 1 << 30 - 1 }

  public var taps: UInt32 { kernel &* kernel &* kernel }
  /// Inputs are taken in fours. Where there are fewer, weights are zero.
  public var groups: UInt32 { (inputs &+ 3) / 4 }
  public var blocks: UInt32 { (outputs &+ Self.blockSize &- 1) / Self.blockSize }
  /// Bytes from one voxel to the next in the volume that it reads: whole blocks of channels but in the first, which has
  /// four.
  public func inputStride(isFirst: Bool) -> UInt32 {
    isFirst ? inputs : (inputs &+ Self.blockSize &- 1) / Self.blockSize &* Self.blockSize
  }
  /// Weights: int8 of [blocks][taps][groups][16][4], taps by round, row and column.
  public var weightsSize: UInt64 {
    64 &* UInt64(blocks) &* UInt64(taps) &* UInt64(groups)
  }
  /// Parameters: int32 biases, then multipliers, of all blocks; then, of all but the last layer, the table's 256 bytes.
  public var multipliersOffset: Int { Int(truncatingIfNeeded: 64 &* blocks) }
  public var tableOffset: Int { Int(truncatingIfNeeded: 128 &* blocks) }
  public static var tableSize: Int { 256 }
}

/// Where a detector stands for the grid network, as stored.
public struct GridPlace {
  /// Its byte in the first volume; `none` if the network is not shown it.
  public var input: UInt32
  /// What to add, wrapping, to the entries of its own edges' chains. They then are 4 * voxel + channel, voxels
  /// counted without the margin.
  public var origin: UInt32
  /// Where the chain of its first own edge begins in `gridStarts`; the others follow by rank.
  public var group: UInt32

  public init(input: UInt32, origin: UInt32, group: UInt32) {
    self.input = input
    self.origin = origin
    self.group = group
  }
}
