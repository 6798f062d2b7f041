import CDecant

/// The proof that a grid network's numbers stay inside its volumes, its sums inside 32 bits, and its chains inside its
/// logits.
extension GridRecord {
  static var absent: GridRecord {
    GridRecord(rounds: 0, rows: 0, columns: 0, margin: 0, threshold: 0, share: 0, minWeight: 0)
  }

  /// Whether everything that is said about a grid of this shape holds.
  var isSound: Bool {
    guard rounds != 0, rows != 0, columns != 0, rounds <= Self.maxExtent, rows <= Self.maxExtent,
      columns <= Self.maxExtent, margin <= GridLayerRecord.maxKernel / 2
    else { return false }
    // Three extents of 21 bits: their product fits 64.
    guard paddedVoxels <= Self.maxVoxels else { return false }
    guard minWeight >= 2, minWeight & 1 == 0, minWeight <= SlotRecord.weightMask else { return false }
    return share <= 256
  }
}

extension GridLayerRecord {
  var isSound: Bool {
    guard inputs != 0, outputs != 0, inputs <= Self.maxWidth, outputs <= Self.maxWidth else { return false }
    guard kernel & 1 == 1, kernel <= Self.maxKernel else { return false }
    return shift >= 1 && shift <= 40 && zero <= 255
  }
}

extension ImageReader {
  var hasGrid: Bool { gridChainsOffset != 0 }

  /// All sections of a grid network, or none; and not the other network as well.
  var isGridWhole: Bool {
    (gridOffset != 0) == hasGrid && (gridLayersOffset != 0) == hasGrid
      && (gridWeightsOffset != 0) == hasGrid && (gridParametersOffset != 0) == hasGrid
      && (gridInputOffset != 0) == hasGrid && (gridPlacesOffset != 0) == hasGrid
      && (gridStartsOffset != 0) == hasGrid && !(hasGrid && hasNetwork)
  }

  var gridLayers: Table<GridLayerRecord> { table(gridLayersOffset, gridLayerCount) }
  var gridPlaces: Table<GridPlace> { table(gridPlacesOffset, detectors) }
  var gridStarts: Table<UInt32> { table(gridStartsOffset, gridStartCount) }
  var gridChains: Table<UInt32> { table(gridChainsOffset, gridChainCount) }

  /// Notes where a section is, if it has the size that those before it make it have.
  @_optimize(size)
  mutating func placeGrid(_ kind: UInt32, at offset: Int, elementSize: UInt32, count: UInt32)
    -> decant_status
  {
    typealias Section = ImageLayout.Section
    var expectedSize: UInt32 = 4
    var expectedCount = UInt64(count)
    switch kind {
    case Section.grid:
      guard elementSize == UInt32(MemoryLayout<GridRecord>.size), count == 1 else { return Status.badImage }
      grid = bytes.load(fromByteOffset: offset, as: GridRecord.self)
      gridOffset = offset
      return grid.isSound ? Status.ok : Status.badImage
    case Section.gridLayers:
      guard gridOffset != 0, elementSize == UInt32(MemoryLayout<GridLayerRecord>.size), count != 0,
        count <= GridLayerRecord.maxLayers
      else { return Status.badImage }
      gridLayersOffset = offset
      gridLayerCount = count
      return areLayersSound ? Status.ok : Status.badImage
    case Section.gridWeights:
      gridWeightsOffset = offset
      expectedCount = 0
      forEachGridLayer { layer, _ in expectedCount &+= layer.weightsSize / 4 }
    case Section.gridParameters:
      gridParametersOffset = offset
      expectedCount = 0
      forEachGridLayer { layer, isLast in
        expectedCount &+= UInt64(truncatingIfNeeded: layer.tableOffset &+ (isLast ? 0 : 256)) / 4
      }
    case Section.gridInput:
      gridInputOffset = offset
      expectedCount = grid.paddedVoxels
    case Section.gridPlaces:
      gridPlacesOffset = offset
      expectedSize = UInt32(MemoryLayout<GridPlace>.size)
      expectedCount = UInt64(detectors)
    case Section.gridStarts:
      gridStartsOffset = offset
      gridStartCount = count
    case Section.gridChains:
      gridChainsOffset = offset
      gridChainCount = count
    default:
      return placeStream(kind, at: offset, elementSize: elementSize, count: count)
    }
    return gridLayersOffset != 0 && elementSize == expectedSize && UInt64(count) == expectedCount
      ? Status.ok : Status.badImage
  }

  @inline(__always)
  private func forEachGridLayer(_ body: (GridLayerRecord, Bool) -> Void) {
    var index: UInt32 = 0
    while index < gridLayerCount {
      body(gridLayers[index], index &+ 1 == gridLayerCount)
      index &+= 1
    }
  }

  /// Each layer takes what the one before gives, and reaches no further than the margin.
  private var areLayersSound: Bool {
    var inputs = GridRecord.channels
    var index: UInt32 = 0
    while index < gridLayerCount {
      let layer = gridLayers[index]
      let isLast = index &+ 1 == gridLayerCount
      guard layer.isSound, layer.inputs == inputs, layer.kernel / 2 <= grid.margin else { return false }
      guard !isLast || (layer.outputs == GridRecord.channels && layer.zero == 0) else { return false }
      inputs = layer.outputs
      index &+= 1
    }
    return true
  }

  func checkGrid() -> Bool {
    guard hasGrid else { return true }
    // Weights are taken to be those of slots, which do not know their sign.
    guard negativeEdgeCount == 0 else { return false }
    return checkGridSums() && checkGridInput() && checkGridPlaces()
  }

