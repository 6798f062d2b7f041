/* The kernels of event.h for AVX2. */
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define EVENT_TABLE event_level_avx2
#include "event_kernels.inc"
#pragma clang attribute pop
#endif
