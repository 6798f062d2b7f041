/* The event network with NEON alone. */
#include "levels.h"

#if defined(CORE_KERNELS_ARM)
#include "neon.h"

#define HALVES halves_neon
#define DOTPROD 0
#include "event_network_neon.inc"
#endif
