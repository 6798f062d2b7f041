/* What digest.c asks of the machine that it runs on, beside the port's console of Examples/firmware. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>

/* The whole of a file, 64-byte aligned. The program ends if there is none. */
const void *machine_file(const char *path, size_t *size);

/* Memory, 64-byte aligned, until machine_release. The program ends if there is none. */
void *machine_memory(size_t size);

/* Takes back all memory but that of files. */
void machine_release(void);

_Noreturn void machine_stop(int status);

/* digest.c's main. */
int digest(int count, char **words);

#endif
