/* Three-dimensional convolution of float volumes, forward and backward, on one thread.

   A volume stands in memory as [block][time][row][column][16]: channels in blocks of 16, so that a vector holds one
   voxel of a block whatever the number of channels, and around its three extents a halo of zeros, so that no kernel
   ever asks whether a neighbour exists. Functions write the inside and leave the halo alone. Channels beyond a volume's
   last one fill up its last block; they must be zero, and stay so.

   Convolution is what networks call by that name, a cross-correlation of stride one that keeps the extents:
       out[o][v] = bias[o] + sum over i, u of weight[o][i][u] * in[i][v + u - kernel / 2].

   Sums are formed in an order that depends on the processor's level (cpu.h), and on nothing else: the same call on the
   same processor gives the same bits.

   A program may offer a matrix product, OpenBLAS's for one, and convolve by im2col and that instead: a choice for each
   shape, which the host makes (Convolution.swift) from what Tests/benchmarks/convolution.sh measured. */
#ifndef DECANT_KERNELS_CONV_H
#define DECANT_KERNELS_CONV_H

#include <stddef.h>
#include <stdint.h>

#define DECANT_CONV_BLOCK 16

/* Extents without the halo, each at least 1; the halo is that wide on every side. */
typedef struct {
  int32_t times, rows, columns, halo;
} decant_conv_volume;

/* kernel: odd, at most 2 * halo + 1, the same along all three extents. inputs, outputs: channels. scratch: NULL for the
   kernels; memory of `decant_conv_scratch_size` floats, which one thread uses at a time, for im2col and the matrix
   product that was offered. Weights are packed for one or the other: set it first, and keep it. */
typedef struct {
  decant_conv_volume volume;
  int32_t kernel, inputs, outputs;
  float *scratch;
} decant_conv_shape;

/* Adds to c (m, n) the product of a (m, k), which stands transposed in memory if `transposed` is 1, and b (k, n); all
   row-major, with so many floats from row to row. Threads call it at once. */
typedef void (*decant_conv_product)(int32_t transposed, int32_t m, int32_t n, int32_t k, const float *a, int32_t a_row,
                                    const float *b, int32_t b_row, float *c, int32_t c_row);

/* To be called before the first convolution of a shape with scratch memory. */
void decant_conv_offer_products(decant_conv_product product);
/* Whether one was offered: 1 or 0. */
int32_t decant_conv_have_products(void);
/* Floats of scratch memory for a shape, whatever its `scratch`. */
size_t decant_conv_scratch_size(const decant_conv_shape *shape);

/* Floats that volumes of so many channels take. Memory of them must begin at a multiple of 64 bytes. */
size_t decant_conv_volume_size(const decant_conv_volume *volume, int32_t channels);

/* Weights are given as (outputs, inputs, kernel, kernel, kernel), row-major, and packed for the kernels: floats, at a
   multiple of 64 bytes. */
size_t decant_conv_packed_size(const decant_conv_shape *shape);
void decant_conv_pack(const decant_conv_shape *shape, const float *weights, float *packed);
/* Packs the weights of `shape` for the convolution that carries a gradient from its outputs to its inputs; it is of
   shape `decant_conv_transposed(shape)`. */
void decant_conv_pack_transposed(const decant_conv_shape *shape, const float *weights, float *packed);
decant_conv_shape decant_conv_transposed(const decant_conv_shape *shape);
/* Adds a packed gradient to one laid out as the weights are. */
void decant_conv_add_unpacked(const decant_conv_shape *shape, const float *packed, float *weights);

/* bias: `outputs` floats, or NULL for zeros. */
void decant_conv_forward(const decant_conv_shape *shape, const float *input, const float *packed, const float *bias,
                         float *output);
/* Adds the gradient of the weights, packed, and of the bias, given the layer's input and the gradient of its output. */
void decant_conv_add_weight_gradient(const decant_conv_shape *shape, const float *input, const float *gradient,
                                     float *packed, float *bias);

#define DECANT_CONV_RELU 0
/* x * sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3): the tanh form of GELU. */
#define DECANT_CONV_GELU 1

/* output = activation of input. They may be the same. */
void decant_conv_activate(const decant_conv_volume *volume, int32_t channels, int32_t activation, const float *input,
                          float *output);
/* Multiplies a gradient by the activation's slope at `input`. */
void decant_conv_activation_gradient(const decant_conv_volume *volume, int32_t channels, int32_t activation,
                                     const float *input, float *gradient);

/* The binary cross-entropy, in nats, of logits of 4 channels against packed bits of shape (4, times, rows, columns),
   least significant bit first; summed over all of them. gradient: of the logits; NULL to leave it out. */
double decant_conv_cross_entropy(const decant_conv_volume *volume, const float *logits, const uint8_t *targets,
                                 float *gradient);

#endif
