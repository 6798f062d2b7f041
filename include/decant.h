/* decant.h - decode surface codes in memory that you provide.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Usage
 * -----
 *     #include <decant.h>
 *
 *     static _Alignas(64) unsigned char workspace[1 << 22];
 *
 *     decant_requirements needs = {.struct_size = sizeof needs};
 *     decant_decoder *decoder;
 *     decant_decoder_measure(image, image_size, NULL, &needs);   // needs.workspace_size bytes
 *     decant_decoder_init(workspace, sizeof workspace, image, image_size, NULL, &decoder);
 *     decant_decode(decoder, detectors, needs.detectors_size, observables, needs.observables_size, NULL);
 *
 * Objects
 * -------
 * A *decoder image* is a block of immutable bytes made once by `decant compile`: the matching graph of
 * one code, one noise model and one number of rounds. Keep it in flash, map it from a file, or embed it;
 * it must be 8-byte aligned, stay readable and unchanged while a decoder uses it, and may be shared by
 * any number of decoders on any number of threads.
 *
 * A *decoder* is the state of one decoding, and lives in a *workspace*: one 64-byte-aligned block that
 * you own, as large as decant_decoder_measure says. A decoder's address is its workspace's address. It
 * holds no pointer into itself (and one pointer out, to its image), so memcpy of a workspace to another
 * 64-byte-aligned block is a checkpoint, or a second decoder. There is nothing to free.
 *
 * Bits
 * ----
 * Detector k of a shot is bit k % 8 (least significant first) of byte k / 8, as in Stim's b8 format; so
 * are observables. A shot takes ceil(detectors / 8) bytes, and the unused bits of its last byte are zero.
 *
 * Rules
 * -----
 * Threads:   one decoder is used by one thread at a time; different decoders are independent. There are
 *            no globals, locks, thread-locals, callbacks, signals or system calls.
 * Memory:    no function allocates. Pointers are borrowed for the call, except the image's and the
 *            workspace's, which the decoder keeps using.
 * Errors:    a negative status means that nothing was consumed and no output was written, and the decoder
 *            can be used as before. A positive status is flow control, and its outputs are valid.
 * Work:      effort is counted in work units, integer steps of the algorithm that are the same on every
 *            machine. The library never looks at a clock.
 * Outputs:   the same image and input give the same outputs, work and digest on every processor.
 * Structs:   set struct_size to sizeof the struct, and leave reserved fields and unknown flags zero. A
 *            later version may add fields in place of reserved ones; it never moves or removes one.
 */
#ifndef DECANT_H
#define DECANT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DECANT_API __attribute__((visibility("default")))
#define DECANT_CHECK_RESULT __attribute__((warn_unused_result))
#else
#define DECANT_API
#define DECANT_CHECK_RESULT
#endif

/* ------------------------------------------------------------------------------------------------------
 * Identity
 */

/* Version of this header: major * 10000 + minor * 100 + patch. */
#define DECANT_VERSION_NUMBER 100u
#define DECANT_VERSION_STRING "0.1.0"

/* Changes only when a program compiled against an older header could break. */
#define DECANT_ABI_VERSION 0u

/* Version of the linked library; compare it with DECANT_VERSION_NUMBER. Never fails. */
DECANT_API uint32_t decant_version_number(void);

/* The same as text, such as "0.1.0". Static storage, never NULL. */
DECANT_API const char *decant_version_string(void);

/* The linked library's DECANT_ABI_VERSION. Never fails. */
DECANT_API uint32_t decant_abi_version(void);

/* Outcome of a call. Zero is success, positive is flow control, negative is an error. Values are final. */
typedef int32_t decant_status;
enum {
  DECANT_OK = 0,
  DECANT_PENDING = 1,           /* accepted; no result yet */
  DECANT_FULL = 2,              /* no room; nothing was consumed */
  DECANT_EMPTY = 3,             /* no result to take */
  DECANT_TRUNCATED = 4,         /* the work limit was reached: a valid correction, perhaps not the lightest */
  DECANT_BAD_ARGUMENT = -1,     /* a null pointer, a wrong length, an unknown flag, a bit set where none may be */
  DECANT_BUFFER_TOO_SMALL = -2, /* an output buffer or the workspace is too short */
  DECANT_MISALIGNED = -3,       /* the workspace is not 64-byte aligned, or the image not 8-byte aligned */
  DECANT_BAD_ABI = -4,          /* struct_size is smaller than this struct ever was, or that of an input over 4096 */
  DECANT_BAD_IMAGE = -5,        /* the bytes are not a decoder image, or are damaged */
  DECANT_UNSUPPORTED = -6,      /* made for a newer library, or not held by this image */
  DECANT_BAD_STATE = -7,        /* the memory does not hold an initialised decoder */
  DECANT_ROUND_LOST = -8,       /* a round is missing from the stream; sticky until reset */
  DECANT_INTERNAL = -9,         /* an invariant broke; please report it */
  DECANT_IMPOSSIBLE = -10       /* no set of errors explains the detection events: an odd number of them lies
                                   in a part of the graph that has no boundary */
};

/* The name of a status, such as "DECANT_BAD_IMAGE"; "DECANT_UNKNOWN_STATUS" for any other value. Static storage. */
DECANT_API const char *decant_status_name(decant_status status);

/* ------------------------------------------------------------------------------------------------------
 * Image
 */

