/* The convolutions of shapes that have scratch memory: as in conv_level.h, by a matrix product that was offered. */
#ifndef CONV_PRODUCTS_H
#define CONV_PRODUCTS_H

#include "conv_level.h"

/* Packed weights: [tap][input][output]. */
void conv_products_forward(const decant_conv_shape *shape, const float *input, const float *weights, const float *bias,
                           float *output);
void conv_products_add_weight_gradient(const decant_conv_shape *shape, const float *input, const float *gradient,
                                       float *weights, float *bias);

#endif
