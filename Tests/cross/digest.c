/* digest IMAGE SHOTS [NETWORK] - decodes bit-packed shots in the ways that the example does not, and prints a digest of each:
 * union-find, whole and cut short, and matching cut short; and under the event network of an image of the same model. */
#include <decant.h>
#include <stdio.h>
#include <stdlib.h>

static void *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(2);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  void *bytes = aligned_alloc(64, (*size + 63) / 64 * 64);
  if (bytes == NULL || fread(bytes, 1, *size, file) != *size) exit(2);
  fclose(file);
  return bytes;
}

static void decode(const void *image, size_t image_size, const uint8_t *shots, size_t shots_size, uint32_t flags,
                   uint64_t work_limit) {
  decant_config config = {.struct_size = sizeof config, .flags = flags, .work_limit = work_limit};
  decant_requirements needs = {.struct_size = sizeof needs};
  if (decant_decoder_measure(image, image_size, &config, &needs) != DECANT_OK) exit(3);
  void *workspace = aligned_alloc(64, (size_t)(needs.workspace_size + 63) / 64 * 64);
  decant_decoder *decoder;
  if (decant_decoder_init(workspace, (size_t)needs.workspace_size, image, image_size, &config, &decoder) != DECANT_OK)
    exit(3);
  size_t n = (size_t)needs.detectors_size, m = (size_t)needs.observables_size, count = shots_size / n, done;
  uint8_t *answers = malloc(count * m);
  if (decant_decode_batch(decoder, count, shots, n, answers, m, &done) < 0) exit(4);
  decant_stats stats = {.struct_size = sizeof stats};
  uint64_t digest;
  if (decant_stats_read(decoder, &stats) != DECANT_OK || decant_digest(decoder, &digest) != DECANT_OK) exit(4);
  printf("flags %u, limit %u: work %llu, at most %llu, truncated %llu, digest %016llx\n", (unsigned)flags,
         (unsigned)work_limit, (unsigned long long)stats.work, (unsigned long long)needs.worst_case_work,
         (unsigned long long)stats.truncated, (unsigned long long)digest);
  free(answers);
  free(workspace);
}

int main(int count, char **arguments) {
  if (count != 3 && count != 4) return 2;
  size_t image_size, shots_size;
  void *image = read_file(arguments[1], &image_size), *shots = read_file(arguments[2], &shots_size);
  decode(image, image_size, shots, shots_size, DECANT_CONFIG_UNION_FIND, 0);
  decode(image, image_size, shots, shots_size, DECANT_CONFIG_UNION_FIND, 600);
  decode(image, image_size, shots, shots_size, 0, 600);
  if (count == 3) return 0;
  image = read_file(arguments[3], &image_size);
  decode(image, image_size, shots, shots_size, DECANT_CONFIG_NETWORK, 0);
  return 0;
}
