/* realtime.h - asking Linux to leave a thread alone: a processor of its own, memory that stays, a priority.
 *
 * What is not allowed is said on standard error and done without; an example must run on a laptop, too.
 */
#ifndef REALTIME_H
#define REALTIME_H

/* Keeps every page of the program in memory, and touches them all. */
void realtime_memory(void);

/* Pins the calling thread to a processor (-1: not), and runs it under SCHED_FIFO (priority 0: not). */
void realtime_thread(const char *who, int core, int priority);

/* From here on, the calling thread may make no system call but exit: any other ends the program with SIGSYS. */
void realtime_confine(void);

/* Ends the calling thread by that one call; pthread_exit would make others. */
_Noreturn void realtime_leave(void);

#endif
