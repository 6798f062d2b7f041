/* The networks that Decant ships: SafeTensors files, from a first byte to the one after the last. README.md beside the
   files says how they were trained and how good they are. */
#ifndef DECANT_MODELS_H
#define DECANT_MODELS_H

#include <stdint.h>

extern const uint8_t decant_model_event[], decant_model_event_end[];
extern const uint8_t decant_model_event_small[], decant_model_event_small_end[];
extern const uint8_t decant_model_grid_small[], decant_model_grid_small_end[];
extern const uint8_t decant_model_noise[], decant_model_noise_end[];

/* Bytes of a file; Swift sees functions, but not arrays of unknown length. */
typedef struct {
  const uint8_t *bytes;
  uint64_t size;
} decant_model;

static inline decant_model decant_shipped_event(void) {
  return (decant_model){decant_model_event, (uint64_t)(decant_model_event_end - decant_model_event)};
}

static inline decant_model decant_shipped_event_small(void) {
  return (decant_model){decant_model_event_small,
                        (uint64_t)(decant_model_event_small_end - decant_model_event_small)};
}

static inline decant_model decant_shipped_grid_small(void) {
  return (decant_model){decant_model_grid_small,
                        (uint64_t)(decant_model_grid_small_end - decant_model_grid_small)};
}

static inline decant_model decant_shipped_noise(void) {
  return (decant_model){decant_model_noise, (uint64_t)(decant_model_noise_end - decant_model_noise)};
}

#endif
