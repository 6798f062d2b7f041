// The usages in decant_host.h, as a program: labelled shots for training, and a decoder image, from C.
#include <decant_host.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// From an experiment to its circuit, to its error model, to an image, each by what the one before has told.
static int compile(const decant_host_surface *surface) {
  decant_host_model *model = decant_host_model_new();
  const char *text;
  size_t size, direct_size, image_size;
  const void *direct, *image;
  if (decant_host_model_set_surface(model, surface) != DECANT_OK || decant_host_compile(model, NULL) != DECANT_OK ||
      decant_host_model_image(model, &direct, &direct_size) != DECANT_OK ||
      decant_host_model_circuit(model, &text, &size) != DECANT_OK) {
    puts(decant_host_model_error(model));
    return 1;
  }
  decant_host_model *again = decant_host_model_new();
  if (decant_host_model_set_circuit(again, text, size, NULL) != DECANT_OK ||
      decant_host_model_text(again, &text, &size) != DECANT_OK) {
    puts(decant_host_model_error(again));
    return 1;
  }
  decant_host_model *third = decant_host_model_new();
  if (decant_host_model_image(third, &image, &image_size) != DECANT_BAD_STATE ||
      decant_host_model_set_text(third, text, size, NULL) != DECANT_OK ||
      decant_host_model_circuit(third, &text, &size) != DECANT_UNSUPPORTED ||
      decant_host_compile(third, NULL) != DECANT_OK ||
      decant_host_model_image(third, &image, &image_size) != DECANT_OK)
    return 1;
  int same = image_size == direct_size && memcmp(image, direct, image_size) == 0;
  printf("%s  compiled from C: %zu bytes, the same by all ways\n", same ? "ok  " : "FAIL", image_size);

  const char *flawed = "error(0.1) D0\nerror(2) D1\n";
  if (decant_host_model_set_text(third, flawed, strlen(flawed), "flawed.dem") != DECANT_BAD_ARGUMENT ||
      strncmp(decant_host_model_error(third), "flawed.dem:2: ", 14) != 0)
    return 1;
  decant_host_model_free(model);
  decant_host_model_free(again);
  decant_host_model_free(third);
  decant_host_model_free(NULL);
  return !same || strcmp(decant_host_network_name(0), "event") != 0 || decant_host_network_name(1000) != NULL ||
         decant_host_version_number() != DECANT_VERSION_NUMBER;
}

// Statistics of two learners, added up in a third one, are those of a learner that saw all shots.
static int add_up(const decant_host_surface *surface, const uint8_t *detectors, size_t shots, size_t stride) {
  decant_host_learner *learners[4];
  decant_host_model *model = decant_host_model_new(), *learned = decant_host_model_new();
  decant_host_learner_options options = {
      .struct_size = sizeof options, .half_life = INFINITY, .stretches_per_alarm = INFINITY, .stretch = 4096};
  const void *bytes[4];
  size_t sizes[4];
  const size_t first = 5000;  // no whole number of stretches
  if (decant_host_model_set_surface(model, surface) != DECANT_OK) return 1;
  for (int k = 0; k < 4; k++) {
    learners[k] = decant_host_learner_new();
    if (decant_host_learner_statistics(learners[k], &bytes[k], &sizes[k]) != DECANT_BAD_STATE ||
        decant_host_learner_set(learners[k], model, &options) != DECANT_OK)
      return 1;
  }
  if (decant_host_learner_push(learners[0], first, detectors, stride) != DECANT_OK ||
      decant_host_learner_push(learners[1], shots - first, detectors + first * stride, stride) != DECANT_OK ||
      decant_host_learner_push(learners[3], shots, detectors, stride) != DECANT_OK)
    return 1;
  for (int k = 0; k < 2; k++)
    if (decant_host_learner_statistics(learners[k], &bytes[k], &sizes[k]) != DECANT_OK ||
        decant_host_learner_merge(learners[2], bytes[k], sizes[k]) != DECANT_OK)
      return 1;
  for (int k = 2; k < 4; k++)
    if (decant_host_learner_statistics(learners[k], &bytes[k], &sizes[k]) != DECANT_OK) return 1;
  if (sizes[2] != sizes[3] || memcmp(bytes[2], bytes[3], sizes[2]) != 0) {
    puts("statistics do not add up");
    return 1;
  }
  // What is damaged or of another model adds nothing.
  if (decant_host_learner_merge(learners[2], bytes[3], sizes[3] - 1) != DECANT_BAD_ARGUMENT ||
      decant_host_learner_error(learners[2])[0] == 0 || decant_host_learner_merge(learners[2], NULL, 0) >= 0)
    return 1;
  decant_host_surface other = *surface;
  other.rounds++;
  if (decant_host_model_set_surface(model, &other) != DECANT_OK ||
      decant_host_learner_set(learners[0], model, &options) != DECANT_OK ||
      decant_host_learner_merge(learners[0], bytes[3], sizes[3]) != DECANT_BAD_ARGUMENT ||
      decant_host_learner_learn(learners[0], learned) != DECANT_BAD_STATE ||
      decant_host_learner_learn(learners[2], learned) != DECANT_OK)
    return 1;
  for (int k = 0; k < 4; k++) decant_host_learner_free(learners[k]);
  decant_host_model_free(model);
  decant_host_model_free(learned);
  puts("ok    statistics from C: two halves add up to the whole");
  return 0;
}

