/* rpc_test IMAGE STREAM SHOTS ROUNDS ANSWERS MANY - decant_rpc.h, held against slots that were written down by hand.
 *
 * IMAGE is that of three.dem. STREAM, its recorded SHOTS of so many ROUNDS, and what decant predict ANSWERS to them. MANY
 * has 200 detectors, each flipping an observable of its own.
 * Built with AddressSanitizer: each slot is as large as it says, and nothing behind it may be touched. */
#include "../decant_rpc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const *files;

typedef struct content {
  uint8_t *bytes;
  size_t size;
} content;

static content file(int k) {
  content c;
  FILE *f = fopen(files[k], "rb");
  if (!f || fseek(f, 0, SEEK_END)) fail_msg("%s cannot be read", files[k]);
  c.size = (size_t)ftell(f);
  c.bytes = aligned_alloc(64, (c.size + 63) / 64 * 64);
  rewind(f);
  assert_int_equal(fread(c.bytes, 1, c.size, f), c.size);
  fclose(f);
  return c;
}

static decant_decoder *decoder_of(content image) {
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_decoder *decoder = NULL;
  assert_int_equal(decant_decoder_measure(image.bytes, image.size, NULL, &needs), DECANT_OK);
  void *workspace = aligned_alloc(64, (needs.workspace_size + 63) / 64 * 64);
  assert_int_equal(decant_decoder_init(workspace, needs.workspace_size, image.bytes, image.size, NULL, &decoder),
                   DECANT_OK);
  return decoder;
}

/* Two decoders of three.dem: D0 flips L0, D1 L1, D2 L2. The second is spoken to. */
static decant_rpc_session sessions[2];
static uint8_t rooms[2][2];
static decant_rpc_setup setups[2];

static void open_both(void) {
  static content image;
  static decant_decoder *decoders[2];
  if (!image.bytes) image = file(0);
  for (int k = 0; k < 2; k++) {
    if (!decoders[k]) decoders[k] = decoder_of(image);
    setups[k] = (decant_rpc_setup){.decoder = decoders[k],
                                   .image = image.bytes,
                                   .image_size = image.size,
                                   .room = rooms[k],
                                   .room_size = sizeof rooms[k]};
    assert_int_equal(decant_rpc_open(&sessions[k], &setups[k]), DECANT_OK);
  }
}

/* Bytes from pairs of hexadecimal digits; spaces are for the eye. */
static size_t parse(const char *text, uint8_t *bytes) {
  size_t count = 0;
  for (; *text; text++) {
    if (*text == ' ') continue;
    bytes[count++] = (uint8_t)strtoul((char[]){text[0], text[1], 0}, NULL, 16);
    text++;
  }
  return count;
}

#define TIME "F0 DE BC 9A 78 56 34 12"
#define NONE "00 00 00 00 00 00 00 00"
#define ONE "01 00 00 00 00 00 00 00"
#define THREE "03 00 00 00 00 00 00 00"

/* Sends a request in a slot that has no byte more than it or its answer, and holds the whole answer. */
static void exchange(const char *request, const char *response) {
  uint8_t in[256], expected[256];
  size_t in_size = parse(request, in), out_size = parse(response, expected);
  size_t size = in_size > out_size ? in_size : out_size;
  uint8_t *rx = calloc(1, size), *tx = malloc(size);
  memcpy(rx, in, in_size);
  memset(tx, 0xA5, size);
  assert_int_equal(decant_rpc_serve(sessions, 2, rx, tx, size), DECANT_OK);
  assert_memory_equal(tx, expected, out_size);
  for (size_t k = out_size; k < size; k++) assert_int_equal(tx[k], 0xA5);
  assert_memory_equal(rx, in, in_size);
  free(rx);
  free(tx);
}

/* The slots of cudaqx's docs: "Decoding Server Message Format", its example of get_corrections, byte for byte
 * (NVIDIA/cudaqx, libs/qec, read 2026-11). Before it, 1 0 1 in the format of the same page. */
static void answers_the_published_example(void **state) {
  (void)state;
  open_both();
  exchange("52 51 55 43  82 BE D8 7E  21 00 00 00  06 00 00 00 " NONE ONE NONE NONE THREE "05",
           "53 51 55 43  00 00 00 00  00 00 00 00  06 00 00 00 " NONE);
  exchange("52 51 55 43  A1 5B 2D 88  11 00 00 00  07 00 00 00 " NONE ONE THREE "01",
           "53 51 55 43  00 00 00 00  01 00 00 00  07 00 00 00 " NONE "05");
}

