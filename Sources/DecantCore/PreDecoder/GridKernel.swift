#if canImport(DecantCoreKernels)
  import DecantCoreKernels

  /// Who does a grid network's arithmetic: kernels in C where they are part of the build and the processor has their
  /// vectors, else `GridLayer+Portable`. All give the same numbers.
  enum GridKernel {
    /// level: 0 for portable, else one of `DecantCoreKernels`.
    @inline(__always)
    static func run(_ layer: GridLayer, level: Int32) {
      guard level != 0 else { return layer.runPortably() }
      let record = layer.record
      var kernel = core_grid_layer(
        input: layer.input, weights: layer.weights, biases: layer.biases, multipliers: layer.multipliers,
        table: layer.isLast ? nil : layer.table, output: layer.output, logits: layer.logits,
        rounds: layer.shape.rounds, rows: layer.shape.rows, columns: layer.shape.columns,
        margin: layer.shape.margin, extent: record.kernel, groups: record.groups, blocks: record.blocks,
        input_stride: UInt32(truncatingIfNeeded: layer.inputStride),
        output_stride: UInt32(truncatingIfNeeded: layer.outputStride), shift: record.shift)
      core_grid_convolve(level, &kernel)
    }
  }
#else
  /// Who does a grid network's arithmetic where there are no kernels: `GridLayer+Portable`.
  enum GridKernel {
    @inline(__always)
    static func run(_ layer: GridLayer, level: Int32) { layer.runPortably() }
  }
#endif
