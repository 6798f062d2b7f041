// units [--full] MEMORIES...: each unit of the event network's arithmetic beside NetworkRecords.swift's formula in C++, and
// the requantiser beside the core's own kernel, too, where that is in C.
//
// MEMORIES are folders that `decant memories` wrote: the requantiser gets every sum that their layers can come to. --full:
// also what takes a quarter of an hour.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "Vunits.h"

extern "C" int core_requantise(const int32_t *sums, size_t count, int32_t multiplier, uint32_t shift, int32_t low,
                               int32_t high, int32_t *values);

namespace {

constexpr int kRequantisers = 16, kLanes = 64, kOutputs = 16, kMostShift = 40;
constexpr int32_t kMostSum = 1 << 25;  // what the format admits stays below

Vunits *dut;
std::mt19937_64 whim(8);
uint64_t wrong;

void same(const char *unit, int64_t expected, int64_t found) {
  if (expected == found) return;
  if (++wrong < 10) std::printf("%s: %" PRId64 ", but there should be %" PRId64 "\n", unit, found, expected);
}

int64_t clamp(int64_t value, int64_t low, int64_t high) { return value < low ? low : value > high ? high : value; }

void tell(const char *unit, uint64_t inputs, const std::string &which) {
  std::printf("%-13s%12" PRIu64 "  %s\n", unit, inputs, which.c_str());
  std::fflush(stdout);
}

// ---- activation

void check_activation() {
  for (int shift = 0; shift < 16; shift++)
    for (int sum = -32768; sum < 32768; sum++) {
      dut->a_sum = (uint16_t)sum;
      dut->a_shift = shift;
      dut->eval();
      same("activation", clamp(sum >> shift, 0, 127), dut->a_value);
    }
  tell("activation", 1 << 20, "every sum under every shift");
}

// ---- requantiser

// Of the second layer, whose outputs are from 0 to 127, or of the third.
struct Scale {
  int32_t multiplier;
  int shift;
  bool is_third;
  int32_t low() const { return is_third ? -(1 << 26) : 0; }
  int32_t high() const { return is_third ? 1 << 26 : 127; }
  bool operator<(const Scale &other) const {
    return std::tie(multiplier, shift, is_third) < std::tie(other.multiplier, other.shift, other.is_third);
  }
};

int64_t requantised(int64_t z, const Scale &scale) {
  return clamp((z * scale.multiplier + (INT64_C(1) << (scale.shift - 1))) >> scale.shift, scale.low(), scale.high());
}

void tick_requantiser() {
  dut->r_clk = 0;
  dut->eval();
  dut->r_clk = 1;
  dut->eval();
}

bool has_kernel;
constexpr int64_t kAllReady = (1 << kRequantisers) - 1;

// As many sums a cycle as there are requantisers; they come out behind the cycle after their own.
void requantise(const Scale &scale, const std::vector<int32_t> &sums) {
  static std::vector<int32_t> values;
  dut->r_multiplier = scale.multiplier;
  dut->r_shift = scale.shift;
  dut->r_low = scale.low();
  dut->r_high = scale.high();
  auto sum = [&](size_t index) { return index < sums.size() ? sums[index] : -1; };
  for (size_t first = 0; first < sums.size() + kRequantisers; first += kRequantisers) {
    dut->r_valid = first < sums.size();
    for (size_t k = 0; k < kRequantisers; k++) dut->r_z[k] = (uint32_t)sum(first + k);
    tick_requantiser();
    if (first == 0) continue;
    for (size_t k = 0; k < kRequantisers; k++)
      same("requantiser", requantised(sum(first + k - kRequantisers), scale), (int32_t)dut->r_value[k]);
    same("requantiser is ready", kAllReady, dut->r_ready);
  }
  values.resize(sums.size());
  if (!core_requantise(sums.data(), sums.size(), scale.multiplier, scale.shift, scale.low(), scale.high(),
                       values.data()))
    return;
  has_kernel = true;
  for (size_t k = 0; k < sums.size() / 8 * 8; k++)
    if (sums[k] > -kMostSum && sums[k] < kMostSum) same("kernel", requantised(sums[k], scale), values[k]);
}

uint64_t requantise_range(const Scale &scale, int64_t first, int64_t last) {
  std::vector<int32_t> sums;
  for (int64_t at = first; at <= last;) {
    sums.clear();
    for (; at <= last && sums.size() < 4096; at++) sums.push_back((int32_t)at);
    requantise(scale, sums);
  }
  return (uint64_t)(last - first + 1);
}

std::vector<std::string> lines_of(const std::string &path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  if (lines.empty()) {
    std::fprintf(stderr, "units: %s: cannot be read\n", path.c_str());
    std::exit(1);
  }
  return lines;
}

// Field `index` of a word, each of so many digits, from the lowest on.
uint32_t field(const std::string &word, size_t index, size_t digits) {
  return (uint32_t)std::stoul(word.substr(word.size() - (index + 1) * digits, digits), nullptr, 16);
}

using Reach = std::map<Scale, std::pair<int64_t, int64_t>>;  // the least and the greatest sum under a scale

// A sum is least where all activations are 127 at negative weights and 0 at others.
void add_layer(Reach &reach, const std::string &layer, int shift, bool is_third) {
  std::vector<std::string> weights = lines_of(layer + ".hex"), scales = lines_of(layer + "_scale.hex");
  for (size_t output = 0; output < scales.size(); output++) {
    int64_t bias = (int32_t)field(scales[output], 0, 8), least = bias, most = bias;
    for (const std::string &word : weights) {
      int weight = (int8_t)field(word, output, 2);
      (weight < 0 ? least : most) += 127 * weight;
    }
    auto [at, is_new] = reach.insert({{(int32_t)field(scales[output], 1, 8), shift, is_third}, {least, most}});
    if (!is_new) at->second = {std::min(at->second.first, least), std::max(at->second.second, most)};
  }
}

Reach reach_of(const std::vector<std::string> &folders) {
  Reach reach;
  for (const std::string &folder : folders) {
    std::vector<std::string> settings = lines_of(folder + "/settings.hex");
    add_layer(reach, folder + "/second", (int)field(settings[12], 0, 8), false);
    add_layer(reach, folder + "/third", (int)field(settings[13], 0, 8), true);
  }
  return reach;
}

void check_reach(const Reach &reach) {
  uint64_t inputs = 0;
  for (const auto &[scale, sums] : reach) inputs += requantise_range(scale, sums.first, sums.second);
  tell("requantiser", inputs, "every sum that these networks' layers can come to, " + std::to_string(reach.size()) +
                                  " multipliers");
}

// The first sum whose result is at least `value`, if the multiplier is positive; at most, if it is negative.
int64_t threshold(const Scale &scale, int64_t value) {
  __int128 wanted = ((__int128)value << scale.shift) - ((__int128)1 << (scale.shift - 1));
  __int128 quotient = wanted / scale.multiplier;
  return quotient > INT32_MAX ? INT32_MAX : quotient < INT32_MIN ? INT32_MIN : (int64_t)quotient;
}

void check_boundaries(const Reach &reach) {
  std::vector<int32_t> multipliers = {0, 0x55555555, -0x55555555, 0x00FF00FF, -0x00FF00FF};
  for (int bit = 0; bit < 32; bit++)
    for (int64_t near : {-1, 0, 1})
      for (int sign : {-1, 1}) {
        int64_t value = sign * (INT64_C(1) << bit) + near;
        if (value == (int32_t)value) multipliers.push_back((int32_t)value);
      }
  for (const auto &[scale, sums] : reach) multipliers.push_back(scale.multiplier);
  uint64_t inputs = 0;
  std::vector<int32_t> sums;
  auto add = [&](int64_t middle) {
    for (int64_t near = -2; near <= 2; near++)
      if (middle + near == (int32_t)(middle + near)) sums.push_back((int32_t)(middle + near));
  };
  for (int32_t multiplier : multipliers)
    for (int shift = 1; shift <= kMostShift; shift++)
      for (bool is_third : {false, true}) {
        Scale scale = {multiplier, shift, is_third};
        sums.clear();
        for (int64_t edge : {INT32_MIN, -kMostSum, -(1 << 24), 0, 1 << 24, kMostSum, INT32_MAX}) add(edge);
        if (multiplier != 0) {
          // Where one result ends and the next begins: all of the second layer's, of the third's the outermost and some.
          if (is_third) {
            for (int64_t end : {scale.low(), 0, scale.high()})
              for (int64_t near = -3; near <= 3; near++) add(threshold(scale, end + near));
            for (int k = 0; k < 64; k++) add(threshold(scale, (int64_t)(whim() >> 37) - (1 << 26)));
          } else {
            for (int64_t value = -1; value <= 129; value++) add(threshold(scale, value));
          }
          // Ties: sums whose product ends in a one and shift - 1 zeros.
          int zeros = shift - 1 - __builtin_ctz((uint32_t)multiplier);
          if (zeros >= 0 && zeros < 31)
            for (int64_t odd : {1, 3, 5, (1 << (30 - zeros)) - 1, (int)(whim() >> (34 + zeros)) | 1})
              for (int64_t sign : {-1, 1}) add(sign * odd * (INT64_C(1) << zeros));
        }
        for (int k = 0; k < 32; k++) sums.push_back((int32_t)whim() >> 6);
        requantise(scale, sums);
        inputs += sums.size();
      }
  tell("requantiser", inputs, "boundaries of results, clamps, ties and extremes, " +
                                  std::to_string(multipliers.size()) + " multipliers under each of 40 shifts");
  if (has_kernel) std::printf("%27s... and in the core's kernel, sums that the format admits\n", "");
}

// `ready` follows `valid` two cycles behind, whatever its pattern.
void check_ready() {
  uint64_t pattern = 0;
  for (int k = 0; k < 4096; k++) {
    pattern = pattern << 1 | (whim() & 1);
    dut->r_valid = pattern & 1;
    tick_requantiser();
    if (k > 2) same("requantiser's ready", pattern >> 1 & 1 ? kAllReady : 0, dut->r_ready);
  }
}

// ---- row sums

void tick_sums() {
  dut->s_clk = 0;
  dut->eval();
  dut->s_clk = 1;
  dut->eval();
}

void set_row(const int16_t *row) {
  for (int lane = 0; lane < kLanes; lane += 2)
    dut->s_row[lane / 2] = (uint16_t)row[lane] | (uint32_t)(uint16_t)row[lane + 1] << 16;
}

void sum_rows(const int16_t *bias, const int16_t *row) {
  set_row(bias);
  dut->s_load = 1;
  tick_sums();
  dut->s_load = 0;
  set_row(row);
  dut->s_add = 1;
  tick_sums();
  dut->s_add = 0;
  uint16_t expected[kLanes];
  for (int lane = 0; lane < kLanes; lane++) expected[lane] = (uint16_t)(bias[lane] + row[lane]);
  if (std::memcmp(expected, &dut->s_all, sizeof expected) == 0) return;  // on a little-endian machine
  for (int lane = 0; lane < kLanes; lane++)
    same("row sums", expected[lane], (uint16_t)(dut->s_all[lane / 2] >> 16 * (lane % 2)));
}

// What it holds comes out lane by lane.
void drop_sums(const int16_t *bias, const int16_t *row) {
  dut->s_drop = 1;
  for (int lane = 0; lane < kLanes; lane++) {
    same("row sums given away", (uint16_t)(bias[lane] + row[lane]), dut->s_low);
    tick_sums();
  }
  dut->s_drop = 0;
}

void check_row_sums() {
  static const int16_t extremes[] = {0,      1,       -1,     32767,  -32768, -32767,
                                     0x5555, -0x5555, 0x00FF, -0x100, 0x4000, -0x4000};
  constexpr int count = sizeof extremes / sizeof *extremes;
  int16_t bias[kLanes], row[kLanes];
  for (int turn = 0; turn < count; turn++)
    for (int value = 0; value < 65536; value++) {
      for (int lane = 0; lane < kLanes; lane++) {
        bias[lane] = (int16_t)(value + 977 * lane);
        row[lane] = extremes[(turn + lane) % count];
      }
      sum_rows(bias, row);
      if (turn == 0) drop_sums(bias, row);
    }
  tell("row sums", UINT64_C(65536) * count * kLanes, "every int16 and each of 12 extremes on it, in every lane");
  for (int value = 0; value < 65536; value++)
    for (int other = 0; other < 65536; other += kLanes) {
      for (int lane = 0; lane < kLanes; lane++) {
        bias[lane] = (int16_t)value;
        row[lane] = (int16_t)(other + lane);
      }
      sum_rows(bias, row);
    }
  tell("row sums", UINT64_C(1) << 32, "every int16 on every int16");
}

// ---- dot products

void tick_products() {
  dut->d_clk = 0;
  dut->eval();
  dut->d_clk = 1;
  dut->eval();
}

int32_t products[kOutputs];  // that should have been summed up

void clear_products() {
  dut->d_clear = 1;
  tick_products();
  dut->d_clear = 0;
  for (int32_t &sum : products) sum = 0;
}

void add_product(int activation, const int8_t *weights) {
  dut->d_activation = activation;
  for (int word = 0; word < kOutputs / 4; word++) dut->d_weights[word] = 0;
  for (int lane = 0; lane < kOutputs; lane++) {
    dut->d_weights[lane / 4] |= (uint32_t)(uint8_t)weights[lane] << 8 * (lane % 4);
    products[lane] += activation * weights[lane];
  }
  dut->d_add = 1;
  tick_products();
  dut->d_add = 0;
}

uint64_t compare_products() {
  dut->d_drop = 1;
  for (int32_t sum : products) {
    same("dot products", sum, (int32_t)dut->d_low);
    tick_products();
  }
  dut->d_drop = 0;
  return kOutputs;
}

void check_dot_products() {
  int8_t weights[kOutputs];
  uint64_t inputs = 0;
  for (int before : {0, -128, 127})  // nothing, or the least or greatest sum that 255 inputs can come to
    for (int activation = 0; activation < 128; activation++)
      for (int weight = 0; weight < 256; weight++) {
        clear_products();
        for (int8_t &each : weights) each = (int8_t)before;
        for (int k = 0; k < 255 && before != 0; k++) add_product(127, weights);
        for (int lane = 0; lane < kOutputs; lane++) weights[lane] = (int8_t)(weight + 37 * lane);
        add_product(activation, weights);
        inputs += compare_products();
      }
  tell("dot products", inputs, "every activation times every weight, in every lane, onto 0 and extremes");
  inputs = 0;
  for (int k = 0; k < 1000; k++) {
    clear_products();
    for (int input = 0; input < 256; input++) {
      for (int8_t &weight : weights) weight = (int8_t)whim();
      add_product((int)(whim() & 127), weights);
    }
    inputs += compare_products();
  }
  tell("dot products", inputs, "sums of 256 random products");
}

// ---- what takes long

void check_everything() {
  uint64_t inputs = 0;
  for (int shift = 1; shift <= kMostShift; shift++) {
    // Such that results take all values, but do not all clamp.
    int32_t multiplier = shift < 25 ? 1 : (int32_t)((1 << (shift - 17)) | (int)(whim() >> (81 - shift)) | 1);
    inputs += requantise_range({shift % 2 ? multiplier : -multiplier, shift, true}, 1 - kMostSum, kMostSum - 1);
  }
  tell("requantiser", inputs, "every sum that the format admits, one multiplier under each of 40 shifts");
  inputs = requantise_range({0x40000001, 37, true}, INT32_MIN, INT32_MAX);
  inputs += requantise_range({-0x55555555, 31, false}, INT32_MIN, INT32_MAX);
  tell("requantiser", inputs, "every int32, two multipliers");
}

}  // namespace

int main(int count, char **arguments) {
  std::vector<std::string> folders(arguments + 1, arguments + count);
  bool is_full = !folders.empty() && folders[0] == "--full";
  if (is_full) folders.erase(folders.begin());
  VerilatedContext context;
  dut = new Vunits(&context);
  Reach reach = reach_of(folders);
  check_activation();
  check_reach(reach);
  check_boundaries(reach);
  check_ready();
  check_row_sums();
  check_dot_products();
  if (is_full) check_everything();
  delete dut;
  std::printf("wrong: %" PRIu64 "\n", wrong);
  return wrong != 0;
}