/* What an image holds. */
typedef struct decant_image_info {
  uint32_t struct_size;
  uint32_t format_version;
  uint64_t image_size;       /* bytes; at most the size passed in */
  uint32_t crc32;            /* of the whole image, its own field counted as zero */
  uint32_t flags;            /* DECANT_IMAGE_ flags */
  uint32_t detectors;        /* nodes of the matching graph; bits in a shot */
  uint32_t observables;      /* bits in an answer */
  uint32_t edges;            /* of the matching graph, boundary edges included */
  uint32_t boundary_edges;   /* edges with one detector */
  uint32_t negative_edges;   /* edges more likely to flip than not */
  uint32_t components;       /* connected components, lone detectors included */
  uint32_t closed_components; /* components without a boundary edge: they take an even number of events */
  uint32_t max_degree;       /* most edges at one detector */
  uint32_t max_weight;       /* largest absolute integer weight */
  uint32_t reserved0;
  double weight_scale;       /* integer weight = 2 * round(weight_scale * ln((1 - p) / p)) */
  uint16_t network_rounds;   /* of the event network, zero if there is none: rounds of the window around an event, */
  uint16_t network_rows;     /* ... its rows */
  uint16_t network_columns;  /* ... and columns, in units of half the distance between checks of one type in a row; */
  uint16_t network_features; /* places of a window, */
  uint16_t network_hidden;   /* ... and what follows: sums, */
  uint16_t network_units;    /* ... units, */
  uint16_t network_outputs;  /* ... outputs, each about an edge at the event. Of a grid network these seven are its
                                rounds, rows and columns; 0; channels of its widest layer; layers; and 4 */
  uint16_t reserved1;
  uint64_t reserved[2];
} decant_image_info;

enum {
  DECANT_IMAGE_CORRELATED = 1, /* holds what DECANT_CONFIG_CORRELATED needs */
  DECANT_IMAGE_NETWORK = 2,    /* holds an event network or a grid network, which DECANT_CONFIG_NETWORK uses */
  DECANT_IMAGE_GRID = 4,       /* it is a grid network */
  DECANT_IMAGE_STREAM = 8,     /* is for streams: it holds the layers of windows, and counts the detectors and edges of
                                  each layer that it stores once. Whole shots cannot be decoded with it */
  DECANT_IMAGE_STRIP = 16      /* is one strip of a patch: see "Strips" */
};

/* Checks a whole image, and tells what it holds.
 *
 * image: 8-byte aligned, image_size bytes; the image may be followed by other bytes.
 * info: only struct_size is read; the rest is written on success.
 * Errors: BAD_ARGUMENT (null), MISALIGNED, BAD_ABI, UNSUPPORTED (a newer format), BAD_IMAGE. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_image_inspect(const void *image, size_t image_size,
                                                                  decant_image_info *info);

/* ------------------------------------------------------------------------------------------------------
 * Decoder
 */

typedef struct decant_decoder decant_decoder;

/* How a decoder decodes. A null pointer in its place means all defaults. */
typedef struct decant_config {
  uint32_t struct_size;
  uint32_t flags;      /* DECANT_CONFIG_ flags */
  uint64_t work_limit; /* work units after which a shot's matching is cut short; 0 for no limit. Measure how many
                          nanoseconds a unit takes on your machine (decant_report tells units) and choose. */
  uint32_t max_reweights; /* weights that decant_reweight_next may change for one shot; 0 for none. They take room in
                             the workspace: for each detector, 4 bytes for each edge that the busiest detector has,
                             rounded up to a power of two (as correlated matching does), and 8 for each edge */
  uint32_t slice_work;    /* of a stream: work units of a window after which a call leaves the rest to later ones;
                             0 to decode a window in the call that completes it. See "Streams" */
  uint32_t commit_rounds; /* of a stream: rounds that a window commits, */
  uint32_t buffer_rounds; /* ... and those that it sees besides; 0 for what the image says. Together at most 65536 */
  uint64_t reserved[4];
} decant_config;

enum {
  /* Correlated matching, in two passes: the edges of a first matching lower the weights of edges that the same
   * mechanisms flip, and a second matching under these weights gives the answer and its weight. Exact in both
   * passes; where several first matchings are equally light, which of them lowers weights is free, so another
   * implementation of the same rule may part from this one there. In a stream, the edges that windows before have
   * committed lower weights of the second matching, too. Needs an image compiled with correlations. */
  DECANT_CONFIG_CORRELATED = 1,

  /* Weighted union-find instead of matching, for the smallest bounded work. Events that the warm start cannot pair
   * grow clusters, which unite where they meet; the correction is found inside them. It always explains every
   * detection event, but need not be the lightest: expect more mistakes than of matching, the more the larger the
   * code. worst_case_work is near-linear in the size of the graph where that of matching is cubic. Everything else
   * holds as for matching: edges, changed weights, work limits, digests. A shot whose events the warm start can all
   * pair has the same answer as in matching. With DECANT_CONFIG_CORRELATED, both passes are union-find; then each
   * pass starts anew. No blossoms are formed. */
  DECANT_CONFIG_UNION_FIND = 2,

  /* Pre-decoding: before each shot is decoded, the image's network works on it, in integer arithmetic throughout, the
   * same bits on every processor. Decoding is as ever after that, with the other flags too.
   *
   * An event network changes weights. For each detection event it looks at the events of the other check type around
   * it, and says how much likelier than compiled the edges at the event are; an edge about which both of its ends
   * speak takes the mean. It takes room in the workspace as max_reweights does, and some 80 bytes a detector besides.
   *
   * A grid network looks at all of a shot, and takes the same time for each. It accepts edges of which it is sure:
   * these are part of the correction whatever else is, and only the events that they leave are matched. The other
   * edges get weights of which it says a share. An edge is accepted whole, its events taken out at both ends, or not
   * at all, so that none is ever created. It takes room in the workspace as max_reweights does; 16 bytes a detector;
   * 16 bytes for each round, row and column; and, for these with a margin around them, twice as many bytes as its
   * widest layer has channels.
   *
   * Edges whose weights decant_reweight_next has staged for the shot are left alone: they keep these weights, and are
   * matched. Needs an image compiled with a network. */
  DECANT_CONFIG_NETWORK = 4,

