/* The choice of kernels by the processor's level, and what needs no choice. */
#include "event.h"

#include "cpu.h"
#include "event_level.h"

static const event_level *level(void) {
#if defined(__x86_64__)
  switch (decant_kernels_level()) {
    case DECANT_KERNELS_AVX512: return &event_level_avx512;
    case DECANT_KERNELS_AVX2: return &event_level_avx2;
  }
#endif
  return &event_level_portable;
}

size_t decant_event_parameters(const decant_event_shape *shape) { return event_parts_of(shape).end; }

void decant_event_transpose(const decant_event_shape *s, const float *parameters, float *transposed) {
  const float *w2 = parameters + event_parts_of(s).w2;
  for (int32_t h = 0; h < s->hidden; h++)
    for (int32_t m = 0; m < s->middle; m++) transposed[m * s->hidden + h] = w2[h * s->middle + m];
}

void decant_event_forward(const decant_event_shape *shape, const float *parameters, const decant_event_samples *samples,
                          float *z) {
  level()->forward(shape, parameters, samples, z);
}

double decant_event_backward(const decant_event_shape *shape, const float *parameters, const float *transposed,
                             const decant_event_samples *samples, float *gradient) {
  return level()->backward(shape, parameters, transposed, samples, gradient);
}

double decant_event_gather(float *gradients, size_t count, size_t stride, size_t begin, size_t end) {
  return level()->gather(gradients, count, stride, begin, end);
}

void decant_event_update(const decant_event_step *step, float *parameters, float *m, float *v, float *gradient,
                         size_t begin, size_t end) {
  level()->update(step, parameters, m, v, gradient, begin, end);
}
