/// The proof that ways out lead out, and that components are what the image says.
///
/// On this rest the promise that a truncated answer explains its shot, and that an impossible shot is told
/// before anything is matched.
extension ImageReader {
  /// Every way out ends, because each step has one left less than the one before: at the boundary, or, in a
  /// closed component, at its root. There is one root to each component, and they are numbered alike. So
  /// what is not said to be closed has a boundary indeed, and what bears one number hangs together.
  func checkEscapes() -> Bool {
    let graph = graph
    var roots: UInt32 = 0
    var longest: UInt32 = 0
    var node: UInt32 = 0
    while node < detectors {
      let escape = graph.escapes[node]
      let pattern = graph.pattern(of: node)
      longest = max(longest, escape.steps)
      if escape.position == .none {
        guard escape.steps == 0, closedComponentCount != 0, closedComponents[node] == roots else {
          return false
        }
        roots &+= 1
      } else if escape.position == pattern.degree {
        guard pattern.boundaryWeight != .none, escape.steps == 1 else { return false }
      } else {
        guard escape.position < pattern.degree, escape.steps != 0 else { return false }
        let next = graph.neighbour(of: node, behind: pattern.firstSlot &+ escape.position)
        guard graph.escapes[next].steps == escape.steps &- 1 else { return false }
      }
      node &+= 1
    }
    return roots == closedComponentCount && longest == longestEscape
  }

  /// Edges stay inside a component, and those to the boundary are in none that is said to be closed.
  func checkComponents() -> Bool {
    let components = u32(ImageLayout.Header.components)
    guard closedComponentCount <= components, components <= detectors else { return false }
    guard closedComponentCount != 0 else { return true }
    let graph = graph
    var node: UInt32 = 0
    while node < detectors {
      let component = closedComponents[node]
      let pattern = graph.pattern(of: node)
      guard component == .none || (component < closedComponentCount && pattern.boundaryWeight == .none) else {
        return false
      }
      var slot = pattern.firstSlot
      let end = slot &+ pattern.degree
      while slot < end {
        guard closedComponents[graph.neighbour(of: node, behind: slot)] == component else { return false }
        slot &+= 1
      }
      node &+= 1
    }
    return true
  }

  func checkNegativeEdges() -> Bool {
    let negativeEdges = negativeEdges
    var index: UInt32 = 0
    while index < negativeEdgeCount {
      guard negativeEdges[index] < edgeCount else { return false }
      guard index == 0 || negativeEdges[index] > negativeEdges[index &- 1] else { return false }
      index &+= 1
    }
    return true
  }
}
