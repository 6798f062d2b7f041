/* Requests are taken apart here, and bits gathered into experiments. Everything in a slot is a claim until it was held
 * against the slot's size; each is read once, so that who writes into the slot meanwhile gains nothing. */
#include "decant_rpc.h"

#include <stdatomic.h>
#include <string.h>

enum { HEADER = 24, REQUEST_MAGIC = 0x43555152, RESPONSE_MAGIC = 0x43555153 };

const decant_rpc_function decant_rpc_functions[DECANT_RPC_FUNCTIONS] = {
    {0x7ED8BE82, DECANT_RPC_ENQUEUE},      /* enqueue_syndromes */
    {0x882D5BA1, DECANT_RPC_GET},          /* get_corrections */
    {0x977A59CF, DECANT_RPC_RESET},        /* reset_decoder */
    {0xEE9C576F, DECANT_RPC_ENQUEUE_WORD}, /* enqueue_syndromes_ui64 */
    {0xE138287E, DECANT_RPC_GET_WORD},     /* get_corrections_ui64 */
    {0x8A7D3EF8, DECANT_RPC_RESET},        /* reset_decoder_ui64 */
};

int32_t decant_rpc_status(decant_status status) {
  switch (status) {
  case DECANT_OK:
  case DECANT_TRUNCATED: return DECANT_RPC_OK;
  case DECANT_PENDING:
  case DECANT_EMPTY: return DECANT_RPC_NOT_READY;
  case DECANT_FULL: return DECANT_RPC_BUSY;
  case DECANT_ROUND_LOST: return DECANT_RPC_SYNDROMES_DROPPED;
  case DECANT_BAD_ARGUMENT: return DECANT_RPC_BAD_REQUEST;
  default: return DECANT_RPC_INTERNAL_ERROR;
  }
}

static uint32_t read32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t read64(const uint8_t *bytes) { return read32(bytes) | (uint64_t)read32(bytes + 4) << 32; }

static void write32(uint8_t *bytes, uint32_t value) {
  for (int k = 0; k < 4; k++) bytes[k] = (uint8_t)(value >> 8 * k);
}

static size_t bytes_for(uint64_t bits) { return (size_t)(bits / 8 + (bits % 8 != 0)); }

/* ------------------------------------------------------------------------------------------------ sessions */

static bool rows_are_right(const decant_rpc_setup *setup, uint32_t detectors) {
  uint64_t ends = 0;
  if (setup->rows_size == 0 || setup->rows[setup->rows_size - 1] != -1) return detectors == 0 && setup->rows_size == 0;
  for (size_t k = 0; k < setup->rows_size; k++) {
    if (setup->rows[k] < -1 || setup->rows[k] >= (int64_t)setup->measurements) return false;
    ends += setup->rows[k] == -1;
  }
  return ends == detectors;
}

static decant_status open_stream(decant_rpc_session *s) {
  const decant_rpc_setup *setup = &s->setup;
  s->stream.struct_size = sizeof s->stream;
  decant_status status = decant_stream_inspect(setup->image, setup->image_size, &s->stream);
  if (status < 0) return status;
  if (setup->rows || setup->measurements || setup->rounds < 2 || setup->rounds < s->stream.shortest)
    return DECANT_UNSUPPORTED;
  uint32_t most = s->stream.first_detectors;
  if (s->stream.round_detectors > most) most = s->stream.round_detectors;
  if (s->stream.last_detectors > most) most = s->stream.last_detectors;
  if (setup->room_size < bytes_for(most)) return DECANT_BUFFER_TOO_SMALL;
  s->volume = s->stream.first_detectors + (uint64_t)(setup->rounds - 2) * s->stream.round_detectors +
              s->stream.last_detectors;
  return DECANT_OK;
}

static decant_status open_shots(decant_rpc_session *s) {
  const decant_rpc_setup *setup = &s->setup;
  if (setup->rounds) return DECANT_UNSUPPORTED;
  if (!setup->rows && setup->measurements) return DECANT_BAD_ARGUMENT;
  if (setup->rows && !rows_are_right(setup, s->detectors)) return DECANT_BAD_ARGUMENT;
  s->volume = setup->rows ? setup->measurements : s->detectors;
  size_t needed = bytes_for(s->volume) + (setup->rows ? bytes_for(s->detectors) : 0);
  return setup->room_size < needed ? DECANT_BUFFER_TOO_SMALL : DECANT_OK;
}

