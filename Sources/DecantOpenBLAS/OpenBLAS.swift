import DecantKernels

#if OpenBLAS
  import COpenBLAS
#endif

/// Hands OpenBLAS's matrix product to the host plane, in builds with the trait `OpenBLAS`; others do nothing.
///
/// A program calls this when it starts. The host plane never refers to OpenBLAS by itself, so that
/// libdecant_host.so and the Python package, which are made of it, run where there is none.
public func offerOpenBLAS() {
  #if OpenBLAS
    // The host plane has threads of its own, each with a shot.
    openblas_set_num_threads(1)
    decant_conv_offer_products { transposed, m, n, k, a, aRow, b, bRow, c, cRow in
      cblas_sgemm(
        CblasRowMajor, transposed == 1 ? CblasTrans : CblasNoTrans, CblasNoTrans, m, n, k, 1, a, aRow, b,
        bRow,
        1, c, cRow)
    }
  #endif
}
