#define _GNU_SOURCE
#include "reader.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static rlim_t memory_at_start;
static struct rlimit inherited_memory;

// Pages of address space, the first number of /proc/self/statm.
static rlim_t present_memory(void) {
    char text[64] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    return (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

void allow_memory(uint64_t extra) {
    if (memory_at_start == 0) return;
    rlim_t budget = memory_at_start + ((rlim_t)256 << 20) + extra;
    struct rlimit limit = inherited_memory;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > budget) limit.rlim_cur = budget;
    setrlimit(RLIMIT_AS, &limit);
}

void allow_time(void) {
    struct itimerval timer = {{0, 0}, {PLUMBLINE_H5_SECONDS, 0}};
    setitimer(ITIMER_PROF, &timer, NULL);
}

int plumbline_h5_timeout_signal(void) { return SIGPROF; }

static bool close_range_of(unsigned first, unsigned last) {
#ifdef SYS_close_range
    return first > last || syscall(SYS_close_range, first, last, 0u) == 0;
#else
    (void)first, (void)last;
    return false;
#endif
}

static void close_others(int a, int b) {
    // Nothing that the library prints as it dies may reach a descriptor of the program.
    int nothing = open("/dev/null", O_RDWR);
    for (int standard = 0; standard < 3; standard++) {
        if (nothing >= 0) dup2(nothing, standard);
        else close(standard);
    }
    unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);
    if (close_range_of(3, low - 1) && close_range_of(low + 1, high - 1)
        && close_range_of(high + 1, ~0u))
        return;
    // Linux before 5.9.
    long last = sysconf(_SC_OPEN_MAX);
    if (last < 0 || last > 65536) last = 65536;
    for (int other = 3; other < last; other++)
        if (other != a && other != b) close(other);
}

void confine(int channel, int file) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    // A key press reaches the whole group of processes. The program decides what it means; the
    // child ends with the program.
    int ignored[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGTSTP, SIGPIPE, SIGXFSZ};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    close_others(channel, file);
    // The memory of the program must not be left in a core file.
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_DUMPABLE, 0);
    memory_at_start = present_memory();
    getrlimit(RLIMIT_AS, &inherited_memory);
    allow_memory(0);
}