decant_status decant_rpc_open(decant_rpc_session *session, const decant_rpc_setup *setup) {
  if (!session || !setup || !setup->decoder || !setup->room) return DECANT_BAD_ARGUMENT;
  decant_image_info info = {.struct_size = sizeof info};
  decant_status status = decant_image_inspect(setup->image, setup->image_size, &info);
  if (status < 0) return status;
  if (info.observables > DECANT_RPC_OBSERVABLES) return DECANT_UNSUPPORTED;
  decant_rpc_session s = {.setup = *setup, .detectors = info.detectors, .observables = info.observables};
  status = info.flags & DECANT_IMAGE_STREAM ? open_stream(&s) : open_shots(&s);
  if (status < 0) return status;
  if (s.volume == 0) return DECANT_BAD_ARGUMENT;
  status = decant_decoder_reset(setup->decoder);
  if (status < 0) return status;
  memset(setup->room, 0, setup->room_size);
  *session = s;
  return DECANT_OK;
}

void decant_rpc_dropped(decant_rpc_session *session) {
  if (session->failed == DECANT_OK) session->failed = DECANT_ROUND_LOST;
}

static void forget(decant_rpc_session *s) {
  s->taken = s->round = 0;
  s->filled = 0;
  s->ready = false;
  memset(s->setup.room, 0, s->setup.room_size);
}

static decant_status reset(decant_rpc_session *s) {
  decant_status status = decant_decoder_reset(s->setup.decoder);
  forget(s);
  memset(s->corrections, 0, sizeof s->corrections);
  s->failed = status < 0 ? status : DECANT_OK;
  return status;
}

/* ------------------------------------------------------------------------------------------------ decoding */

/* Bits of the round that waits; of whole shots, of the shot. */
static uint64_t round_bits(const decant_rpc_session *s) {
  if (!s->setup.rounds) return s->volume;
  if (s->round == 0) return s->stream.first_detectors;
  return s->round + 1 == s->setup.rounds ? s->stream.last_detectors : s->stream.round_detectors;
}

static void correct(decant_rpc_session *s, const uint8_t *flips) {
  for (size_t k = 0; k < bytes_for(s->observables); k++) s->corrections[k] ^= flips[k];
}

/* The detectors of the shot in the room; they lie behind its measurements. */
static const uint8_t *shot_detectors(decant_rpc_session *s) {
  const decant_rpc_setup *setup = &s->setup;
  if (!setup->rows) return setup->room;
  uint8_t *detectors = setup->room + bytes_for(setup->measurements);
  memset(detectors, 0, bytes_for(s->detectors));
  uint32_t detector = 0;
  for (size_t k = 0; k < setup->rows_size; k++) {
    int32_t measurement = setup->rows[k];
    if (measurement < 0) detector++;
    else detectors[detector / 8] ^= (uint8_t)((setup->room[measurement / 8] >> measurement % 8 & 1) << detector % 8);
  }
  return detectors;
}

static decant_status decode_shot(decant_rpc_session *s) {
  uint8_t flips[DECANT_RPC_OBSERVABLES / 8];
  decant_status status = decant_decode(s->setup.decoder, shot_detectors(s), bytes_for(s->detectors), flips,
                                       sizeof flips, NULL);
  if (status >= 0) correct(s, flips);
  return status;
}

static decant_status decode_round(decant_rpc_session *s) {
  uint8_t flips[DECANT_RPC_OBSERVABLES / 8];
  decant_round round = {.struct_size = sizeof round,
                        .flags = s->round + 1 == s->setup.rounds ? DECANT_ROUND_LAST : 0,
                        .sequence = s->round};
  decant_status status = decant_stream_push(s->setup.decoder, &round, s->setup.room, bytes_for(s->filled));
  if (status < 0 || status == DECANT_PENDING) return status;
  if (status == DECANT_FULL) return DECANT_INTERNAL; /* each frame is taken at once */
  status = decant_stream_pop(s->setup.decoder, NULL, flips, sizeof flips);
  if (status == DECANT_OK) correct(s, flips);
  return status;
}

/* Decodes what is complete. Rounds may be empty. */
static decant_status advance(decant_rpc_session *s) {
  while (s->filled == round_bits(s)) {
    bool ends = !s->setup.rounds || s->round + 1 == s->setup.rounds;
    decant_status status = s->setup.rounds ? decode_round(s) : decode_shot(s);
    if (status < 0) return status;
    s->round++;
    s->filled = 0;
    memset(s->setup.room, 0, s->setup.room_size);
    if (ends) {
      forget(s);
      s->ready = true;
      return DECANT_OK;
    }
  }
  return DECANT_OK;
}

/* ------------------------------------------------------------------------------------------------ requests */

typedef struct request {
  const uint8_t *fields; /* behind the decoder's number, */
  size_t size;           /* ... and their bytes */
} request;

typedef struct result {
  uint8_t bytes[DECANT_RPC_OBSERVABLES / 8];
  size_t size, room; /* room: of the slot */
} result;

