import Glibc

/// Whole arrays of CUDA-Q QEC's test data: sparse matrices and priors.
extension CudaqFile {
  static func rows(directory: String, _ name: String) throws(DataSetError) -> SparseRows {
    var file = try CudaqFile(directory: directory, name, counts: ["rows", "cols", "nnz"]) { header in
      4 * (header[0] + 1 + header[2])
    }
    let (rows, columns, ones) = (file.header[0], file.header[1], file.header[2])
    let numbers = try file.reading(directory) { (file) throws(ShotFileError) in
      try file.integers(rows + 1 + ones)
    }
    return SparseRows(
      rows: rows, columns: columns, starts: Array(numbers[...rows]), indices: Array(numbers[(rows + 1)...]))
  }

  static func doubles(directory: String, _ name: String) throws(DataSetError) -> [Double] {
    var file = try CudaqFile(directory: directory, name, counts: ["count"]) { 8 * $0[0] }
    let count = file.header[0]
    return try file.reading(directory) { (file) throws(ShotFileError) in try file.doubles(count) }
  }

  private mutating func reading<Value>(
    _ directory: String, _ body: (inout CudaqFile) throws(ShotFileError) -> Value
  ) throws(DataSetError) -> Value {
    do throws(ShotFileError) {
      return try body(&self)
    } catch {
      throw DataSetError(source: directory, problems: ["\(name): \(error.problem)"])
    }
  }
}

enum FileSystem {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
