#define _GNU_SOURCE
#include "options.h"

#include "host.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "control-loop --image FILE --detectors FILE.b8 --rounds N [options]\n"
    "\n"
    "  --image FILE         made by decant compile --stream\n"
    "  --detectors FILE     recorded experiments, in Stim's b8 format\n"
    "  --rounds N           rounds of each, the first and the last included\n"
    "  --window C,B         rounds that a window commits, and sees besides (default: what the image says)\n"
    "  --union-find         instead of matching\n"
    "  --correlated         in two passes; the image must have been compiled for it\n"
    "  --period-ns N        a round every N nanoseconds (1000); 0: as fast as they are taken\n"
    "  --deadline-ns N      for a frame behind its round (default: rounds that a window commits, times the period)\n"
    "  --repeat N           plays the recording N times (1)\n"
    "  --ring N             rounds that wait at most, a power of two (4096)\n"
    "  --wait               a full ring stops the producer; without this, the round is lost\n"
    "  --lose N             loses every Nth round on purpose, to see what becomes of the others\n"
    "  --pop-late           takes frames only when the decoder says DECANT_FULL\n"
    "  --cores P,D          pins producer and decoder to processors (0,1; none: leaves them free)\n"
    "  --fifo N             SCHED_FIFO with this priority, for both threads, if allowed\n"
    "  --seccomp            any system call in the decoder's loop ends the program\n"
    "  --break heap|call    does what must not be done in the loop, to see it found out\n"
    "  --answers FILE       writes each experiment's flips of observables, b8, once per recorded experiment\n";

static uint64_t number(const char *name, const char *text, uint64_t least, uint64_t most) {
  char *end;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || value < least || value > most)
    fail(name, "%s is not a number from %llu to %llu", text, (unsigned long long)least, (unsigned long long)most);
  return value;
}

/* Two numbers with a comma between. */
static void pair(const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *a, uint64_t *b) {
  const char *comma = strchr(text, ',');
  char first[24];
  if (!comma || (size_t)(comma - text) >= sizeof first) fail(name, "%s is not two numbers, as in 5,5", text);
  memcpy(first, text, (size_t)(comma - text));
  first[comma - text] = 0;
  *a = number(name, first, least, most);
  *b = number(name, comma + 1, least, most);
}

options options_read(int count, char **arguments) {
  enum { IMAGE, DETECTORS, ROUNDS, WINDOW, UNION_FIND, CORRELATED, PERIOD, DEADLINE, REPEAT, RING, WAIT, LOSE,
         POP_LATE, CORES, FIFO, SECCOMP, BREAK, ANSWERS, HELP };
  static const struct option known[] = {
      {"image", 1, NULL, IMAGE},         {"detectors", 1, NULL, DETECTORS},   {"rounds", 1, NULL, ROUNDS},
      {"window", 1, NULL, WINDOW},       {"union-find", 0, NULL, UNION_FIND}, {"correlated", 0, NULL, CORRELATED},
      {"period-ns", 1, NULL, PERIOD},    {"deadline-ns", 1, NULL, DEADLINE},  {"repeat", 1, NULL, REPEAT},
      {"ring", 1, NULL, RING},           {"wait", 0, NULL, WAIT},             {"lose", 1, NULL, LOSE},
      {"pop-late", 0, NULL, POP_LATE},   {"cores", 1, NULL, CORES},           {"fifo", 1, NULL, FIFO},
      {"seccomp", 0, NULL, SECCOMP},     {"break", 1, NULL, BREAK},           {"answers", 1, NULL, ANSWERS},
      {"help", 0, NULL, HELP},           {NULL, 0, NULL, 0}};
  options o = {.period = 1000, .repeat = 1, .ring = 4096, .producer_core = 0, .decoder_core = 1};
  uint64_t a, b;
  int index = 0;
  for (int option; (option = getopt_long(count, arguments, "", known, &index)) != -1;) {
    const char *name = option == '?' ? "" : known[index].name;
    switch (option) {
    case IMAGE: o.image = optarg; break;
    case DETECTORS: o.detectors = optarg; break;
    case ANSWERS: o.answers = optarg; break;
    case ROUNDS: o.rounds = (uint32_t)number(name, optarg, 2, 100000000); break;
    case WINDOW:
      pair(name, optarg, 1, 65535, &a, &b);
      o.commit = (uint32_t)a, o.buffer = (uint32_t)b;
      break;
    case UNION_FIND: o.flags |= DECANT_CONFIG_UNION_FIND; break;
    case CORRELATED: o.flags |= DECANT_CONFIG_CORRELATED; break;
    case PERIOD: o.period = number(name, optarg, 0, 1000000000); break;
    case DEADLINE: o.deadline = number(name, optarg, 1, UINT64_MAX / 2); break;
    case REPEAT: o.repeat = number(name, optarg, 1, 1000000000); break;
    case RING:
      o.ring = number(name, optarg, 2, 1u << 24);
      if (o.ring & (o.ring - 1)) fail(name, "%s is not a power of two", optarg);
      break;
    case LOSE: o.lose = number(name, optarg, 1, UINT64_MAX / 2); break;
    case WAIT: o.wait = true; break;
    case POP_LATE: o.pop_late = true; break;
    case CORES:
      o.producer_core = o.decoder_core = -1;
      if (!strcmp(optarg, "none")) break;
      pair(name, optarg, 0, 1023, &a, &b);
      o.producer_core = (int)a, o.decoder_core = (int)b;
      break;
    case FIFO: o.priority = (int)number(name, optarg, 1, 99); break;
    case SECCOMP: o.seccomp = true; break;
    case BREAK:
      if (strcmp(optarg, "heap") && strcmp(optarg, "call")) fail(name, "%s is neither heap nor call", optarg);
      o.break_heap = *optarg == 'h', o.break_call = *optarg == 'c';
      break;
    default: fputs(usage, option == HELP ? stdout : stderr); exit(option == HELP ? 0 : 64);
    }
  }
  if (optind < count) fail(arguments[optind], "is no option; see --help");
  if (!o.image || !o.detectors || !o.rounds) fail("usage", "--image, --detectors and --rounds are needed; see --help");
  return o;
}
