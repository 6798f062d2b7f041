import CDecant
import DecantHost

/// One thing that is known of a decoder image, and how to print it.
struct ImageFact {
  /// The name in JSON, which is that of the field in decant.h.
  let key: String
  /// The name in text.
  let label: String
  /// The value in JSON.
  let value: String
  /// The value in text, with its unit.
  let text: String

  /// unit: in the singular; empty for a plain count.
  private init(_ key: String, _ label: String, _ value: UInt64, unit: String = "") {
    let plural = unit.isEmpty || value == 1 ? unit : unit + "s"
    self.init(key, label, value: "\(value)", text: plural.isEmpty ? "\(value)" : "\(value) \(plural)")
  }

  private init(_ key: String, _ label: String, value: String, text: String) {
    self.key = key
    self.label = label
    self.value = value
    self.text = text
  }

  /// All that is known, in the order in which to print it.
  static func all(_ decoder: LoadedDecoder) -> [ImageFact] {
    let info = decoder.info
    let needs = decoder.needs
    return [
      ImageFact("format_version", "format version", UInt64(info.format_version)),
      ImageFact("image_size", "image size", info.image_size, unit: "byte"),
      ImageFact("crc32", "CRC-32", value: "\(info.crc32)", text: "0x\(info.crc32.hexadecimal)"),
      ImageFact("detectors", "detectors", UInt64(info.detectors)),
      ImageFact("observables", "observables", UInt64(info.observables)),
      ImageFact("edges", "edges", UInt64(info.edges)),
      ImageFact("boundary_edges", "boundary edges", UInt64(info.boundary_edges)),
      ImageFact("negative_edges", "negative edges", UInt64(info.negative_edges)),
      ImageFact("max_degree", "most edges at a detector", UInt64(info.max_degree)),
      ImageFact("components", "components", UInt64(info.components)),
      ImageFact("closed_components", "components without boundary", UInt64(info.closed_components)),
      ImageFact("max_weight", "largest weight", UInt64(info.max_weight)),
      ImageFact(
        "weight_scale", "weight scale", value: info.weight_scale.isFinite ? "\(info.weight_scale)" : "null",
        text: "\(info.weight_scale)"),
      ImageFact(
        "correlations", "correlations", value: "\(decoder.holdsCorrelations)",
        text: decoder.holdsCorrelations ? "yes" : "no"),
      network(info),
      stream(decoder),
      strip(decoder),
      ImageFact(
        "detectors_size", decoder.streamInfo == nil ? "a shot's detectors" : "a round's detectors",
        needs.detectors_size, unit: "byte"),
      ImageFact("observables_size", "a shot's observables", needs.observables_size, unit: "byte"),
      ImageFact("workspace_size", "workspace", needs.workspace_size, unit: "byte"),
      ImageFact("worst_case_work", "worst-case work of a shot", needs.worst_case_work, unit: "unit"),
    ]
  }

  /// Detectors and windows of a stream; of an image for whole shots, that it is none.
  private static func stream(_ decoder: LoadedDecoder) -> ImageFact {
    guard let info = decoder.streamInfo else {
      return ImageFact("stream", "stream", value: "null", text: "no")
    }
    let detectors = [info.first_detectors, info.round_detectors, info.last_detectors]
    return ImageFact(
      "stream", "stream",
      value: "{\"detectors\": \(detectors), \"commit_rounds\": \(info.commit_rounds), "
        + "\"buffer_rounds\": \(info.buffer_rounds)}",
      text:
        "\(detectors[0]) detectors in the first round, \(detectors[2]) in the last, \(detectors[1]) in others; "
        + "windows commit \(info.commit_rounds) rounds and see \(info.buffer_rounds) more")
  }

  /// Which strip of a patch the image is of; of an image of no strip, that it is none.
  private static func strip(_ decoder: LoadedDecoder) -> ImageFact {
    guard let info = decoder.stripInfo else {
      return ImageFact("strip", "strip", value: "null", text: "no")
    }
    return ImageFact(
      "strip", "strip",
      value: "{\"index\": \(info.index), \"strips\": \(info.strips), \"committed\": \(info.committed), "
        + "\"shot_detectors\": \(info.shot_detectors)}",
      text: "\(info.index) of \(info.strips), of a patch of \(info.shot_detectors) detectors; commits "
        + "\(info.committed)")
  }

  /// The network's layers and window, or of a grid network its volume; of an image without one, that there is none.
  private static func network(_ info: decant_image_info) -> ImageFact {
    if info.flags & UInt32(DECANT_IMAGE_GRID) != 0 {
      let (layers, width) = (info.network_units, info.network_hidden)
      let volume = [info.network_rounds, info.network_rows, info.network_columns]
      return ImageFact(
        "grid", "grid network",
        value: "{\"layers\": \(layers), \"channels\": \(width), \"volume\": \(volume)}",
        text: "\(layers) layers of up to \(width) channels, on \(volume[0]) rounds, \(volume[1]) rows, "
          + "\(volume[2]) columns")
    }
    guard info.flags & UInt32(DECANT_IMAGE_NETWORK) != 0 else {
      return ImageFact("network", "event network", value: "null", text: "no")
    }
    let layers = [info.network_features, info.network_hidden, info.network_units, info.network_outputs]
    let window = [info.network_rounds, info.network_rows, info.network_columns]
    return ImageFact(
      "network", "event network", value: "{\"layers\": \(layers), \"window\": \(window)}",
      text: layers.map { "\($0)" }.joined(separator: "-")
        + ", window of \(window[0]) rounds, \(window[1]) rows, "
        + "\(window[2]) columns")
  }

  /// Lines of a label and a value, the values below each other.
  static func text(_ facts: [ImageFact]) -> String {
    let width = facts.map(\.label.count).max() ?? 0
    return facts.map { fact in
      fact.label + String(repeating: " ", count: width - fact.label.count + 2) + fact.text + "\n"
    }.joined()
  }

  /// One object. No key or value has a character that JSON would want escaped.
  static func json(_ facts: [ImageFact]) -> String {
    "{\n" + facts.map { "  \"\($0.key)\": \($0.value)" }.joined(separator: ",\n") + "\n}\n"
  }
}
