/* Decant's convolutions beside OpenBLAS's matrix products, on one core and the same numbers.

   Twice: as DECANT_KERNELS=openblas does it, by im2col from the same volumes; and "by taps". With voxels that hold all
   channels, a convolution is a product for each of its taps: a time slice of the padded input, shifted by the tap,
   times the tap's weights, added up; what comes out between rows is left aside. No im2col, and hardly a product is
   wasted. Its volumes lie that way already, which costs Decant's more than is counted.

   The three run in turns; a ratio is the median of those of turns.
   convolution.sh builds and runs it. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conv.h"
#include "cpu.h"

void openblas_set_num_threads(int);
char *openblas_get_corename(void);

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *block(size_t count) {
  float *floats = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
  if (!floats) abort();
  memset(floats, 0, count * sizeof(float));
  return floats;
}

static float number(void) { return (float)rand() / (float)RAND_MAX - 0.5f; }

typedef struct {
  int extent, inputs, outputs;
} layer;

static int padded(layer l) { return l.extent + 2; }

/* Where a voxel stands when it holds all channels, and in a blocked volume. */
static size_t whole(layer l, int channels, int t, int r, int c, int channel) {
  return ((((size_t)t + 1) * (size_t)padded(l) + (size_t)r + 1) * (size_t)padded(l) + (size_t)c + 1) * (size_t)channels +
         (size_t)channel;
}
static size_t blocked(layer l, int t, int r, int c, int channel) {
  size_t p = (size_t)padded(l);
  return (size_t)(channel / DECANT_CONV_BLOCK) * p * p * p * DECANT_CONV_BLOCK +
         whole(l, DECANT_CONV_BLOCK, t, r, c, channel % DECANT_CONV_BLOCK);
}

enum { FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT };

/* One pass by OpenBLAS. weights: [tap][input][output]. */
static void products(layer l, int kind, float *in, float *weights, float *out) {
  const int p = padded(l), m = l.extent * p - 2;
  for (int slice = 0; slice < l.extent; slice++)
    for (int tap = 0; tap < 27; tap++) {
      const int shift = (tap / 9 - 1) * p * p + (tap / 3 % 3 - 1) * p + tap % 3 - 1;
      const int at = (slice + 1) * p * p + p + 1;
      float *w = weights + (size_t)tap * (size_t)(l.inputs * l.outputs);
      if (kind == FORWARD)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, l.outputs, l.inputs, 1,
                    in + (size_t)(at + shift) * (size_t)l.inputs, l.inputs, w, l.outputs, tap > 0,
                    out + (size_t)at * (size_t)l.outputs, l.outputs);
      else if (kind == INPUT_GRADIENT)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, l.inputs, l.outputs, 1,
                    out + (size_t)(at - shift) * (size_t)l.outputs, l.outputs, w, l.outputs, tap > 0,
                    in + (size_t)at * (size_t)l.inputs, l.inputs);
      else
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, l.inputs, l.outputs, m, 1,
                    in + (size_t)(at + shift) * (size_t)l.inputs, l.inputs, out + (size_t)at * (size_t)l.outputs,
                    l.outputs, slice > 0, w, l.outputs);
    }
}

/* What the command's trait OpenBLAS offers. */
static void product(int32_t transposed, int32_t m, int32_t n, int32_t k, const float *a, int32_t a_row, const float *b,
                    int32_t b_row, float *c, int32_t c_row) {
  cblas_sgemm(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, m, n, k, 1, a, a_row, b, b_row, 1, c,
              c_row);
}

static int by_size(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}
static double median(double *numbers, size_t count) {
  qsort(numbers, count, sizeof *numbers, by_size);
  return numbers[count / 2];
}

enum { KERNELS, IM2COL, BY_TAPS, CONTENDERS };
enum { TURNS = 7 };

