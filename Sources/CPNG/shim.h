// libpng reports errors by longjmp, which Swift cannot receive; these functions turn them into a
// status and a message.
#ifndef PLUMBLINE_PNG_SHIM_H
#define PLUMBLINE_PNG_SHIM_H
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct plumbline_png_source {
  const unsigned char *data;
  size_t size, position;
};
struct plumbline_png_sink {
  unsigned char *data;
  size_t size, capacity;
};
struct plumbline_png_image {
  unsigned width, height, channels, bits;
  unsigned char *samples;
};

static inline void plumbline_png_pull(png_structp png, png_bytep out, size_t count) {
  struct plumbline_png_source *s = (struct plumbline_png_source *)png_get_io_ptr(png);
  if (count > s->size - s->position) png_error(png, "the file is truncated");
  memcpy(out, s->data + s->position, count);
  s->position += count;
}

static inline void plumbline_png_push(png_structp png, png_bytep in, size_t count) {
  struct plumbline_png_sink *s = (struct plumbline_png_sink *)png_get_io_ptr(png);
  if (s->size + count > s->capacity) {
    size_t capacity = (s->size + count) * 2;
    unsigned char *grown = (unsigned char *)realloc(s->data, capacity);
    if (!grown) png_error(png, "out of memory");
    s->data = grown;
    s->capacity = capacity;
  }
  memcpy(s->data + s->size, in, count);
  s->size += count;
}

static inline void plumbline_png_flush(png_structp png) { (void)png; }
static inline void plumbline_png_warn(png_structp png, png_const_charp message) {
  (void)png, (void)message;
}
static inline void plumbline_png_fail(png_structp png, png_const_charp message) {
  strncpy((char *)png_get_error_ptr(png), message, 99);
  png_longjmp(png, 1);
}

// Grey or RGB samples of 8 or 16 bits (native order), `most` values at most; palettes are expanded
// and alpha is dropped. If `keeps_indices`, the samples are the indices of a palette, or the
// numbers of a grey image of at most 8 bits. The caller frees `samples`.
static inline int plumbline_png_decode(const unsigned char *data, size_t size, size_t most,
                                       int keeps_indices, struct plumbline_png_image *image,
                                       char message[100]) {
  struct plumbline_png_source source = {data, size, 0};
  memset(message, 0, 100);
  memset(image, 0, sizeof *image);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, plumbline_png_fail,
                                           plumbline_png_warn);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  png_bytep *volatile rows = NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(rows);
    free(image->samples);
    image->samples = NULL;
    return 1;
  }
  png_set_read_fn(png, &source, plumbline_png_pull);
  // Chunks of text, colour profiles and the like are of no use here, and some claim memory before
  // they are read: all but the image's own are passed over.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_chunk_malloc_max(png, 8 << 20);
  png_read_info(png, info);
  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  // Before memory is taken: the values, and what the data can hold, which deflate packs 1032 to 1
  // at most.
  if ((size_t)image->width * image->height > most / png_get_channels(png, info))
    png_error(png, "the image claims to be too large");
  if (png_get_rowbytes(png, info) * image->height > size * 1032 + 65536)
    png_error(png, "the image claims more than its data can hold");
  int is_palette = png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE;
  int is_grey = png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY;
  if (keeps_indices) {
    if ((!is_palette && !is_grey) || png_get_bit_depth(png, info) > 8)
      png_error(png, "a palette of up to 256 colours is wanted");
    png_set_packing(png);
  } else if (is_palette) {
    png_set_palette_to_rgb(png);
  } else if (is_grey && png_get_bit_depth(png, info) < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  image->channels = png_get_channels(png, info);
  image->bits = png_get_bit_depth(png, info);
  size_t row = png_get_rowbytes(png, info);
  if ((size_t)image->width * image->height > most / image->channels)
    png_error(png, "the image claims to be too large");
  image->samples = (unsigned char *)malloc(row * image->height);
  rows = (png_bytep *)malloc(sizeof(png_bytep) * image->height);
  if (!image->samples || !rows) png_error(png, "out of memory");
  for (unsigned y = 0; y < image->height; y++) rows[y] = image->samples + y * row;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  free(rows);
  return 0;
}

// Grey (1 channel) or RGB (3), 8 or 16 bits (native order). The caller frees `sink->data`.
static inline int plumbline_png_encode(const unsigned char *samples, unsigned width,
                                       unsigned height, unsigned channels, unsigned bits,
                                       struct plumbline_png_sink *sink, char message[100]) {
  memset(message, 0, 100);
  memset(sink, 0, sizeof *sink);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, plumbline_png_fail,
                                            plumbline_png_warn);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(sink->data);
    sink->data = NULL;
    return 1;
  }
  png_set_write_fn(png, sink, plumbline_png_push, plumbline_png_flush);
  png_set_IHDR(png, info, width, height, (int)bits,
               channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  if (bits == 16) png_set_swap(png);
  for (unsigned y = 0; y < height; y++)
    png_write_row(png, samples + (size_t)y * width * channels * (bits / 8));
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return 0;
}
#endif