/* The same with _ui64: words of 8 bytes, number of bits first, an answer of 8 bytes. Written by hand after the handlers
 * of the Quantum Machines example in NVIDIA/cudaqx. */
static void answers_words(void **state) {
  (void)state;
  open_both();
  exchange("52 51 55 43  6F 57 9C EE  20 00 00 00  01 00 00 00 " TIME ONE THREE "06 00 00 00 00 00 00 00 " NONE,
           "53 51 55 43  00 00 00 00  00 00 00 00  01 00 00 00 " TIME);
  exchange("52 51 55 43  7E 28 38 E1  18 00 00 00  02 00 00 00 " TIME ONE THREE NONE,
           "53 51 55 43  00 00 00 00  08 00 00 00  02 00 00 00 " TIME "06 00 00 00 00 00 00 00");
  exchange("52 51 55 43  F8 3E 7D 8A  08 00 00 00  03 00 00 00 " TIME ONE,
           "53 51 55 43  00 00 00 00  00 00 00 00  03 00 00 00 " TIME);
  exchange("52 51 55 43  7E 28 38 E1  18 00 00 00  04 00 00 00 " TIME ONE THREE NONE,
           "53 51 55 43  04 00 00 00  00 00 00 00  04 00 00 00 " TIME);
}

static void ids_are_hashes_of_names(void **state) {
  (void)state;
  static const char *const names[] = {"enqueue_syndromes",      "get_corrections",      "reset_decoder",
                                      "enqueue_syndromes_ui64", "get_corrections_ui64", "reset_decoder_ui64"};
  for (int k = 0; k < DECANT_RPC_FUNCTIONS; k++) {
    uint32_t hash = 2166136261u;
    for (const char *c = names[k]; *c; c++) hash = (hash ^ (uint8_t)*c) * 16777619u;
    assert_int_equal(decant_rpc_functions[k].id, hash);
  }
}

/* ------------------------------------------------------------------------------ requests from their fields */

static const uint32_t ENQUEUE = 0x7ED8BE82, GET = 0x882D5BA1, RESET = 0x977A59CF;

typedef struct slot {
  _Alignas(8) uint8_t bytes[512];
  size_t size;
} slot;

static void put(slot *s, uint64_t value, int size) {
  for (int k = 0; k < size; k++) s->bytes[s->size++] = (uint8_t)(value >> 8 * k);
}

static slot begun(uint32_t function, uint32_t size, uint64_t decoder) {
  slot s = {.size = 0};
  put(&s, 0x43555152, 4), put(&s, function, 4), put(&s, size, 4), put(&s, 77, 4), put(&s, 88, 8);
  put(&s, decoder, 8);
  return s;
}

static slot enqueueing(uint64_t decoder, uint64_t count, const uint8_t *bits) {
  slot s = begun(ENQUEUE, 32 + (uint32_t)(count + 7) / 8, decoder);
  put(&s, 5, 8), put(&s, 0, 8), put(&s, count, 8);
  for (size_t k = 0; k < (count + 7) / 8; k++) put(&s, bits[k], 1);
  return s;
}

static slot getting(uint64_t decoder, uint64_t count, bool clear) {
  slot s = begun(GET, 17, decoder);
  put(&s, count, 8), put(&s, clear, 1);
  return s;
}

/* Serves in place, in a slot of `size` bytes; the code of the answer. */
static int32_t served_in(decant_rpc_session *all, size_t count, slot *s, size_t size) {
  uint8_t *exact = malloc(size);
  memcpy(exact, s->bytes, size);
  assert_int_equal(decant_rpc_serve(all, count, exact, exact, size), DECANT_OK);
  memcpy(s->bytes, exact, size);
  free(exact);
  assert_int_equal(s->bytes[0], 'S');
  assert_int_equal(s->bytes[12], 77);
  assert_int_equal(s->bytes[16], 88);
  if (s->bytes[4] != 0) assert_int_equal(s->bytes[8], 0);
  return s->bytes[4];
}

static int32_t served(slot s) { return served_in(sessions, 2, &s, s.size); }

static int32_t enqueued(uint64_t decoder, uint64_t count, uint8_t bits) {
  return served(enqueueing(decoder, count, (uint8_t[64]){bits}));
}

/* Corrections of the first byte, or minus the code. */
static int got(uint64_t decoder, bool clear) {
  slot s = getting(decoder, 3, clear);
  int32_t code = served_in(sessions, 2, &s, s.size);
  return code == 0 ? s.bytes[24] : -code;
}

