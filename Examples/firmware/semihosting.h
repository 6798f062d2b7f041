/* Semihosting: a trap by which a debugger, or an emulator, does input and output for a processor that has none. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

enum { SEMIHOSTING_READ = 1, SEMIHOSTING_WRITE = 4 }; /* "rb" and "w" */

/* Opens a file of the host; ":tt" is its console. Returns a handle, or -1. */
intptr_t semihosting_open(const char *path, int mode);

/* Reads from a file; returns how many bytes came, fewer than wanted only at its end. */
size_t semihosting_read(intptr_t handle, void *bytes, size_t wanted);

/* The words with which the program was started, apart by spaces; 0, or -1 if there is no room for them. */
int semihosting_arguments(char *text, size_t room);

/* Ends the emulator with this status. */
_Noreturn void semihosting_exit(int status);

#endif
