import Foundation

/// Why a verb gives up: a sentence for standard error.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A number of shots, in words.
func shotCount(_ number: Int) -> String {
  number == 1 ? "1 shot" : "\(number) shots"
}

/// Prints a line on standard error.
func printError(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}
