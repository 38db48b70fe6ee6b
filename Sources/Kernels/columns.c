#include "Kernels.h"
#include <string.h>

// The values of one line of a window are neighbours in an NHWC image. A row of the matrix is
// therefore copied in kernel_height pieces.
struct piece {
  ptrdiff_t image, column, count;
};

// The part of a piece that lies inside the image, for the window in column `ox` and image line `y`.
static inline struct piece inside(const struct pl_window *w, ptrdiff_t y, ptrdiff_t ox) {
  ptrdiff_t left = ox * w->stride - w->padding, right = left + w->kernel_width;
  ptrdiff_t from = left < 0 ? 0 : left, to = right > w->width ? w->width : right;
  struct piece p = {(y * w->width + from) * w->channels, (from - left) * w->channels,
                    to > from ? (to - from) * w->channels : 0};
  return p;
}

void pl_image_to_columns(const struct pl_window *w, const float *image, ptrdiff_t first,
                         ptrdiff_t last, float *columns) {
  ptrdiff_t piece = w->kernel_width * w->channels;
  for (ptrdiff_t oy = first; oy < last; oy++)
    for (ptrdiff_t ox = 0; ox < w->out_width; ox++) {
      float *to = columns + (oy * w->out_width + ox) * w->kernel_height * piece;
      for (ptrdiff_t ky = 0; ky < w->kernel_height; ky++, to += piece) {
        ptrdiff_t y = oy * w->stride + ky - w->padding;
        struct piece p = inside(w, y, ox);
        if (y < 0 || y >= w->height || p.count < piece) memset(to, 0, sizeof(float) * piece);
        if (y >= 0 && y < w->height)
          memcpy(to + p.column, image + p.image, sizeof(float) * p.count);
      }
    }
}

void pl_columns_to_image(const struct pl_window *w, const float *columns, ptrdiff_t first,
                         ptrdiff_t last, float *image) {
  ptrdiff_t piece = w->kernel_width * w->channels;
  for (ptrdiff_t y = first; y < last; y++) {
    memset(image + y * w->width * w->channels, 0, sizeof(float) * w->width * w->channels);
    for (ptrdiff_t ky = 0; ky < w->kernel_height; ky++) {
      ptrdiff_t down = y + w->padding - ky;
      if (down < 0 || down % w->stride != 0 || down / w->stride >= w->out_height) continue;
      const float *from =
          columns + (down / w->stride * w->out_width * w->kernel_height + ky) * piece;
      for (ptrdiff_t ox = 0; ox < w->out_width; ox++, from += w->kernel_height * piece) {
        struct piece p = inside(w, y, ox);
        float *to = image + p.image;
        for (ptrdiff_t i = 0; i < p.count; i++) to[i] += from[p.column + i];
      }
    }
  }
}
