// The usage at the top of decant_host.h, as a program: labelled shots for training, from C.
#include <decant_host.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  decant_host_surface surface = {.struct_size = sizeof surface,
                                 .distance = 9,
                                 .rounds = 9,
                                 .basis = 'X',
                                 .noise_kind = DECANT_HOST_NOISE_UNIFORM,
                                 .p = 0.006,
                                 .labels = DECANT_HOST_LABELS_FULL};
  decant_host_sampler *sampler = decant_host_sampler_new();
  if (decant_host_sampler_set_surface(sampler, &surface, 1) != DECANT_OK) {
    puts(decant_host_sampler_error(sampler));
    return 1;
  }
  decant_host_layout layout = {.struct_size = sizeof layout};
  if (decant_host_sampler_layout(sampler, &layout) != DECANT_OK) return 1;

  const size_t shots = 4096;
  uint8_t *inputs = calloc(shots, layout.inputs_size);
  uint8_t *targets = calloc(shots, layout.targets_size);
  decant_host_shots out = {.struct_size = sizeof out,
                           .inputs = inputs,
                           .inputs_stride = layout.inputs_size,
                           .targets = targets,
                           .targets_stride = layout.targets_size};
  if (decant_host_sample(sampler, 0, shots, 2, &out) != DECANT_OK) return 1;

  unsigned long events = 0, labels = 0;
  for (size_t k = 0; k < shots * layout.inputs_size; k++) events += (unsigned)__builtin_popcount(inputs[k]);
  for (size_t k = 0; k < shots * layout.targets_size; k++) labels += (unsigned)__builtin_popcount(targets[k]);
  printf("ok    from C: %.1f events and %.1f labels a shot\n", (double)events / (double)shots,
         (double)labels / (double)shots);
  decant_host_sampler_free(sampler);
  free(inputs);
  free(targets);
  return events > 0 && labels > 0 ? 0 : 1;
}
