/* decode-shots - decode recorded detection events with Decant, in memory that this program provides.
 *
 *     decode-shots IMAGE DETECTORS.b8 OBSERVABLES.b8 ROUNDS [network] [correlated]
 *
 * Decodes every shot twice: once to warm caches and check that the digest comes out alike, once with a clock
 * around each decant_decode. Nothing is allocated between the first shot and the last.
 */
#define _POSIX_C_SOURCE 200809L
#include <decant.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  unsigned char *bytes;
  size_t size;
} file_content;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "decode-shots: %s: %s\n", what, why);
  exit(1);
}

static void check(const char *what, decant_status status) {
  if (status < 0) fail(what, decant_status_name(status));
}

/* 64-byte aligned, as a workspace must be (an image needs 8). */
static void *aligned_block(size_t size) {
  void *block = aligned_alloc(64, (size + 64) / 64 * 64);
  if (!block) fail("memory", "there is not enough");
  return block;
}

static file_content read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path, "cannot be read");
  file_content content = {.size = (size_t)ftell(file)};
  content.bytes = aligned_block(content.size);
  rewind(file);
  if (fread(content.bytes, 1, content.size, file) != content.size) fail(path, "cannot be read");
  fclose(file);
  return content;
}

static double microseconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* What was noted of each shot. */
typedef struct {
  double microseconds;
  uint64_t work;
  int mistaken;
} shot_record;

static int by_time(const void *a, const void *b) {
  const shot_record *x = a, *y = b;
  return (x->microseconds > y->microseconds) - (x->microseconds < y->microseconds);
}

static int by_work(const void *a, const void *b) {
  const shot_record *x = a, *y = b;
  return (x->work > y->work) - (x->work < y->work);
}

/* The 95 % Wilson interval of a share. */
static void wilson(double mistakes, double shots, double *low, double *high) {
  const double z = 1.959964;
  double share = mistakes / shots, scale = 1 + z * z / shots;
  double middle = share + z * z / (2 * shots);
  double spread = z * sqrt(share * (1 - share) / shots + z * z / (4 * shots * shots));
  *low = mistakes > 0 ? (middle - spread) / scale : 0;
  *high = mistakes < shots ? (middle + spread) / scale : 1;
}

/* The rate per round that, over all rounds, flips the answer an odd number of times at this rate per shot. */
static double per_round(double per_shot, double rounds) {
  return per_shot < 0.5 ? (1 - pow(1 - 2 * per_shot, 1 / rounds)) / 2 : 0.5;
}

static void decode_all(decant_decoder *decoder, const decant_requirements *needs, const unsigned char *detectors,
                       const unsigned char *expected, unsigned char *observables, shot_record *records,
                       size_t shots) {
  for (size_t shot = 0; shot < shots; shot++) {
    decant_report report = {.struct_size = sizeof report};
    double start = microseconds_now();
    check("decoding", decant_decode(decoder, detectors + shot * needs->detectors_size, needs->detectors_size,
                                    observables, needs->observables_size, &report));
    records[shot].microseconds = microseconds_now() - start;
    records[shot].work = report.work;
    records[shot].mistaken =
        memcmp(observables, expected + shot * needs->observables_size, needs->observables_size) != 0;
  }
}

static void print_report(const decant_requirements *needs, shot_record *records, size_t shots, double rounds,
                         const decant_stats *stats, uint64_t digest) {
  double mistakes = 0, low, high;
  for (size_t shot = 0; shot < shots; shot++) mistakes += records[shot].mistaken;
  wilson(mistakes, (double)shots, &low, &high);
  double share = mistakes / (double)shots;
  printf("shots              %zu of %g rounds, %.1f detection events each\n", shots, rounds,
         (double)stats->detection_events / (double)shots);
  printf("mistakes           %.0f\n", mistakes);
  printf("  per shot         %.2e  (95 %% interval %.2e to %.2e)\n", share, low, high);
  printf("  per round        %.2e  (95 %% interval %.2e to %.2e)\n", per_round(share, rounds), per_round(low, rounds),
         per_round(high, rounds));

  static const struct {
    const char *name;
    double quantile;
  } columns[] = {{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1}};
  qsort(records, shots, sizeof *records, by_time);
  printf("us per round     ");
  for (size_t k = 0; k < 4; k++) {
    size_t rank = (size_t)(columns[k].quantile * (double)(shots - 1) + 0.5);
    printf("  %s %.2f", columns[k].name, records[rank].microseconds / rounds);
  }
  qsort(records, shots, sizeof *records, by_work);
  printf("\nwork units a shot  p50 %" PRIu64 "  max %" PRIu64 "\n", records[shots / 2].work, stats->max_work);
  printf("memory             image %" PRIu64 " bytes, workspace %" PRIu64 " bytes\n", needs->image_size,
         needs->workspace_size);
  printf("digest             %016" PRIx64 "\n", digest);
}

/* How to decode: what the image holds besides its graph need not be used. */
static decant_config configuration(int argc, char **argv) {
  decant_config config = {.struct_size = sizeof config};
  for (int k = 5; k < argc; k++) {
    if (!strcmp(argv[k], "network"))
      config.flags |= DECANT_CONFIG_NETWORK;
    else if (!strcmp(argv[k], "correlated"))
      config.flags |= DECANT_CONFIG_CORRELATED;
    else
      fail(argv[k], "is neither network nor correlated");
  }
  return config;
}

int main(int argc, char **argv) {
  if (argc < 5) fail("usage", "decode-shots IMAGE DETECTORS.b8 OBSERVABLES.b8 ROUNDS [network] [correlated]");
  decant_config config = configuration(argc, argv);
  file_content image = read_file(argv[1]), detectors = read_file(argv[2]), expected = read_file(argv[3]);
  double rounds = atof(argv[4]);

  decant_requirements needs = {.struct_size = sizeof needs};
  check(argv[1], decant_decoder_measure(image.bytes, image.size, &config, &needs));
  void *workspace = aligned_block(needs.workspace_size);
  decant_decoder *decoder;
  check(argv[1], decant_decoder_init(workspace, needs.workspace_size, image.bytes, image.size, &config, &decoder));

  size_t shots = needs.detectors_size ? detectors.size / needs.detectors_size : 0;
  if (shots == 0 || detectors.size != shots * needs.detectors_size) fail(argv[2], "is not a number of whole shots");
  if (expected.size != shots * needs.observables_size) fail(argv[3], "does not have as many shots");
  if (!(rounds >= 1)) fail(argv[4], "is not a number of rounds");
  unsigned char *observables = aligned_block(needs.observables_size);
  shot_record *records = aligned_block(shots * sizeof *records);

  uint64_t digests[2];
  for (int pass = 0; pass < 2; pass++) {
    check("reset", decant_decoder_reset(decoder));
    decode_all(decoder, &needs, detectors.bytes, expected.bytes, observables, records, shots);
    check("digest", decant_digest(decoder, &digests[pass]));
  }
  if (digests[0] != digests[1]) fail("digest", "the same shots were decoded in two ways");
  decant_stats stats = {.struct_size = sizeof stats};
  check("statistics", decant_stats_read(decoder, &stats));
  print_report(&needs, records, shots, rounds, &stats, digests[1]);
  return 0;
}
