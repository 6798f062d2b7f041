/* load_time LIBRARY - prints how long dlopen takes, and that every symbol resolves. The time is only printed:
 * it belongs to the machine. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  double best = 1e30;
  for (int k = 0; k < 20; k++) {
    double start = microseconds();
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    double took = microseconds() - start;
    if (library == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    if (dlsym(library, "decant_decode") == NULL || dlclose(library) != 0) return 1;
    if (took < best) best = took;
  }
  printf("ok    dlopen takes %.0f us (best of 20)\n", best);
  return 0;
}
