import DecantHost
import Foundation

/// Files that appear whole or not at all: whoever maps an image never sees half of one.
enum AtomicFile {
  /// Creates a file, or replaces it, keeping its permissions.
  ///
  /// The bytes go to a new file beside it, which then takes its name. Links are followed. Pipes and devices
  /// have no contents to replace, and are written to directly.
  static func write(_ bytes: [UInt8], to path: String) throws { try write([(bytes, path)]) }

  /// Files that belong together: none takes its name before all have been written.
  static func write(_ files: [(bytes: [UInt8], path: String)]) throws {
    var written: [(name: [CChar], target: String, path: String)] = []
    do {
      for (bytes, path) in files {
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists && status.st_mode & S_IFMT != S_IFREG {
          var sink = try ByteSink(path: path)
          try sink.write(bytes)
          try sink.finish()
          continue
        }
        let target = exists ? resolved(path) : path
        var name = Array("\(target).XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw failure(path, errno) }
        written.append((name, target, path))
        try fill(descriptor, with: bytes, mode: exists ? status.st_mode & 0o777 : newFileMode(), path)
      }
      while let file = written.last {
        guard rename(file.name, file.target) == 0 else { throw failure(file.path, errno) }
        written.removeLast()
      }
    } catch {
      for file in written { unlink(file.name) }
      throw error
    }
  }

  /// Writes the bytes down to the disk, and closes the descriptor.
  private static func fill(_ descriptor: Int32, with bytes: [UInt8], mode: mode_t, _ path: String) throws {
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: bytes)
      fchmod(descriptor, mode)
      try file.synchronize()
      try file.close()
    } catch {
      throw failure(path, errno)
    }
  }

  /// What an ordinary new file would get.
  private static func newFileMode() -> mode_t {
    let mask = umask(0)
    umask(mask)
    return 0o666 & ~mask
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func failure(_ path: String, _ number: Int32) -> CommandFailure {
    CommandFailure(
      "\(path): cannot be written: \(String(cString: strerror(number))). "
        + "Check the path, that you may write there, and that there is room.")
  }
}
