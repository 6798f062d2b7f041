/// The image's grid network at work: from the events of a shot to its logits, layer by layer, as `GridRecord` states.
///
/// Two volumes take turns: each layer reads one and writes the other. Its arithmetic is exact, so who does it is only a
/// matter of speed: see `GridKernel`.
struct GridVolumes {
  let shape: GridRecord
  private let layers: Table<GridLayerRecord>
  private let weights: UnsafeRawPointer
  private let parameters: UnsafeRawPointer
  /// The first volume of a shot without events.
  private let start: UnsafePointer<UInt8>
  private let places: Table<GridPlace>
  private let even: UnsafeMutablePointer<UInt8>
  private let odd: UnsafeMutablePointer<UInt8>
  private let volumeSize: Int
  /// [rounds][rows][columns][4].
  let logits: UnsafeMutablePointer<Int32>
  private let layerCount: UInt32

  /// The image has a grid network. volumes: two of the size that `image.gridVolumeSize` says.
  init(
    _ image: ImageReader, volumes: UnsafeMutablePointer<UInt8>, volumeSize: Int,
    logits: UnsafeMutablePointer<Int32>
  ) {
    shape = image.grid
    layers = image.gridLayers
    layerCount = image.gridLayerCount
    weights = image.bytes + image.gridWeightsOffset
    parameters = image.bytes + image.gridParametersOffset
    start = (image.bytes + image.gridInputOffset).assumingMemoryBound(to: UInt8.self)
    places = image.gridPlaces
    even = volumes
    odd = volumes + volumeSize
    self.volumeSize = volumeSize
    self.logits = logits
  }

  /// Works out the logits of a shot.
  func run(_ events: BitSet, wordCount: UInt32, level: Int32) {
    show(events, wordCount)
    var weights = weights
    var parameters = parameters
    var index: UInt32 = 0
    while index < layerCount {
      let record = layers[index]
      let isLast = index &+ 1 == layerCount
      let isEven = index & 1 == 0
      let output = isEven ? odd : even
      let layer = GridLayer(
        shape: shape, record: record, isFirst: index == 0, isLast: isLast, input: isEven ? even : odd,
        output: output, logits: logits, weights: weights.assumingMemoryBound(to: Int8.self),
        biases: parameters.assumingMemoryBound(to: Int32.self),
        multipliers: (parameters + record.multipliersOffset).assumingMemoryBound(to: Int32.self),
        table: (parameters + record.tableOffset).assumingMemoryBound(to: UInt8.self))
      if !isLast {
        let size = Int(truncatingIfNeeded: shape.paddedVoxels) &* layer.outputStride
        output.update(repeating: UInt8(truncatingIfNeeded: record.zero), count: size)
      }
      GridKernel.run(layer, level: level)
      weights += Int(truncatingIfNeeded: record.weightsSize)
      parameters += record.tableOffset &+ (isLast ? 0 : GridLayerRecord.tableSize)
      index &+= 1
    }
  }

  /// Writes the first volume.
  private func show(_ events: BitSet, _ wordCount: UInt32) {
    even.update(from: start, count: 4 &* Int(truncatingIfNeeded: shape.paddedVoxels))
    var index: UInt32 = 0
    while index < wordCount {
      var word = events.words[index]
      while word != 0 {
        let node = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        let input = places[node].input
        if input != .none { even[Int(truncatingIfNeeded: input)] = GridRecord.inputOne }
      }
      index &+= 1
    }
  }
}

/// A layer with the memory that it reads and writes.
struct GridLayer {
  let shape: GridRecord
  let record: GridLayerRecord
  let isFirst: Bool
  let isLast: Bool
  /// Volumes with their margins, from their first byte.
  let input: UnsafePointer<UInt8>
  /// Not used by the last layer, which writes logits.
  let output: UnsafeMutablePointer<UInt8>
  let logits: UnsafeMutablePointer<Int32>
  let weights: UnsafePointer<Int8>
  let biases: UnsafePointer<Int32>
  let multipliers: UnsafePointer<Int32>
  /// Not used by the last layer.
  let table: UnsafePointer<UInt8>

  init(
    shape: GridRecord, record: GridLayerRecord, isFirst: Bool, isLast: Bool,
    input: UnsafeMutablePointer<UInt8>, output: UnsafeMutablePointer<UInt8>,
    logits: UnsafeMutablePointer<Int32>, weights: UnsafePointer<Int8>, biases: UnsafePointer<Int32>,
    multipliers: UnsafePointer<Int32>, table: UnsafePointer<UInt8>
  ) {
    self.shape = shape
    self.record = record
    self.isFirst = isFirst
    self.isLast = isLast
    self.input = UnsafePointer(input)
    self.output = output
    self.logits = logits
    self.weights = weights
    self.biases = biases
    self.multipliers = multipliers
    self.table = table
  }

  /// Bytes from one voxel to the next.
  var inputStride: Int { Int(truncatingIfNeeded: record.inputStride(isFirst: isFirst)) }
  var outputStride: Int { Int(truncatingIfNeeded: record.blocks &* GridLayerRecord.blockSize) }
}