  /* Of the image of a stream: decode windows one by one with decant_window_decode, on as many decoders as there are
   * threads or boards, instead of a stream. */
  DECANT_CONFIG_BLOCKS = 8,

  /* Of a stream: rounds may be ERASED. Takes room in the workspace as max_reweights does. */
  DECANT_CONFIG_ERASURES = 16
};

/* What a decoder needs and promises. */
typedef struct decant_requirements {
  uint32_t struct_size;
  uint32_t alignment;        /* of the workspace, in bytes: 64 */
  uint64_t workspace_size;   /* bytes */
  uint64_t image_size;       /* bytes of the image itself */
  uint64_t detectors_size;   /* bytes of one shot's detectors: ceil(detectors / 8) */
  uint64_t observables_size; /* bytes of one shot's observables: ceil(observables / 8) */
  uint64_t max_match_edges;  /* most edges that decant_match_edges can write */
  uint64_t worst_case_work;  /* work units that one shot can never exceed: without a work limit a proof's bound, far
                                above what happens; with one, the limit plus what starting and finishing cost */
  uint64_t max_weight_changes; /* most changes that decant_predecode can write; 0 without a network */
  uint64_t network_multiplications; /* of a grid network, for every shot, whatever its events; 0 without one. They are
                                       what its time goes with, and neither in work nor limited */
  uint64_t window_size;      /* under DECANT_CONFIG_BLOCKS, most bytes of the detectors of a window; 0 otherwise */
  uint64_t seam_size;        /* ... and bytes of a seam, more of them with DECANT_CONFIG_CORRELATED; of a strip, too */
  uint64_t carried_size;     /* bytes that decant_decoder_take_over copies, whatever they hold */
  uint64_t reserved[1];
} decant_requirements;

/* Tells how large a workspace decant_decoder_init will need for this image and configuration.
 *
 * config: may be NULL. needs: only struct_size is read.
 * Errors: as decant_image_inspect; UNSUPPORTED (unknown flags or fields of config). */
DECANT_API DECANT_CHECK_RESULT decant_status decant_decoder_measure(const void *image, size_t image_size,
                                                                    const decant_config *config,
                                                                    decant_requirements *needs);

/* Makes a decoder in the workspace. Checks the whole image (some tens of milliseconds); do it before the loop.
 *
 * workspace: 64-byte aligned, at least workspace_size >= needs.workspace_size bytes; it and the image must
 * outlive the decoder. Whatever it held is overwritten.
 * Errors: as decant_decoder_measure; MISALIGNED, BUFFER_TOO_SMALL (workspace). On error *decoder and the
 * workspace are untouched. */
DECANT_API DECANT_CHECK_RESULT decant_status decant_decoder_init(void *workspace, size_t workspace_size,
                                                                 const void *image, size_t image_size,
                                                                 const decant_config *config,
                                                                 decant_decoder **decoder);

/* Puts a decoder back to where decant_decoder_init left it: statistics and digest start again.
 *
 * Errors: BAD_ARGUMENT, MISALIGNED, BAD_STATE. These three can come from every function that takes a decoder. */
DECANT_API decant_status decant_decoder_reset(decant_decoder *decoder);

/* ------------------------------------------------------------------------------------------------------
 * Whole shots
 */

/* What one decode did. */
typedef struct decant_report {
  uint32_t struct_size;
  uint32_t flags;            /* DECANT_REPORT_TRUNCATED */
  int64_t weight;            /* integer weight of what was matched; divide by 2 * weight_scale for log-likelihood */
  uint64_t work;             /* work units spent */
  uint32_t detection_events; /* detectors that fired */
  uint32_t grown_events;     /* of these, the events that the (first) warm start could not pair */
  uint32_t network_features; /* events that an event network saw around events, counted once for each window: what its
                                time goes with, beside the events themselves. Not in work, and not limited. 0 of a grid
                                network: see decant_requirements.network_multiplications */
  uint32_t changed_weights;  /* edges whose weights the network changed */
  uint32_t accepted_edges;   /* edges that a grid network put into the correction by itself; they are not in weight */
  uint32_t reserved0;
  uint64_t reserved[2];
} decant_report;

enum { DECANT_REPORT_TRUNCATED = 1 };

/* Decodes one shot: detection events in, predicted flips of the observables out.
 *
 * detectors: exactly needs.detectors_size bytes, unused bits of the last one zero.
 * observables: at least needs.observables_size bytes, of which that many are overwritten; may be NULL if there
 * are no observables. It must not overlap detectors.
 * report: may be NULL.
 * Returns OK or TRUNCATED. Errors: BAD_ARGUMENT (null, length, stray bit), BUFFER_TOO_SMALL (observables),
 * BAD_ABI (report), IMPOSSIBLE. */
DECANT_API decant_status decant_decode(decant_decoder *decoder, const uint8_t *detectors, size_t detectors_size,
                                       uint8_t *observables, size_t observables_size, decant_report *report);

/* Decodes many shots. Shot k is read at detectors + k * detectors_stride and its answer written at
 * observables + k * observables_stride, each as decant_decode would.
 *
 * strides: in bytes, at least needs.detectors_size and needs.observables_size; with shots == 0 they and the
 * buffers may be anything.
 * done: receives the number of shots decoded, and is written on errors too: shots before *done are answered,
 * and on a negative status shot *done is the one at fault. Call again past it to go on.
 * Returns OK, or TRUNCATED if any shot was. Errors: as decant_decode. */
DECANT_API decant_status decant_decode_batch(decant_decoder *decoder, size_t shots, const uint8_t *detectors,
                                             size_t detectors_stride, uint8_t *observables,
                                             size_t observables_stride, size_t *done);

