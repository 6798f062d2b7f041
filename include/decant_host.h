/* decant_host.h - compile decoder images; sample labelled shots, to train networks and to judge decoders.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The host plane: unlike decant.h it allocates memory and may start threads. Link with libdecant_host.so.
 *
 * Usage
 * -----
 *     #include <decant_host.h>
 *
 *     decant_host_surface surface = {.struct_size = sizeof surface, .distance = 9, .rounds = 9, .basis = 'X',
 *                                    .noise_kind = DECANT_HOST_NOISE_UNIFORM, .p = 0.006,
 *                                    .labels = DECANT_HOST_LABELS_FULL};
 *     decant_host_sampler *sampler = decant_host_sampler_new();
 *     if (decant_host_sampler_set_surface(sampler, &surface, seed) != DECANT_OK)
 *       puts(decant_host_sampler_error(sampler));
 *
 *     decant_host_layout layout = {.struct_size = sizeof layout};
 *     decant_host_sampler_layout(sampler, &layout);
 *     decant_host_shots out = {.struct_size = sizeof out,
 *                              .inputs = inputs, .inputs_stride = layout.inputs_size,
 *                              .targets = targets, .targets_stride = layout.targets_size};
 *     decant_host_sample(sampler, 0, 4096, 2, &out);             // 2 threads
 *     decant_host_sampler_free(sampler);
 *
 * Shots
 * -----
 * Shots of a sampler are numbered from 0. A shot is settled by the model, the seed and its number: it is the same
 * in calls of whatever size and on however many threads. Training that asks for 0 to 4095, then 4096 to 8191 and so
 * on never sees a shot twice; a test set takes another seed.
 *
 * Bits
 * ----
 * Everything about a shot is a row of packed bits, bit k being bit k % 8 (least significant first) of byte k / 8,
 * as in Stim's b8 format; unused bits of a row's last byte are zero. numpy.unpackbits(rows, axis=1,
 * bitorder='little', count=bits) unpacks them.
 *
 *     detectors    in the model's order. Of a surface code with T rounds and h checks of each type, 2Th: the checks of
 *                  the memory's basis in round 0; for each later round all X-checks, then all Z-checks; and h that
 *                  never fire
 *     observables  whether each was flipped
 *     inputs       surface codes only; shape (2, T, D, D) in row-major order, that is bit ((c * T + t) * D + row) * D +
 *                  column: detectors of X-checks (c = 0) and of Z-checks (c = 1) in round t, each at its check's cell.
 *                  Those of the type that is not the memory's basis are zero in rounds 0 and T - 1
 *     targets      surface codes only; shape (4, T, D, D): Z errors (c = 0) and X errors (c = 1) that newly appear on
 *                  data qubits in round t; flips of the measurements of X-checks (c = 2) and of Z-checks (c = 3) in
 *                  round t, each at its check's cell
 *     edges        models only: whether each edge of the matching graph flipped, numbered as
 *                  decant_host_sampler_edges tells
 *
 * A check's cell is a data qubit of its own: the first in the top row of an X-check, the last in that of a Z-check.
 * With ez, ex, sX and sZ the targets and HX, HZ the checks' supports, modulo 2,
 *
 *     detX[t] = HX ez[t] + sX[t] + sX[t-1],   detZ[t] = HZ ex[t] + sZ[t] + sZ[t-1]
 *
 * and the observable is the sum over all rounds of ez (basis X) or ex (basis Z) on the logical operator's qubits.
 *
 * Rules
 * -----
 * Threads:   one sampler may be used by several threads at once to sample, but not while it is set or freed. One model
 *            is used by one thread at a time. Different objects are independent.
 * Memory:    pointers are borrowed for the call. Objects from _new are freed by _free.
 * Errors:    a negative status leaves outputs untouched; decant_host_sampler_error and decant_host_model_error then
 *            tell more of what was wrong when the sampler was set, or the model set or compiled.
 * Structs:   as in decant.h: struct_size first; reserved fields zero.
 */
#ifndef DECANT_HOST_H
#define DECANT_HOST_H

