/* The networks at each level above the portable one. */
#ifndef CORE_KERNELS_LEVELS_H
#define CORE_KERNELS_LEVELS_H

#include "core_kernels.h"

enum { MAX_HIDDEN = 256, MAX_UNITS = 64, MAX_FEATURES = 15 * 64 };

#if defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)
#define CORE_KERNELS_ARM 1
#endif

uint32_t halves_avx2(const core_event_network *n, const core_event *events, uint32_t count);
uint32_t halves_avx512(const core_event_network *n, const core_event *events, uint32_t count);
uint32_t halves_neon(const core_event_network *n, const core_event *events, uint32_t count);
uint32_t halves_dotprod(const core_event_network *n, const core_event *events, uint32_t count);

/* Works out `width` voxels of a row, from the one whose first tap is at `values` on, in one block of outputs. output,
   logits: where the first of them goes. */
typedef void (*grid_voxels)(const core_grid_layer *l, const uint8_t *values, uint32_t block, uint8_t *output,
                            int32_t *logits, uint32_t width);

/* Calls `convolve` with all of a layer, each row cut into `parts` that are as equal as can be, for a part of few voxels
   waits for its own additions. */
static inline __attribute__((always_inline)) void convolve_rows(const core_grid_layer *l, uint32_t parts,
                                                                grid_voxels convolve) {
  const uint64_t columns = l->columns + 2 * l->margin, rows = l->rows + 2 * l->margin;
  const uint32_t reach = l->margin - l->extent / 2;
  int32_t *logits = l->logits;
  for (uint32_t t = 0; t < l->rounds; t++) {
    for (uint32_t r = 0; r < l->rows; r++) {
      const uint64_t tap = ((t + reach) * rows + r + reach) * columns + reach;
      const uint64_t voxel = ((t + l->margin) * rows + r + l->margin) * columns + l->margin;
      for (uint32_t part = 0, at = 0; part < parts; part++) {
        const uint32_t width = (l->columns - at) / (parts - part);
        for (uint32_t block = 0; block < l->blocks; block++) {
          uint8_t *output = l->table == 0 ? 0 : l->output + (voxel + at) * l->output_stride + 16 * block;
          convolve(l, l->input + (tap + at) * l->input_stride, block, output, logits, width);
        }
        at += width;
        logits += 4 * (uint64_t)width;
      }
    }
  }
}

void convolve_avx2(const core_grid_layer *layer);
void convolve_avx512(const core_grid_layer *layer);
void convolve_neon(const core_grid_layer *layer);
void convolve_dotprod(const core_grid_layer *layer);

#endif
