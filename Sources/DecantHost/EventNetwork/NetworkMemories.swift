import CDecant
import DecantCore

/// The event network of a decoder image as memory files for RTL: text for Verilog's `$readmemh`, a word on each line.
///
/// Offsets, records and their meaning are the core's own, so that hardware cannot come to know another network than the
/// library does. Fields of a word are told from its lowest bits on, each as wide as here:
///
///     settings      32: detectors, hidden, units, outputs, rounds, rows, rowWidth, boardRounds, boardWords, evenMask,
///                       oddMask, firstShift, secondShift, thirdShift, minWeight, bias rows, slot groups, slots
///     places        a detector:  32 origin, 32 markWord, 32 biasRow, 32 slotGroup, 8 evenShift, 8 oddShift, 8 markBit,
///                       8 type, 32 first of its slots
///     biases        a bias row:  hidden x 16
///     rows          a feature:   hidden x 16
///     second        a sum:       units x 8, weights
///     second_scale  a unit:      32 bias, 32 multiplier
///     third         a unit:      16 x 8, weights
///     third_scale   an output:   32 bias, 32 multiplier
///     about         16 for each slot group: 8 output, 8 position, 8 twinPosition, 8 twinOutput
///     slots         an edge's end: 32 step, 32 weight
///
/// `NetworkRecord` has the arithmetic.
public struct NetworkMemories: Sendable {
  /// Names without an extension, and the words of each.
  public private(set) var files: [(name: String, text: String)] = []

  private let image: [UInt8]
  /// Offset and count of each section's elements.
  private var sections: [UInt32: (offset: Int, count: Int)] = [:]

  /// name: what messages call the image.
  public init(image: [UInt8], name: String) throws(DecoderError) {
    // Checks the whole image: from here on every index in it is good.
    let decoder = try LoadedDecoder(image: image, name: name, network: true)
    guard decoder.info.flags & UInt32(DECANT_IMAGE_GRID | DECANT_IMAGE_STREAM) == 0 else {
      throw DecoderError(
        status: decant_status(DECANT_UNSUPPORTED),
        "\(name): only the event network of an image for whole shots has memory files. Make one with decant compile "
          + "--model event, without --stream.")
    }
    self.image = image
    findSections()
    let network: NetworkRecord = record(ImageLayout.Section.network, 0)
    files = [
      ("settings", settings(network)),
      ("places", places()),
      ("biases", text(bytes(ImageLayout.Section.networkBiases, size: 2 * Int(network.hidden)))),
      ("rows", text(bytes(ImageLayout.Section.networkRows, size: 2 * Int(network.hidden)))),
      ("second", weights(network.secondWeights, inputs: Int(network.hidden), outputs: Int(network.units))),
      ("second_scale", scale(0, network.secondMultipliers, outputs: Int(network.units))),
      ("third", weights(network.thirdWeights, inputs: Int(network.units), outputs: 16)),
      ("third_scale", scale(network.thirdBiases, network.thirdMultipliers, outputs: 16)),
      (
        "about",
        text(
          bytes(
            ImageLayout.Section.networkSlots, size: MemoryLayout<NetworkSlot>.size, NetworkSlot.groupSize))
      ),
      ("slots", slots()),
    ]
  }

  private mutating func findSections() {
    typealias Entry = ImageLayout.SectionEntry
    for index in 0..<Int(load(ImageLayout.Header.sectionCount) as UInt32) {
      let entry = ImageLayout.headerSize + index * ImageLayout.sectionEntrySize
      let kind: UInt32 = load(entry + Entry.kind)
      let (offset, count): (UInt64, UInt64) = (load(entry + Entry.offset), load(entry + Entry.count))
      sections[kind] = (Int(offset), Int(count))
    }
  }

  private func load<Value: BitwiseCopyable>(_ offset: Int) -> Value {
    image.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
  }

  /// Records are of words: aligned, since arrays and sections are.
  private func record<Record>(_ section: UInt32, _ index: Int) -> Record {
    let offset = sections[section]!.offset + index * MemoryLayout<Record>.stride
    return image.withUnsafeBytes { $0.load(fromByteOffset: offset, as: Record.self) }
  }

  private func settings(_ network: NetworkRecord) -> String {
    let detectors = sections[ImageLayout.Section.networkPlaces]!.count
    let words = [
      UInt32(detectors), network.hidden, network.units, network.outputs, network.rounds, network.rows,
      network.rowWidth, network.boardRounds, network.boardWords, network.evenMask, network.oddMask,
      network.firstShift, network.secondShift, network.thirdShift, network.minWeight,
      UInt32(sections[ImageLayout.Section.networkBiases]!.count),
      UInt32(sections[ImageLayout.Section.networkSlots]!.count),
      UInt32(sections[ImageLayout.Section.slots]!.count),
    ]
    return text(words.map { Self.bytes($0) })
  }

  private func places() -> String {
    let detectors = sections[ImageLayout.Section.networkPlaces]!.count
    return text(
      (0..<detectors).map { detector in
        let place: NetworkPlace = record(ImageLayout.Section.networkPlaces, detector)
        let node: NodeRecord = record(ImageLayout.Section.nodes, detector)
        let pattern: PatternRecord = record(ImageLayout.Section.patterns, Int(node.pattern))
        return [place.origin, place.markWord, place.biasRow, place.slotGroup].flatMap { Self.bytes($0) }
          + [place.evenShift, place.oddShift, place.markBit, place.type] + Self.bytes(pattern.firstSlot)
      })
  }

  private func slots() -> String {
    text(
      (0..<sections[ImageLayout.Section.slots]!.count).map { index in
        let slot: SlotRecord = record(ImageLayout.Section.slots, index)
        return Self.bytes(slot.step) + Self.bytes(slot.weight)
      })
  }

  /// A word for each input: the image interleaves four inputs.
  private func weights(_ offset: Int, inputs: Int, outputs: Int) -> String {
    let first = sections[ImageLayout.Section.networkDense]!.offset + offset
    return text(
      (0..<inputs).map { input in
        (0..<outputs).map { image[first + 4 * (input / 4 * outputs + $0) + input % 4] }
      })
  }

  private func scale(_ biases: Int, _ multipliers: Int, outputs: Int) -> String {
    let first = sections[ImageLayout.Section.networkDense]!.offset
    return text(
      (0..<outputs).map { output in
        let (bias, multiplier): (UInt32, UInt32) = (
          load(first + biases + 4 * output), load(first + multipliers + 4 * output)
        )
        return Self.bytes(bias) + Self.bytes(multiplier)
      })
  }

  /// The words of a section as it is. perElement: words in one of its elements.
  private func bytes(_ section: UInt32, size: Int, _ perElement: Int = 1) -> [[UInt8]] {
    let (offset, count) = sections[section]!
    return (0..<count * perElement).map { Array(image[offset + $0 * size..<offset + ($0 + 1) * size]) }
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }

  /// Words are little-endian; their hexadecimal digits begin with the highest.
  private func text(_ words: [[UInt8]]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for word in words {
      for byte in word.reversed() {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      }
      text.append(UInt8(ascii: "\n"))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
