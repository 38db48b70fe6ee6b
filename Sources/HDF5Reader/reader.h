// What the files of the child share.
#ifndef PLUMBLINE_HDF5_READER_INTERNAL_H
#define PLUMBLINE_HDF5_READER_INTERNAL_H

#define H5_USE_110_API 1
#include <hdf5.h>
#include <stdbool.h>

#include "hdf5_reader.h"

// limits.c
// Keeps two descriptors and closes the others; bounds memory; no core file, no handlers.
void confine(int channel, int file);
// Address space beyond what the program itself has and a base of 256 MB.
void allow_memory(uint64_t extra);
// Begins the time of the present step anew.
void allow_time(void);

// channel.c: what goes back to the program. Where the program is gone, the child ends.
void use_channel(int channel);
bool receive(void *bytes, size_t count);
void send_reply(uint32_t value, const void *bytes, uint64_t count);
// Sends a sentence; the request is then answered.
void send_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The same, with what the library says about its last failure.
void send_library_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

// paths.c
hid_t open_file(const char *path);
extern hid_t file;
// Whether every link on the way to `name` is there. Sends the failure where one leads out of the
// file; `*failed` is then true.
bool path_exists(const char *name, bool *failed);
void list_data_sets(const char *group);

// datasets.c
typedef struct {
    hid_t id, type, space, properties;
    plumbline_h5_description about;
    bool is_chunked;
    hsize_t chunk[PLUMBLINE_H5_LARGEST_RANK];
} data_set;
// Sends the failure where it returns false.
bool open_data_set(const char *name, data_set *set);
void close_data_set(data_set *set);
// Whether the library can be trusted with a number of this type; `*kind` is integer or real.
bool is_sound_number(hid_t type, uint32_t *kind);
// Sends every value in blocks, each as `memory_type` of `width` bytes.
void send_values(const char *name, data_set *set, hid_t memory_type, uint64_t width);
void send_entry(const char *name, uint32_t number, uint64_t index, uint64_t count);
void send_numbers(const char *name, uint32_t number, uint64_t count);

// tables.c, attributes.c
void send_columns(const char *name);
void send_column(const char *name, uint64_t index, uint64_t rows);
void send_attribute(const char *object, const char *name);

#endif
