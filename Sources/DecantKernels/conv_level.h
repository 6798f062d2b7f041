/* The kernels of conv.h at one level of the processor: what a table of them holds.

   conv_kernels.inc defines one table in each file that includes it, with the target attribute of its level. */
#ifndef CONV_LEVEL_H
#define CONV_LEVEL_H

#include "conv.h"

typedef struct {
  void (*forward)(const decant_conv_shape *, const float *, const float *, const float *, float *);
  void (*add_weight_gradient)(const decant_conv_shape *, const float *, const float *, float *, float *);
  void (*activate)(const decant_conv_volume *, int32_t, int32_t, const float *, float *);
  void (*activation_gradient)(const decant_conv_volume *, int32_t, int32_t, const float *, float *);
  double (*cross_entropy)(const decant_conv_volume *, const float *, const uint8_t *, float *);
} conv_level;

extern const conv_level conv_level_portable;
#if defined(__x86_64__)
extern const conv_level conv_level_avx2, conv_level_avx512;
#endif

/* Distances in floats. */
typedef struct {
  size_t row, time, block;
} conv_strides;

static inline conv_strides conv_strides_of(const decant_conv_volume *v) {
  conv_strides s;
  s.row = (size_t)(v->columns + 2 * v->halo) * DECANT_CONV_BLOCK;
  s.time = (size_t)(v->rows + 2 * v->halo) * s.row;
  s.block = (size_t)(v->times + 2 * v->halo) * s.time;
  return s;
}

/* Where the first voxel of the inside, moved by so much along every extent, stands in a block. */
static inline size_t conv_inside(const decant_conv_volume *v, conv_strides s, int32_t moved) {
  return (size_t)(v->halo + moved) * (s.time + s.row + DECANT_CONV_BLOCK);
}

static inline int32_t conv_blocks(int32_t channels) {
  return (channels + DECANT_CONV_BLOCK - 1) / DECANT_CONV_BLOCK;
}

/* Channels of a block that take part, a multiple of four: the kernels take four at a time. */
static inline int32_t conv_block_channels(int32_t channels, int32_t block) {
  int32_t left = channels - block * DECANT_CONV_BLOCK;
  return left >= DECANT_CONV_BLOCK ? DECANT_CONV_BLOCK : (left + 3) / 4 * 4;
}

/* Up to four outputs, as in a network's last layer, leave most of a vector idle; their kernels put inputs into the
   vectors instead. */
#define CONV_NARROW 4
static inline int conv_is_narrow(const decant_conv_shape *s) { return s->outputs <= CONV_NARROW; }

/* Packed weights. Wide: [output block][input block][tap][input][16 outputs]. Narrow: [input block][tap][4 outputs]
   [16 inputs]. */
static inline size_t conv_packed_inputs(const decant_conv_shape *s) {
  int32_t last = conv_blocks(s->inputs) - 1;
  return (size_t)last * DECANT_CONV_BLOCK + (size_t)conv_block_channels(s->inputs, last);
}

#endif
