#include "reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST_NAME = 1 << 16 };

static void answer(const plumbline_h5_request *request, const char *name, const char *extra,
                   const char *path) {
    if (request->operation == PLUMBLINE_H5_OPEN) {
        if (file < 0 && open_file(path) < 0) send_library_failure("cannot be opened as HDF5");
        else send_reply(0, NULL, 0);
        return;
    }
    if (file < 0) {
        send_failure("is not open");
        return;
    }
    switch (request->operation) {
    case PLUMBLINE_H5_EXISTS: {
        bool failed = false, exists = path_exists(name, &failed);
        if (!failed) send_reply(exists, NULL, 0);
        break;
    }
    case PLUMBLINE_H5_LIST: list_data_sets(name); break;
    case PLUMBLINE_H5_DESCRIBE: {
        data_set set;
        if (!open_data_set(name, &set)) break;
        plumbline_h5_description about = set.about;
        close_data_set(&set);
        send_reply(0, &about, sizeof about);
        break;
    }
    case PLUMBLINE_H5_ATTRIBUTE: send_attribute(name, extra); break;
    case PLUMBLINE_H5_NUMBERS: send_numbers(name, request->number, request->count); break;
    case PLUMBLINE_H5_ENTRY:
        send_entry(name, request->number, request->index, request->count);
        break;
    case PLUMBLINE_H5_COLUMNS: send_columns(name); break;
    case PLUMBLINE_H5_COLUMN: send_column(name, request->index, request->count); break;
    default: send_failure("has been asked for something unknown");
    }
}

static _Noreturn void serve(int channel, int descriptor, const char *path) {
    confine(channel, descriptor);
    // By its descriptor, so that it is the file which the program has looked at.
    char place[64];
    snprintf(place, sizeof place, "/proc/self/fd/%d", descriptor);
    if (access(place, R_OK) == 0) path = place;
    use_channel(channel);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    plumbline_h5_request request;
    while (receive(&request, sizeof request)) {
        if (request.name_bytes > LONGEST_NAME || request.extra_bytes > LONGEST_NAME) break;
        char *name = calloc(1, request.name_bytes + 1), *extra = calloc(1, request.extra_bytes + 1);
        if (!name || !extra || !receive(name, request.name_bytes)
            || !receive(extra, request.extra_bytes))
            break;
        allow_time();
        allow_memory(0);
        answer(&request, name, extra, path);
        free(name);
        free(extra);
    }
    // Handlers that the program registered for its own end are none of the child's business.
    _exit(0);
}

int plumbline_h5_reader_start(int descriptor, const char *path, pid_t *child, int *channel) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return errno;
    pid_t process = fork();
    if (process == 0) serve(ends[1], descriptor, path);
    int problem = process < 0 ? errno : 0;
    close(ends[1]);
    if (problem != 0) {
        close(ends[0]);
        return problem;
    }
    *child = process;
    *channel = ends[0];
    return 0;
}
