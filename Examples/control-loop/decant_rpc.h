/* decant_rpc.h - Decant behind the slots of CUDA-Q Realtime: a request in, a response out.
 *
 * A slot is a 24-byte header and what follows it, little-endian, without padding:
 *
 *     bytes     request          response
 *      0 ..  3  magic 'CUQR'     magic 'CUQS', written last
 *      4 ..  7  function id      status, a DECANT_RPC_ code
 *      8 .. 11  bytes behind     bytes behind, 0 unless the status is OK
 *     12 .. 15  request id       the same
 *     16 .. 23  timestamp        the same
 *
 * Behind a request: the decoder's number, 8 bytes, and what decant_rpc_functions says. The format is that of NVIDIA's
 * cudaqx (libs/qec, its decoding server's message format), where it is experimental and function ids have already
 * changed once; so they are data here, and both sets are taken.
 *
 * Syndromes come in any pieces: bits add up until an experiment is complete. With the image of a stream, each round is
 * decoded as soon as its bits are there. Corrections are the exclusive or of the observables' flips of all experiments
 * since they were cleared.
 *
 * No function allocates, locks or makes a system call. A session belongs to one thread at a time.
 */
#ifndef DECANT_RPC_H
#define DECANT_RPC_H

#include <decant.h>
#include <stdbool.h>

/* What a response says. */
enum {
  DECANT_RPC_OK = 0,
  DECANT_RPC_INVALID_DECODER = 1,
  DECANT_RPC_BAD_REQUEST = 2,
  DECANT_RPC_INTERNAL_ERROR = 3,
  DECANT_RPC_NOT_READY = 4,
  DECANT_RPC_BUSY = 5,
  DECANT_RPC_SYNDROMES_DROPPED = 6
};

/* The code for a status: OK and TRUNCATED are OK; PENDING and EMPTY, NOT_READY; FULL, BUSY; ROUND_LOST,
 * SYNDROMES_DROPPED; BAD_ARGUMENT, BAD_REQUEST; all others INTERNAL_ERROR. */
int32_t decant_rpc_status(decant_status status);

/* Calls, and what their requests hold behind the decoder's number; each field 8 bytes unless it says otherwise. */
enum {
  DECANT_RPC_ENQUEUE,      /* counter (not looked at), mapping (0), number of bits, the bits: ceil(bits / 8) bytes */
  DECANT_RPC_ENQUEUE_WORD, /* number of bits (1 to 64), the bits, counter (not looked at) */
  DECANT_RPC_GET,          /* number of observables, whether to clear (1 byte); answered by ceil(observables / 8) bytes */
  DECANT_RPC_GET_WORD,     /* number of observables (1 to 64), whether to clear; answered by 8 bytes */
  DECANT_RPC_RESET         /* nothing */
};

typedef struct decant_rpc_function {
  uint32_t id;   /* FNV-1a of the name, 32 bits */
  uint32_t call;
} decant_rpc_function;

/* enqueue_syndromes, get_corrections, reset_decoder; and the same with _ui64, as kernels of 64-bit words have them. */
enum { DECANT_RPC_FUNCTIONS = 6 };
extern const decant_rpc_function decant_rpc_functions[DECANT_RPC_FUNCTIONS];

/* Most bits in a request, and observables of a decoder. */
enum { DECANT_RPC_BITS = 1 << 20, DECANT_RPC_OBSERVABLES = 256 };

/* What a session is made of. All of it must outlive the session. */
typedef struct decant_rpc_setup {
  decant_decoder *decoder; /* initialised, with this image; nobody else may use it */
  const void *image;
  size_t image_size;
  uint32_t rounds;         /* of an experiment, if the image is of a stream; otherwise 0 */
  /* For whole shots: how detectors are made of measurements. Each detector's row holds the numbers of the measurements
   * whose exclusive or it is, and ends with -1. NULL: the bits that come are detectors, and measurements is 0. */
  const int32_t *rows;
  size_t rows_size;        /* numbers, the -1s included */
  uint32_t measurements;   /* of a shot */
  uint8_t *room;           /* for the bits that wait: ceil(measurements / 8) + ceil(detectors / 8) bytes are enough, */
  size_t room_size;        /* ... or, of a stream, the bytes of its longest round */
} decant_rpc_setup;

/* A session; look at it only through functions. */
typedef struct decant_rpc_session {
  decant_rpc_setup setup;
  decant_stream_info stream;
  uint32_t detectors, observables;
  uint64_t volume, taken;  /* bits of an experiment; those of them that came */
  uint64_t round;          /* that waits for bits, */
  uint32_t filled;         /* ... and how many it has */
  bool ready;              /* an experiment was decoded, and nothing came since */
  decant_status failed;    /* sticky until reset */
  uint8_t corrections[DECANT_RPC_OBSERVABLES / 8];
} decant_rpc_session;

/* Makes a session.
 *
 * Errors: BAD_ARGUMENT (null; rows that are not as many as detectors, or name a measurement that is none; an experiment
 * without a bit), UNSUPPORTED (rows or no rounds with a stream, rounds without one, fewer rounds than its shortest
 * experiment has, too many observables), BUFFER_TOO_SMALL (room); as decant_image_inspect. */
decant_status decant_rpc_open(decant_rpc_session *session, const decant_rpc_setup *setup);

/* Notes that a request for this session was lost on its way: SYNDROMES_DROPPED is the answer until it is reset. */
void decant_rpc_dropped(decant_rpc_session *session);

/* Answers one request.
 *
 * sessions: a request's decoder number is its session's place among them.
 * rx: the slot of the request. tx: that of the response, 4-byte aligned; it may be the same. slot_size: bytes of each;
 * nothing behind is read or written, whatever the slots say.
 * Returns OK when a response was written, whatever its code; the last thing written is its magic, released. What is
 * wrong with an enqueued request makes its session fail, since its bits are missing: INTERNAL_ERROR until it is reset.
 * Errors, and nothing is written: BAD_ARGUMENT (null), BUFFER_TOO_SMALL (slots below 24 bytes), MISALIGNED.
 *
 * A dispatcher that knows only void (*)(const void *rx, void *tx, size_t size) gets a function of three lines around
 * this one. */
decant_status decant_rpc_serve(decant_rpc_session *sessions, size_t count, const void *rx, void *tx, size_t slot_size);

#endif
