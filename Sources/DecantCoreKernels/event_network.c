/* Hands events to the kernels of a level. */
#include "levels.h"

uint32_t core_event_halves(int32_t level, const core_event_network *network, const core_event *events,
                           uint32_t count) {
#if defined(__x86_64__)
  if (level == CORE_KERNELS_AVX512) return halves_avx512(network, events, count);
  return halves_avx2(network, events, count);
#elif defined(__aarch64__) && defined(CORE_KERNELS_ARM)
  if (level == CORE_KERNELS_DOTPROD) return halves_dotprod(network, events, count);
  return halves_neon(network, events, count);
#elif defined(CORE_KERNELS_ARM)
  (void)level;
  return halves_neon(network, events, count);
#else
  (void)level, (void)network, (void)events, (void)count;
  return 0; /* no such level here */
#endif
}
