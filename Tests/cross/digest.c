/* digest shots IMAGE SHOTS - decodes bit-packed shots in every way that the image allows, and prints a digest of each:
 * matching, correlated and union-find, without the image's network and with it, and cut short.
 *
 * digest stream IMAGE SHOTS ROUNDS - likewise round by round, some rounds erased, and in blocks; ROUNDS counts the
 * first and the last.
 *
 * digest strips SHOTS IMAGE... - shots of a patch in strips, whose images are all here in order: matching, correlated and
 * union-find, and a digest of each strip.
 *
 * With the word "network" before these: only with the network, where another image of the same graph has had the rest.
 *
 * The same program runs on every processor, through machine.h; what it prints may not depend on which. */
#include "machine.h"
#include "print.h"

#include <decant.h>

enum {
  CORRELATED = DECANT_CONFIG_CORRELATED,
  UNION_FIND = DECANT_CONFIG_UNION_FIND,
  NETWORK = DECANT_CONFIG_NETWORK,
  BLOCKS = DECANT_CONFIG_BLOCKS,
  ERASURES = DECANT_CONFIG_ERASURES
};

typedef struct {
  const uint8_t *bytes;
  size_t size;
} content;

static void check(decant_status status) {
  if (status >= 0) return;
  print("%s\n", decant_status_name(status));
  machine_stop(4);
}

static content file(const char *path) {
  content of;
  of.bytes = machine_file(path, &of.size);
  return of;
}

static decant_decoder *make(content image, const decant_config *config, decant_requirements *needs) {
  decant_decoder *decoder;
  needs->struct_size = sizeof *needs;
  check(decant_decoder_measure(image.bytes, image.size, config, needs));
  void *workspace = machine_memory((size_t)needs->workspace_size);
  check(decant_decoder_init(workspace, (size_t)needs->workspace_size, image.bytes, image.size, config, &decoder));
  return decoder;
}

static void tell(decant_decoder *decoder, const decant_config *config, const decant_requirements *needs,
                 uint64_t answers) {
  decant_stats stats = {.struct_size = sizeof stats};
  uint64_t digest;
  check(decant_stats_read(decoder, &stats));
  check(decant_digest(decoder, &digest));
  print("flags %u, limit %llu, windows %u + %u: %llu shots", (unsigned)config->flags,
        (unsigned long long)config->work_limit, (unsigned)config->commit_rounds, (unsigned)config->buffer_rounds,
        (unsigned long long)stats.shots);
  print(", work %llu, at most %llu, truncated %llu", (unsigned long long)stats.work,
        (unsigned long long)needs->worst_case_work, (unsigned long long)stats.truncated);
  print(", answers %016llx, digest %016llx\n", (unsigned long long)answers, (unsigned long long)digest);
}

/* FNV-1a, over what a program sees of the answers. */
static uint64_t folded(uint64_t hash, const uint8_t *bytes, size_t size) {
  for (size_t k = 0; k < size; k++) hash = (hash ^ bytes[k]) * 0x100000001b3;
  return hash;
}

static void decode_shots(content image, content shots, uint32_t flags, uint64_t work_limit) {
  decant_config config = {.struct_size = sizeof config, .flags = flags, .work_limit = work_limit};
  decant_requirements needs;
  decant_decoder *decoder = make(image, &config, &needs);
  size_t n = (size_t)needs.detectors_size, m = (size_t)needs.observables_size, count = shots.size / n, done;
  uint8_t *answers = machine_memory(count * m);
  check(decant_decode_batch(decoder, count, shots.bytes, n, answers, m, &done));
  tell(decoder, &config, &needs, folded(0, answers, count * m));
  machine_release();
}

/* Experiments as they lie in a file of shots: the detectors of one round behind those of another. */
typedef struct {
  content image, shots;
  decant_stream_info info;
  uint32_t rounds;
  size_t shot_size;
} experiments;

static size_t detectors_of(const experiments *all, uint64_t round) {
  return round == 0 ? all->info.first_detectors
                    : round == all->rounds - 1 ? all->info.last_detectors : all->info.round_detectors;
}

static void copy_bits(uint8_t *to, const uint8_t *from, size_t first, size_t count) {
  for (size_t k = 0; k < (count + 7) / 8; k++) to[k] = 0;
  for (size_t k = 0; k < count; k++) to[k / 8] |= (uint8_t)((from[(first + k) / 8] >> (first + k) % 8 & 1) << k % 8);
}

