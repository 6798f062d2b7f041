/* arena.h - the memory of the whole program: one array, its size chosen when it is built, handed out once.
 *
 * A host without an allocator cannot run out of memory in the middle of an experiment. What does not fit is found
 * out before the first round.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

/* Bytes, 64-byte aligned, zero. Ends the program, with `what` in the sentence, if they are not there. */
void *arena_take(const char *what, size_t size);

/* Bytes handed out, and all bytes. */
size_t arena_taken(void);
size_t arena_size(void);

/* Reads a file into the arena. Ends the program if it cannot be read. */
const unsigned char *arena_read(const char *path, size_t *size);

#endif
