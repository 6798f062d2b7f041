/// Why a file of shots could not be read or written: which file, where in it, what stands there, what to do.
public struct ShotFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A place in a file of shots.
  public struct Place: Equatable, Sendable, CustomStringConvertible {
    /// The shot's number; the first is 0.
    public var shot: Int
    /// In the formats made of text: the line, the first being 1, and the byte in it, the first being 1.
    public var line: Int?
    public var column: Int?
    /// The byte's offset from the start of the file.
    public var byte: Int

    public var description: String {
      guard let line, let column else { return "shot \(shot), byte \(byte)" }
      return "shot \(shot), line \(line), column \(column), byte \(byte)"
    }
  }

  /// The path, or "standard input", or "standard output".
  public let file: String
  /// Nil where the file as a whole is at fault.
  public let place: Place?
  /// What is wrong, without the final stop.
  public let problem: String
  /// What to do about it, a sentence.
  public let remedy: String

  init(file: String, place: Place? = nil, problem: String, remedy: String) {
    self.file = file
    self.place = place
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String {
    let start = place.map { "\(file): \($0): " } ?? "\(file): "
    return start + "\(problem). \(remedy)"
  }

  /// How a sentence names a byte that was found where another should be; -1 stands for the end of the file.
  static func name(ofByte byte: Int) -> String {
    switch byte {
    case -1: "the end of the file"
    case 0x0A: "the end of the line"
    case 0x0D: "a carriage return"
    case 0x20: "a space"
    case 0x21...0x7E: "'\(Character(Unicode.Scalar(UInt8(byte))))'"
    default: "the byte \(byte)"
    }
  }

  /// The remedy where the bytes are whole but do not fit: they are of another format, or of other shots.
  static func wrongShape(_ layout: ShotLayout) -> String {
    "Check the format, whether observables are appended, and that a shot has \(layout)."
  }

  /// The remedy where a file stops in the middle of something.
  static func cutShort(_ layout: ShotLayout) -> String {
    "If the file is not cut short, check its format, whether observables are appended, "
      + "and that a shot has \(layout)."
  }
}
