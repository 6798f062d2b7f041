/* Packing of weights, and the choice of kernels: by the shape's scratch memory and the processor's level. */
#include "conv.h"

#include <string.h>

#include "conv_level.h"
#include "conv_products.h"
#include "cpu.h"

static const conv_level *level(void) {
#if defined(__x86_64__)
  switch (decant_kernels_level()) {
    case DECANT_KERNELS_AVX512: return &conv_level_avx512;
    case DECANT_KERNELS_AVX2: return &conv_level_avx2;
  }
#endif
  return &conv_level_portable;
}

size_t decant_conv_volume_size(const decant_conv_volume *volume, int32_t channels) {
  return conv_strides_of(volume).block * (size_t)conv_blocks(channels);
}

static size_t taps(const decant_conv_shape *s) {
  return (size_t)s->kernel * (size_t)s->kernel * (size_t)s->kernel;
}

size_t decant_conv_packed_size(const decant_conv_shape *s) {
  if (s->scratch) return taps(s) * (size_t)s->inputs * (size_t)s->outputs;
  if (conv_is_narrow(s)) return (size_t)conv_blocks(s->inputs) * taps(s) * CONV_NARROW * DECANT_CONV_BLOCK;
  return (size_t)conv_blocks(s->outputs) * conv_packed_inputs(s) * taps(s) * DECANT_CONV_BLOCK;
}

/* Where a weight stands among packed ones. */
static size_t place(const decant_conv_shape *s, int32_t output, int32_t input, size_t tap) {
  if (s->scratch) return (tap * (size_t)s->inputs + (size_t)input) * (size_t)s->outputs + (size_t)output;
  size_t block = (size_t)input / DECANT_CONV_BLOCK, lane = (size_t)input % DECANT_CONV_BLOCK;
  if (conv_is_narrow(s))
    return ((block * taps(s) + tap) * CONV_NARROW + (size_t)output) * DECANT_CONV_BLOCK + lane;
  size_t inputs = (size_t)conv_block_channels(s->inputs, (int32_t)block);
  size_t before = (size_t)output / DECANT_CONV_BLOCK * conv_packed_inputs(s) + block * DECANT_CONV_BLOCK;
  return (before * taps(s) + tap * inputs + lane) * DECANT_CONV_BLOCK + (size_t)output % DECANT_CONV_BLOCK;
}

void decant_conv_pack(const decant_conv_shape *s, const float *weights, float *packed) {
  memset(packed, 0, decant_conv_packed_size(s) * sizeof(float));
  for (int32_t output = 0; output < s->outputs; output++)
    for (int32_t input = 0; input < s->inputs; input++)
      for (size_t tap = 0; tap < taps(s); tap++) packed[place(s, output, input, tap)] = *weights++;
}

decant_conv_shape decant_conv_transposed(const decant_conv_shape *s) {
  decant_conv_shape transposed = *s;
  transposed.inputs = s->outputs;
  transposed.outputs = s->inputs;
  return transposed;
}

void decant_conv_pack_transposed(const decant_conv_shape *s, const float *weights, float *packed) {
  decant_conv_shape transposed = decant_conv_transposed(s);
  memset(packed, 0, decant_conv_packed_size(&transposed) * sizeof(float));
  for (int32_t output = 0; output < s->outputs; output++)
    for (int32_t input = 0; input < s->inputs; input++)
      /* A gradient flows back along each tap the other way. */
      for (size_t tap = taps(s); tap-- > 0;) packed[place(&transposed, input, output, tap)] = *weights++;
}

void decant_conv_add_unpacked(const decant_conv_shape *s, const float *packed, float *weights) {
  for (int32_t output = 0; output < s->outputs; output++)
    for (int32_t input = 0; input < s->inputs; input++)
      for (size_t tap = 0; tap < taps(s); tap++) *weights++ += packed[place(s, output, input, tap)];
}

void decant_conv_forward(const decant_conv_shape *shape, const float *input, const float *packed, const float *bias,
                         float *output) {
  if (shape->scratch) conv_products_forward(shape, input, packed, bias, output);
  else level()->forward(shape, input, packed, bias, output);
}

void decant_conv_add_weight_gradient(const decant_conv_shape *shape, const float *input, const float *gradient,
                                     float *packed, float *bias) {
  if (shape->scratch) conv_products_add_weight_gradient(shape, input, gradient, packed, bias);
  else level()->add_weight_gradient(shape, input, gradient, packed, bias);
}

void decant_conv_activate(const decant_conv_volume *volume, int32_t channels, int32_t activation, const float *input,
                          float *output) {
  level()->activate(volume, channels, activation, input, output);
}

void decant_conv_activation_gradient(const decant_conv_volume *volume, int32_t channels, int32_t activation,
                                     const float *input, float *gradient) {
  level()->activation_gradient(volume, channels, activation, input, gradient);
}

double decant_conv_cross_entropy(const decant_conv_volume *volume, const float *logits, const uint8_t *targets,
                                 float *gradient) {
  return level()->cross_entropy(volume, logits, targets, gradient);
}
