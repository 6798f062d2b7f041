/* The event network in float: forward, backward, and the optimizer's update, on one thread.

   A sample lists features, each of which is a row of `hidden` numbers:
       a1 = clip(b1 + sum of its rows)          hidden
       a2 = clip(b2 + a1 W2)                    middle
       z  = base + b3 + a2 W3                   16, of which `outputs` are used
   with clip(x) = min(max(x, 0), DECANT_EVENT_CLIP). The loss is binary cross-entropy of sigmoid(z) against labels that
   are probabilities; an output whose base is DECANT_EVENT_NONE counts for nothing.

   Sums are formed in an order that depends on the processor's level (cpu.h), and on nothing else: the same call on the
   same processor gives the same bits. */
#ifndef DECANT_KERNELS_EVENT_H
#define DECANT_KERNELS_EVENT_H

#include <stddef.h>
#include <stdint.h>

#define DECANT_EVENT_CLIP 4.0f
#define DECANT_EVENT_NONE 1e9f
#define DECANT_EVENT_OUTPUTS 16

/* hidden: a multiple of 16, at most 512. middle: a multiple of 16, at most 64. */
typedef struct {
  int32_t features, hidden, middle, outputs;
} decant_event_shape;

/* Parameters are floats in this order: rows (features, hidden), b1 (hidden), W2 (hidden, middle), b2 (middle),
   W3 (middle, 16), b3 (16). A gradient is likewise. */
size_t decant_event_parameters(const decant_event_shape *shape);

/* The features of sample k are features[starts[k]] to features[starts[k + 1] - 1], each below shape.features. labels and
   bases: (samples, 16). */
typedef struct {
  size_t samples;
  const uint32_t *starts;
  const uint16_t *features;
  const float *labels, *bases;
} decant_event_samples;

/* Writes the transposed W2 (middle, hidden), which `decant_event_backward` wants. */
void decant_event_transpose(const decant_event_shape *shape, const float *parameters, float *transposed);

/* z (samples, 16). */
void decant_event_forward(const decant_event_shape *shape, const float *parameters, const decant_event_samples *samples,
                          float *z);

/* Adds the gradient of the summed loss to `gradient`. Returns the summed loss. */
double decant_event_backward(const decant_event_shape *shape, const float *parameters, const float *transposed,
                             const decant_event_samples *samples, float *gradient);

/* Sums `count` gradients, `stride` floats apart, over the parameters in [begin, end): into the first; the others are
   cleared. Returns the sum of the squares. */
double decant_event_gather(float *gradients, size_t count, size_t stride, size_t begin, size_t end);

/* AdamW (Loshchilov and Hutter, 2019) over parameters in [begin, end): the gradient is scaled by `scale`, and cleared. */
typedef struct {
  float scale, rate, decay, beta1, beta2, epsilon;
  float correction1, correction2; /* 1 / (1 - beta^updates) */
} decant_event_step;
void decant_event_update(const decant_event_step *step, float *parameters, float *m, float *v, float *gradient,
                         size_t begin, size_t end);

#endif
