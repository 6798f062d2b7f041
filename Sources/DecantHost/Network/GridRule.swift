/// How a grid network's logits become corrections.
public enum GridRule: Equatable, Sendable {
  /// The published one: each data error and each flip by itself, see `GridCorrection`. Half an edge that is corrected
  /// leaves more for the matcher than was there.
  case voxels(GridThresholds)
  /// Whole edges of the matching graph or none, see `GridAcceptance`. Threshold: the least score, in log odds.
  case edges(threshold: Float)
  /// Whole clusters of edges, whatever happened in them, see `ClusterAcceptance`. Threshold: of an edge that may have
  /// happened, in log odds; the lower, the surer.
  case clusters(threshold: Float)

  public static let published = voxels(GridThresholds())

  /// For about six times fewer events at an error rate of .006, with a small network.
  public static let edgeThreshold: Float = 0.5
  public static let clusterThreshold: Float = -2.5
}
