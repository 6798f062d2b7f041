/* Convolution by im2col: what all taps of some voxels meet is gathered into rows of a matrix, and a library multiplies
   it by the weights.

   Gathered whole, a volume would take kernel^3 times its memory. So voxels come in tiles, taps in chunks: large enough
   for products to be fast, small enough for a megabyte of scratch memory, or little more where layers are very wide. */
#include "conv_products.h"

#include <stdatomic.h>
#include <string.h>

#define SCRATCH ((size_t)1 << 18)
#define CHUNK 512 /* columns that a chunk of taps has at least, where there are as many */
#define VOXELS 64 /* that a tile has at least, where there are as many: weights are read once for each tile */

static _Atomic(decant_conv_product) multiply;

void decant_conv_offer_products(decant_conv_product product) {
  atomic_store_explicit(&multiply, product, memory_order_release);
}

int32_t decant_conv_have_products(void) { return atomic_load_explicit(&multiply, memory_order_acquire) != NULL; }

static size_t taps(const decant_conv_shape *s) {
  return (size_t)s->kernel * (size_t)s->kernel * (size_t)s->kernel;
}

static size_t voxels(const decant_conv_shape *s) {
  return (size_t)s->volume.times * (size_t)s->volume.rows * (size_t)s->volume.columns;
}

static size_t chunk_taps(const decant_conv_shape *s) {
  const size_t enough = (CHUNK + (size_t)s->inputs - 1) / (size_t)s->inputs;
  return enough < taps(s) ? enough : taps(s);
}

static size_t tile_voxels(const decant_conv_shape *s) {
  size_t tile = SCRATCH / (chunk_taps(s) * (size_t)s->inputs + (size_t)s->outputs);
  if (tile < VOXELS) tile = VOXELS;
  return tile < voxels(s) ? tile : voxels(s);
}

size_t decant_conv_scratch_size(const decant_conv_shape *s) {
  return tile_voxels(s) * (chunk_taps(s) * (size_t)s->inputs + (size_t)s->outputs);
}

/* Some voxels of the inside, in the order of memory, and some taps. */
typedef struct {
  size_t first, count, tap, taps;
} tile;

/* Where a voxel of the inside stands in a block, from the inside's first. */
static size_t place(const decant_conv_shape *s, conv_strides d, size_t voxel) {
  const size_t columns = (size_t)s->volume.columns, rows = (size_t)s->volume.rows;
  return voxel / columns / rows * d.time + voxel / columns % rows * d.row + voxel % columns * DECANT_CONV_BLOCK;
}

/* A voxel's channels, from blocks to one after the other. */
static inline void gather_voxel(int32_t channels, size_t block, const float *from, float *to) {
  for (; channels >= DECANT_CONV_BLOCK; channels -= DECANT_CONV_BLOCK, from += block, to += DECANT_CONV_BLOCK)
    memcpy(to, from, DECANT_CONV_BLOCK * sizeof(float));
  for (int32_t channel = 0; channel < channels; channel++) to[channel] = from[channel];
}

/* matrix: [voxel][tap][input]. */
static void gather_taps(const decant_conv_shape *s, conv_strides d, tile t, const float *input, float *matrix) {
  const size_t kernel = (size_t)s->kernel;
  input += conv_inside(&s->volume, d, -(s->kernel / 2));
  for (size_t voxel = t.first; voxel < t.first + t.count; voxel++) {
    const float *met = input + place(s, d, voxel);
    for (size_t tap = t.tap; tap < t.tap + t.taps; tap++, matrix += s->inputs)
      gather_voxel(s->inputs, d.block,
                   met + tap / kernel / kernel * d.time + tap / kernel % kernel * d.row +
                       tap % kernel * DECANT_CONV_BLOCK,
                   matrix);
  }
}

/* Sums start as the biases; matrix: [voxel][output]. */
static void fill(const decant_conv_shape *s, tile t, const float *bias, float *matrix) {
  const size_t row = (size_t)s->outputs * sizeof(float);
  for (size_t voxel = 0; voxel < t.count; voxel++, matrix += s->outputs)
    if (bias) memcpy(matrix, bias, row);
    else memset(matrix, 0, row);
}

static void scatter(const decant_conv_shape *s, conv_strides d, tile t, const float *matrix, float *output) {
  output += conv_inside(&s->volume, d, 0);
  for (size_t voxel = t.first; voxel < t.first + t.count; voxel++) {
    float *to = output + place(s, d, voxel);
    for (int32_t left = s->outputs; left > 0; left -= DECANT_CONV_BLOCK, to += d.block) {
      const int32_t channels = left < DECANT_CONV_BLOCK ? left : DECANT_CONV_BLOCK;
      memcpy(to, matrix, (size_t)channels * sizeof(float));
      matrix += channels;
    }
  }
}

/* Taps that a chunk has when it starts with this one. */
static size_t taps_from(const decant_conv_shape *s, size_t tap) {
  return taps(s) - tap < chunk_taps(s) ? taps(s) - tap : chunk_taps(s);
}

static size_t voxels_from(const decant_conv_shape *s, size_t first) {
  return voxels(s) - first < tile_voxels(s) ? voxels(s) - first : tile_voxels(s);
}

void conv_products_forward(const decant_conv_shape *s, const float *input, const float *weights, const float *bias,
                           float *output) {
  const decant_conv_product product = atomic_load_explicit(&multiply, memory_order_acquire);
  const conv_strides d = conv_strides_of(&s->volume);
  float *sums = s->scratch, *met = sums + tile_voxels(s) * (size_t)s->outputs;
  for (tile t = {0}; t.first < voxels(s); t.first += t.count) {
    t.count = voxels_from(s, t.first);
    fill(s, t, bias, sums);
    for (t.tap = 0; t.tap < taps(s); t.tap += t.taps) {
      t.taps = taps_from(s, t.tap);
      gather_taps(s, d, t, input, met);
      const int32_t width = (int32_t)t.taps * s->inputs;
      product(0, (int32_t)t.count, s->outputs, width, met, width,
              weights + t.tap * (size_t)s->inputs * (size_t)s->outputs, s->outputs, sums, s->outputs);
    }
    scatter(s, d, t, sums, output);
  }
}

void conv_products_add_weight_gradient(const decant_conv_shape *s, const float *input, const float *gradient,
                                       float *weights, float *bias) {
  const decant_conv_product product = atomic_load_explicit(&multiply, memory_order_acquire);
  const conv_strides d = conv_strides_of(&s->volume);
  float *of_output = s->scratch, *met = of_output + tile_voxels(s) * (size_t)s->outputs;
  gradient += conv_inside(&s->volume, d, 0);
  for (tile t = {0}; t.first < voxels(s); t.first += t.count) {
    t.count = voxels_from(s, t.first);
    for (size_t voxel = 0; voxel < t.count; voxel++) {
      float *row = of_output + voxel * (size_t)s->outputs;
      gather_voxel(s->outputs, d.block, gradient + place(s, d, t.first + voxel), row);
      for (int32_t o = 0; o < s->outputs; o++) bias[o] += row[o];
    }
    for (t.tap = 0; t.tap < taps(s); t.tap += t.taps) {
      t.taps = taps_from(s, t.tap);
      gather_taps(s, d, t, input, met);
      const int32_t width = (int32_t)t.taps * s->inputs;
      product(1, width, s->outputs, (int32_t)t.count, met, width, of_output, s->outputs,
              weights + t.tap * (size_t)s->inputs * (size_t)s->outputs, s->outputs);
    }
  }
}
