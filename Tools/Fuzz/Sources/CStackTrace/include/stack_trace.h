// The stack of a worker that hangs or is aborted, by the C library.
//
// Swift's own trace is the better one: it names lines. It ends at the first function of a C
// library, though, and so says nothing after `abort` or a timer's signal.
#ifndef PLUMBLINE_FUZZ_STACK_TRACE_H
#define PLUMBLINE_FUZZ_STACK_TRACE_H

#include <stddef.h>
#include <stdint.h>

// The exit code of a process that SIGPROF has ended.
enum { PLUMBLINE_FUZZ_HANG = 124 };

// From now on SIGPROF, and whatever ends the process by a signal, writes the stack to standard
// error.
void plumbline_fuzz_trace_stacks(void);

// Of the Swift runtime: a function's name as it is written in Swift. The caller frees it.
char *swift_demangle(const char *name, size_t length, char *buffer, size_t *size, uint32_t flags);

#endif
