#define _GNU_SOURCE
#include "Kernels.h"

#include <sched.h>

// libgomp's entry points. They are declared here because `-fopenmp` would be an unsafe flag, which
// SwiftPM does not allow in a package that others depend on.
extern void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern int omp_in_parallel(void);
extern void omp_set_num_threads(int);

struct region {
  void (*body)(void *, int, int);
  void *context;
};

static void enter(void *data) {
  struct region *r = data;
  r->body(r->context, omp_get_thread_num(), omp_get_num_threads());
}

void pl_parallel(void (*body)(void *, int, int), void *context, int threads) {
  struct region r = {body, context};
  GOMP_parallel(enter, &r, (unsigned)threads, 0);
}

int pl_in_parallel(void) { return omp_in_parallel(); }
int pl_max_threads(void) { return omp_get_max_threads(); }
void pl_set_threads(int threads) { omp_set_num_threads(threads); }

int pl_affinity_count(void) {
  // Larger than any machine that the kernel knows; a smaller set would be refused there.
  enum { most = 8192 };
  cpu_set_t *set = CPU_ALLOC(most);
  if (!set) return 0;
  size_t size = CPU_ALLOC_SIZE(most);
  int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
  CPU_FREE(set);
  return count;
}
