#include "stack_trace.h"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

enum { DEPTH = 64 };

static void write_stack(void) {
    void *frames[DEPTH];
    backtrace_symbols_fd(frames, backtrace(frames, DEPTH), STDERR_FILENO);
}

static void end_hanging(int number) {
    (void)number;
    write_stack();
    _exit(PLUMBLINE_FUZZ_HANG);
}

static void end_aborted(int number) {
    write_stack();
    signal(number, SIG_DFL);
    raise(number);
}

void plumbline_fuzz_trace_stacks(void) {
    // The first call loads a library, which a handler of signals must not do.
    void *frame;
    backtrace(&frame, 1);
    signal(SIGPROF, end_hanging);
    signal(SIGABRT, end_aborted);
}
