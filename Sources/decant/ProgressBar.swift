import Foundation

/// Shows on a terminal how far long work has come; quick work and other outputs stay quiet.
struct ProgressBar {
  private let shows = isatty(2) == 1
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?

  private static let quietTime = Duration.seconds(1)
  private static let interval = Duration.milliseconds(100)
  private static let width = 30

  /// Draws, if it is time to.
  ///
  /// size: bytes in the input, where that is known. offset: how many of them were read.
  mutating func update(shots: Int, offset: Int, size: Int?) {
    guard shows else { return }
    let now = ContinuousClock.now
    guard now - start > Self.quietTime, lastDrawn.map({ now - $0 > Self.interval }) ?? true else { return }
    lastDrawn = now
    draw("\r\(Self.line(shots: shots, offset: offset, size: size, elapsed: now - start))\u{1B}[K")
  }

  /// Removes what was drawn.
  mutating func clear() {
    guard lastDrawn != nil else { return }
    lastDrawn = nil
    draw("\r\u{1B}[K")
  }

  static func line(shots: Int, offset: Int, size: Int?, elapsed: Duration) -> String {
    guard let size, size > 0 else { return "\(shots) shots, \(seconds(elapsed)) s" }
    let share = min(1, Double(offset) / Double(size))
    let filled = Int(share * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let left = share > 0 ? elapsed * ((1 - share) / share) : .zero
    return "[\(bar)] \(Int(share * 100))%  \(shots) shots, \(seconds(left)) s left"
  }

  private static func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }

  private func draw(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
