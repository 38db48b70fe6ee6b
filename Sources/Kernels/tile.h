// A block of a matrix product that is held in registers.
#ifndef PLUMBLINE_TILE_H
#define PLUMBLINE_TILE_H

#include "simd.h"

// Sixteen lanes are one register with AVX-512 and two with AVX2. With AVX2, six rows of them fill
// the register file.
typedef float lanes __attribute__((vector_size(64), aligned(4)));
#define WIDTH 16
#define ROWS 6

// out[r][0 ..< WIDTH] = sum over i of a[r * row + i * step] * panel[i][0 ..< WIDTH], for the first
// `rows` rows, at most ROWS; with `add` the sum is added to what `out` holds. `rows` and `add` are
// constants at every call. The sum starts from zero and is added as a whole: several short sums
// have a smaller rounding error than one long sum.
INLINE void pl_tile_of(const int rows, const int add, const float *a, ptrdiff_t row, ptrdiff_t step,
                       const float *panel, ptrdiff_t k, float *out, ptrdiff_t ldo) {
  lanes sums[ROWS];
  for (int r = 0; r < rows; r++) sums[r] = (lanes){0};
  for (ptrdiff_t i = 0; i < k; i++) {
    lanes b = *(const lanes *)(panel + i * WIDTH);
    for (int r = 0; r < rows; r++) sums[r] += a[r * row + i * step] * b;
  }
  for (int r = 0; r < rows; r++)
    *(lanes *)(out + r * ldo) = add ? *(lanes *)(out + r * ldo) + sums[r] : sums[r];
}

INLINE void pl_tile(ptrdiff_t rows, const int add, const float *a, ptrdiff_t row, ptrdiff_t step,
                    const float *panel, ptrdiff_t k, float *out, ptrdiff_t ldo) {
  switch (rows) {
    case 6: return pl_tile_of(6, add, a, row, step, panel, k, out, ldo);
    case 5: return pl_tile_of(5, add, a, row, step, panel, k, out, ldo);
    case 4: return pl_tile_of(4, add, a, row, step, panel, k, out, ldo);
    case 3: return pl_tile_of(3, add, a, row, step, panel, k, out, ldo);
    case 2: return pl_tile_of(2, add, a, row, step, panel, k, out, ldo);
    default: return pl_tile_of(1, add, a, row, step, panel, k, out, ldo);
  }
}

#endif