#include "decant.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------
 * Identity
 */

/* Version of the linked library; compare it with DECANT_VERSION_NUMBER. Never fails. */
DECANT_API uint32_t decant_host_version_number(void);

/* The linked library's DECANT_ABI_VERSION. Never fails. */
DECANT_API uint32_t decant_host_abi_version(void);

/* ------------------------------------------------------------------------------------------------------
 * Samplers
 */

typedef struct decant_host_sampler decant_host_sampler;

/* A sampler of nothing, to be set. NULL only if there is no memory. */
DECANT_API decant_host_sampler *decant_host_sampler_new(void);

/* Frees a sampler; NULL is none. */
DECANT_API void decant_host_sampler_free(decant_host_sampler *sampler);

/* What was wrong when the sampler was last set: a sentence that names the line or the field and its value; "" if
 * nothing was. It lives until the sampler is set again or freed. "" for NULL. */
DECANT_API const char *decant_host_sampler_error(const decant_host_sampler *sampler);

/* A memory experiment on a rotated surface code, and what its labels shall be. */
typedef struct decant_host_surface {
  uint32_t struct_size;
  uint32_t distance;      /* odd, at least 3 */
  uint32_t rounds;        /* T, at least 2; the last one is the readout */
  uint32_t basis;         /* 'X' or 'Z' */
  uint32_t orientation;   /* 0 XV (O1), 1 XH (O2), 2 ZV (O3), 3 ZH (O4) */
  uint32_t noise_kind;    /* a DECANT_HOST_NOISE_ */
  double p;               /* the error rate; not looked at for DECANT_HOST_NOISE_PARAMETERS */
  const double *parameters; /* 25 of them for DECANT_HOST_NOISE_PARAMETERS, else NULL: p_prep_X, p_prep_Z, p_meas_X,
                               p_meas_Z, p_idle_cnot_X, _Y, _Z, p_idle_spam_X, _Y, _Z,
                               p_cnot_IX, _IY, _IZ, _XI, ... _ZZ */
  uint32_t labels;        /* a DECANT_HOST_LABELS_, or'ed with DECANT_HOST_LABELS_TEACHER or not */
  uint32_t reserved0;
  uint64_t reserved[4];
} decant_host_surface;

enum {
  DECANT_HOST_NOISE_UNIFORM = 0,    /* 25 parameters made of p */
  DECANT_HOST_NOISE_SI1000 = 1,     /* likewise, for superconducting hardware */
  DECANT_HOST_NOISE_SCALAR = 2,     /* the circuit of one error rate that most published figures show */
  DECANT_HOST_NOISE_PARAMETERS = 3  /* 25 parameters */
};

/* How far targets are made local by homological equivalence (arXiv:2604.12841), which keeps their detectors and their
 * observable; and whether they are of the faults that happened or what correlated matching makes of the detectors. */
enum {
  DECANT_HOST_LABELS_PLAIN = 0,
  DECANT_HOST_LABELS_SPACELIKE = 1, /* in each round */
  DECANT_HOST_LABELS_FULL = 2,      /* spacelike, timelike of weight one, spacelike */
  DECANT_HOST_LABELS_TEACHER = 16
};

/* Makes the sampler one of a surface code.
 *
 * seed: any number; which shots there are.
 * Errors: BAD_ARGUMENT (null, an experiment that is none), BAD_ABI, UNSUPPORTED (a reserved field). After an error
 * the sampler is of nothing. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_sampler_set_surface(decant_host_sampler *sampler,
                                                                             const decant_host_surface *surface,
                                                                             uint64_t seed);

/* Makes the sampler one of any detector error model, in Stim's language.
 *
 * text: size bytes. flags: DECANT_HOST_WITH_EDGES, or 0.
 * Errors: BAD_ARGUMENT (null, an unknown flag, a model that is none; with edges, one that is not decomposed into
 * edges). After an error the sampler is of nothing. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_sampler_set_model(decant_host_sampler *sampler,
                                                                           const char *text, size_t size,
                                                                           uint64_t seed, uint32_t flags);

enum { DECANT_HOST_WITH_EDGES = 1 };

/* How many bits a shot has, and how many bytes its rows take. */
typedef struct decant_host_layout {
  uint32_t struct_size;
  uint32_t reserved0;
  uint64_t detectors;
  uint64_t observables;
  uint64_t inputs;
  uint64_t targets;
  uint64_t edges;
  uint64_t detectors_size;   /* ceil(detectors / 8), and so on */
  uint64_t observables_size;
  uint64_t inputs_size;
  uint64_t targets_size;
  uint64_t edges_size;
  uint64_t reserved[4];
} decant_host_layout;

