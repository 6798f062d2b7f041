/* One loop, compiled for what processors have to count bits with. */
#include "products.h"

#include "cpu.h"

typedef void (*count_function)(const decant_products_node *, size_t, const uint64_t *, uint32_t *);

static inline __attribute__((always_inline)) void count(const decant_products_node *nodes, size_t node_count,
                                                        const uint64_t *planes, uint32_t *counts) {
  uint64_t rows[DECANT_PRODUCTS_MAX_DEPTH + 1][DECANT_PRODUCTS_WORDS];
  for (int w = 0; w < DECANT_PRODUCTS_WORDS; w++) rows[0][w] = ~0ull;
  for (size_t node = 0; node < node_count; node++) {
    const uint64_t *plane = planes + (size_t)nodes[node].detector * DECANT_PRODUCTS_WORDS;
    const uint64_t *parent = rows[nodes[node].depth - 1];
    uint64_t *row = rows[nodes[node].depth];
    uint64_t ones = 0;
    for (int w = 0; w < DECANT_PRODUCTS_WORDS; w++) {
      row[w] = parent[w] & plane[w];
      ones += (uint64_t)__builtin_popcountll(row[w]);
    }
    counts[node] += (uint32_t)ones;
  }
}

static void count_portable(const decant_products_node *nodes, size_t node_count, const uint64_t *planes,
                           uint32_t *counts) {
  count(nodes, node_count, planes, counts);
}

#if defined(__x86_64__)
__attribute__((target("avx2,popcnt"))) static void count_avx2(const decant_products_node *nodes, size_t node_count,
                                                              const uint64_t *planes, uint32_t *counts) {
  count(nodes, node_count, planes, counts);
}

__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,popcnt"), min_vector_width(512))) static void
count_avx512(const decant_products_node *nodes, size_t node_count, const uint64_t *planes, uint32_t *counts) {
  count(nodes, node_count, planes, counts);
}
#endif

static count_function best(void) {
#if defined(__x86_64__)
  int32_t level = decant_kernels_level();
  if (level == DECANT_KERNELS_AVX512 && __builtin_cpu_supports("avx512vpopcntdq")) return count_avx512;
  if (level >= DECANT_KERNELS_AVX2 && __builtin_cpu_supports("popcnt")) return count_avx2;
#endif
  return count_portable;
}

void decant_products_count(const decant_products_node *nodes, size_t node_count, const uint64_t *planes,
                           uint32_t *counts) {
  best()(nodes, node_count, planes, counts);
}