static void decode_rounds(const experiments *all, uint32_t flags, uint32_t commit, uint32_t buffer, uint64_t limit) {
  decant_config config = {.struct_size = sizeof config, .flags = flags, .work_limit = limit, .commit_rounds = commit,
                          .buffer_rounds = buffer};
  decant_requirements needs;
  decant_decoder *decoder = make(all->image, &config, &needs);
  uint8_t *bits = machine_memory((size_t)needs.detectors_size), *flips = machine_memory((size_t)needs.observables_size);
  uint64_t answers = 0;
  for (const uint8_t *shot = all->shots.bytes; shot < all->shots.bytes + all->shots.size; shot += all->shot_size) {
    size_t first = 0;
    for (uint32_t number = 0; number < all->rounds; number++) {
      int last = number == all->rounds - 1;
      decant_round round = {.struct_size = sizeof round, .flags = last ? DECANT_ROUND_LAST : 0, .sequence = number};
      if (flags & ERASURES && number > 0 && !last && shot[number % all->shot_size] % 4 == 0)
        round.flags |= DECANT_ROUND_ERASED;
      size_t count = detectors_of(all, number);
      copy_bits(bits, shot, first, count);
      first += count;
      decant_status status = decant_stream_push(decoder, &round, bits, (count + 7) / 8);
      check(status);
      if (status == DECANT_PENDING) continue;
      decant_frame frame = {.struct_size = sizeof frame};
      check(decant_stream_pop(decoder, &frame, flips, (size_t)needs.observables_size));
      answers = folded(answers, flips, (size_t)needs.observables_size) ^ (uint64_t)frame.weight ^ frame.last_round;
    }
  }
  tell(decoder, &config, &needs, answers);
  machine_release();
}

static void decode_blocks(const experiments *all, uint32_t flags, uint32_t commit, uint32_t buffer) {
  decant_config config = {.struct_size = sizeof config, .flags = flags | BLOCKS, .commit_rounds = commit,
                          .buffer_rounds = buffer};
  decant_requirements needs;
  decant_decoder *decoder = make(all->image, &config, &needs);
  size_t seam = (size_t)needs.seam_size, windows = 0;
  uint8_t *bits = machine_memory((size_t)needs.window_size), *flips = machine_memory((size_t)needs.observables_size);
  decant_window window = {.struct_size = sizeof window};
  while (decant_window_plan(decoder, all->rounds, windows, &window) == DECANT_OK) windows++;
  uint8_t *seams = machine_memory(2 * seam * (windows + 1)); /* before and after each window */
  uint64_t answers = 0;
  for (const uint8_t *shot = all->shots.bytes; shot < all->shots.bytes + all->shots.size; shot += all->shot_size) {
    for (size_t layer = 0; layer < 2; layer++) {
      for (size_t index = layer; index < windows; index += 2) {
        check(decant_window_plan(decoder, all->rounds, index, &window));
        copy_bits(bits, shot, (size_t)window.first_detector, (size_t)window.detectors);
        /* One of the first layer writes both; one of the second reads what its neighbours wrote on its side. */
        uint8_t *before = seams + seam * (layer == 0 ? 2 * index : 2 * index - 1);
        uint8_t *after = seams + seam * (layer == 0 ? 2 * index + 1 : 2 * index + 2);
        decant_report report = {.struct_size = sizeof report};
        check(decant_window_decode(decoder, all->rounds, index, bits, ((size_t)window.detectors + 7) / 8,
                                   index == 0 ? NULL : before, window.flags & DECANT_WINDOW_FINAL ? NULL : after,
                                   seam, flips, (size_t)needs.observables_size, &report));
        answers = folded(answers, flips, (size_t)needs.observables_size) ^ (uint64_t)report.weight;
      }
    }
  }
  tell(decoder, &config, &needs, answers);
  machine_release();
}

enum { MOST_STRIPS = 6 };

