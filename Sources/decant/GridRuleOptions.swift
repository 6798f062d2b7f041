import ArgumentParser
import DecantHost

/// How a grid network's logits become corrections.
struct GridRuleOptions: ParsableArguments {
  enum Acceptance: String, ExpressibleByArgument, CaseIterable {
    case voxel
    case edge
    case cluster
  }

  @Option(
    help: ArgumentHelp(
      "What a grid network's correction is: voxel, each data error and each flip by itself, as published; edge, whole "
        + "edges of the matching graph; cluster, whole clusters of edges. (default: voxel)",
      valueName: "rule"))
  var acceptance = Acceptance.voxel

  @Option(
    name: .customLong("data_threshold"), parsing: .unconditional,
    help: ArgumentHelp(
      "For voxel, the logit from which on data errors are corrected. (default: 0)", valueName: "logit"))
  var dataThreshold: Float?

  @Option(
    name: .customLong("syndrome_threshold"), parsing: .unconditional,
    help: ArgumentHelp("Likewise for flips of measurements. (default: 0)", valueName: "logit"))
  var syndromeThreshold: Float?

  @Option(
    name: .customLong("edge_threshold"), parsing: .unconditional,
    help: ArgumentHelp(
      "For edge, the log odds from which on an edge is corrected, the higher the surer; for cluster, those above which an "
        + "edge may have happened, the lower the surer. "
        + "(default: \(GridRule.edgeThreshold); \(GridRule.clusterThreshold))",
      valueName: "log odds"))
  var edgeThreshold: Float?

  func validate() throws {
    let thresholds = [
      ("data_threshold", dataThreshold, acceptance == .voxel),
      ("syndrome_threshold", syndromeThreshold, acceptance == .voxel),
      ("edge_threshold", edgeThreshold, acceptance != .voxel),
    ]
    for case (let name, let value?, let belongs) in thresholds {
      guard belongs else {
        throw ValidationError(
          "--\(name) does not belong to --acceptance \(acceptance.rawValue); leave it out.")
      }
      guard !value.isNaN else { throw ValidationError("--\(name) \(value) is no number.") }
    }
  }

  var rule: GridRule {
    switch acceptance {
    case .voxel: .voxels(GridThresholds(data: dataThreshold ?? 0, syndrome: syndromeThreshold ?? 0))
    case .edge: .edges(threshold: edgeThreshold ?? GridRule.edgeThreshold)
    case .cluster: .clusters(threshold: edgeThreshold ?? GridRule.clusterThreshold)
    }
  }

  /// What is put after a decoder's name; nothing for the published rule.
  var suffix: String {
    switch rule {
    case .published: ""
    case .voxels(let thresholds): "@\(thresholds.data)/\(thresholds.syndrome)"
    case .edges(let threshold): "@edge/\(threshold)"
    case .clusters(let threshold): "@cluster/\(threshold)"
    }
  }
}
