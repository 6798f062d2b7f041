import DecantKernels
import Glibc

/// Who convolves in a grid network: kernels of our own, a library's matrix products after im2col, or for each layer
/// who was faster when it was measured.
enum Convolution {
  case kernels, products, fastest

  /// As the environment variable DECANT_KERNELS asks for.
  static func asked() throws(NetworkError) -> Convolution {
    try asked(getenv("DECANT_KERNELS").map { String(cString: $0) }, offered: decant_conv_have_products() == 1)
  }

  /// - Parameters:
  ///   - name: `openblas`, or a level of the kernels; others are ignored.
  ///   - offered: whether this program brings OpenBLAS.
  /// - Throws: if OpenBLAS is asked for and there is none.
  static func asked(_ name: String?, offered: Bool) throws(NetworkError) -> Convolution {
    switch name {
    case "openblas" where offered: return .products
    case "openblas":
      throw NetworkError(
        "DECANT_KERNELS=openblas, but there is no OpenBLAS here: it is in the command, built with SwiftPM's trait "
          + "OpenBLAS; choose avx512, avx2 or portable instead")
    case "portable", "avx2", "avx512": return .kernels
    default: return offered ? .fastest : .kernels
    }
  }

  /// Whether products convolve this layer, forward and for its input's gradient.
  ///
  /// Measured by Tests/benchmarks/convolution.sh: from 128 channels on, with AVX2 and AVX-512, OpenBLAS 0.3.21 is as
  /// fast as the kernels or faster; for the weights' gradient it is slower with AVX-512, and not asked.
  func multiplies(_ shape: decant_conv_shape) -> Bool {
    switch self {
    case .kernels: false
    case .products: true
    case .fastest:
      min(shape.inputs, shape.outputs) >= 128 && decant_kernels_level() != DECANT_KERNELS_PORTABLE
    }
  }
}
