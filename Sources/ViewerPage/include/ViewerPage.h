// The files of the page that `plumbline view` writes. They are part of the program, so that it
// needs no other file when it runs.
#ifndef VIEWER_PAGE_H
#define VIEWER_PAGE_H

#include <stddef.h>

typedef struct {
    const char *name;
    const unsigned char *start;
    size_t size;
} viewer_page_file;

// The number of files.
size_t viewer_page_count(void);

// A file by its number, below `viewer_page_count()`.
viewer_page_file viewer_page_at(size_t number);

#endif
