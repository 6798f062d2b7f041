/* The kernels of event.h for AVX-512. */
#if defined(__x86_64__)
#pragma clang attribute push(                                                                                    \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"), min_vector_width(512))), apply_to = function)
#define EVENT_TABLE event_level_avx512
#include "event_kernels.inc"
#pragma clang attribute pop
#endif
