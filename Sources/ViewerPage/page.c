// The assembler takes the files of `Page` as they are. This file must be compiled again when one of
// them changes (`touch Sources/ViewerPage/page.c`); ViewerPageTests notices if it was not.
#include "ViewerPage.h"

// One line per file: its symbol and its name. The order is that of the folder.
#define FILES(file) \
    file(app, "app.js") \
    file(base, "base.js") \
    file(card_style, "card.css") \
    file(card, "card.js") \
    file(colours, "colours.js") \
    file(confusion, "confusion.js") \
    file(curves, "curves.js") \
    file(data, "data.js") \
    file(detail, "detail.js") \
    file(export, "export.js") \
    file(filters, "filters.js") \
    file(frontier, "frontier.js") \
    file(grid, "grid.js") \
    file(header, "header.js") \
    file(histogram, "histogram.js") \
    file(index, "index.html") \
    file(keyboard, "keyboard.js") \
    file(numbers, "numbers.js") \
    file(outlines, "outlines.js") \
    file(page_style, "page.css") \
    file(parts, "parts.js") \
    file(picture, "picture.js") \
    file(runs, "runs.js") \
    file(scatter, "scatter.js") \
    file(selection, "selection.js") \
    file(side, "side.js") \
    file(state, "state.js") \
    file(window, "window.js")

#define EMBED(symbol, file) \
    __asm__(".section .rodata\n" \
            "viewer_page_" #symbol "_start:\n" \
            ".incbin \"" file "\"\n" \
            "viewer_page_" #symbol "_end:\n" \
            ".byte 0\n" \
            ".previous\n"); \
    extern const unsigned char viewer_page_##symbol##_start[]; \
    extern const unsigned char viewer_page_##symbol##_end[];
FILES(EMBED)

#define ENTRY(symbol, file) {file, viewer_page_##symbol##_start, viewer_page_##symbol##_end},
static const struct {
    const char *name;
    const unsigned char *start;
    const unsigned char *end;
} files[] = {FILES(ENTRY)};

size_t viewer_page_count(void) { return sizeof(files) / sizeof(files[0]); }

viewer_page_file viewer_page_at(size_t number) {
    viewer_page_file file = {
        files[number].name, files[number].start,
        (size_t)(files[number].end - files[number].start)};
    return file;
}
