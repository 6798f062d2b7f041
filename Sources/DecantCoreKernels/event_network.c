/* Hands an event to the kernels of a level. */
#include "levels.h"

uint32_t core_event_halves(int32_t level, const core_event_network *network, const uint64_t *words,
                           uint32_t even_shift, uint32_t odd_shift, const int16_t *bias, int32_t *halves) {
#if defined(__x86_64__)
  const window seen = {words, even_shift, odd_shift};
  if (level == CORE_KERNELS_AVX512) return halves_avx512(network, seen, bias, halves);
  return halves_avx2(network, seen, bias, halves);
#else
  (void)level, (void)network, (void)words, (void)even_shift, (void)odd_shift, (void)bias, (void)halves;
  return 0; /* no such level here */
#endif
}