/* Tells a sampler's layout. Errors: BAD_ARGUMENT (null), BAD_ABI, BAD_STATE (a sampler of nothing). */
DECANT_API decant_status decant_host_sampler_layout(const decant_host_sampler *sampler,
                                                    decant_host_layout *layout);

/* The ends of the edges, in their order: ascending (a, b), boundary edges of a detector before its others.
 *
 * edges: room for capacity of them, at least layout.edges.
 * Errors: BAD_ARGUMENT (null), BUFFER_TOO_SMALL, BAD_STATE, UNSUPPORTED (a sampler without edges). */
DECANT_API decant_status decant_host_sampler_edges(const decant_host_sampler *sampler, decant_edge *edges,
                                                   size_t capacity);

/* Where sampled shots go: a row for each, at buffer + k * stride for the k-th. A NULL buffer leaves its bits out.
 * Strides are in bytes, at least the rows' sizes. Buffers must not overlap. */
typedef struct decant_host_shots {
  uint32_t struct_size;
  uint32_t reserved0;
  uint8_t *detectors;
  size_t detectors_stride;
  uint8_t *observables;
  size_t observables_stride;
  uint8_t *inputs;
  size_t inputs_stride;
  uint8_t *targets;
  size_t targets_stride;
  uint8_t *edges;
  size_t edges_stride;
  uint64_t reserved[4];
} decant_host_shots;

/* Samples shots first_shot to first_shot + shots - 1.
 *
 * first_shot: at most 2^63. Blocks of 256 shots that begin at a multiple of 256 are sampled as a whole: calls that keep
 * to them waste nothing.
 * shots: with 0 of them buffers and strides may be anything.
 * threads: how many to use at most; 0 is 1. They are gone when the call returns.
 * Errors: BAD_ARGUMENT (null, a stride that is too small or that no memory has room for, too many shots), BAD_ABI,
 * BAD_STATE (a sampler of nothing), UNSUPPORTED (bits that this sampler does not have), BUFFER_TOO_SMALL (no memory
 * for a teacher's decoders). */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_sample(const decant_host_sampler *sampler,
                                                                uint64_t first_shot, size_t shots, uint32_t threads,
                                                                const decant_host_shots *out);

/* ------------------------------------------------------------------------------------------------------
 * Models
 *
 * A circuit or an experiment becomes a detector error model, and a model becomes a decoder image: what `decant dem` and
 * `decant compile` do, without files, to the same bytes.
 *
 *     decant_host_model *model = decant_host_model_new();
 *     if (decant_host_model_set_circuit(model, text, size, "memory.stim") != DECANT_OK ||
 *         decant_host_compile(model, NULL) != DECANT_OK)
 *       puts(decant_host_model_error(model));
 *     decant_host_model_image(model, &image, &image_size);       // for decant_decoder_init
 */

typedef struct decant_host_model decant_host_model;

/* A model of nothing, to be set. NULL only if there is no memory. */
DECANT_API decant_host_model *decant_host_model_new(void);

/* Frees a model with all that was made of it; NULL is none. */
DECANT_API void decant_host_model_free(decant_host_model *model);

/* What was wrong when the model was last set or compiled: a sentence that names the line or the field and its value; ""
 * if nothing was. It lives until the model is set or compiled again or freed. "" for NULL. */
DECANT_API const char *decant_host_model_error(const decant_host_model *model);