// Learns from shots of noise twice as strong as assumed, tells of the change, and makes an image like the one before.
static int learn(decant_host_surface surface) {
  surface.distance = surface.rounds = 3;
  surface.p = 0.003;
  decant_host_model *model = decant_host_model_new(), *learned = decant_host_model_new();
  decant_host_learner *learner = decant_host_learner_new();
  decant_host_sampler *sampler = decant_host_sampler_new();
  const void *before, *after;
  size_t before_size, after_size;
  const size_t shots = 40960;
  decant_host_layout layout = {.struct_size = sizeof layout};
  decant_host_learner_options options = {.struct_size = sizeof options, .stretch = 2048};
  decant_host_change change = {.struct_size = sizeof change};
  if (decant_host_learner_push(learner, 0, NULL, 0) != DECANT_BAD_STATE ||
      decant_host_learner_learn(learner, learned) != DECANT_BAD_STATE ||
      decant_host_learner_set(learner, model, &options) != DECANT_BAD_ARGUMENT ||
      decant_host_model_set_surface(model, &surface) != DECANT_OK || decant_host_compile(model, NULL) != DECANT_OK ||
      decant_host_model_image(model, &before, &before_size) != DECANT_OK)
    return 1;
  options.flags = 2;
  if (decant_host_learner_set(learner, model, &options) != DECANT_UNSUPPORTED) return 1;
  options.flags = 0;
  if (decant_host_learner_set(learner, model, &options) != DECANT_OK ||
      decant_host_learner_change(learner, &change) != DECANT_EMPTY) {
    puts(decant_host_learner_error(learner));
    return 1;
  }
  uint8_t *detectors = NULL;
  for (int times = 1; times <= 2; times++) {
    surface.p = 0.003 * times;
    if (decant_host_sampler_set_surface(sampler, &surface, (uint64_t)times) != DECANT_OK ||
        decant_host_sampler_layout(sampler, &layout) != DECANT_OK)
      return 1;
    if (detectors == NULL) detectors = calloc(shots, layout.detectors_size);
    decant_host_shots out = {.struct_size = sizeof out,
                             .detectors = detectors,
                             .detectors_stride = layout.detectors_size};
    if (decant_host_sample(sampler, 0, shots, 2, &out) != DECANT_OK ||
        decant_host_learner_push(learner, shots, detectors, layout.detectors_size) != DECANT_OK ||
        decant_host_learner_push(learner, 1, detectors, layout.detectors_size - 1) != DECANT_BAD_ARGUMENT)
      return 1;
  }
  if (decant_host_learner_change(learner, &change) != DECANT_OK || change.shots <= shots || change.now <= change.before)
    return 1;
  if (decant_host_learner_learn(learner, learned) != DECANT_OK) {
    puts(decant_host_learner_error(learner));
    return 1;
  }
  if (decant_host_reweight(learned, before, before_size) != DECANT_OK ||
      decant_host_model_image(learned, &after, &after_size) != DECANT_OK) {
    puts(decant_host_model_error(learned));
    return 1;
  }
  printf("ok    learned from C: a change told after %d shots of new noise\n", (int)(change.shots - shots));
  if (add_up(&surface, detectors, shots, layout.detectors_size) != 0) return 1;
  int bad = decant_host_reweight(learned, before, before_size - 1) != DECANT_BAD_ARGUMENT ||
            decant_host_model_error(learned)[0] == 0;
  decant_host_learner_free(learner);
  decant_host_learner_free(NULL);
  decant_host_model_free(model);
  decant_host_model_free(learned);
  decant_host_sampler_free(sampler);
  free(detectors);
  return bad;
}

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
  if (compile(&surface) != 0 || learn(surface) != 0) return 1;
  return events > 0 && labels > 0 ? 0 : 1;
}
