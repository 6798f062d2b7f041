/* pauli_frame.h - what a control system does with a frame: nothing to the qubits, a note beside them.
 *
 * The flips of the observables add up, by exclusive or, until the experiment ends; then they turn what is read of the
 * logical qubits.
 */
#ifndef PAULI_FRAME_H
#define PAULI_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PAULI_FRAME_BYTES = 8 };

typedef struct pauli_frame {
  uint8_t flips[PAULI_FRAME_BYTES];
} pauli_frame;

static inline void pauli_frame_clear(pauli_frame *f) { memset(f, 0, sizeof *f); }

static inline void pauli_frame_apply(pauli_frame *f, const uint8_t *flips, size_t size) {
  for (size_t k = 0; k < size; k++) f->flips[k] ^= flips[k];
}

#endif
