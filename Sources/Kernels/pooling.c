#include "simd.h"

#define BOUNDS(o, size, kernel, low, high)                           \
  ptrdiff_t low = (o) * w.stride - w.padding, high = low + (kernel); \
  low = low < 0 ? 0 : low;                                           \
  high = high > (size) ? (size) : high;

WIDE void pl_max_pool(const float *restrict x, struct pl_window w, float *restrict y,
                      float *restrict index) {
  for (ptrdiff_t oy = 0; oy < w.out_height; oy++)
    for (ptrdiff_t ox = 0; ox < w.out_width; ox++, y += w.channels, index += w.channels) {
      BOUNDS(oy, w.height, w.kernel_height, y0, y1)
      BOUNDS(ox, w.width, w.kernel_width, x0, x1)
      for (ptrdiff_t c = 0; c < w.channels; c++) {
        y[c] = x[(y0 * w.width + x0) * w.channels + c];
        index[c] = (float)(y0 * w.width + x0);
      }
      for (ptrdiff_t iy = y0; iy < y1; iy++)
        for (ptrdiff_t ix = x0; ix < x1; ix++) {
          const float *pixel = x + (iy * w.width + ix) * w.channels;
          float position = (float)(iy * w.width + ix);
          for (ptrdiff_t c = 0; c < w.channels; c++) {
            int better = pixel[c] > y[c] || (pixel[c] != pixel[c] && y[c] == y[c]);
            y[c] = better ? pixel[c] : y[c];
            index[c] = better ? position : index[c];
          }
        }
    }
}

void pl_max_pool_scatter(const float *restrict g, const float *restrict index, struct pl_window w,
                         float *restrict dx) {
  memset(dx, 0, sizeof(float) * w.height * w.width * w.channels);
  for (ptrdiff_t o = 0; o < w.out_height * w.out_width; o++, g += w.channels, index += w.channels)
    for (ptrdiff_t c = 0; c < w.channels; c++) dx[(ptrdiff_t)index[c] * w.channels + c] += g[c];
}

void pl_max_pool_gather(const float *restrict x, const float *restrict index, struct pl_window w,
                        float *restrict y) {
  for (ptrdiff_t o = 0; o < w.out_height * w.out_width; o++, y += w.channels, index += w.channels)
    for (ptrdiff_t c = 0; c < w.channels; c++) y[c] = x[(ptrdiff_t)index[c] * w.channels + c];
}

WIDE void pl_average_pool(const float *restrict x, struct pl_window w, int count_padding,
                          float *restrict y) {
  for (ptrdiff_t oy = 0; oy < w.out_height; oy++)
    for (ptrdiff_t ox = 0; ox < w.out_width; ox++, y += w.channels) {
      BOUNDS(oy, w.height, w.kernel_height, y0, y1)
      BOUNDS(ox, w.width, w.kernel_width, x0, x1)
      float weight =
          1.0f / (count_padding ? w.kernel_height * w.kernel_width : (y1 - y0) * (x1 - x0));
      for (ptrdiff_t c = 0; c < w.channels; c++) y[c] = 0;
      for (ptrdiff_t iy = y0; iy < y1; iy++)
        for (ptrdiff_t ix = x0; ix < x1; ix++)
          for (ptrdiff_t c = 0; c < w.channels; c++)
            y[c] += x[(iy * w.width + ix) * w.channels + c];
      for (ptrdiff_t c = 0; c < w.channels; c++) y[c] *= weight;
    }
}

WIDE void pl_average_pool_spread(const float *restrict g, struct pl_window w, int count_padding,
                                 float *restrict dx) {
  memset(dx, 0, sizeof(float) * w.height * w.width * w.channels);
  for (ptrdiff_t oy = 0; oy < w.out_height; oy++)
    for (ptrdiff_t ox = 0; ox < w.out_width; ox++, g += w.channels) {
      BOUNDS(oy, w.height, w.kernel_height, y0, y1)
      BOUNDS(ox, w.width, w.kernel_width, x0, x1)
      float weight =
          1.0f / (count_padding ? w.kernel_height * w.kernel_width : (y1 - y0) * (x1 - x0));
      for (ptrdiff_t iy = y0; iy < y1; iy++)
        for (ptrdiff_t ix = x0; ix < x1; ix++)
          for (ptrdiff_t c = 0; c < w.channels; c++)
            dx[(iy * w.width + ix) * w.channels + c] += weight * g[c];
    }
}
