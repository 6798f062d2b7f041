/* The kernels of conv.h for any processor of the architecture: SSE2 on x86-64, NEON on AArch64. */
#define CONV_TABLE conv_level_portable
#if defined(__aarch64__)
#define CONV_COLUMNS 6
#else
#define CONV_COLUMNS 3
#endif
#define CONV_OUTER 4
#include "conv_kernels.inc"