/* ------------------------------------------------------------------------------------------------------
 * Matching alone
 */

/* Matches a syndrome, such as the residual of a pre-decoder of your own: decant_decode without any network.
 * A decoder that uses no network decodes the same way in both. Arguments, results and errors as decant_decode. */
DECANT_API decant_status decant_match(decant_decoder *decoder, const uint8_t *residual, size_t residual_size,
                                      uint8_t *observables, size_t observables_size, decant_report *report);

/* Stands in place of the second detector of a boundary edge. */
#define DECANT_BOUNDARY UINT32_MAX

/* One edge of the matching graph. */
typedef struct decant_edge {
  uint32_t a; /* detector */
  uint32_t b; /* detector above a, or DECANT_BOUNDARY */
} decant_edge;

/* Decodes a shot as decant_decode does, under DECANT_CONFIG_NETWORK with the network, and gives the edges of the
 * correction: those that an odd number of matched paths use; together with edges that a grid network has accepted,
 * less those that are both. They explain the detectors as given, and not only what the network left of them.
 *
 * edges: room for capacity edges; needs.max_match_edges is always enough. Written in ascending order of (a, b),
 * boundary edges of a detector before its others.
 * count: receives the number of edges written.
 * report: may be NULL.
 * Returns OK or TRUNCATED. Errors: as decant_match; BUFFER_TOO_SMALL (edges). */
DECANT_API decant_status decant_match_edges(decant_decoder *decoder, const uint8_t *residual, size_t residual_size,
                                            decant_edge *edges, size_t capacity, size_t *count,
                                            decant_report *report);

/* ------------------------------------------------------------------------------------------------------
 * Weights for one shot
 *
 * What is known about one shot alone - a heralded erasure or leakage, an analogue readout, a prior - changes
 * the weights of some edges for that shot. Decoding is exact on the changed weights.
 *
 * Under DECANT_CONFIG_CORRELATED both passes begin from the changed weights. The first pass still only lowers
 * weights, and only where it makes an edge likelier than the image does; an edge that was given a negative weight
 * keeps it.
 */

/* A new weight for the edge between detectors a and b, or a and the boundary (b == DECANT_BOUNDARY). */
typedef struct decant_reweight {
  uint32_t a;
  uint32_t b;
  int32_t weight; /* 2 * round(weight_scale * ln((1 - p) / p)): even, between -33554430 and 33554430 */
} decant_reweight;

/* Changes weights for the next shot that this decoder matches, by whichever function; in a batch, its first. A shot
 * refused with BAD_ARGUMENT or IMPOSSIBLE leaves them staged; BUFFER_TOO_SMALL from decant_match_edges does not.
 * What an earlier call has staged is discarded first, so count == 0 takes everything back.
 *
 * entries: count of them, no edge twice, in any order; read during the call only.
 * count: at most config.max_reweights.
 * Errors: BAD_ARGUMENT (null, no such edge, an edge twice, an odd weight or one out of range),
 * BUFFER_TOO_SMALL (more than max_reweights), UNSUPPORTED (max_reweights is 0). After an error nothing is staged. */
DECANT_API decant_status decant_reweight_next(decant_decoder *decoder, const decant_reweight *entries,
                                              size_t count);

/* A new weight for an edge known by its number. Edges are numbered from 0 to decant_image_info.edges - 1, ascending by
 * (a, b) with a below b, the boundary before the other edges of a detector: as decant_match_edges writes them. */
typedef struct decant_edge_reweight {
  uint32_t edge;
  int32_t weight; /* as in decant_reweight */
} decant_edge_reweight;

/* What decant_reweight_next does, several times faster: for those who look edges up once, and change their weights in
 * shot after shot. Of both calls, the last counts. Arguments and errors as there. */
DECANT_API decant_status decant_reweight_edges_next(decant_decoder *decoder, const decant_edge_reweight *entries,
                                                    size_t count);

/* The number of the edge between a and b (or DECANT_BOUNDARY).
 *
 * Errors: BAD_ARGUMENT (null, no such edge). */
DECANT_API decant_status decant_edge_number(const decant_decoder *decoder, uint32_t a, uint32_t b, uint32_t *edge);

/* The detectors of `count` edges, from the one numbered `first` on.
 *
 * ends: room for count of them; may be NULL if that is 0.
 * Errors: BAD_ARGUMENT (null, edges that are not there). */
DECANT_API decant_status decant_edge_ends(const decant_decoder *decoder, uint32_t first, size_t count,
                                          decant_edge *ends);

/* The weight that the edge between a and b (or DECANT_BOUNDARY) has in the image.
 *
 * Errors: BAD_ARGUMENT (null, no such edge). */
DECANT_API decant_status decant_edge_weight(const decant_decoder *decoder, uint32_t a, uint32_t b, int32_t *weight);

/* ------------------------------------------------------------------------------------------------------
 * Pre-decoding alone
 *
 * What the network of a decoder with DECANT_CONFIG_NETWORK makes of a shot, for a global decoder of your own.
 */