static void gathers_pieces(void **state) {
  (void)state;
  open_both();
  assert_int_equal(got(0, false), -DECANT_RPC_NOT_READY);
  assert_int_equal(enqueued(0, 1, 1), 0);
  assert_int_equal(enqueued(0, 1, 0), 0);
  assert_int_equal(got(0, false), -DECANT_RPC_NOT_READY);
  assert_int_equal(enqueued(0, 1, 0xFF), 0); /* bits behind the first are none */
  assert_int_equal(got(0, false), 5);
  assert_int_equal(got(1, false), -DECANT_RPC_NOT_READY);
  assert_int_equal(enqueued(0, 2, 3), 0);
  assert_int_equal(got(0, false), -DECANT_RPC_NOT_READY);
  assert_int_equal(enqueued(0, 1, 0), 0);
  assert_int_equal(got(0, true), 5 ^ 3);
  assert_int_equal(got(0, true), -DECANT_RPC_NOT_READY);
  assert_int_equal(enqueued(0, 3, 2), 0);
  assert_int_equal(got(0, false), 2);
}

static void fails_until_reset(void **state) {
  (void)state;
  open_both();
  assert_int_equal(enqueued(0, 2, 3), 0);
  assert_int_equal(enqueued(0, 2, 3), DECANT_RPC_BAD_REQUEST); /* one bit more than the shot has left */
  assert_int_equal(enqueued(0, 1, 0), DECANT_RPC_INTERNAL_ERROR);
  assert_int_equal(got(0, false), -DECANT_RPC_INTERNAL_ERROR);
  assert_int_equal(enqueued(1, 3, 4), 0); /* the other one goes on */
  assert_int_equal(got(1, false), 4);
  assert_int_equal(served(begun(RESET, 8, 0)), 0);
  assert_int_equal(got(0, false), -DECANT_RPC_NOT_READY);
  assert_int_equal(enqueued(0, 3, 1), 0);
  assert_int_equal(got(0, false), 1);
  decant_rpc_dropped(&sessions[0]);
  assert_int_equal(got(0, false), -DECANT_RPC_SYNDROMES_DROPPED);
  assert_int_equal(enqueued(0, 1, 1), DECANT_RPC_SYNDROMES_DROPPED);
  assert_int_equal(served(begun(RESET, 8, 0)), 0);
  assert_int_equal(enqueued(0, 3, 1), 0);
  assert_int_equal(got(0, false), 1);
}

static void makes_detectors_of_measurements(void **state) {
  (void)state;
  open_both();
  static const int32_t rows[] = {0, 1, -1, 1, 2, -1, 3, -1};
  decant_rpc_setup setup = setups[0];
  setup.rows = rows, setup.rows_size = 8, setup.measurements = 4;
  assert_int_equal(decant_rpc_open(&sessions[0], &setup), DECANT_OK);
  for (uint8_t m = 0; m < 16; m++) {
    assert_int_equal(enqueued(0, 4, m), 0);
    int a = m & 1, b = m >> 1 & 1, c = m >> 2 & 1, d = m >> 3 & 1;
    assert_int_equal(got(0, true), (a ^ b) | (b ^ c) << 1 | d << 2);
  }
  static const int32_t beyond[] = {0, 1, -1, 1, 4, -1, 3, -1}, below[] = {0, -2, -1, 1, -1, 3, -1},
                       open_end[] = {0, -1, 1, -1, 3}, few[] = {0, -1, 1, -1};
  const struct {
    const int32_t *rows;
    size_t size;
  } wrong[] = {{beyond, 8}, {below, 7}, {open_end, 5}, {few, 4}};
  for (size_t k = 0; k < 4; k++) {
    setup.rows = wrong[k].rows, setup.rows_size = wrong[k].size;
    assert_int_equal(decant_rpc_open(&sessions[0], &setup), DECANT_BAD_ARGUMENT);
  }
}

/* ------------------------------------------------------------------------------ slots that lie */

static void nothing_enters(slot s, size_t size, int32_t code) {
  open_both();
  assert_int_equal(enqueued(0, 1, 1), 0);
  assert_int_equal(served_in(sessions, 2, &s, size), code);
}

