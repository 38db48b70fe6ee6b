// Reads an HDF5 file in a child process. The library corrupts memory on damaged files; here only
// the child suffers.
#ifndef PLUMBLINE_HDF5_READER_H
#define PLUMBLINE_HDF5_READER_H

#include <stdint.h>
#include <sys/types.h>

// What a child is asked for. A request is the structure below, then the name of an object, then,
// for an attribute, the attribute's name.
enum {
    PLUMBLINE_H5_OPEN = 1,   // opens the file
    PLUMBLINE_H5_EXISTS,     // -> value 1 or 0
    PLUMBLINE_H5_LIST,       // -> names of the data sets below a group
    PLUMBLINE_H5_DESCRIBE,   // -> plumbline_h5_description
    PLUMBLINE_H5_ATTRIBUTE,  // -> value: the kind; payload: the value
    PLUMBLINE_H5_NUMBERS,    // -> blocks of numbers
    PLUMBLINE_H5_COLUMNS,    // -> a plumbline_h5_column and its name for each column of a table
    PLUMBLINE_H5_COLUMN,     // -> blocks of one column
    PLUMBLINE_H5_ENTRY,      // -> the numbers of one entry of the first axis, in one block
};

enum { PLUMBLINE_H5_FLOAT32 = 1, PLUMBLINE_H5_INT64, PLUMBLINE_H5_UINT64, PLUMBLINE_H5_FLOAT64 };
enum { PLUMBLINE_H5_ABSENT = 0, PLUMBLINE_H5_TEXT, PLUMBLINE_H5_INTEGER, PLUMBLINE_H5_REAL,
       PLUMBLINE_H5_OTHER };
enum { PLUMBLINE_H5_LARGEST_RANK = 32 };

typedef struct {
    uint32_t operation;
    uint32_t number;       // the number type that is wanted
    uint32_t name_bytes;
    uint32_t extra_bytes;  // of the attribute's name
    uint64_t index;        // of a column, or of an entry
    uint64_t count;        // how many values the caller has room for
} plumbline_h5_request;

// Every answer, and every block of a long one, begins with this. Where `failed`, the payload is a
// sentence that says why.
typedef struct {
    uint32_t failed;
    uint32_t value;
    uint64_t bytes;  // of the payload
} plumbline_h5_reply;

typedef struct {
    uint32_t kind;  // integer, real or other
    uint32_t rank;
    uint32_t is_filtered;
    uint32_t value_bytes;
    uint64_t count;
    uint64_t stored_bytes;
    uint64_t sizes[PLUMBLINE_H5_LARGEST_RANK];
} plumbline_h5_description;

typedef struct {
    uint32_t kind;  // text, integer or real
    uint32_t width;  // bytes of one value as it is sent
    uint32_t name_bytes;
} plumbline_h5_column;

// Seconds of processor time that one answer, or one block of it, may take in the child.
enum { PLUMBLINE_H5_SECONDS = 4 };
// The signal that ends a child which takes longer.
int plumbline_h5_timeout_signal(void);

// Forks a child that answers requests about an open file until its socket is closed. `path` is for
// systems without /proc.
// Returns 0, or an error number.
int plumbline_h5_reader_start(int file, const char *path, pid_t *child, int *channel);

#endif
