#include "stack_trace.h"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

enum { DEPTH = 64, FAULTS = 3 };

static const int faults[FAULTS] = {SIGSEGV, SIGBUS, SIGFPE};
static struct sigaction handlers_of_swift[FAULTS];

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

// The instruction is run again when this returns, and fails again: then Swift has its turn.
static void end_faulty(int number) {
    for (int i = 0; i < FAULTS; i++)
        if (faults[i] == number) sigaction(number, &handlers_of_swift[i], NULL);
    write_stack();
}

void plumbline_fuzz_trace_stacks(void) {
    // The first call loads a library, which a handler of signals must not do.
    void *frame;
    backtrace(&frame, 1);
    signal(SIGPROF, end_hanging);
    signal(SIGABRT, end_aborted);
    // On the stack that Swift has set aside: the usual one may be what has no room left.
    struct sigaction action = {.sa_handler = end_faulty, .sa_flags = SA_ONSTACK};
    for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &action, &handlers_of_swift[i]);
}
