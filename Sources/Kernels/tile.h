// A block of a matrix product held in registers.
#ifndef PLUMBLINE_TILE_H
#define PLUMBLINE_TILE_H

#include "simd.h"

// Sixteen lanes: one register with AVX-512, two with AVX2, where six rows of them fill the register
// file.
typedef float lanes __attribute__((vector_size(64), aligned(4)));
#define WIDTH 16
#define ROWS 6

// out[r][0 ..< WIDTH] (+)= sum over i of a[r * row + i * step] * panel[i][0 ..< WIDTH], for the
// first `rows` rows, at most ROWS. `rows` and `add` are constants wherever this is called. The sum
// starts from zero and is added whole: of many short sums the rounding error is smaller than of a
// long one.
INLINE void pl_tile_of(const int rows, const int add, const float *a, ptrdiff_t row, ptrdiff_t step, const float *panel, ptrdiff_t k,
                       float *out, ptrdiff_t ldo) {
  lanes sums[ROWS];
  for (int r = 0; r < rows; r++) sums[r] = (lanes){0};
  for (ptrdiff_t i = 0; i < k; i++) {
    lanes b = *(const lanes *)(panel + i * WIDTH);
    for (int r = 0; r < rows; r++) sums[r] += a[r * row + i * step] * b;
  }
  for (int r = 0; r < rows; r++) *(lanes *)(out + r * ldo) = add ? *(lanes *)(out + r * ldo) + sums[r] : sums[r];
}

INLINE void pl_tile(ptrdiff_t rows, const int add, const float *a, ptrdiff_t row, ptrdiff_t step, const float *panel, ptrdiff_t k,
                    float *out, ptrdiff_t ldo) {
  switch (rows) {
    case 6: pl_tile_of(6, add, a, row, step, panel, k, out, ldo); break;
    case 5: pl_tile_of(5, add, a, row, step, panel, k, out, ldo); break;
    case 4: pl_tile_of(4, add, a, row, step, panel, k, out, ldo); break;
    case 3: pl_tile_of(3, add, a, row, step, panel, k, out, ldo); break;
    case 2: pl_tile_of(2, add, a, row, step, panel, k, out, ldo); break;
    default: pl_tile_of(1, add, a, row, step, panel, k, out, ldo);
  }
}

#endif
