/// "Nothing": the index that no table has.
extension UInt32 {
  @inline(__always) static var none: UInt32 { .max }
}

/// A fixed-length array in the workspace or the image.
///
/// Invariant: `base` points at memory of the right alignment that outlives the table, and every index ever
/// used is below the length it was carved with. Lengths are proved when the image is checked and the
/// workspace is laid out, so that the inner loops need not ask again; debug builds do ask.
struct Table<Element> {
  let base: UnsafeMutablePointer<Element>
  #if DEBUG
    let count: Int
  #endif

  @inline(__always)
  init(_ address: UnsafeMutableRawPointer, count: Int) {
    base = address.assumingMemoryBound(to: Element.self)
    #if DEBUG
      self.count = count
    #endif
  }

  @inline(__always)
  init(reading address: UnsafeRawPointer, count: Int) {
    self.init(UnsafeMutableRawPointer(mutating: address), count: count)
  }

  /// The table that begins at `index` of this one.
  @inline(__always)
  func dropFirst(_ index: UInt32) -> Table {
    #if DEBUG
      precondition(Int(truncatingIfNeeded: index) <= count, "a table cannot begin past the end of another")
      return Table(base + Int(truncatingIfNeeded: index), count: count - Int(truncatingIfNeeded: index))
    #else
      return Table(base + Int(truncatingIfNeeded: index), count: 0)
    #endif
  }

  @inline(__always)
  private func place(_ index: UInt32) -> UnsafeMutablePointer<Element> {
    #if DEBUG
      precondition(Int(truncatingIfNeeded: index) < count, "index past the end of a table")
    #endif
    return base + Int(truncatingIfNeeded: index)
  }

  @inline(__always)
  subscript(_ index: UInt32) -> Element {
    unsafeAddress { UnsafePointer(place(index)) }
    nonmutating unsafeMutableAddress { place(index) }
  }
}
