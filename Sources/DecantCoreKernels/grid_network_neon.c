/* A grid network's layers with NEON alone. */
#include "levels.h"

#if defined(CORE_KERNELS_ARM)
#include "neon.h"

#define CONVOLVE convolve_neon
#define DOTPROD 0
#include "grid_network_neon.inc"
#endif
