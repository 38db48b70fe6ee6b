#include "simd.h"

// Sixteen lanes: one register with AVX-512, two with AVX2, where six rows of them fill the register file.
typedef float lanes __attribute__((vector_size(64), aligned(4)));
#define WIDTH 16
#define ROWS 6

// rows x WIDTH of the product in registers. `rows` is a constant wherever this is called.
INLINE void tile(const int rows, const float *a, ptrdiff_t row, ptrdiff_t step, const float *panel, ptrdiff_t k, float *out) {
  lanes sums[ROWS];
  for (int r = 0; r < rows; r++) sums[r] = (lanes){0};
  for (ptrdiff_t i = 0; i < k; i++) {
    lanes b = *(const lanes *)(panel + i * WIDTH);
    for (int r = 0; r < rows; r++) sums[r] += a[r * row + i * step] * b;
  }
  for (int r = 0; r < rows; r++) *(lanes *)(out + r * WIDTH) = sums[r];
}

WIDE void pl_small_multiply(const float *a, int transpose_a, ptrdiff_t lda, const float *b, int transpose_b, ptrdiff_t ldb, float *c,
                            ptrdiff_t ldc, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float alpha, float beta) {
  // Columns of b, WIDTH at a time and filled up with zeros, one after the other.
  float panel[PL_SMALL_MATRIX * WIDTH], out[ROWS * WIDTH];
  ptrdiff_t row = transpose_a ? 1 : lda, step = transpose_a ? lda : 1;
  for (ptrdiff_t j = 0; j < n; j += WIDTH) {
    ptrdiff_t columns = n - j < WIDTH ? n - j : WIDTH;
    if (columns < WIDTH) memset(panel, 0, sizeof(float) * k * WIDTH);
    if (transpose_b) {
      for (ptrdiff_t l = 0; l < columns; l++)
        for (ptrdiff_t i = 0; i < k; i++) panel[i * WIDTH + l] = b[(j + l) * ldb + i];
    } else {
      for (ptrdiff_t i = 0; i < k; i++) memcpy(panel + i * WIDTH, b + i * ldb + j, sizeof(float) * columns);
    }
    for (ptrdiff_t i = 0; i < m; i += ROWS) {
      const float *from = a + i * row;
      ptrdiff_t rows = m - i < ROWS ? m - i : ROWS;
      switch (rows) {
        case 6: tile(6, from, row, step, panel, k, out); break;
        case 5: tile(5, from, row, step, panel, k, out); break;
        case 4: tile(4, from, row, step, panel, k, out); break;
        case 3: tile(3, from, row, step, panel, k, out); break;
        case 2: tile(2, from, row, step, panel, k, out); break;
        default: tile(1, from, row, step, panel, k, out);
      }
      for (ptrdiff_t r = 0; r < rows; r++) {
        float *to = c + (i + r) * ldc + j, *sums = out + r * WIDTH;
        if (beta == 0)
          for (ptrdiff_t l = 0; l < columns; l++) to[l] = alpha * sums[l];
        else
          for (ptrdiff_t l = 0; l < columns; l++) to[l] = alpha * sums[l] + beta * to[l];
      }
    }
  }
}
