/* Any slots for sessions over whole shots, measurements and a stream: every promise of Examples/control-loop/decant_rpc.h
 * holds. Slots are made of choices, so that most reach a decoder, and some of their bytes are then changed. */
#include "../../Examples/control-loop/decant_rpc.h"
#include "fuzz.h"

enum { SESSIONS = 3, MOST_ROOM = 4096 };
static decant_rpc_session sessions[SESSIONS];

/* Rows over ten measurements, some empty, some long. */
static const int32_t *rows(uint32_t detectors, size_t *size) {
  int32_t *all = exactly(4, 4 * 4 * (detectors + 1));
  *size = 0;
  for (uint32_t k = 0; k < detectors; k++) {
    for (uint32_t n = 0; n < k % 4; n++) all[(*size)++] = (int32_t)((k + 3 * n) % 10);
    all[(*size)++] = -1;
  }
  return all;
}

static void load(void) {
  static const struct {
    const char *name;
    uint32_t rounds;
    bool measured;
  } kinds[SESSIONS] = {{"surface_d3", 0, false}, {"repetition", 0, true}, {"stream_surface_d3", 12, false}};
  for (int k = 0; k < SESSIONS; k++) {
    decant_rpc_setup s = {.rounds = kinds[k].rounds, .room = exactly(1, MOST_ROOM), .room_size = MOST_ROOM};
    s.image = read_image(kinds[k].name, &s.image_size);
    decant_image_info info = {.struct_size = sizeof info};
    HOLD(decant_image_inspect(s.image, s.image_size, &info) == DECANT_OK);
    decant_requirements needs = measured(s.image, s.image_size, NULL);
    void *workspace = exactly(64, needs.workspace_size);
    HOLD(decant_decoder_init(workspace, needs.workspace_size, s.image, s.image_size, NULL, &s.decoder) == DECANT_OK);
    if (kinds[k].measured) {
      s.rows = rows(info.detectors, &s.rows_size);
      s.measurements = 10;
    }
    HOLD(decant_rpc_open(&sessions[k], &s) == DECANT_OK);
  }
}

static size_t put(uint8_t *slot, size_t at, uint64_t value, int size) {
  for (int k = 0; k < size; k++) slot[at++] = (uint8_t)(value >> 8 * k);
  return at;
}

static uint64_t take(const uint8_t *bytes, int size) {
  uint64_t value = 0;
  for (int k = 0; k < size; k++) value |= (uint64_t)bytes[k] << 8 * k;
  return value;
}

static void serve(input *in) {
  uint8_t slot[24 + 64];
  memset(slot, 0, sizeof slot);
  const decant_rpc_function *function = &decant_rpc_functions[choice(in) % DECANT_RPC_FUNCTIONS];
  uint64_t number = choice(in) % (SESSIONS + 1), count = choice(in);
  size_t at = put(slot, 24, number, 8);
  switch (function->call) {
  case DECANT_RPC_ENQUEUE: at = put(slot, put(slot, put(slot, at, 0, 8), 0, 8), count, 8); break;
  case DECANT_RPC_ENQUEUE_WORD: at = put(slot, at, count, 8); break;
  case DECANT_RPC_GET: at = put(slot, put(slot, at, number < SESSIONS ? sessions[number].observables : 1, 8), count & 1, 1); break;
  case DECANT_RPC_GET_WORD: at = put(slot, put(slot, at, count % 4, 8), count & 1, 8); break;
  default: break;
  }
  bool enqueues = function->call == DECANT_RPC_ENQUEUE || function->call == DECANT_RPC_ENQUEUE_WORD;
  for (int k = 0; enqueues && k < 16 && at < sizeof slot; k++) slot[at++] = choice(in);
  put(slot, 0, 0x43555152, 4);
  put(slot, 4, function->id, 4);
  put(slot, 8, at - 24, 4);
  put(slot, 12, 0x01020304, 4);
  put(slot, 16, 0x05060708090A0B0C, 8);
  for (uint8_t changes = choice(in) % 4; changes > 0; changes--) {
    size_t where = choice(in) % sizeof slot;
    slot[where] = choice(in);
  }
  size_t size = choice(in) % 8 == 0 ? choice(in) % (sizeof slot + 1) : sizeof slot;
  uint8_t *rx = exactly(4, size), *tx = choice(in) % 2 ? rx : exactly(4, size);
  memcpy(rx, slot, size);
  if (tx != rx) memset(tx, 0xA5, size);
  size_t sent = choice(in) % (SESSIONS + 1);
  decant_status status = decant_rpc_serve(sessions, sent, rx, tx, size);
  HOLD(status == (size < 24 ? DECANT_BUFFER_TOO_SMALL : DECANT_OK));
  if (status == DECANT_OK) {
    uint64_t code = take(tx + 4, 4), behind = take(tx + 8, 4);
    HOLD(take(tx, 4) == 0x43555153 && code <= 6 && memcmp(tx + 12, slot + 12, 12) == 0);
    HOLD(behind <= size - 24 && (code == 0 || behind == 0));
    for (size_t k = 24 + behind; tx != rx && k < size; k++) HOLD(tx[k] == 0xA5);
  }
  if (tx != rx) {
    HOLD(memcmp(rx, slot, size) == 0);
    free(tx);
  }
  free(rx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (sessions[0].setup.decoder == NULL) load();
  for (int k = 0; k < SESSIONS; k++) {
    decant_rpc_setup setup = sessions[k].setup;
    decant_rpc_session *s = &sessions[k];
    uint8_t reset[32];
    memset(reset, 0, sizeof reset);
    put(reset, 0, 0x43555152, 4), put(reset, 4, 0x977A59CF, 4), put(reset, 8, 8, 4);
    HOLD(decant_rpc_serve(s, 1, reset, reset, sizeof reset) == DECANT_OK && take(reset + 4, 4) == 0);
    HOLD(memcmp(&setup, &s->setup, sizeof setup) == 0 && !s->ready && s->taken == 0);
  }
  input in = {data, size};
  while (in.size > 0) serve(&in);
  for (int k = 0; k < SESSIONS; k++) HOLD(sessions[k].taken <= sessions[k].volume);
  return 0;
}
