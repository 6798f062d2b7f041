/* The kernels of event.h, one table for each level of the processor. */
#ifndef EVENT_LEVEL_H
#define EVENT_LEVEL_H

#include "event.h"

typedef struct {
  void (*forward)(const decant_event_shape *, const float *, const decant_event_samples *, float *);
  double (*backward)(const decant_event_shape *, const float *, const float *, const decant_event_samples *, float *);
  double (*gather)(float *, size_t, size_t, size_t, size_t);
  void (*update)(const decant_event_step *, float *, float *, float *, float *, size_t, size_t);
} event_level;

extern const event_level event_level_portable, event_level_avx2, event_level_avx512;

#define EVENT_MAX_HIDDEN 512
#define EVENT_MAX_MIDDLE 64

/* Where the parts of the parameters begin. */
typedef struct {
  size_t b1, w2, b2, w3, b3, end;
} event_parts;

static inline event_parts event_parts_of(const decant_event_shape *s) {
  size_t hidden = (size_t)s->hidden, middle = (size_t)s->middle;
  event_parts parts;
  parts.b1 = (size_t)s->features * hidden;
  parts.w2 = parts.b1 + hidden;
  parts.b2 = parts.w2 + hidden * middle;
  parts.w3 = parts.b2 + middle;
  parts.b3 = parts.w3 + middle * DECANT_EVENT_OUTPUTS;
  parts.end = parts.b3 + DECANT_EVENT_OUTPUTS;
  return parts;
}

#endif