static void refuses_what_is_wrong(void **state) {
  (void)state;
  slot s = enqueueing(0, 2, (uint8_t[]){3});
  for (size_t size = 24; size < s.size; size++) nothing_enters(s, size, DECANT_RPC_BAD_REQUEST);
  for (uint32_t size = 0; size < s.size - 24; size++) { /* fewer bytes than the fields need */
    slot shorter = s;
    shorter.size = 8;
    put(&shorter, size, 4);
    nothing_enters(shorter, s.size, DECANT_RPC_BAD_REQUEST);
    assert_int_equal(got(0, false), size < 8 ? -DECANT_RPC_NOT_READY : -DECANT_RPC_INTERNAL_ERROR);
  }
  static const uint64_t counts[] = {0, 3, 9, 1 << 20, (1 << 20) + 1, 1ull << 32, 1ull << 63, UINT64_MAX, UINT64_MAX - 6};
  for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
    slot many = s;
    many.size = 48;
    put(&many, counts[k], 8);
    nothing_enters(many, s.size, DECANT_RPC_BAD_REQUEST);
    slot word = begun(0xEE9C576F, 32, 0);
    put(&word, counts[k], 8), put(&word, 7, 8), put(&word, 0, 8);
    nothing_enters(word, word.size, DECANT_RPC_BAD_REQUEST);
    if (counts[k] == 3) continue;
    slot get = getting(0, counts[k], false);
    nothing_enters(get, get.size, DECANT_RPC_BAD_REQUEST);
  }
  static const uint64_t numbers[] = {2, 32, 1ull << 32, UINT64_MAX, 1ull << 63};
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
    nothing_enters(getting(numbers[k], 3, false), 41, DECANT_RPC_INVALID_DECODER);
    assert_int_equal(served(begun(RESET, 8, numbers[k])), DECANT_RPC_INVALID_DECODER);
  }
  slot other = s;
  other.bytes[0] = 'S'; /* a response */
  nothing_enters(other, s.size, DECANT_RPC_BAD_REQUEST);
  other = s, other.bytes[4] ^= 1; /* no function */
  nothing_enters(other, s.size, DECANT_RPC_BAD_REQUEST);
  other = s, other.bytes[40] = 1; /* another mapping */
  nothing_enters(other, s.size, DECANT_RPC_BAD_REQUEST);
  other = s, memset(other.bytes + 8, 0xFF, 4); /* 4 GiB behind */
  nothing_enters(other, s.size, DECANT_RPC_BAD_REQUEST);
  slot get = getting(0, 3, false);
  for (size_t size = 24; size < get.size; size++) nothing_enters(get, size, DECANT_RPC_BAD_REQUEST);
}

static void refuses_what_is_no_slot(void **state) {
  (void)state;
  open_both();
  slot s = getting(0, 3, false), before = s;
  for (size_t size = 0; size < 24; size++)
    assert_int_equal(decant_rpc_serve(sessions, 2, s.bytes, s.bytes, size), DECANT_BUFFER_TOO_SMALL);
  assert_int_equal(decant_rpc_serve(sessions, 2, NULL, s.bytes, 64), DECANT_BAD_ARGUMENT);
  assert_int_equal(decant_rpc_serve(sessions, 2, s.bytes, NULL, 64), DECANT_BAD_ARGUMENT);
  assert_int_equal(decant_rpc_serve(NULL, 2, s.bytes, s.bytes, 64), DECANT_BAD_ARGUMENT);
  assert_int_equal(decant_rpc_serve(sessions, 2, s.bytes, s.bytes + 2, 64), DECANT_MISALIGNED);
  assert_memory_equal(&s, &before, sizeof s);
  assert_int_equal(served_in(NULL, 0, &s, s.size), DECANT_RPC_INVALID_DECODER);

  decant_rpc_setup setup = setups[0];
  setup.rounds = 3;
  assert_int_equal(decant_rpc_open(&sessions[0], &setup), DECANT_UNSUPPORTED);
  setup = setups[0], setup.room_size = 0;
  assert_int_equal(decant_rpc_open(&sessions[0], &setup), DECANT_BUFFER_TOO_SMALL);
  setup = setups[0], setup.measurements = 3;
  assert_int_equal(decant_rpc_open(&sessions[0], &setup), DECANT_BAD_ARGUMENT);
  setup = setups[0], setup.image_size -= 1;
  assert_int_equal(decant_rpc_open(&sessions[0], &setup), DECANT_BAD_IMAGE);
  assert_int_equal(decant_rpc_open(&sessions[0], NULL), DECANT_BAD_ARGUMENT);
}

