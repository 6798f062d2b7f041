import DecantKernels

/// Samples for the event network's kernels: features, bases, and labels.
///
/// Invariant: `starts` has one entry more than there are samples, and ends with the number of features.
struct EventSamples {
  var starts: [UInt32] = [0]
  var features: [UInt16] = []
  /// `DECANT_EVENT_OUTPUTS` for each sample.
  var bases: [Float] = []
  var labels: [Float] = []

  var count: Int { starts.count - 1 }

  mutating func removeAll() {
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
    features.removeAll(keepingCapacity: true)
    bases.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
  }

  /// Lends the samples to a kernel. Without labels, they must not be asked for.
  func withKernelSamples<Result>(_ body: (UnsafePointer<decant_event_samples>) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      features.withUnsafeBufferPointer { features in
        bases.withUnsafeBufferPointer { bases in
          labels.withUnsafeBufferPointer { labels in
            var samples = decant_event_samples(
              samples: count, starts: starts.baseAddress, features: features.baseAddress,
              labels: labels.baseAddress, bases: bases.baseAddress)
            return body(&samples)
          }
        }
      }
    }
  }
}