/* Runs the network on a shot, and gives what is left to decode.
 *
 * detectors: exactly needs.detectors_size bytes, unused bits of the last one zero.
 * residual: receives the syndrome that is left, needs.detectors_size bytes; it may be detectors itself. An event
 * network leaves it as it was; a grid network takes the events of accepted edges out of it.
 * frame: receives the flips of the observables that the network has settled, needs.observables_size bytes: those of
 * accepted edges; of an event network, none.
 * changes: room for capacity entries; needs.max_weight_changes is always enough. Receives the weights that edges take
 * in place of the image's, each edge once, a below b. Of an event network: in the order of the detection events, the
 * lower one's where an edge joins two, and at an event in the order of the network's outputs. Of a grid network: all
 * edges that it knows, ascending by (a, b), the boundary first. Given to decant_reweight_next of a decoder without
 * the network, they make decant_decode of the residual answer, but for the frame, as it does of the detectors with
 * the network.
 * count: receives the number of changes.
 * report: may be NULL; receives detection_events, network_features, changed_weights and accepted_edges, and zeros.
 * Each of residual, frame and changes may be NULL if it is not wanted; count may be NULL with changes.
 *
 * The decoder's totals and digest, and weights staged by decant_reweight_next, are neither looked at nor changed.
 * Errors: UNSUPPORTED (a decoder without a network), BAD_ARGUMENT (null, length, stray bit), BAD_ABI (report),
 * BUFFER_TOO_SMALL (residual, frame, changes). */
DECANT_API decant_status decant_predecode(decant_decoder *decoder, const uint8_t *detectors, size_t detectors_size,
                                          uint8_t *residual, size_t residual_size, uint8_t *frame,
                                          size_t frame_size, decant_reweight *changes, size_t capacity,
                                          size_t *count, decant_report *report);

/* ------------------------------------------------------------------------------------------------------
 * Streams
 *
 * An experiment that may go on for ever, in a workspace of fixed size: a round's detectors in, as they come; frames
 * out, each with the flips of the observables that some rounds have settled. Needs an image compiled with --stream.
 *
 *     decant_round round = {.struct_size = sizeof round, .sequence = n, .timestamp = now};
 *     decant_status status = decant_stream_push(decoder, &round, detectors, detectors_size);
 *     if (status == DECANT_OK || status == DECANT_TRUNCATED) {
 *       decant_frame frame = {.struct_size = sizeof frame};
 *       decant_stream_pop(decoder, &frame, observables, sizeof observables);    // flips of [first_round, last_round]
 *     }
 *
 * Rounds wait until there are commit + buffer of them: a window. It is decoded, the corrections of its oldest
 * `commit` rounds become final, and the others wait on; where a final edge leads into a round that waits, it has
 * flipped that detector for the windows to come. The observables of an experiment are flipped by the exclusive or
 * of its frames. Buffers as long as the distance cost next to nothing in accuracy. A decoder whose windows are
 * longer than the experiment answers as a decoder of whole shots does, and what is pushed and popped when changes
 * no frame.
 *
 * Until LAST comes, rounds are taken to be like those in the middle of an experiment. Where the beginning has
 * several rounds that are not, the first window commits all of these (decant_stream_info.least_first_commit), and
 * is so much longer.
 *
 * An experiment begins with the round of sequence number 0, whose detectors are fewer than those of other rounds,
 * since there is none before it; it ends with the round that is flagged LAST, or with decant_stream_finish. The
 * next begins with 0 again. Only the call that completes a window does more than copy bits, and
 * needs.worst_case_work bounds what.
 *
 * With slice_work the window's work is spread: the call that completes it and those after it match for slice_work units
 * each, and leave the rest to the next call. The frame is there as soon as all is done, when a push returns OK or
 * TRUNCATED, at the latest commit_rounds - 1 rounds behind the one that completed the window: that call finishes what
 * is left, however much that is, so no window ever waits for another and worst_case_work is what one call may do as
 * before. The round flagged LAST and decant_stream_finish finish the window that is unfinished and decode the last one,
 * so they may do twice as much, and leave two frames. So does the first round behind one that was lost: the frame is
 * there, and the push returns ROUND_LOST. Frames, their order, work units and digests are those without slice_work, and
 * so is what a work limit cuts short. A slice may take longer by what is not divided: 64 detectors of the warm start,
 * the start of the regions that it leaves, one step of growth; and calls of their own go to reading a window into
 * tables that are laid out anew, to an event network, to what CORRELATED does between its passes, and to gathering and
 * committing the correction. A copy of the workspace goes on in the middle of a window as anywhere.
 *
 * Functions for whole shots, for matching alone, for weights and for pre-decoding return UNSUPPORTED for a decoder
 * of a stream. Streams take no max_reweights, and blocks neither DECANT_CONFIG_ERASURES nor slice_work. In
 * decant_stats, shots are windows.
 */

/* Frames that can wait to be taken. */
#define DECANT_STREAM_FRAMES 4u

/* What the image of a stream says about rounds. */
typedef struct decant_stream_info {
  uint32_t struct_size;
  uint32_t observables;
  uint32_t first_detectors;  /* detectors of the first round of an experiment, */
  uint32_t round_detectors;  /* ... of every other, */
  uint32_t last_detectors;   /* ... but the last. A round takes ceil(detectors / 8) bytes */
  uint32_t commit_rounds;    /* what 0 in decant_config means */
  uint32_t buffer_rounds;
  uint32_t least_buffer;     /* buffer_rounds may not be less: as many rounds as edges reach over */
  uint32_t shortest;         /* experiments of this many rounds and more can end with LAST, */
  uint32_t shortest_open;    /* ... and of this many with decant_stream_finish */
  uint32_t least_first_commit; /* the first window of an experiment commits no fewer rounds */
  uint32_t reserved0;
  uint64_t reserved[2];
} decant_stream_info;

/* Checks the image of a stream, and tells what its rounds are.
 *
 * Errors: as decant_image_inspect; UNSUPPORTED (the image is for whole shots). */
DECANT_API DECANT_CHECK_RESULT decant_status decant_stream_inspect(const void *image, size_t image_size,
                                                                   decant_stream_info *info);

/* One round. */
typedef struct decant_round {
  uint32_t struct_size;
  uint32_t flags;     /* DECANT_ROUND_ flags */
  uint64_t sequence;  /* 0 in the first round of an experiment, one more in each that follows */
  uint64_t timestamp; /* anything; the frame that this round completes brings it back */
  uint64_t reserved[1];
} decant_round;

