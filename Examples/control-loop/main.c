/* control-loop - a real-time host of Decant on Linux: rounds come in at a period, frames go out, nothing is allocated.
 *
 * README.md says what it prints; options.c, what it takes.
 */
#define _GNU_SOURCE
#include "arena.h"
#include "decoder_loop.h"
#include "heap_guard.h"
#include "host.h"
#include "producer.h"
#include "realtime.h"
#include "recording.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void fail(const char *what, const char *why, ...) {
  va_list values;
  fprintf(stderr, "control-loop: %s: ", what);
  va_start(values, why);
  vfprintf(stderr, why, values);
  va_end(values);
  fputc('\n', stderr);
  exit(1);
}

/* Makes a decoder in the arena, and tells what its rounds are. */
static decant_decoder *make_decoder(const options *o, decant_requirements *needs, decant_stream_info *info) {
  size_t size;
  const unsigned char *image = arena_read(o->image, &size);
  check(o->image, decant_stream_inspect(image, size, info));
  decant_config config = {
      .struct_size = sizeof config, .flags = o->flags, .commit_rounds = o->commit, .buffer_rounds = o->buffer};
  check(o->image, decant_decoder_measure(image, size, &config, needs));
  if (needs->observables_size > PAULI_FRAME_BYTES) fail(o->image, "has more than %d observables", 8 * PAULI_FRAME_BYTES);
  void *workspace = arena_take("the workspace", needs->workspace_size);
  decant_decoder *decoder;
  check(o->image, decant_decoder_init(workspace, needs->workspace_size, image, size, &config, &decoder));
  return decoder;
}

/* Runs both threads to the end. */
static void run(producer *p, decoder_loop *l) {
  pthread_t producing, decoding;
  if (pthread_create(&decoding, NULL, decoder_loop_run, l) || pthread_create(&producing, NULL, producer_run, p))
    fail("threads", "cannot be made");
  heap_guard_close(true);
  atomic_store_explicit(p->go, true, memory_order_release);
  pthread_join(decoding, NULL);
  heap_guard_close(false);
  pthread_join(producing, NULL);
}

static void write_answers(const char *path, const decoder_loop *l) {
  for (uint64_t k = 0; k < l->experiments; k++)
    if (!l->answered[k]) fail(path, "experiment %" PRIu64 " has no answer, since rounds of it were lost", k);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(l->answers, l->observables_size, l->experiments, file) != l->experiments || fclose(file))
    fail(path, "cannot be written");
}

static void report(const options *o, const decant_requirements *needs, const recording *r, const producer *p,
                   const decoder_loop *l) {
  printf("recording          %" PRIu64 " experiments of %" PRIu32 " rounds, played %" PRIu64 " times in %.3f s\n",
         r->experiments, r->rounds, o->repeat, (double)p->took / 1e9);
  printf("memory             image %" PRIu64 " bytes, workspace %" PRIu64 "; arena %zu of %zu\n", needs->image_size,
         needs->workspace_size, arena_taken(), arena_size());
  if (l->deadline)
    printf("period             %" PRIu64 " ns; a frame is late after %" PRIu64 " ns\n", o->period, l->deadline);
  else
    printf("period             none: rounds come as fast as they are taken\n");
  printf("rounds             %" PRIu64 " due, %" PRIu64 " decoded, %" PRIu64 " lost, %" PRIu64
         " skipped behind them\n",
         p->rounds, l->rounds, p->lost, l->skipped);
  printf("experiments        %" PRIu64 " answered, %" PRIu64 " lost, %" PRIu64 " answered in two ways\n", l->complete,
         l->lost, l->unlike);
  printf("backpressure       ring full %" PRIu64 " times, DECANT_FULL %" PRIu64 " times; at most %" PRIu64
         " of %" PRIu64 " rounds waited\n",
         p->full, l->full, l->most_waiting, o->ring);
  printf("frames             %" PRIu64 ", %" PRIu64 " truncated, %" PRIu64 " late; at most %" PRIu64 " work units\n",
         l->frames, l->truncated, l->late, l->work);
  printf("producer           at most %" PRIu64 " ns behind its clock\n", p->late);
  histogram_print(&l->push, "push");
  histogram_print(&l->reaction, "reaction");
  printf("digest             %016" PRIx64 "\n", l->digest);
}

int main(int count, char **arguments) {
  static char output[1 << 16];
  setvbuf(stdout, output, _IOFBF, sizeof output);
  options o = options_read(count, arguments);

  decant_requirements needs = {.struct_size = sizeof needs};
  decant_stream_info info = {.struct_size = sizeof info};
  decant_decoder *decoder = make_decoder(&o, &needs, &info);
  recording recorded = recording_read(o.detectors, o.rounds, &info);

  static ring queue;
  static decoder_loop loop;
  static _Atomic bool ready, go;
  ring_init(&queue, arena_take("the ring", o.ring * sizeof(round_slot)), o.ring);
  uint64_t commit = o.commit ? o.commit : info.commit_rounds;
  producer player = {.ring = &queue, .recording = &recorded, .options = &o, .go = &go, .ready = &ready};
  loop.ring = &queue, loop.decoder = decoder, loop.options = &o, loop.ready = &ready;
  loop.experiments = recorded.experiments;
  loop.deadline = o.deadline ? o.deadline : commit * o.period;
  loop.observables_size = needs.observables_size;
  loop.answers = arena_take("the answers", recorded.experiments * needs.observables_size);
  loop.answered = arena_take("the answers", recorded.experiments);

  realtime_memory();
  run(&player, &loop);
  report(&o, &needs, &recorded, &player, &loop);
  if (o.answers) write_answers(o.answers, &loop);
  return loop.unlike > 0;
}