/* Takes bits that do not reach over the end of the experiment. */
static decant_status enqueue(decant_rpc_session *s, uint64_t count, const uint8_t *bits, size_t size) {
  if (count == 0 || count > DECANT_RPC_BITS || bytes_for(count) > size || count > s->volume - s->taken)
    return DECANT_BAD_ARGUMENT;
  s->ready = false;
  s->taken += count;
  for (uint64_t k = 0; k < count; k++) {
    decant_status status = s->filled == 0 ? advance(s) : DECANT_OK; /* a first round without detectors */
    if (status < 0) return status;
    s->setup.room[s->filled / 8] |= (uint8_t)((bits[k / 8] >> k % 8 & 1) << s->filled % 8);
    s->filled++;
    status = advance(s);
    if (status < 0) return status;
  }
  return DECANT_OK;
}

/* What a session that has failed answers. Which request was wrong is told only to that request. */
static int32_t failure(const decant_rpc_session *s) {
  return s->failed == DECANT_ROUND_LOST ? DECANT_RPC_SYNDROMES_DROPPED : DECANT_RPC_INTERNAL_ERROR;
}

static int32_t answer_enqueue(decant_rpc_session *s, request r, bool word) {
  if (s->failed != DECANT_OK) return failure(s);
  decant_status status = DECANT_BAD_ARGUMENT;
  if (word && r.size >= 24) status = enqueue(s, read64(r.fields), r.fields + 8, 8);
  if (!word && r.size >= 24 && read64(r.fields + 8) == 0)
    status = enqueue(s, read64(r.fields + 16), r.fields + 24, r.size - 24);
  if (status < 0) s->failed = status;
  return decant_rpc_status(status);
}

static int32_t answer_get(decant_rpc_session *s, request r, bool word, result *out) {
  if (r.size < (word ? 16 : 9)) return DECANT_RPC_BAD_REQUEST;
  uint64_t count = read64(r.fields);
  bool clear = word ? read64(r.fields + 8) != 0 : r.fields[8] != 0;
  if (count == 0 || count != s->observables || (word && count > 64)) return DECANT_RPC_BAD_REQUEST;
  size_t size = word ? 8 : bytes_for(count);
  if (size > out->room) return DECANT_RPC_BAD_REQUEST;
  if (s->failed != DECANT_OK) return failure(s);
  if (!s->ready) return DECANT_RPC_NOT_READY;
  memcpy(out->bytes, s->corrections, size); /* bits above the last observable are zero */
  out->size = size;
  if (clear) {
    memset(s->corrections, 0, sizeof s->corrections);
    s->ready = false;
  }
  return DECANT_RPC_OK;
}

/* The code of the response; there is a result only if it is OK. */
static int32_t answer(decant_rpc_session *sessions, size_t count, const uint8_t *header, const uint8_t *behind,
                      result *out) {
  size_t size = read32(header + 8);
  if (read32(header) != REQUEST_MAGIC || size > out->room || size < 8) return DECANT_RPC_BAD_REQUEST;
  uint64_t number = read64(behind);
  if (number >= count) return DECANT_RPC_INVALID_DECODER;
  decant_rpc_session *s = &sessions[number];
  request r = {behind + 8, size - 8};
  for (int k = 0; k < DECANT_RPC_FUNCTIONS; k++) {
    if (decant_rpc_functions[k].id != read32(header + 4)) continue;
    switch (decant_rpc_functions[k].call) {
    case DECANT_RPC_ENQUEUE: return answer_enqueue(s, r, false);
    case DECANT_RPC_ENQUEUE_WORD: return answer_enqueue(s, r, true);
    case DECANT_RPC_GET: return answer_get(s, r, false, out);
    case DECANT_RPC_GET_WORD: return answer_get(s, r, true, out);
    case DECANT_RPC_RESET: return decant_rpc_status(reset(s));
    }
  }
  return DECANT_RPC_BAD_REQUEST;
}

decant_status decant_rpc_serve(decant_rpc_session *sessions, size_t count, const void *rx, void *tx,
                               size_t slot_size) {
  if ((!sessions && count > 0) || !rx || !tx) return DECANT_BAD_ARGUMENT;
  if (slot_size < HEADER) return DECANT_BUFFER_TOO_SMALL;
  if ((uintptr_t)tx % _Alignof(uint32_t) != 0) return DECANT_MISALIGNED;
  uint8_t header[HEADER], magic[4];
  uint32_t last;
  result out = {.room = slot_size - HEADER};
  memcpy(header, rx, HEADER);
  int32_t code = answer(sessions, count, header, (const uint8_t *)rx + HEADER, &out);

  /* From here on the request is not looked at: its slot may be this one. */
  uint8_t *slot = tx;
  write32(slot + 4, (uint32_t)code);
  write32(slot + 8, (uint32_t)out.size);
  memcpy(slot + 12, header + 12, 12);
  memcpy(slot + HEADER, out.bytes, out.size);
  write32(magic, RESPONSE_MAGIC);
  memcpy(&last, magic, sizeof last);
  atomic_store_explicit((_Atomic uint32_t *)tx, last, memory_order_release);
  return DECANT_OK;
}
