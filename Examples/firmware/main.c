/* firmware - decodes a surface code round by round on a microcontroller: no operating system, no C library, no heap.
 *
 * Rounds come over a link, experiments of ROUNDS rounds one after the other: the detectors of all rounds and then the
 * observables as they were measured, in Stim's b8 format. The readout counts as a round. The decoder image lies in
 * flash. The same program runs on the host; every line that both print but for those in brackets must be the same.
 */
#include "port.h"
#include "print.h"

#include <decant.h>

extern const unsigned char image[], image_end[];

/* `decant inspect` says how large it must be. */
static _Alignas(64) unsigned char workspace[56 * 1024];

/* One experiment as it comes, and the bit that is to be read next. */
static struct {
  unsigned char bytes[4096];
  size_t next;
} experiment;

typedef struct {
  uint64_t count, sum, max;
} tally;

static void add(tally *to, uint64_t value) {
  to->count++;
  to->sum += value;
  if (value > to->max) to->max = value;
}

static void print_tally(const char *what, const tally *of) {
  if (of->max == 0) return; /* the host */
  print("[%s: %llu on average, at most %llu]\n", what, (unsigned long long)(of->sum / of->count),
        (unsigned long long)of->max);
}

static int fail(const char *what, decant_status status) {
  print("%s: %s\n", what, decant_status_name(status));
  return 1;
}

static void take(unsigned char *bits, size_t count) {
  for (size_t k = 0; k < (count + 7) / 8; k++) bits[k] = 0;
  for (size_t k = 0; k < count; k++, experiment.next++)
    bits[k / 8] |= (experiment.bytes[experiment.next / 8] >> experiment.next % 8 & 1) << k % 8;
}

int main(void) {
  size_t image_size = (size_t)(image_end - image);
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_stream_info stream = {.struct_size = sizeof stream};
  decant_decoder *decoder;
  decant_status status = decant_decoder_measure(image, image_size, NULL, &needs);
  if (status == DECANT_OK) status = decant_stream_inspect(image, image_size, &stream);
  if (status == DECANT_OK)
    status = decant_decoder_init(workspace, sizeof workspace, image, image_size, NULL, &decoder);
  if (status < 0) return fail("image", status);
  print("[Decant %s on %s, in a workspace of %llu bytes]\n", decant_version_string(), port_name,
        (unsigned long long)needs.workspace_size);
  print("image of %llu bytes, windows of %u + %u rounds\n", (unsigned long long)needs.image_size,
        (unsigned)stream.commit_rounds, (unsigned)stream.buffer_rounds);

  size_t bits = stream.first_detectors + (ROUNDS - 2) * stream.round_detectors + stream.last_detectors;
  size_t size = (bits + stream.observables + 7) / 8;
  unsigned char round_bits[64], flips[8], frame_flips[8], measured[8];
  if (size > sizeof experiment.bytes || needs.detectors_size > sizeof round_bits || stream.observables > 64) {
    print("the rounds of this image are too wide\n");
    return 1;
  }

  uint64_t overhead = port_instructions();
  overhead = port_instructions() - overhead;
  uint64_t shots = 0, rounds = 0, mistakes = 0, digest;
  tally waiting = {0}, deciding = {0}, every = {0};
  for (;;) {
    size_t came = port_receive(experiment.bytes, size);
    if (came == 0) break;
    if (came < size) {
      print("the link ended within an experiment\n");
      return 1;
    }
    experiment.next = 0;
    for (size_t k = 0; k < sizeof flips; k++) flips[k] = 0;
    for (uint32_t number = 0; number < ROUNDS; number++, rounds++) {
      int last = number == ROUNDS - 1;
      size_t detectors =
          number == 0 ? stream.first_detectors : last ? stream.last_detectors : stream.round_detectors;
      take(round_bits, detectors);
      decant_round round = {.struct_size = sizeof round, .flags = last ? DECANT_ROUND_LAST : 0, .sequence = number};

      uint64_t start = port_instructions();
      status = decant_stream_push(decoder, &round, round_bits, (detectors + 7) / 8);
      if (status != DECANT_PENDING && decant_stream_pop(decoder, NULL, frame_flips, sizeof frame_flips) == DECANT_OK)
        for (size_t k = 0; k < needs.observables_size; k++) flips[k] ^= frame_flips[k];
      uint64_t spent = port_instructions() - start - overhead;

      if (status < 0) return fail("round", status);
      add(&every, spent);
      add(status == DECANT_PENDING ? &waiting : &deciding, spent);
    }
    take(measured, stream.observables);
    int mistaken = 0;
    for (size_t k = 0; k < needs.observables_size; k++) mistaken |= flips[k] != measured[k];
    mistakes += (uint64_t)mistaken;
    if (++shots % 250 == 0 && decant_digest(decoder, &digest) == DECANT_OK)
      print("%llu experiments: digest %016llx\n", (unsigned long long)shots, (unsigned long long)digest);
  }

  decant_stats stats = {.struct_size = sizeof stats};
  status = decant_stats_read(decoder, &stats);
  if (status == DECANT_OK) status = decant_digest(decoder, &digest);
  if (status < 0) return fail("totals", status);
  print("%llu experiments, %llu rounds, %llu windows, %llu mistakes\n", (unsigned long long)shots,
        (unsigned long long)rounds, (unsigned long long)stats.shots, (unsigned long long)mistakes);
  print("%llu detection events, %llu work units, at most %llu in a window\n",
        (unsigned long long)stats.detection_events, (unsigned long long)stats.work,
        (unsigned long long)stats.max_work);
  print("digest %016llx\n", (unsigned long long)digest);
  print_tally("instructions a round", &every);
  print_tally("instructions of a round that completes a window", &deciding);
  print_tally("instructions of one that only waits", &waiting);
  if (port_stack_used() > 0) print("[%u bytes of stack]\n", (unsigned)port_stack_used());
  return shots > 0 ? 0 : 1;
}
