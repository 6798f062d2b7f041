/* The event network's arithmetic as NetworkRecord.swift states it, for tb_units.sv, in plain C. Extremes and random
 * numbers come from here, too. */
#include <stdint.h>

static int32_t clamp(int64_t value, int64_t low, int64_t high) {
  return (int32_t)(value < low ? low : value > high ? high : value);
}

/* As an arithmetic shift does; C leaves that of negative numbers to the compiler. */
static int64_t shifted(int64_t value, int shift) {
  int64_t unit = (int64_t)1 << shift;
  return value >= 0 ? value / unit : -((-value + unit - 1) / unit);
}

int unit_activation(int sum, int shift) { return clamp(shifted(sum, shift), 0, 127); }

int unit_requantise(int z, int multiplier, int shift, int low, int high) {
  int64_t product = (int64_t)z * multiplier;
  return clamp(shifted(product + ((int64_t)1 << (shift - 1)), shift), low, high);
}

int unit_sum(int a, int b) {
  int sum = (a + b) & 0xFFFF;
  return sum >= 0x8000 ? sum - 0x10000 : sum;
}

int unit_product(int sum, int activation, int weight) { return sum + activation * weight; }

/* Of int32, 24 of them; their upper bits are extremes of smaller numbers. */
int unit_extreme(int index) {
  static const int32_t all[24] = {
      0,           1,           -1,          2,           -2,          3,           INT32_MAX,   INT32_MIN,
      INT32_MAX - 1, INT32_MIN + 1, 1 << 30,   -(1 << 30), 0x00010000,  -0x00010000, 0x7FFF0000,  0x55555555,
      -0x55555555, 0x00FF00FF,  0x0000FFFF,  -0x0000FFFF, 0x40000001,  -0x40000001, 64,          -64,
  };
  return all[index];
}

int unit_random(void) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (int32_t)(uint32_t)(state >> 32);
}
