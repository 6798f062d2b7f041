/// Hashes that tell experiments apart.
public enum Fingerprint {
  /// SHA-256 in hexadecimal.
  public static func of(_ bytes: [UInt8]) -> String { SHA256.hexadecimal(bytes) }

  /// A seed of an experiment's own: with one seed for a whole sweep, similar models would otherwise see nearly the
  /// same errors, and their results would not be independent.
  ///
  /// hash: of the experiment's model, in hexadecimal.
  public static func seed(_ seed: UInt64, _ hash: String) -> UInt64 {
    seed ^ (UInt64(hash.prefix(16), radix: 16) ?? 0)
  }
}
