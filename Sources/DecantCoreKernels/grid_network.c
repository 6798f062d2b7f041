/* Hands layers to the kernels of a level. */
#include "levels.h"

void core_grid_convolve(int32_t level, const core_grid_layer *layer) {
#if defined(__x86_64__)
  if (level == CORE_KERNELS_AVX512) {
    convolve_avx512(layer);
  } else {
    convolve_avx2(layer);
  }
#elif defined(__aarch64__) && defined(CORE_KERNELS_ARM)
  if (level == CORE_KERNELS_DOTPROD) {
    convolve_dotprod(layer);
  } else {
    convolve_neon(layer);
  }
#elif defined(CORE_KERNELS_ARM)
  (void)level;
  convolve_neon(layer);
#else
  (void)level, (void)layer; /* no such level here */
#endif
}