static void measure(layer l) {
  const decant_conv_shape shape = {{l.extent, l.extent, l.extent, 1}, 3, l.inputs, l.outputs, NULL};
  const decant_conv_shape back = decant_conv_transposed(&shape);
  const size_t voxels = (size_t)(padded(l) * padded(l) * padded(l)), taps = 27 * (size_t)(l.inputs * l.outputs);
  float *in = block(decant_conv_volume_size(&shape.volume, l.inputs)), *in_whole = block(voxels * (size_t)l.inputs);
  float *out = block(decant_conv_volume_size(&shape.volume, l.outputs)), *out_whole = block(voxels * (size_t)l.outputs);
  float *weights = block(taps), *by_tap = block(taps), *packed = block(decant_conv_packed_size(&shape));
  float *turned = block(decant_conv_packed_size(&back)), *bias = block((size_t)l.outputs);
  for (int t = 0; t < l.extent; t++)
    for (int r = 0; r < l.extent; r++)
      for (int c = 0; c < l.extent; c++)
        for (int i = 0; i < l.inputs; i++)
          in[blocked(l, t, r, c, i)] = in_whole[whole(l, l.inputs, t, r, c, i)] = number();
  for (int o = 0; o < l.outputs; o++)
    for (int i = 0; i < l.inputs; i++)
      for (int tap = 0; tap < 27; tap++)
        by_tap[(tap * l.inputs + i) * l.outputs + o] = weights[(o * l.inputs + i) * 27 + tap] = number();
  decant_conv_pack(&shape, weights, packed);
  decant_conv_pack_transposed(&shape, weights, turned);

  const size_t scratch = decant_conv_scratch_size(&shape), scratch_back = decant_conv_scratch_size(&back);
  decant_conv_shape gathered = shape;
  gathered.scratch = block(scratch > scratch_back ? scratch : scratch_back);
  const decant_conv_shape gathered_back = decant_conv_transposed(&gathered);
  float *plain = block(taps), *plain_turned = block(taps);
  float *out_gathered = block(decant_conv_volume_size(&shape.volume, l.outputs));
  decant_conv_pack(&gathered, weights, plain);
  decant_conv_pack_transposed(&gathered, weights, plain_turned);

  decant_conv_forward(&shape, in, packed, NULL, out);
  decant_conv_forward(&gathered, in, plain, NULL, out_gathered);
  products(l, FORWARD, in_whole, by_tap, out_whole);
  double worst = 0;
  for (int t = 0; t < l.extent; t++)
    for (int r = 0; r < l.extent; r++)
      for (int c = 0; c < l.extent; c++)
        for (int o = 0; o < l.outputs; o++) {
          const double found = (double)out[blocked(l, t, r, c, o)];
          worst = fmax(worst, fabs(found - (double)out_whole[whole(l, l.outputs, t, r, c, o)]));
          worst = fmax(worst, fabs(found - (double)out_gathered[blocked(l, t, r, c, o)]));
        }

  const double products_each = 27.0 * l.inputs * l.outputs * l.extent * l.extent * l.extent;
  const int repeats = (int)(2e9 / products_each) + 1;
  double speed[CONTENDERS][3][TURNS];
  for (int turn = 0; turn < TURNS; turn++)
    for (int kind = 0; kind < 3; kind++)
      for (int who = 0; who < CONTENDERS; who++) {
        const decant_conv_shape *forward = who == IM2COL ? &gathered : &shape;
        const decant_conv_shape *backward = who == IM2COL ? &gathered_back : &back;
        float *forth = who == IM2COL ? plain : packed, *turning = who == IM2COL ? plain_turned : turned;
        const double start = seconds();
        for (int repeat = 0; repeat < repeats; repeat++) {
          if (who == BY_TAPS) products(l, kind, in_whole, by_tap, out_whole);
          else if (kind == FORWARD) decant_conv_forward(forward, in, forth, bias, out);
          else if (kind == INPUT_GRADIENT) decant_conv_forward(backward, out, turning, NULL, in);
          else decant_conv_add_weight_gradient(forward, in, out, forth, bias);
        }
        speed[who][kind][turn] = repeats * products_each / (seconds() - start) / 1e9;
        /* Numbers must not grow without bound. */
        memset(forth, 0, (who == IM2COL ? taps : decant_conv_packed_size(&shape)) * sizeof(float));
        memset(by_tap, 0, taps * sizeof(float));
        memset(bias, 0, (size_t)l.outputs * sizeof(float));
      }
  printf("%3d to %3d channels, d=%-2d  decant", l.inputs, l.outputs, l.extent);
  for (int who = IM2COL; who < CONTENDERS; who++)
    for (int kind = 0; kind < 3; kind++)
      for (int turn = 0; turn < TURNS; turn++) speed[who][kind][turn] /= speed[KERNELS][kind][turn];
  for (int kind = 0; kind < 3; kind++) printf(" %5.1f", median(speed[KERNELS][kind], TURNS));
  printf("  im2col");
  for (int kind = 0; kind < 3; kind++) printf(" x%.2f", median(speed[IM2COL][kind], TURNS));
  printf("  by taps");
  for (int kind = 0; kind < 3; kind++) printf(" x%.2f", median(speed[BY_TAPS][kind], TURNS));
  printf("  they differ by %.1e\n", worst);
  fflush(stdout);
  if (worst > 1e-3) exit(1);
  free(in), free(in_whole), free(out), free(out_whole), free(weights), free(by_tap), free(packed), free(turned);
  free(bias);
  free(plain), free(plain_turned), free(out_gathered), free(gathered.scratch);
}

int main(void) {
  openblas_set_num_threads(1);
  decant_conv_offer_products(product);
  printf("Forward, the input's gradient, the weights': GMAC/s of decant (%s), and times as fast openblas (%s)\n",
         decant_kernels_level_name(decant_kernels_level()), openblas_get_corename());
  const layer layers[] = {{9, 4, 64},    {9, 64, 4},    {9, 16, 16},    {13, 32, 32},  {9, 64, 64},   {13, 64, 64},
                          {9, 128, 128}, {13, 128, 128}, {9, 256, 256}, {13, 256, 256}};
  for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) measure(layers[i]);
  return 0;
}