/* Sets a detector error model in Stim's language.
 *
 * text: size bytes. name: how errors name it, such as a path; NULL is "model".
 * Errors: BAD_ARGUMENT (null, a text that is no model). After an error the model is of nothing. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_model_set_text(decant_host_model *model, const char *text,
                                                                        size_t size, const char *name);

/* Sets the model of a circuit in Stim's language, its errors decomposed into edges for matching, as with
 * `stim analyze_errors --decompose_errors --approximate_disjoint_errors`.
 *
 * text: size bytes. name: how errors name it; NULL is "circuit".
 * Errors: BAD_ARGUMENT (null, a text that is no circuit, a gate that surface codes have no use for, a detector that is
 * random without noise, an error that cannot be decomposed). After an error the model is of nothing. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_model_set_circuit(decant_host_model *model,
                                                                           const char *text, size_t size,
                                                                           const char *name);

/* Sets the model of a memory experiment; labels are not looked at.
 *
 * Errors: as decant_host_sampler_set_surface. After an error the model is of nothing. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_model_set_surface(decant_host_model *model,
                                                                           const decant_host_surface *surface);

/* Gives the detector error model's text, an instruction a line; numbers read back as the same numbers.
 *
 * text: receives where it is: *size bytes and a zero behind them, until the model is set again or freed.
 * Errors: BAD_ARGUMENT (null), BAD_STATE (a model of nothing). */
DECANT_API decant_status decant_host_model_text(decant_host_model *model, const char **text, size_t *size);

/* Gives the circuit's text, as decant_host_model_text the model's.
 *
 * Errors: BAD_ARGUMENT (null), BAD_STATE (a model of nothing), UNSUPPORTED (a model that was set as text). */
DECANT_API decant_status decant_host_model_circuit(decant_host_model *model, const char **text, size_t *size);

/* ------------------------------------------------------------------------------------------------------
 * Compiler
 */

/* How a model becomes an image. A null pointer in its place means all defaults. */
typedef struct decant_host_compile_options {
  uint32_t struct_size;
  uint32_t flags;            /* DECANT_HOST_COMPILE_ flags */
  uint32_t distinct_weights; /* absolute weights to tell apart, zero included: 2 to 16777216; 0 is 16777216 */
  uint32_t reserved0;
  const char *network;       /* network to hold; NULL for none. An event network: a name that decant_host_network_name
                                tells, or the path of a file that `decant train` made. Detectors then need coordinates.
                                A grid network: "grid-small", or grid: and a path. The model is then one that
                                decant_host_model_set_surface has set */
  uint32_t commit_rounds;    /* of a stream: rounds that a window commits, and those that it sees besides, unless a */
  uint32_t buffer_rounds;    /* decoder's configuration says otherwise; 0 for the distance, which the compiler finds */
  uint32_t commit_columns;   /* of a strip: columns that a strip of the first layer commits, */
  uint32_t buffer_columns;   /* ... and those that it sees besides on each side */
  uint32_t strip;            /* ... which strip, from 0 */
  uint32_t strip_axis;       /* ... and which coordinate of the detectors counts columns, from 1; 0 for the one of the
                                most values, the last aside, which is time */
  uint64_t reserved[1];
} decant_host_compile_options;

enum {
  DECANT_HOST_COMPILE_CORRELATED = 1,     /* keep what DECANT_CONFIG_CORRELATED needs */
  DECANT_HOST_COMPILE_DROP_HYPEREDGES = 2, /* leave out components that flip three or more detectors, instead of
                                              refusing the model */
  DECANT_HOST_COMPILE_STREAM = 4, /* the image of a stream, for experiments of any number of rounds. The rounds of the
                                    model repeat; twelve or more of them are given, told by detectors' last coordinates.
                                    Takes no grid network */
  DECANT_HOST_COMPILE_STRIP = 8   /* the image of one strip of a patch, see decant.h; decant_strip_inspect tells of how
                                     many. Detectors need coordinates. Takes no network */
};

