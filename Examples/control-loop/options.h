/* options.h - what the command line says. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct options {
  const char *image, *detectors, *answers;
  uint32_t rounds;           /* of an experiment */
  uint32_t commit, buffer;   /* of a window; 0 for the image's */
  uint32_t flags;            /* of decant_config */
  uint64_t period, deadline; /* nanoseconds */
  uint64_t repeat;           /* how often the recording is played */
  uint64_t ring;             /* rounds that it holds */
  int producer_core, decoder_core; /* -1: not pinned */
  int priority;              /* of SCHED_FIFO; 0: not asked for */
  uint64_t lose;             /* every so many rounds one is not written; 0: none */
  bool wait;                 /* a full ring stops the producer, instead of losing the round */
  bool pop_late;             /* take frames only when no more fit */
  bool seccomp;
  bool break_heap, break_call; /* do once, in the loop, what must not be done there */
} options;

/* Ends the program for a command line that makes no sense. */
options options_read(int count, char **arguments);

#endif
