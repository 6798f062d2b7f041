/* Which instructions the kernels may use, asked once at run time: one build serves every processor of a kind, and
   nothing is compiled for the machine that happens to build it.

   A kernel is written once, in a file that is included once for each level with the target attribute of that level,
   and chosen by a table indexed with `decant_kernels_level()`. */
#ifndef DECANT_KERNELS_CPU_H
#define DECANT_KERNELS_CPU_H

#include <stdint.h>

#define DECANT_KERNELS_PORTABLE 0 /* what every processor of the architecture has: SSE2, or NEON on AArch64 */
#define DECANT_KERNELS_AVX2 1     /* AVX2 and FMA */
#define DECANT_KERNELS_AVX512 2   /* AVX-512 F, BW, DQ and VL; ask `decant_kernels_have_vnni` for VNNI */

/* The best level that this processor has. The environment variable DECANT_KERNELS, one of portable, avx2 and avx512,
   lowers it, for tests; it never raises it, and other values are ignored here (the grid network in float understands
   openblas, too). Same answer for a process's whole life. */
int32_t decant_kernels_level(void);

/* Whether a processor of level AVX-512 also multiplies bytes (AVX-512 VNNI): 1 or 0. */
int32_t decant_kernels_have_vnni(void);

/* portable, avx2 or avx512. */
const char *decant_kernels_level_name(int32_t level);

#endif