static void decode_strips(const content *images, size_t count, content shots, uint32_t flags) {
  decant_config config = {.struct_size = sizeof config, .flags = flags};
  decant_requirements needs[MOST_STRIPS];
  decant_decoder *decoders[MOST_STRIPS];
  decant_strip_info info = {.struct_size = sizeof info};
  check(decant_strip_inspect(images[0].bytes, images[0].size, &info, NULL, 0));
  size_t shot_size = (info.shot_detectors + 7) / 8, most = 0;
  for (size_t k = 0; k < count; k++) {
    decoders[k] = make(images[k], &config, &needs[k]);
    if (needs[k].detectors_size > most) most = (size_t)needs[k].detectors_size;
  }
  size_t seam = (size_t)needs[0].seam_size, observables = (size_t)needs[0].observables_size;
  uint8_t *bits = machine_memory(most), *flips = machine_memory(observables), *seams = machine_memory(seam * (count + 1));
  uint64_t answers = 0;
  for (size_t shot = 0; shot + shot_size <= shots.size; shot += shot_size) {
    for (size_t step = 0; step < count; step++) {
      size_t k = 2 * step < count ? 2 * step : 2 * (step - (count + 1) / 2) + 1, n = (size_t)needs[k].detectors_size;
      decant_report report = {.struct_size = sizeof report};
      check(decant_strip_gather(decoders[k], shots.bytes + shot, shot_size, bits, n));
      check(decant_strip_decode(decoders[k], bits, n, k == 0 ? NULL : seams + seam * k,
                                k + 1 == count ? NULL : seams + seam * (k + 1), seam, flips, observables, &report));
      answers = folded(answers, flips, observables) ^ (uint64_t)report.weight;
    }
    answers = folded(answers, seams + seam, seam * (count - 1));
  }
  for (size_t k = 0; k < count; k++) tell(decoders[k], &config, &needs[k], answers);
  machine_release();
}

static int number_in(const char *text) {
  int number = 0;
  for (; *text >= '0' && *text <= '9'; text++) number = number * 10 + *text - '0';
  return number;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

int digest(int count, char **words) {
  int network_only = count > 0 && same(words[0], "network");
  words += network_only;
  count -= network_only;
  if (count < 3) return 2;
  if (same(words[0], "strips")) {
    content images[MOST_STRIPS], of = file(words[1]);
    size_t strips = (size_t)count - 2;
    if (strips > MOST_STRIPS) return 2;
    for (size_t k = 0; k < strips; k++) images[k] = file(words[2 + k]);
    for (uint32_t flags = 0; flags < 4; flags++) decode_strips(images, strips, of, flags);
    return 0;
  }
  int streams = same(words[0], "stream");
  if (!streams && !same(words[0], "shots")) return 2;
  content image = file(words[1]), shots = file(words[2]);
  decant_image_info info = {.struct_size = sizeof info};
  check(decant_image_inspect(image.bytes, image.size, &info));
  uint32_t correlated = info.flags & DECANT_IMAGE_CORRELATED ? CORRELATED : 0;
  uint32_t network = info.flags & DECANT_IMAGE_NETWORK ? NETWORK : 0, least = network_only ? NETWORK : 0;
  if (!streams) {
    for (uint32_t flags = least; flags < 8; flags++)
      if ((flags & ~(correlated | network | UNION_FIND)) == 0) decode_shots(image, shots, flags, 0);
    if (network_only) return 0;
    for (uint64_t limit = 30; limit <= 600; limit *= 20) {
      decode_shots(image, shots, 0, limit);
      decode_shots(image, shots, UNION_FIND, limit);
    }
    return 0;
  }
  experiments all = {.image = image, .shots = shots, .info = {.struct_size = sizeof all.info}};
  all.rounds = count > 3 ? (uint32_t)number_in(words[3]) : 0;
  if (all.rounds < 2) return 2;
  check(decant_stream_inspect(image.bytes, image.size, &all.info));
  size_t detectors = 0;
  for (uint32_t round = 0; round < all.rounds; round++) detectors += detectors_of(&all, round);
  all.shot_size = (detectors + 7) / 8;
  if (shots.size % all.shot_size != 0) return 2;
  for (uint32_t flags = least; flags < 8; flags++)
    if ((flags & ~(correlated | network | UNION_FIND)) == 0) decode_rounds(&all, flags, 0, 0, 0);
  for (uint32_t flags = NETWORK; flags < 8; flags++)
    if ((flags & ~(correlated | network | UNION_FIND)) == 0) decode_blocks(&all, flags, 3, 3);
  if (network_only) return 0;
  decode_rounds(&all, ERASURES, 0, 0, 0);
  decode_rounds(&all, correlated, 1, all.info.least_buffer + 1, 0);
  decode_rounds(&all, 0, 3, all.info.least_buffer, 100);
  for (uint32_t flags = 0; flags < 4; flags++)
    if ((flags & ~(correlated | UNION_FIND)) == 0) decode_blocks(&all, flags, 3, 3);
  return 0;
}
