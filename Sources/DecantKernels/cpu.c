/* The processor's level: asked of the processor, lowered by the environment. */
#include "cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"portable", "avx2", "avx512"};

static int32_t of_processor(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      return DECANT_KERNELS_AVX512;
    return DECANT_KERNELS_AVX2;
  }
#endif
  return DECANT_KERNELS_PORTABLE;
}

static int32_t find_level(void) {
  int32_t level = of_processor();
  const char *asked = getenv("DECANT_KERNELS");
  for (int32_t lower = 0; asked && lower < level; lower++)
    if (strcmp(asked, names[lower]) == 0) return lower;
  return level;
}

int32_t decant_kernels_level(void) {
  /* One more than the level, 0 as long as nobody asked. Threads that ask at once find the same. */
  static _Atomic int32_t known;
  int32_t found = atomic_load_explicit(&known, memory_order_relaxed);
  if (found == 0) {
    found = find_level() + 1;
    atomic_store_explicit(&known, found, memory_order_relaxed);
  }
  return found - 1;
}

int32_t decant_kernels_have_vnni(void) {
#if defined(__x86_64__)
  return decant_kernels_level() == DECANT_KERNELS_AVX512 && __builtin_cpu_supports("avx512vnni");
#else
  return 0;
#endif
}

const char *decant_kernels_level_name(int32_t level) {
  return level >= 0 && level <= DECANT_KERNELS_AVX512 ? names[level] : "unknown";
}