/* Compiles the model; the image stays with it.
 *
 * Errors: BAD_ARGUMENT (null, an unknown flag, a model that matching cannot use or a network that does not fit it),
 * BAD_ABI, UNSUPPORTED (a reserved field), BAD_STATE (a model of nothing). On error the last image still stands. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_compile(decant_host_model *model,
                                                                 const decant_host_compile_options *options);

/* Compiles the model like an image that was compiled before, for noise that has changed: whole shots or a stream with
 * the same windows, with correlations or without. decant_decoder_take_over then lets a decoder of the one go on with
 * the other. The bytes are those that decant_host_compile would make with the same options.
 *
 * image: image_size bytes, aligned in any way; without a network, and of no strip. The model has the same detectors,
 * edges and observables, and differs in probabilities alone; of a stream, it may have other numbers of rounds, twelve
 * or more.
 * Errors: BAD_ARGUMENT (null, bytes that are no image, one with a network or of a strip, a model of another structure,
 * whose error names the first edge that differs), BAD_STATE (a model of nothing). On error the last image still
 * stands. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_reweight(decant_host_model *model, const void *image,
                                                                  size_t image_size);

/* Gives the image: *size bytes, 64-byte aligned, until the model is set or compiled again or freed.
 *
 * Errors: BAD_ARGUMENT (null), BAD_STATE (a model that is not compiled). */
DECANT_API decant_status decant_host_model_image(const decant_host_model *model, const void **image, size_t *size);

/* What the last compilation has lost or changed of the model, a sentence a line; "" for nothing and for NULL. It lives
 * until the model is set or compiled again or freed. */
DECANT_API const char *decant_host_model_notices(const decant_host_model *model);

/* The names of the event networks that come along, from index 0 on; NULL after the last. Static storage. */
DECANT_API const char *decant_host_network_name(uint32_t index);

/* ------------------------------------------------------------------------------------------------------
 * Learners
 *
 * Noise learned from detection events alone, beside a decoder that is at work, and followed where it drifts.
 *
 *     decant_host_learner_set(learner, model, NULL);       // what may go wrong; the probabilities do not matter much
 *     for (;;) {                                           // on a thread of its own
 *       decant_host_learner_push(learner, shots, detectors, stride);
 *       decant_host_learner_learn(learner, learned);       // into another decant_host_model
 *       decant_host_reweight(learned, image, image_size);  // like the image that decodes
 *       decant_host_model_image(learned, &next, &next_size);
 *       decant_decoder_init(spare, spare_size, next, next_size, &config, &successor);
 *       // hand successor to the loop, for decant_decoder_take_over; keep `learned` until that has happened
 *     }
 */

typedef struct decant_host_learner decant_host_learner;

/* A learner of nothing, to be set. NULL only if there is no memory. */
DECANT_API decant_host_learner *decant_host_learner_new(void);

/* Frees a learner; NULL is none. */
DECANT_API void decant_host_learner_free(decant_host_learner *learner);

/* What was wrong when the learner was last set or asked: a sentence; "" if nothing was. It lives until it is set or
 * asked again or freed. "" for NULL. */
DECANT_API const char *decant_host_learner_error(const decant_host_learner *learner);

/* How a learner learns. A null pointer in its place means all defaults. */
typedef struct decant_host_learner_options {
  uint32_t struct_size;
  uint32_t flags;             /* DECANT_HOST_LEARNER_ flags */
  double half_life;           /* shots after which a shot counts half; infinite for never, 0 for 100000 */
  double stretches_per_alarm; /* stretches from one false alarm to the next, in the mean; infinite to watch for no
                                 changes, 0 for 10000 */
  uint32_t stretch;           /* shots that are judged together: 256 to 16777216; 0 for 4096 */
  uint32_t threads;           /* to learn with; 0 is 1 */
  const char *estimator;      /* "moments", "parameters" or "combined", as `decant learn` has them; NULL for the last */
  uint64_t reserved[4];
} decant_host_learner_options;

