import Testing

@testable import DecantCore

@Suite struct CRC32Tests {
  @Test func agreesWithTheStandardCheckValue() {
    var crc = CRC32()
    crc.update(Array("123456789".utf8), count: 9)
    #expect(crc.value == 0xCBF4_3926)
  }
}