  /// Sums stay within bounds, and what fills up blocks and fours is zero.
  private func checkGridSums() -> Bool {
    var weights = gridWeightsOffset
    var parameters = gridParametersOffset
    var index: UInt32 = 0
    while index < gridLayerCount {
      let layer = gridLayers[index]
      var output: UInt32 = 0
      while output < layer.blocks &* GridLayerRecord.blockSize {
        guard isGridSumSound(layer, weights, parameters, output) else { return false }
        output &+= 1
      }
      weights &+= Int(truncatingIfNeeded: layer.weightsSize)
      parameters &+= layer.tableOffset &+ (index &+ 1 == gridLayerCount ? 0 : GridLayerRecord.tableSize)
      index &+= 1
    }
    return true
  }

  private func isGridSumSound(_ layer: GridLayerRecord, _ weights: Int, _ parameters: Int, _ output: UInt32)
    -> Bool
  {
    let bias = bytes.load(
      fromByteOffset: parameters &+ 4 &* Int(truncatingIfNeeded: output), as: Int32.self)
    guard bias.magnitude <= GridLayerRecord.maxSum else { return false }
    let fours = Int(truncatingIfNeeded: layer.taps &* layer.groups)
    let block = Int(truncatingIfNeeded: output / GridLayerRecord.blockSize)
    let within = Int(truncatingIfNeeded: 4 &* (output % GridLayerRecord.blockSize))
    let groups = Int(truncatingIfNeeded: layer.groups)
    var here = weights &+ 64 &* fours &* block &+ within
    var sum: UInt64 = 0
    var four = 0
    while four < fours {
      var input = 0
      while input < 4 {
        let weight = bytes.load(fromByteOffset: here &+ input, as: Int8.self)
        sum &+= UInt64(weight.magnitude)
        let isThere = 4 &* (four % groups) &+ input < Int(truncatingIfNeeded: layer.inputs)
        guard isThere || weight == 0 else { return false }
        input &+= 1
      }
      here &+= 64
      four &+= 1
    }
    guard output < layer.outputs || (sum == 0 && bias == 0) else { return false }
    return 255 &* sum <= UInt64(GridLayerRecord.maxSum)
  }

  /// Nothing has fired, and nothing is in the margin.
  private func checkGridInput() -> Bool {
    let volume = table(gridInputOffset, UInt32(truncatingIfNeeded: grid.paddedVoxels)) as Table<UInt32>
    let most = UInt32(GridRecord.inputOne)
    var index: UInt32 = 0
    var round: UInt32 = 0
    while round < grid.rounds &+ 2 &* grid.margin {
      var row: UInt32 = 0
      while row < grid.paddedRows {
        var column: UInt32 = 0
        while column < grid.paddedColumns {
          // One subtraction compares with both ends, below which it wraps around.
          let isInside =
            round &- grid.margin < grid.rounds && row &- grid.margin < grid.rows
            && column &- grid.margin < grid.columns
          let voxel = volume[index]
          guard voxel & 0xFFFF == 0, voxel >> 16 & 0xFF <= most, voxel >> 24 <= most, isInside || voxel == 0
          else { return false }
          index &+= 1
          column &+= 1
        }
        row &+= 1
      }
      round &+= 1
    }
    return true
  }

  private func checkGridPlaces() -> Bool {
    let starts = gridStarts
    var index: UInt32 = 0
    while index < gridStartCount {
      guard starts[index] <= gridChainCount else { return false }
      index &+= 1
    }
    let graph = graph
    let inputSize = 4 &* grid.paddedVoxels
    var node: UInt32 = 0
    while node < detectors {
      let place = gridPlaces[node]
      guard place.input == .none || (UInt64(place.input) < inputSize && place.input & 3 < 2) else {
        return false
      }
      let ownCount = graph.pattern(of: node).ownCount
      guard place.group < gridStartCount, ownCount < gridStartCount &- place.group else { return false }
      var entry = place.group
      while entry < place.group &+ ownCount {
        guard checkGridChain(place.origin, starts[entry], starts[entry &+ 1]) else { return false }
        entry &+= 1
      }
      node &+= 1
    }
    return true
  }

  private func checkGridChain(_ origin: UInt32, _ begin: UInt32, _ end: UInt32) -> Bool {
    guard begin <= end, end &- begin <= GridRecord.maxChain else { return false }
    let logits = 4 &* grid.voxels
    let chains = gridChains
    var index = begin
    while index < end {
      guard UInt64(origin &+ chains[index]) < logits else { return false }
      index &+= 1
    }
    return true
  }
}

extension ImageReader {
  /// Multiplications of a shot, those that fill up fours and blocks not counted.
  var gridMultiplications: UInt64 {
    guard hasGrid else { return 0 }
    var perVoxel: UInt64 = 0
    forEachGridLayer { layer, _ in
      perVoxel &+= UInt64(layer.taps) &* UInt64(layer.inputs) &* UInt64(layer.outputs)
    }
    return perVoxel &* grid.voxels
  }

  /// Bytes of a volume that holds what any two layers pass on.
  var gridVolumeSize: UInt64 {
    var most: UInt64 = 0
    var index: UInt32 = 0
    while index < gridLayerCount {
      let stride = gridLayers[index].inputStride(isFirst: index == 0)
      most = max(most, grid.paddedVoxels &* UInt64(stride))
      index &+= 1
    }
    return most
  }

  /// Channels of the widest layer.
  var gridWidth: UInt32 {
    var most: UInt32 = 0
    forEachGridLayer { layer, _ in most = max(most, layer.outputs) }
    return most
  }
}
