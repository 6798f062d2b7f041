#define _GNU_SOURCE
#include "realtime.h"

#include "host.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void realtime_memory(void) {
  if (mlockall(MCL_CURRENT | MCL_FUTURE))
    fprintf(stderr, "memory is not locked: %s (see ulimit -l)\n", strerror(errno));
}

void realtime_thread(const char *who, int core, int priority) {
  if (core >= 0) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    if (sched_setaffinity(0, sizeof cores, &cores))
      fprintf(stderr, "%s is not pinned to processor %d: %s\n", who, core, strerror(errno));
  }
  if (priority > 0) {
    struct sched_param parameters = {.sched_priority = priority};
    if (sched_setscheduler(0, SCHED_FIFO, &parameters))
      fprintf(stderr, "%s is not under SCHED_FIFO: %s\n", who, strerror(errno));
  }
}

#if defined(__x86_64__)
#define HERE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define HERE AUDIT_ARCH_AARCH64
#else
#error "name this processor's AUDIT_ARCH"
#endif

void realtime_confine(void) {
  /* The whole list: exit. */
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HERE, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_exit, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
    fail("--seccomp", "%s", strerror(errno));
}

_Noreturn void realtime_leave(void) {
  for (;;) syscall(SYS_exit, 0);
}
