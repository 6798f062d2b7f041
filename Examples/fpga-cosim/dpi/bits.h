/* Bits of SystemVerilog as bytes: bit k of a vector is bit k % 8 of byte k / 8, as in Decant. */
#ifndef FPGA_COSIM_BITS_H
#define FPGA_COSIM_BITS_H

#include <stdint.h>
#include <svdpi.h>

static inline void bytes_of(const svBitVecVal *words, uint8_t *bytes, size_t size) {
  for (size_t k = 0; k < size; k++) bytes[k] = (uint8_t)(words[k / 4] >> 8 * (k % 4));
}

static inline void set_bytes(svBitVecVal *words, const uint8_t *bytes, size_t size) {
  for (size_t k = 0; k < (size + 3) / 4; k++) words[k] = 0;
  for (size_t k = 0; k < size; k++) words[k / 4] |= (svBitVecVal)bytes[k] << 8 * (k % 4);
}

static inline uint64_t u64_of(const svBitVecVal *words) { return words[0] | (uint64_t)words[1] << 32; }

static inline void set_u64(svBitVecVal *words, uint64_t value) {
  words[0] = (svBitVecVal)value;
  words[1] = (svBitVecVal)(value >> 32);
}

#endif
