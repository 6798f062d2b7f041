/* What the tests of streams stand on: images of streams beside images of whole shots of the same model, and experiments
 * that follow from a seed, pushed round by round. */
#ifndef DECANT_TESTS_STREAM_RIG_H
#define DECANT_TESTS_STREAM_RIG_H

#include "rig.h"

/* build/fixtures/stream_NAME.image, and whole_NAME.image of the rounds that the model was given with; both once more for
 * noise that has drifted. */
typedef struct stream_model {
  const char *name;
  uint32_t first, usual, last, reach, observables; /* detectors of rounds; as Tests/golden/stream/README.md has them */
  bool correlated, network;
  uint32_t idle; /* a detector of the usual rounds that nothing flips; 0 for none */
  const uint8_t *image, *whole, *drifted, *drifted_whole;
  size_t image_size, whole_size, drifted_size, drifted_whole_size;
} stream_model;

enum { STREAM_MODELS = 3 };
extern stream_model stream_models[STREAM_MODELS];
bool stream_models_load(const char *folder);

/* A decoder of an image, and what it needs. */
decant_decoder *decoder_new(const uint8_t *image, size_t size, decant_config config, decant_requirements *needs);

/* Rounds of the model's whole shots. */
uint32_t whole_rounds(const stream_model *of);

/* A decoder of a stream, and the experiment that it is in. */
typedef struct stream {
  const stream_model *model;
  decant_config config;
  decant_requirements needs;
  decant_decoder *decoder;
  uint32_t window; /* rounds; the first window of an experiment has more where it commits more */
  uint32_t least_first_commit, first_window;
  uint64_t random;
  uint32_t rounds, position; /* of the experiment, and the round to come; behind the last, finish is to come */
  bool finishes;             /* the experiment has no LAST round */
  double rate;               /* of detection events */
  decant_round round;        /* the round to come, */
  uint8_t *bits;             /* ... its detectors, whose bytes end where memory does */
  size_t size;
  uint8_t *room;
} stream;

stream stream_make(const stream_model *of, decant_config config);

/* Settles how the next experiment will be. At least `least` rounds. */
void stream_begin(stream *s, uint32_t least);

/* Prepares the call to come. */
void stream_prepare(stream *s);

/* Makes it, as often as wanted. Once it was taken, the next one is to come. */
decant_status stream_call(stream *s);
bool stream_is_over(const stream *s);

/* Detectors of a round at a position. */
uint32_t stream_detectors(const stream *s, uint32_t position, bool last);

typedef struct logged {
  decant_frame frame;
  uint8_t observables[8];
} logged;

enum { MOST_FRAMES = 4096 };
typedef struct frame_log {
  size_t count;
  logged frames[MOST_FRAMES];
} frame_log;

frame_log *new_log(void);

/* Takes a frame into the log. */
decant_status stream_pop(stream *s, frame_log *log);

/* When frames are taken, and where the decoder lives meanwhile. */
typedef enum policy { AT_ONCE, WHEN_FULL, NOW_AND_THEN, MOVING, POLICIES } policy;

/* Plays experiments that follow from s->random, and takes their frames. */
void stream_play(stream *s, int experiments, policy how, frame_log *log);

/* The configurations to try on a model; their number. */
decant_config stream_config(const stream_model *of, int k);
enum { STREAM_CONFIGS = 8 };

/* A test that runs once on each model, and on failure says on which. */
typedef void (*model_test)(const stream_model *);
void on_every_model(void **state);
int tell_model(void **state);
#define every_model(test) {#test, on_every_model, NULL, tell_model, &(model_test){test}}

/* Valgrind holds the padding of structs for uninitialised, which it is. */
#ifdef DECANT_TESTS_KEEP_MALLOC
#define assert_same_workspace(a, b, size) (void)(a), (void)(b), (void)(size)
#else
#define assert_same_workspace(a, b, size) assert_memory_equal(a, b, size)
#endif

#endif
