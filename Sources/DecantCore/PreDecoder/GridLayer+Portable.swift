/// A layer of a grid network in plain Swift, for every processor: `GridRecord` states the arithmetic.
///
/// Sixteen sums of one voxel at a time, over fixed blocks of pointers with wrapping operators, which any compiler turns
/// into whatever vectors its target has. Four inputs that are all zero, as most of the first volume's are, cost a look.
extension GridLayer {
  @inline(never)
  func runPortably() {
    var voxel = 0
    var round = 0
    while round < Int(truncatingIfNeeded: shape.rounds) {
      var row = 0
      while row < Int(truncatingIfNeeded: shape.rows) {
        var column = 0
        while column < Int(truncatingIfNeeded: shape.columns) {
          work(round, row, column, voxel)
          voxel &+= 1
          column &+= 1
        }
        row &+= 1
      }
      round &+= 1
    }
  }

  /// voxel: its number without the margin.
  @inline(__always)
  private func work(_ round: Int, _ row: Int, _ column: Int, _ voxel: Int) {
    let block = Int(truncatingIfNeeded: GridLayerRecord.blockSize)
    let blockWeights = 64 &* Int(truncatingIfNeeded: record.taps &* record.groups)
    let margin = Int(truncatingIfNeeded: shape.margin)
    let reach = margin &- Int(truncatingIfNeeded: record.kernel / 2)
    let first = input + place(round &+ reach, row &+ reach, column &+ reach) &* inputStride
    let target = output + place(round &+ margin, row &+ margin, column &+ margin) &* outputStride
    var sums = InlineArray<16, Int32>(repeating: 0)
    var output = 0
    while output < Int(truncatingIfNeeded: record.blocks) {
      sum(first, weights + output &* blockWeights, biases + output &* block, &sums)
      var index = 0
      while index < block {
        let sum = requantise(sums[index], multipliers[output &* block &+ index])
        if isLast {
          if index < Int(GridRecord.channels) {
            let logit = max(0 &- GridRecord.maxLogit, min(GridRecord.maxLogit, sum))
            logits[4 &* voxel &+ index] = Int32(truncatingIfNeeded: logit)
          }
        } else {
          let entry = Int(truncatingIfNeeded: max(-128, min(127, sum))) &+ 128
          target[output &* block &+ index] = table[entry]
        }
        index &+= 1
      }
      output &+= 1
    }
  }

  /// A voxel's number with the margin.
  @inline(__always)
  private func place(_ round: Int, _ row: Int, _ column: Int) -> Int {
    (round &* Int(truncatingIfNeeded: shape.paddedRows) &+ row)
      &* Int(truncatingIfNeeded: shape.paddedColumns) &+ column
  }

  /// Sixteen sums of a voxel whose first tap is at `first`.
  @inline(__always)
  private func sum(
    _ first: UnsafePointer<UInt8>, _ weights: UnsafePointer<Int8>, _ biases: UnsafePointer<Int32>,
    _ sums: inout InlineArray<16, Int32>
  ) {
    var index = 0
    while index < 16 {
      sums[index] = biases[index]
      index &+= 1
    }
    let extent = Int(truncatingIfNeeded: record.kernel)
    let groups = Int(truncatingIfNeeded: record.groups)
    var here = weights
    var round = 0
    while round < extent {
      var row = 0
      while row < extent {
        var column = 0
        while column < extent {
          var values = first + place(round, row, column) &* inputStride
          var group = 0
          while group < groups {
            let (a, b) = (Int32(values[0]), Int32(values[1]))
            let (c, d) = (Int32(values[2]), Int32(values[3]))
            if a | b | c | d != 0 {
              index = 0
              while index < 16 {
                let low = a &* Int32(here[4 &* index]) &+ b &* Int32(here[4 &* index &+ 1])
                let high = c &* Int32(here[4 &* index &+ 2]) &+ d &* Int32(here[4 &* index &+ 3])
                sums[index] = sums[index] &+ low &+ high
                index &+= 1
              }
            }
            here += 64
            values += 4
            group &+= 1
          }
          column &+= 1
        }
        row &+= 1
      }
      round &+= 1
    }
  }

  /// |sum| <= 2^31, so that nothing overflows.
  @inline(__always)
  private func requantise(_ sum: Int32, _ multiplier: Int32) -> Int64 {
    let shift = Int64(record.shift)
    return (Int64(sum) &* Int64(multiplier) &+ 1 &<< (shift &- 1)) &>> shift
  }
}
