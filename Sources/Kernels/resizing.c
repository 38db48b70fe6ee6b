// Resizing of images whose pixels are whole numbers.
#include "simd.h"

WIDE void pl_scaled_bytes(const uint8_t *restrict x, float *restrict y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = (float)x[i] / 255.0f;
}

WIDE void pl_scaled_words(const uint16_t *restrict x, float *restrict y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = (float)x[i] / 65535.0f;
}

WIDE void pl_accumulate_bytes(float factor, const uint8_t *restrict x, float *restrict y,
                              ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] += factor * ((float)x[i] / 255.0f);
}

WIDE void pl_accumulate_words(float factor, const uint16_t *restrict x, float *restrict y,
                              ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] += factor * ((float)x[i] / 65535.0f);
}

// Pillow's fixed point: 22 bits after the point, half added first, limited to a byte.
#define PILLOW_BITS 22
INLINE uint8_t pl_pillow_byte(int32_t sum) {
  int32_t value = sum >> PILLOW_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

typedef uint8_t pl_bytes4 __attribute__((vector_size(4)));
typedef int32_t pl_ints4 __attribute__((vector_size(16)));

// A colour pixel and one byte more as whole numbers.
INLINE pl_ints4 pl_pixel(const uint8_t *pixel) {
  pl_bytes4 bytes;
  memcpy(&bytes, pixel, sizeof bytes);
  return __builtin_convertvector(bytes, pl_ints4);
}

WIDE void pl_pillow_row(const uint8_t *restrict x, uint8_t *restrict out, ptrdiff_t channels,
                        const int32_t *restrict firsts, const int32_t *restrict starts,
                        const int32_t *restrict weights, ptrdiff_t count) {
  // No pixel from here on is read, and so no byte after it.
  ptrdiff_t end = count > 0 ? firsts[count - 1] + starts[count] - starts[count - 1] : 0;
  for (ptrdiff_t column = 0; column < count; column++) {
    const int32_t *w = weights + starts[column];
    ptrdiff_t taps = starts[column + 1] - starts[column];
    const uint8_t *source = x + firsts[column] * channels;
    if (channels == 3 && firsts[column] + taps < end && column + 1 < count) {
      const int32_t half = 1 << (PILLOW_BITS - 1);
      pl_ints4 sum = {half, half, half, half};
      for (ptrdiff_t t = 0; t < taps; t++) sum += pl_pixel(source + 3 * t) * w[t];
      sum >>= PILLOW_BITS;
      // A comparison gives -1 or 0 per lane: limits to 0 ... 255.
      sum &= ~(sum < 0);
      sum |= sum > 255;
      // The next pixel replaces the fourth byte.
      pl_bytes4 bytes = __builtin_convertvector(sum, pl_bytes4);
      memcpy(out + 3 * column, &bytes, sizeof bytes);
      continue;
    }
    for (ptrdiff_t c = 0; c < channels; c++) {
      int32_t sum = 1 << (PILLOW_BITS - 1);
      for (ptrdiff_t t = 0; t < taps; t++) sum += source[channels * t + c] * w[t];
      out[channels * column + c] = pl_pillow_byte(sum);
    }
  }
}

// How many values of a row are summed at a time: their sums stay in registers.
#define COLUMNS 64

WIDE void pl_pillow_column(const uint8_t *restrict x, ptrdiff_t stride,
                           const int32_t *restrict weights, ptrdiff_t taps,
                           uint8_t *restrict out, ptrdiff_t n) {
  ptrdiff_t start = 0;
  for (; start + COLUMNS <= n; start += COLUMNS) {
    int32_t sums[COLUMNS];
    for (ptrdiff_t i = 0; i < COLUMNS; i++) sums[i] = 1 << (PILLOW_BITS - 1);
    for (ptrdiff_t t = 0; t < taps; t++) {
      const uint8_t *row = x + t * stride + start;
      for (ptrdiff_t i = 0; i < COLUMNS; i++) sums[i] += row[i] * weights[t];
    }
    for (ptrdiff_t i = 0; i < COLUMNS; i++) out[start + i] = pl_pillow_byte(sums[i]);
  }
  for (; start < n; start++) {
    int32_t sum = 1 << (PILLOW_BITS - 1);
    for (ptrdiff_t t = 0; t < taps; t++) sum += x[t * stride + start] * weights[t];
    out[start] = pl_pillow_byte(sum);
  }
}
