/// The event network in plain Swift, for every processor: `NetworkRecord` states the arithmetic.
///
/// Loops run over fixed blocks of pointers with wrapping operators, which any compiler turns into whatever vectors its
/// target has.
extension EventNetwork {
  /// Sums that are kept at once: few enough to stay in the smallest vector registers.
  private static var blockSize: Int { 32 }

  /// What the network says of the event at `place`, as `rowSize` numbers. Returns how many features were set.
  @inline(never)
  func portableHalves(_ place: NetworkPlace, _ halves: UnsafeMutablePointer<Int32>) -> UInt32 {
    var rounds = InlineArray<16, UInt64>(repeating: 0)
    let features = scan(place, &rounds)
    var first = InlineArray<256, UInt8>(repeating: 0)
    let hidden = Int(truncatingIfNeeded: shape.hidden)
    var block = 0
    while block < hidden {
      sumRows(rounds, bias(place) + block, block, &first)
      block &+= Self.blockSize
    }

    let units = Int(truncatingIfNeeded: shape.units)
    var second = InlineArray<64, UInt8>(repeating: 0)
    var sums = InlineArray<16, Int32>(repeating: 0)
    var output = 0
    while output < units {
      first.span.withUnsafeBufferPointer {
        weigh(
          $0.baseAddress, hidden, weights: shape.secondWeights &+ 4 &* output, units, biases: 4 &* output,
          &sums)
      }
      var index = 0
      while index < 16 {
        let next = requantise(
          sums[index], shape.secondMultipliers &+ 4 &* (output &+ index), shape.secondShift)
        second[output &+ index] = UInt8(truncatingIfNeeded: max(0, min(127, next)))
        index &+= 1
      }
      output &+= 16
    }

    second.span.withUnsafeBufferPointer {
      weigh($0.baseAddress, units, weights: shape.thirdWeights, 16, biases: shape.thirdBiases, &sums)
    }
    var index = 0
    while index < 16 {
      let half = requantise(sums[index], shape.thirdMultipliers &+ 4 &* index, shape.thirdShift)
      halves[index] = Int32(truncatingIfNeeded: max(-1 &<< 26, min(1 &<< 26, half)))
      index &+= 1
    }
    return features
  }

  /// The window around `place`, a word for each round.
  @inline(__always)
  private func scan(_ place: NetworkPlace, _ rounds: inout InlineArray<16, UInt64>) -> UInt32 {
    let window = window(place)
    let stride = Int(truncatingIfNeeded: shape.boardRounds)
    let width = UInt64(shape.rowWidth)
    var features: UInt32 = 0
    var round = 0
    while round < Int(truncatingIfNeeded: shape.rounds) {
      var word: UInt64 = 0
      var row = Int(truncatingIfNeeded: shape.rows)
      while row > 0 {
        row &-= 1
        let isOdd = row & 1 != 0
        let shift = UInt64(isOdd ? place.oddShift : place.evenShift)
        let mask = UInt64(isOdd ? shape.oddMask : shape.evenMask)
        word = word &<< width | window[row &* stride &+ round] &>> shift & mask
      }
      rounds[round] = word
      features &+= UInt32(truncatingIfNeeded: word.nonzeroBitCount)
      round &+= 1
    }
    return features
  }

  /// A block of the sums, from the one at `first` on, shifted and clamped.
  @inline(__always)
  private func sumRows(
    _ rounds: InlineArray<16, UInt64>, _ bias: UnsafePointer<Int16>, _ first: Int,
    _ activations: inout InlineArray<256, UInt8>
  ) {
    var sums = InlineArray<32, Int16>(repeating: 0)
    var index = 0
    while index < Self.blockSize {
      sums[index] = bias[index]
      index &+= 1
    }
    let hidden = Int(truncatingIfNeeded: shape.hidden)
    let roundRows = Int(truncatingIfNeeded: shape.roundWidth) &* hidden
    var roundBegin = rows + first
    var round = 0
    while round < Int(truncatingIfNeeded: shape.rounds) {
      var word = rounds[round]
      while word != 0 {
        let row = roundBegin + word.trailingZeroBitCount &* hidden
        word &= word &- 1
        var index = 0
        while index < Self.blockSize {
          sums[index] = sums[index] &+ row[index]
          index &+= 1
        }
      }
      roundBegin += roundRows
      round &+= 1
    }
    let shift = Int16(truncatingIfNeeded: shape.firstShift)
    index = 0
    while index < Self.blockSize {
      activations[first &+ index] = UInt8(truncatingIfNeeded: max(0, min(127, sums[index] &>> shift)))
      index &+= 1
    }
  }

  /// 16 outputs of a layer of `outputs`. weights, biases: where theirs begin, in bytes from `dense`.
  @inline(__always)
  private func weigh(
    _ activations: UnsafePointer<UInt8>?, _ inputs: Int, weights: Int, _ outputs: Int, biases: Int,
    _ sums: inout InlineArray<16, Int32>
  ) {
    guard let activations else { return }
    var output = 0
    while output < 16 {
      sums[output] = dense.load(fromByteOffset: biases &+ 4 &* output, as: Int32.self)
      output &+= 1
    }
    var here = (dense + weights).assumingMemoryBound(to: Int8.self)
    var input = 0
    while input < inputs {
      let (a, b) = (Int32(activations[input]), Int32(activations[input &+ 1]))
      let (c, d) = (Int32(activations[input &+ 2]), Int32(activations[input &+ 3]))
      if a | b | c | d != 0 {
        output = 0
        while output < 16 {
          let low = a &* Int32(here[4 &* output]) &+ b &* Int32(here[4 &* output &+ 1])
          let high = c &* Int32(here[4 &* output &+ 2]) &+ d &* Int32(here[4 &* output &+ 3])
          sums[output] = sums[output] &+ low &+ high
          output &+= 1
        }
      }
      here += 4 &* outputs
      input &+= 4
    }
  }

  /// multiplier: where it is, in bytes from `dense`. |sum| < 2^25, so that nothing overflows.
  @inline(__always)
  private func requantise(_ sum: Int32, _ multiplier: Int, _ shift: UInt32) -> Int64 {
    let factor = Int64(dense.load(fromByteOffset: multiplier, as: Int32.self))
    return (Int64(sum) &* factor &+ 1 &<< Int64(shift &- 1)) &>> Int64(shift)
  }
}
