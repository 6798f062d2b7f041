/// Nodes waiting to be settled by a shortest-path search: nearest first, the lower of two equally near.
///
/// A binary heap; search keeps no handle on an entry, and inserts a node again when it gets nearer.
struct DistanceQueue {
  struct Entry {
    var distance: UInt64
    var node: UInt32

    func comesBefore(_ other: Entry) -> Bool {
      distance != other.distance ? distance < other.distance : node < other.node
    }
  }

  private var heap: [Entry] = []

  mutating func insert(_ entry: Entry) {
    var index = heap.count
    heap.append(entry)
    while index > 0, entry.comesBefore(heap[(index - 1) / 2]) {
      heap[index] = heap[(index - 1) / 2]
      index = (index - 1) / 2
    }
    heap[index] = entry
  }

  mutating func removeNearest() -> Entry? {
    guard let nearest = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return nearest }
    var index = 0
    while true {
      var child = 2 * index + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1].comesBefore(heap[child]) { child += 1 }
      guard heap[child].comesBefore(last) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return nearest
  }
}