enum {
  DECANT_ROUND_LAST = 1,  /* the last round of its experiment */
  DECANT_ROUND_ERASED = 2 /* its measurements tell nothing. Form the detectors of this round and of the next as if these
                             measurements had come out in any way, the same for both; repeating those of the round
                             before makes this round's detectors zeros. Decoding takes the outcomes for coin tosses:
                             edges between a detector of this round and the one at the same place in the next are
                             free. Needs DECANT_CONFIG_ERASURES; not the first round nor the last. */
};

/* Takes a round, and decodes the window that it completes, or goes on with one.
 *
 * detectors: bits of the round's detectors; exactly as many bytes as decant_stream_info makes a round of its place
 * have, unused bits of the last one zero. May be NULL for all zeros.
 * Returns PENDING if no window was decoded; OK or TRUNCATED if one was, so that a frame waits; FULL if this round would
 * complete a window and DECANT_STREAM_FRAMES frames wait, one that is unfinished counted among them: nothing was taken,
 * pop and push it again.
 * Errors: BAD_ARGUMENT (null, length, stray bit, a sequence number that was taken before, a first or last round
 * that is ERASED), BAD_ABI, UNSUPPORTED (an unknown flag; ERASED without DECANT_CONFIG_ERASURES; LAST in an
 * experiment that is shorter than the shortest; a decoder of whole shots), ROUND_LOST (a sequence number
 * above the next one: from then on, until decant_decoder_reset, nothing is taken). */
DECANT_API decant_status decant_stream_push(decant_decoder *decoder, const decant_round *round,
                                            const uint8_t *detectors, size_t detectors_size);

/* Ends an experiment that has no LAST round, such as one that was given up: decodes all rounds that wait, taking it
 * that more would have followed. The round to come is the first of another.
 *
 * Returns OK or TRUNCATED, so that a frame waits; EMPTY if no rounds wait; FULL as decant_stream_push.
 * Errors: UNSUPPORTED (an experiment that is too short, which goes on; a decoder of whole shots), ROUND_LOST. */
DECANT_API decant_status decant_stream_finish(decant_decoder *decoder);

/* What became final. */
typedef struct decant_frame {
  uint32_t struct_size;
  uint32_t flags;            /* DECANT_FRAME_ flags */
  uint64_t first_round;      /* sequence numbers of the rounds whose flips this frame holds: all edges with an end */
  uint64_t last_round;       /* ... there, that no frame before it holds */
  uint64_t timestamp;        /* of the round that completed the window; 0 if decant_stream_finish did */
  uint64_t work;             /* work units that the window took */
  uint64_t digest;           /* as decant_digest has told it behind this window */
  int64_t weight;            /* of the edges that became final, on the image's weights */
  uint32_t detection_events; /* that the window saw, those that final edges have made among them */
  uint32_t reserved0;
  uint64_t reserved[3];
} decant_frame;

enum {
  DECANT_FRAME_FINAL = 1,    /* the last frame of its experiment */
  DECANT_FRAME_TRUNCATED = 2, /* the work limit was reached in its window: a valid correction, perhaps not the best */
  DECANT_FRAME_STRAY = 4      /* a detector has fired in its window that no error flips; that was passed over */
};

/* Takes the oldest frame that waits.
 *
 * frame: only struct_size is read; may be NULL.
 * observables: receives needs.observables_size bytes; may be NULL if there are no observables.
 * Returns OK, or EMPTY: then nothing is written. Errors: BAD_ARGUMENT, BUFFER_TOO_SMALL, BAD_ABI, UNSUPPORTED (a
 * decoder of whole shots); no frame is taken. */
DECANT_API decant_status decant_stream_pop(decant_decoder *decoder, decant_frame *frame, uint8_t *observables,
                                           size_t observables_size);

/* ------------------------------------------------------------------------------------------------------
 * Blocks
 *
 * An experiment cut into windows that decode in parallel, on decoders of one image and configuration that uses
 * DECANT_CONFIG_BLOCKS. Windows with an even number are the first layer: each commits some rounds in its middle,
 * and sees `buffer` more on both sides. Windows with an odd number are the second: each commits the rounds between
 * its neighbours', and decodes nothing else; for it, edges that its neighbours have committed have flipped detectors,
 * which seams tell. So all even windows can be decoded at the same time, and each odd one as soon as both of its
 * neighbours are done. The exclusive or of all windows' observables are the flips of the experiment.
 *
 * With commit = buffer = d, even windows see 3 d rounds and commit d of them, odd windows 3 d rounds.
 *
 * A network looks at what is around an event. Under DECANT_CONFIG_NETWORK windows of both layers begin some rounds
 * earlier and end some later, as far as it looks and the experiment goes: decant_window tells all of these rounds, and
 * their detectors are given along. The network is shown them, as they came; nothing else is done with them.
 *
 * A seam holds bits, of which each means the same on every machine: of the detectors next to what the window commits
 * that its edges have flipped, ceil(least_buffer * round_detectors / 8) bytes; and under DECANT_CONFIG_CORRELATED, of
 * the edges next to it that are in its correction, since they say something about edges of the neighbour. These are
 * numbered as in the image: who writes a seam and who reads it must have images with the same edges.
 */

/* A window of an experiment. */
typedef struct decant_window {
  uint32_t struct_size;
  uint32_t flags;           /* DECANT_WINDOW_ flags */
  uint64_t first_round;     /* what it sees, or a network is shown: rounds, */
  uint64_t rounds;
  uint64_t first_detector;  /* ... and their detectors, counted through the experiment */
  uint64_t detectors;
  uint64_t first_committed; /* rounds that it commits */
  uint64_t committed;
  uint64_t reserved[2];
} decant_window;

