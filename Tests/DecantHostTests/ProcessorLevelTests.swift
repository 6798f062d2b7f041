import DecantKernels
import Testing

/// Kernels are chosen at run time.
@Suite struct ProcessorLevelTests {
  @Test func levelHasAName() {
    let level = decant_kernels_level()
    #expect((DECANT_KERNELS_PORTABLE...DECANT_KERNELS_AVX512).contains(level))
    #expect(decant_kernels_level() == level)
    #expect(["portable", "avx2", "avx512"].contains(String(cString: decant_kernels_level_name(level))))
    #expect(String(cString: decant_kernels_level_name(-1)) == "unknown")
  }
}
