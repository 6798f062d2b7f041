/* Hands layers to the kernels of a level. */
#include "levels.h"

void core_grid_convolve(int32_t level, const core_grid_layer *layer) {
#if defined(__x86_64__)
  if (level == CORE_KERNELS_AVX512) {
    convolve_avx512(layer);
  } else {
    convolve_avx2(layer);
  }
#else
  (void)level, (void)layer; /* no such level here */
#endif
}
