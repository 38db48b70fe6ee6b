#include "reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int channel = -1;

void use_channel(int descriptor) { channel = descriptor; }

bool receive(void *bytes, size_t count) {
    char *place = bytes;
    while (count > 0) {
        ssize_t got = recv(channel, place, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        place += got;
        count -= (size_t)got;
    }
    return true;
}

static void transmit(const void *bytes, uint64_t count) {
    const char *place = bytes;
    while (count > 0) {
        ssize_t sent = send(channel, place, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) _exit(0);
        place += sent;
        count -= (uint64_t)sent;
    }
}

void send_reply(uint32_t value, const void *bytes, uint64_t count) {
    plumbline_h5_reply reply = {0, value, count};
    transmit(&reply, sizeof reply);
    transmit(bytes, count);
}

static void send_text(const char *text) {
    plumbline_h5_reply reply = {1, 0, strlen(text)};
    transmit(&reply, sizeof reply);
    transmit(text, reply.bytes);
}

void send_failure(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    send_text(text);
}

typedef struct {
    char innermost[256];
    bool is_truncated, is_locked, lacks_memory;
} library_failure;

static herr_t look(unsigned number, const H5E_error2_t *error, void *data) {
    library_failure *failure = data;
    const char *text = error->desc ? error->desc : "";
    // The walk begins at the innermost function.
    if (number == 0) snprintf(failure->innermost, sizeof failure->innermost, "%s", text);
    failure->is_truncated |= strstr(text, "truncated file") != NULL;
    failure->is_locked |= strstr(text, "unable to lock file") != NULL
        || strstr(text, "already open for") != NULL || strstr(text, "h5clear") != NULL;
    failure->lacks_memory |= strstr(text, "memory allocation failed") != NULL
        || strstr(text, "out of memory") != NULL;
    return 0;
}

void send_library_failure(const char *format, ...) {
    library_failure failure = {0};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look, &failure);
    char what[640], text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    const char *cause = failure.innermost;
    if (failure.is_truncated) cause = "the file is truncated";
    if (failure.is_locked) cause = "locked or left open by another program (h5clear -s FILE)";
    if (failure.lacks_memory) cause = "it asks for more memory than a file of this size may";
    snprintf(text, sizeof text, "%s: %s", what, *cause ? cause : "the file is damaged");
    send_text(text);
}