enum {
  DECANT_WINDOW_SECOND = 1, /* of the second layer: wants the seams of its neighbours */
  DECANT_WINDOW_FINAL = 2   /* the last of its experiment */
};

/* Tells what a window of an experiment is.
 *
 * rounds: of the experiment, the last included; at least decant_stream_info.shortest. UINT64_MAX for one without an
 * end.
 * index: of the window, from 0. window: only struct_size is read.
 * Returns OK, or EMPTY if the experiment has no such window. Errors: BAD_ARGUMENT, BAD_ABI, UNSUPPORTED (too short an
 * experiment; a decoder without DECANT_CONFIG_BLOCKS). */
DECANT_API decant_status decant_window_plan(const decant_decoder *decoder, uint64_t rounds, uint64_t index,
                                            decant_window *window);

/* Decodes a window.
 *
 * rounds, index: as for decant_window_plan.
 * detectors: those of the window, from bit 0 on; exactly ceil(window.detectors / 8) bytes, unused bits of the last
 * zero.
 * before, after: seams, needs.seam_size bytes each. A window of the first layer writes them: `before` for its
 * neighbour with the next lower number, `after` for the next higher. One of the second layer reads them: `before`
 * is what its lower neighbour wrote as after, `after` what its higher neighbour wrote as before. May be NULL on a
 * side where the window has no neighbour.
 * observables: receives the flips that the window commits, needs.observables_size bytes or more; may be NULL if
 * there are no observables. No buffers may overlap.
 * report: may be NULL; its weight is that of the committed edges.
 * Returns OK or TRUNCATED. Errors: as decant_window_plan; EMPTY (no such window); BAD_ARGUMENT (null, length, stray
 * bit; under DECANT_CONFIG_CORRELATED, a seam of edges that the neighbour does not commit, or of other detectors than
 * these flip); BUFFER_TOO_SMALL (seam_size, observables). On error nothing is written. */
DECANT_API decant_status decant_window_decode(decant_decoder *decoder, uint64_t rounds, uint64_t index,
                                              const uint8_t *detectors, size_t detectors_size, uint8_t *before,
                                              uint8_t *after, size_t seam_size, uint8_t *observables,
                                              size_t observables_size, decant_report *report);

/* ------------------------------------------------------------------------------------------------------
 * Strips
 *
 * A patch that is too large for one core or one board, cut across into strips that decode in parallel: blocks in space.
 * Each strip has an image of its own, made by `decant compile --strips`, and a decoder of its own.
 *
 *     decant_strip_gather(decoder, shot, shot_size, detectors, needs.detectors_size);     // or read them yourself
 *     decant_strip_decode(decoder, detectors, needs.detectors_size, before, after, needs.seam_size,
 *                         observables, needs.observables_size, NULL);
 *
 * Strips with an even number are the first layer: each sees `buffer` columns more than it commits, on both sides, and
 * depends on nothing. Those with an odd number are the second: each commits what is left between its neighbours, for
 * which edges that these have committed have flipped detectors: seams tell. So all even strips can be decoded at the
 * same time, and each odd one as soon as both of its neighbours are done. The exclusive or of all strips' observables
 * are the flips of the shot.
 *
 * Detectors of a strip are numbered from 0 on, ascending by their numbers in the shot; decant_strip_inspect lists
 * these. A seam holds a bit for each detector that lies on it, the same on every machine. A decoder of a strip is also
 * one of whole shots of these detectors alone, whose edges out of the strip lead to the boundary; only
 * decant_strip_decode knows the other strips. A strip of the second layer may have no boundary of its own. Then edges
 * stand for the lightest way from its seams, through strips that are settled, to the patch's boundary: they flip what
 * that flips, and weigh what it weighs.
 *
 * Matching, CORRELATED and UNION_FIND decode strips; what correlated edges of one strip say of another's is not told.
 * Strips hold no network and take no max_reweights.
 */

/* What the image of a strip says about it. */
typedef struct decant_strip_info {
  uint32_t struct_size;
  uint32_t flags;          /* DECANT_STRIP_ flags */
  uint32_t index;          /* its number, from 0, */
  uint32_t strips;         /* ... of so many of the patch */
  uint32_t shot_detectors; /* detectors of the whole patch */
  uint32_t detectors;      /* that the strip sees; bits in a shot of it */
  uint32_t committed;      /* of these, detectors that it decides: edges with an end there are committed */
  uint32_t before;         /* detectors on the seam with the strip of the next lower number, */
  uint32_t after;          /* ... and of the next higher */
  uint32_t reserved0;
  uint64_t reserved[2];
} decant_strip_info;

enum { DECANT_STRIP_SECOND = 1 /* of the second layer: wants the seams of its neighbours */ };

/* Checks the image of a strip, and tells what the strip is.
 *
 * info: only struct_size is read.
 * detectors: receives the numbers that the strip's detectors have in the shot of the patch, ascending; room for
 * `capacity` of them. May be NULL.
 * Errors: as decant_image_inspect; UNSUPPORTED (the image is of no strip); BUFFER_TOO_SMALL (capacity). */
DECANT_API DECANT_CHECK_RESULT decant_status decant_strip_inspect(const void *image, size_t image_size,
                                                                  decant_strip_info *info, uint32_t *detectors,
                                                                  size_t capacity);

/* Picks the strip's detectors out of a shot of the patch.
 *
 * shot: exactly ceil(decant_strip_info.shot_detectors / 8) bytes, unused bits of the last one zero.
 * detectors: receives needs.detectors_size bytes; room for at least as many. It must not overlap shot.
 * Errors: BAD_ARGUMENT (null, length, stray bit), BUFFER_TOO_SMALL, UNSUPPORTED (a decoder of no strip). */
