/* The event network with NEON and its dot products of bytes. */
#include "levels.h"

#if defined(CORE_KERNELS_ARM) && defined(__aarch64__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "neon.h"

#define HALVES halves_dotprod
#define DOTPROD 1
#include "event_network_neon.inc"

#pragma clang attribute pop
#endif
