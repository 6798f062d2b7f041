/* Counting in how many shots detectors fire together, 1024 shots at a time, a bit for each. */
#ifndef DECANT_KERNELS_PRODUCTS_H
#define DECANT_KERNELS_PRODUCTS_H

#include <stddef.h>
#include <stdint.h>

#define DECANT_PRODUCTS_WORDS 16    /* of a detector's plane: 1024 shots */
#define DECANT_PRODUCTS_MAX_DEPTH 8 /* detectors in a product */

/* A product of detectors: this one, and those of the last node before it whose depth is one less. */
typedef struct {
  uint32_t detector;
  uint32_t depth; /* from 1, for a detector alone; at most one more than the node's before */
} decant_products_node;

/* Adds, for each node, the shots in which all of its detectors fired.

   planes: DECANT_PRODUCTS_WORDS words for each detector. counts: one for each node. */
void decant_products_count(const decant_products_node *nodes, size_t node_count, const uint64_t *planes,
                           uint32_t *counts);

#endif
