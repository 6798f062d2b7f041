/* The kernels of conv.h for AVX2: 16 registers, two for 16 floats. */
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CONV_TABLE conv_level_avx2
#define CONV_COLUMNS 6
#define CONV_OUTER 4
#include "conv_kernels.inc"
#pragma clang attribute pop
#endif