enum {
  DECANT_HOST_LEARNER_REPEATING = 1 /* errors that are alike in all rounds of the model are learned as one, so that the
                                       rounds of what is learned repeat, as a stream wants it */
};

/* Sets what to learn: how likely the errors of a model are.
 *
 * model: set; what it holds is copied. Of a circuit or a surface code, the parameters of its noise are learned as well.
 * Errors: BAD_ARGUMENT (null, a model of nothing, errors that flip too many detectors, an unknown estimator, an option
 * out of range), BAD_ABI, UNSUPPORTED (an unknown flag, a reserved field). After an error the learner may be of
 * nothing. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_learner_set(decant_host_learner *learner,
                                                                     const decant_host_model *model,
                                                                     const decant_host_learner_options *options);

/* Adds shots, in the order in which they were taken: shot k at detectors + k * detectors_stride, packed as in decant.h.
 *
 * Takes about as long as decoding. Memory does not grow with the number of shots.
 * Errors: BAD_ARGUMENT (null, a stride below ceil(detectors / 8), a stray bit), BAD_STATE (a learner of nothing); no
 * shot was added. */
DECANT_API decant_status decant_host_learner_push(decant_host_learner *learner, size_t shots,
                                                  const uint8_t *detectors, size_t detectors_stride);

/* Sets a model to what the shots say, those of old weighing less: the errors of the learner's model with other
 * probabilities. Shots count from the end of their stretch on. Takes from tenths of a second to some seconds.
 *
 * model: another one than that of decant_host_learner_set, or the same.
 * Errors: BAD_ARGUMENT (null; shots that tell nothing), BAD_STATE (a learner of nothing; not one stretch of shots). The
 * model is then as before; decant_host_learner_error tells more. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_learner_learn(decant_host_learner *learner,
                                                                       decant_host_model *model);

/* Gives what the learner has counted of all its shots, those of old weighing less: statistics, which add up over
 * learners, files and machines. The bytes are a file of `decant learn --statistics`, to be kept, sent, or given to
 * --merge.
 *
 * statistics: receives where they are: *size bytes, until this is asked again or the learner is set or freed.
 * Errors: BAD_ARGUMENT (null), BAD_STATE (a learner of nothing, or no memory). */
DECANT_API decant_status decant_host_learner_statistics(decant_host_learner *learner, const void **statistics,
                                                        size_t *size);

/* Adds statistics to what the learner has counted, as if their shots had been pushed: they are forgotten with the shots
 * before them, and learned from at once. With a half_life and stretches_per_alarm that are infinite, a learner is
 * nothing but a sum.
 *
 * statistics: size bytes, aligned in any way, of decant_host_learner_statistics or `decant learn --statistics`; copied.
 * Errors: BAD_ARGUMENT (null, bytes that are no statistics or damaged, those of another model;
 * decant_host_learner_error tells more), BAD_STATE (a learner of nothing). Nothing was added then. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_host_learner_merge(decant_host_learner *learner,
                                                                       const void *statistics, size_t size);

/* One sign of a change: of detectors that fire more or less often than before, alone or two together. */
typedef struct decant_host_change {
  uint32_t struct_size;
  uint32_t reserved0;
  uint64_t shots;  /* that had been pushed when it was told, and ... */
  uint64_t since;  /* ... before it began, as far as can be said */
  uint32_t a;      /* detector */
  uint32_t b;      /* detector above a, or DECANT_BOUNDARY for none */
  double before;   /* share of the shots in which it, or both, fired: before, */
  double now;      /* ... and in the last stretch */
  uint64_t reserved[2];
} decant_host_change;

/* Takes the oldest sign of a change: noise that has changed faster than it is forgotten. All shots before the change
 * were then forgotten at once. Signs of one change have the same `shots`; the surest come first.
 *
 * change: only struct_size is read. Returns OK, or EMPTY: then nothing is written. Errors: BAD_ARGUMENT, BAD_ABI. */
DECANT_API decant_status decant_host_learner_change(decant_host_learner *learner, decant_host_change *change);

#ifdef __cplusplus
}
#endif

#endif /* DECANT_HOST_H */
