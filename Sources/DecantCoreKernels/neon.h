/* What kernels in vectors of 16 bytes share. */
#ifndef CORE_KERNELS_NEON_H
#define CORE_KERNELS_NEON_H

#include <arm_neon.h>

#include "levels.h"

#define INLINE static inline __attribute__((always_inline))

/* Sums stay in registers only if no loop is left that counts through them. */
#define UNROLLED _Pragma("clang loop unroll(full)")

/* Four numbers times their multipliers, rounded, shifted and clamped. Narrowing to 32 bits clamps first, and less. */
INLINE int32x4_t requantised(int32x4_t sums, const int32_t *multipliers, uint32_t shift, int32_t least, int32_t most) {
  const int32x4_t factors = vld1q_s32(multipliers);
  const int64x2_t right = vdupq_n_s64(-(int64_t)shift);
  const int64x2_t low = vrshlq_s64(vmull_s32(vget_low_s32(sums), vget_low_s32(factors)), right);
  const int64x2_t high = vrshlq_s64(vmull_s32(vget_high_s32(sums), vget_high_s32(factors)), right);
  const int32x4_t numbers = vcombine_s32(vqmovn_s64(low), vqmovn_s64(high));
  return vminq_s32(vmaxq_s32(numbers, vdupq_n_s32(least)), vdupq_n_s32(most));
}

/* Four bytes, four times. */
INLINE int8x16_t four_inputs(const uint8_t *at) {
  int32_t four;
  __builtin_memcpy(&four, at, 4);
  return vreinterpretq_s8_s32(vdupq_n_s32(four));
}

/* Four sums, of which each is in two parts side by side. */
INLINE int32x4_t joined(int32x4_t low, int32x4_t high) {
#if defined(__aarch64__)
  return vpaddq_s32(low, high);
#else
  return vcombine_s32(vpadd_s32(vget_low_s32(low), vget_high_s32(low)),
                      vpadd_s32(vget_low_s32(high), vget_high_s32(high)));
#endif
}

#endif
