/* What the program asks of the machine that it runs on: a link that brings rounds, a console, and what measures it. */
#ifndef PORT_H
#define PORT_H

#include <stddef.h>
#include <stdint.h>

extern const char port_name[];

/* Takes bytes from the link, waiting for them. Returns how many came: fewer than wanted only at its end. */
size_t port_receive(void *bytes, size_t wanted);

void port_write(const char *text, size_t length);

/* Instructions executed so far; only differences tell anything. 0 on the host, which counts none. */
uint64_t port_instructions(void);

/* The most stack that was ever in use, in bytes. 0 on the host, which paints none. */
size_t port_stack_used(void);

#endif
