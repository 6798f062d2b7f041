/* The event network at each level above the portable one. */
#ifndef CORE_KERNELS_LEVELS_H
#define CORE_KERNELS_LEVELS_H

#include "core_kernels.h"

enum { MAX_HIDDEN = 256, MAX_UNITS = 64, MAX_FEATURES = 15 * 64 };

uint32_t halves_avx2(const core_event_network *n, const core_event *events, uint32_t count);
uint32_t halves_avx512(const core_event_network *n, const core_event *events, uint32_t count);

#endif
