/* The networks' arithmetic with the vectors of x86-64 and of Arm, for the real-time plane.

   Freestanding: no globals, no libc, no locks. Whoever calls asks for the level once, keeps it, and hands it back with
   each call. Level 0 has no code here: it is written in Swift (EventNetwork+Portable.swift, GridLayer+Portable.swift),
   for every processor, and all levels give the same bytes. NetworkRecords.swift and GridRecords.swift state the
   arithmetic. */
#ifndef DECANT_CORE_KERNELS_H
#define DECANT_CORE_KERNELS_H

#include <stdint.h>

/* Of one architecture, a processor that has a level has those below. */
enum {
  CORE_KERNELS_PORTABLE = 0,
  CORE_KERNELS_AVX2 = 1,   /* x86-64: AVX2, BMI and POPCNT */
  CORE_KERNELS_AVX512 = 2, /* x86-64: AVX-512 F, BW, VL, VBMI, VBMI2 and VNNI, as of Ice Lake and Zen 4 */
  CORE_KERNELS_NEON = 1,   /* AArch64, or ARMv7 compiled for NEON */
  CORE_KERNELS_DOTPROD = 2 /* AArch64: dot products of bytes, as of Cortex-A55, Neoverse N1 and Apple's A13 */
};

/* The best level that this processor and its operating system have. Asks the processor, which takes a while. */
int32_t core_kernels_level(void);

/* A network: shapes and sections of the image, all proved in range when it was read. */
typedef struct {
  const int16_t *rows;
  const int32_t *second_biases, *second_multipliers;
  const int8_t *second_weights; /* [hidden / 4][units][4] */
  const int32_t *third_biases, *third_multipliers;
  const int8_t *third_weights; /* [units / 4][16][4] */
  uint32_t hidden, units;
  uint32_t window_rounds, window_rows, row_width;
  uint32_t board_rounds; /* words from one row of a board to the next */
  uint32_t even_mask, odd_mask;
  uint32_t first_shift, second_shift, third_shift;
} core_event_network;

enum {
  CORE_BOARD_SLACK = 16, /* words that may be read past the end of a board */
  CORE_EVENTS = 16       /* events of one call: while one waits for memory another is worked on */
};

/* An event to ask the network about. */
typedef struct {
  const uint64_t *window; /* the first word of its window */
  const int16_t *bias;    /* `hidden` numbers */
  int32_t *halves;        /* receives 16 numbers */
  uint32_t even_shift, odd_shift;
} core_event;

/* Asks about `count` events, up to CORE_EVENTS. level: above 0. Returns how many features were set, in all. */
uint32_t core_event_halves(int32_t level, const core_event_network *network, const core_event *events, uint32_t count);

/* A layer of a grid network: what it reads and writes, all proved in range when the image was read. */
typedef struct {
  const uint8_t *input;  /* a volume with its margin, [rounds][rows][columns][input_stride] */
  const int8_t *weights; /* [blocks][extent^3][groups][16][4] */
  const int32_t *biases, *multipliers; /* [blocks][16] */
  const uint8_t *table;  /* 256 bytes; NULL for the last layer */
  uint8_t *output;       /* a volume with its margin, of output_stride; not for the last layer */
  int32_t *logits;       /* [rounds][rows][columns][4] without a margin, for the last layer alone */
  uint32_t rounds, rows, columns, margin;
  uint32_t extent, groups, blocks;
  uint32_t input_stride, output_stride, shift;
} core_grid_layer;

/* Works out all voxels of a layer but the margin. level: above 0. */
void core_grid_convolve(int32_t level, const core_grid_layer *layer);

#endif
