/* decode_file IMAGE SHOTS.b8 ROUNDS CONFIG FRAMES DIGESTS [open] [ERASED]... - what the co-simulation has to come to.
 *
 * Decodes a file of shots as streams of rounds, without any simulator: cuts each shot into rounds, pushes them and pops
 * frames at once. Writes FRAMES, a frame on each line, and DIGESTS, a line for each round: its number, the status of the
 * push, the digest. `open`: no round is the last of its shot. ERASED: numbers of rounds that are. */
#include <decant.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, const char *why) {
  fprintf(stderr, "decode_file: %s: %s\n", what, why);
  exit(1);
}

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path, "cannot be read");
  *size = (size_t)ftell(file);
  uint8_t *bytes = aligned_alloc(64, (*size / 64 + 1) * 64);
  rewind(file);
  if (!bytes || fread(bytes, 1, *size, file) != *size) fail(path, "cannot be read");
  fclose(file);
  return bytes;
}

static void pop_all(decant_decoder *decoder, size_t observables_size, FILE *frames) {
  decant_frame frame = {.struct_size = sizeof frame};
  uint8_t observables[64];
  while (decant_stream_pop(decoder, &frame, observables, sizeof observables) == DECANT_OK) {
    for (int k = 0; k < 4; k++) fprintf(frames, "%02x", (unsigned)(frame.first_round >> 8 * k & 255));
    for (int k = 0; k < 4; k++) fprintf(frames, "%02x", (unsigned)(frame.last_round >> 8 * k & 255));
    fprintf(frames, "%02x", frame.flags & 255);
    for (size_t k = 0; k < observables_size; k++) fprintf(frames, "%02x", observables[k]);
    fprintf(frames, "\n");
  }
}

int main(int argc, char **argv) {
  if (argc < 7) fail("usage", "decode_file IMAGE SHOTS.b8 ROUNDS CONFIG FRAMES DIGESTS [open] [ERASED]...");
  size_t image_size, shots_size;
  uint8_t *image = read_file(argv[1], &image_size), *shots = read_file(argv[2], &shots_size);
  uint32_t rounds = (uint32_t)atoi(argv[3]), is_open = argc > 7 && !strcmp(argv[7], "open");
  FILE *frames = fopen(argv[5], "w"), *digests = fopen(argv[6], "w");
  if (!frames || !digests) fail(argv[5], "cannot be written");

  decant_config config = {.struct_size = sizeof config, .flags = (uint32_t)atoi(argv[4])};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_stream_info info = {.struct_size = sizeof info};
  decant_status status = decant_stream_inspect(image, image_size, &info);
  if (status == DECANT_OK) status = decant_decoder_measure(image, image_size, &config, &needs);
  if (status != DECANT_OK) fail(argv[1], decant_status_name(status));
  decant_decoder *decoder;
  void *workspace = aligned_alloc(64, needs.workspace_size / 64 * 64 + 64);
  status = decant_decoder_init(workspace, needs.workspace_size, image, image_size, &config, &decoder);
  if (status != DECANT_OK) fail(argv[1], decant_status_name(status));

  size_t between = rounds - 1 - !is_open;
  size_t detectors =
      info.first_detectors + between * info.round_detectors + (is_open ? 0 : info.last_detectors);
  size_t shot_size = (detectors + 7) / 8;
  if (shots_size == 0 || shots_size % shot_size != 0) fail(argv[2], "is not a number of whole shots");
  for (const uint8_t *shot = shots; shot < shots + shots_size; shot += shot_size) {
    size_t first = 0;
    for (uint32_t number = 0; number < rounds; number++) {
      decant_round round = {.struct_size = sizeof round, .sequence = number};
      if (number + 1 == rounds && !is_open) round.flags |= DECANT_ROUND_LAST;
      for (int k = 7 + (int)is_open; k < argc; k++)
        if (number == (uint32_t)atoi(argv[k])) round.flags |= DECANT_ROUND_ERASED;
      size_t count = number == 0                        ? info.first_detectors
                     : round.flags & DECANT_ROUND_LAST ? info.last_detectors
                                                       : info.round_detectors;
      uint8_t bits[512] = {0};
      if (count > 8 * sizeof bits) fail(argv[1], "has rounds of more than 4096 detectors");
      for (size_t k = 0; k < count; k++)
        bits[k / 8] |= (uint8_t)((shot[(first + k) / 8] >> (first + k) % 8 & 1) << k % 8);
      first += count;
      status = decant_stream_push(decoder, &round, bits, (count + 7) / 8);
      if (status < 0) fail(argv[2], decant_status_name(status));
      pop_all(decoder, needs.observables_size, frames);
      uint64_t digest;
      if (decant_digest(decoder, &digest) != DECANT_OK) fail("digest", "there is none");
      fprintf(digests, "%" PRIu32 " %" PRId32 " %016" PRIx64 "\n", number, status, digest);
    }
  }
  return fclose(frames) | fclose(digests);
}
