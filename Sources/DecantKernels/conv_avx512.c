/* The kernels of conv.h for AVX-512: 32 registers of 16 floats. */
#if defined(__x86_64__)
#pragma clang attribute push(                                                                                    \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"), min_vector_width(512))), apply_to = function)
#define CONV_TABLE conv_level_avx512
#define CONV_COLUMNS 14
#define CONV_OUTER 16
#include "conv_kernels.inc"
#pragma clang attribute pop
#endif