static void maps_every_status(void **state) {
  (void)state;
  static const int32_t codes[][2] = {{DECANT_OK, 0},          {DECANT_TRUNCATED, 0},         {DECANT_PENDING, 4},
                                     {DECANT_EMPTY, 4},       {DECANT_FULL, 5},              {DECANT_ROUND_LOST, 6},
                                     {DECANT_BAD_ARGUMENT, 2}, {DECANT_BUFFER_TOO_SMALL, 3}, {DECANT_INTERNAL, 3},
                                     {DECANT_IMPOSSIBLE, 3},  {-99, 3}};
  for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
    assert_int_equal(decant_rpc_status(codes[k][0]), codes[k][1]);
}

/* The answer may need more room than the request: the slot must have it. */
static void answers_only_what_fits(void **state) {
  (void)state;
  content image = file(5);
  uint8_t room[25], bits[25];
  decant_rpc_setup setup = {.decoder = decoder_of(image), .image = image.bytes, .image_size = image.size, .room = room};
  setup.room_size = sizeof room;
  decant_rpc_session s;
  assert_int_equal(decant_rpc_open(&s, &setup), DECANT_OK);
  for (int k = 0; k < 25; k++) bits[k] = (uint8_t)(37 * k);
  slot e = enqueueing(0, 200, bits);
  assert_int_equal(served_in(&s, 1, &e, e.size), 0);
  for (size_t size = 41; size < 49; size++) {
    slot g = getting(0, 200, true);
    assert_int_equal(served_in(&s, 1, &g, size), DECANT_RPC_BAD_REQUEST);
  }
  slot g = getting(0, 200, true);
  assert_int_equal(served_in(&s, 1, &g, 49), 0);
  assert_int_equal(g.bytes[8], 25);
  assert_memory_equal(g.bytes + 24, bits, 25);
  slot word = begun(0xE138287E, 24, 0);
  put(&word, 200, 8), put(&word, 0, 8);
  assert_int_equal(served_in(&s, 1, &word, 64), DECANT_RPC_BAD_REQUEST);
}

/* A stream in pieces of all lengths answers as decant predict does. */
static void decodes_rounds_as_they_come(void **state) {
  (void)state;
  content image = file(1), shots = file(2), answers = file(4);
  uint8_t room[8];
  decant_rpc_setup setup = {.decoder = decoder_of(image),
                            .image = image.bytes,
                            .image_size = image.size,
                            .rounds = (uint32_t)strtoul(files[3], NULL, 10),
                            .room = room,
                            .room_size = 3};
  decant_rpc_session s;
  assert_int_equal(decant_rpc_open(&s, &setup), DECANT_OK);
  assert_int_equal(answers.size * ((s.volume + 7) / 8), shots.size); /* one observable */
  uint64_t ones = 0, random = 1;
  for (size_t shot = 0; shot < answers.size; shot++) {
    const uint8_t *bits = shots.bytes + shot * ((s.volume + 7) / 8);
    for (uint64_t from = 0; from < s.volume;) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      uint64_t count = 1 + (random >> 33) % 300, left = s.volume - from;
      if (count > left) count = left;
      uint8_t piece[64] = {0};
      for (uint64_t k = 0; k < count; k++)
        piece[k / 8] |= (uint8_t)((bits[(from + k) / 8] >> (from + k) % 8 & 1) << k % 8);
      slot e = enqueueing(0, count, piece);
      assert_int_equal(served_in(&s, 1, &e, e.size), 0);
      from += count;
    }
    slot g = getting(0, 1, true);
    assert_int_equal(served_in(&s, 1, &g, g.size), 0);
    assert_int_equal(g.bytes[24], answers.bytes[shot]);
    ones += g.bytes[24];
  }
  assert_true(ones > 0 && ones < answers.size);
  setup.room_size = 2;
  assert_int_equal(decant_rpc_open(&s, &setup), DECANT_BUFFER_TOO_SMALL);
  setup.room_size = 3, setup.rounds = 1;
  assert_int_equal(decant_rpc_open(&s, &setup), DECANT_UNSUPPORTED);
}

int main(int count, char **arguments) {
  if (count != 7) return 2;
  files = (const char *const *)arguments + 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers_the_published_example), cmocka_unit_test(answers_words),
      cmocka_unit_test(ids_are_hashes_of_names),       cmocka_unit_test(gathers_pieces),
      cmocka_unit_test(fails_until_reset),             cmocka_unit_test(makes_detectors_of_measurements),
      cmocka_unit_test(refuses_what_is_wrong),         cmocka_unit_test(refuses_what_is_no_slot),
      cmocka_unit_test(maps_every_status),             cmocka_unit_test(answers_only_what_fits),
      cmocka_unit_test(decodes_rounds_as_they_come),
  };
  return cmocka_run_group_tests_name("decant_rpc", tests, NULL, NULL);
}