DECANT_API decant_status decant_strip_gather(const decant_decoder *decoder, const uint8_t *shot, size_t shot_size,
                                             uint8_t *detectors, size_t detectors_size);

/* Decodes a strip.
 *
 * detectors: the strip's own; exactly needs.detectors_size bytes, unused bits of the last one zero.
 * before, after: seams, needs.seam_size bytes each, which is the same for all strips of a patch. A strip of the first
 * layer writes them: `before` for its neighbour with the next lower number, `after` for the next higher. One of the
 * second reads them: `before` is what its lower neighbour wrote as after, `after` what its higher neighbour wrote as
 * before. May be NULL on a side where the strip has no neighbour.
 * observables: receives the flips that the strip commits, needs.observables_size bytes or more; may be NULL if there
 * are no observables. No buffers may overlap.
 * report: may be NULL; its weight is what the committed edges weigh in the image, and its detection events are those
 * that seams have left.
 * Returns OK or TRUNCATED. Errors: BAD_ARGUMENT (null, length, stray bit, a bit of a seam beyond its detectors),
 * BUFFER_TOO_SMALL (seam_size, observables), BAD_ABI (report), IMPOSSIBLE, UNSUPPORTED (a decoder of no strip). On
 * error nothing is written. */
DECANT_API decant_status decant_strip_decode(decant_decoder *decoder, const uint8_t *detectors, size_t detectors_size,
                                             uint8_t *before, uint8_t *after, size_t seam_size, uint8_t *observables,
                                             size_t observables_size, decant_report *report);

/* ------------------------------------------------------------------------------------------------------
 * Changing images
 *
 * Noise drifts, and weights made for it age. Between any two calls a decoder can go on with those of another image, in
 * bounded time: image and workspace are there twice, and a second decoder takes over from the first.
 *
 *     // on any thread, taking its time, for it checks the image:
 *     decant_decoder_init(spare, spare_size, new_image, new_size, &config, &successor);
 *     // in the loop, between any two calls:
 *     if (decant_decoder_take_over(successor, decoder) == DECANT_OK) decoder = successor;
 *     // from here on the old workspace and the old image are free for the next change
 *
 * A stream need not be at a seam for that: what is committed stays, and the next window, with the rounds of it that
 * wait already, is decoded by the new image alone. Nothing is checked in the loop, and nothing is decoded with that was
 * not checked. `decant compile --reweight` makes such images.
 */

/* Makes a decoder go on where another stands, by its own image and configuration.
 *
 * decoder: what it had decoded is forgotten. It gets the totals and the digest of `from`; of a stream also the rounds
 * that wait, with what committed edges have flipped in them, the frames that wait, its place in the experiment, and
 * whether a round was lost; and, if the images have the same weight_scale, what CORRELATED edges say of later ones.
 * Weights staged for its next shot stay staged; those staged on `from` stay there.
 * from: is only read. It may go on as well, be given up, or be overwritten. If it is decoder itself, nothing happens.
 *
 * What both must have in common: whether they are of whole shots, of a stream or of blocks; of a strip, which strip of
 * which patch it is; the numbers of detectors and of observables; of a stream or of blocks, the detectors of the first
 * round, of the last and of others, and the rounds that windows commit and see; of a stream, whether rounds may be
 * ERASED. A stream's decoder with a network takes over only from one with a network that looks as far. All else may
 * differ: edges and what they flip, weights, correlations, and in the configurations work limits, slice_work,
 * CORRELATED, UNION_FIND and max_reweights.
 *
 * Takes no work units: it copies needs.carried_size bytes, some hundred to a few thousand. The window after it may lay
 * out its tables anew, as the second window of every experiment does. needs.worst_case_work of the decoder that takes
 * over holds from then on.
 * Threads: both belong to the calling thread meanwhile. Passing a decoder from the thread that has initialised it to
 * the one that decodes takes what passing any memory takes: a release there, and an acquire here.
 * Returns OK, or PENDING if a window of `from` is unfinished (slice_work): both are as before; push on, and try again
 * when a push has brought a frame. Errors: BAD_ARGUMENT, MISALIGNED, BAD_STATE (of either); UNSUPPORTED (they have not
 * that much in common): both are as before. */
DECANT_API decant_status decant_decoder_take_over(decant_decoder *decoder, const decant_decoder *from);

/* ------------------------------------------------------------------------------------------------------
 * Watching
 */

/* Totals since decant_decoder_init or decant_decoder_reset. */
typedef struct decant_stats {
  uint32_t struct_size;
  uint32_t max_detection_events;  /* in one shot */
  uint64_t shots;                 /* answered */
  uint64_t truncated;             /* of these, cut short by the work limit */
  uint64_t impossible;            /* refused as IMPOSSIBLE; not in shots */
  uint64_t detection_events;      /* in answered shots */
  uint64_t grown_events;          /* of these, not paired by the (first) warm start */
  uint64_t blossoms;              /* formed */
  uint64_t work;                  /* units */
  uint64_t max_work;              /* in one shot */
  uint64_t reserved[4];
} decant_stats;

/* Copies the totals. Errors: BAD_ARGUMENT, BAD_ABI. */
DECANT_API decant_status decant_stats_read(const decant_decoder *decoder, decant_stats *stats);

/* A 64-bit hash over every answered shot so far: its detection events, observables, weight and work. Two hosts
 * that decode the same shots with the same image and configuration have the same digest; compare it every
 * round or shot to find the first place where they part. Errors: BAD_ARGUMENT. */
DECANT_API decant_status decant_digest(const decant_decoder *decoder, uint64_t *digest);

#ifdef __cplusplus
}
#endif

#endif /* DECANT_H */
