#include "tile.h"

WIDE void pl_small_multiply(const float *a, int transpose_a, ptrdiff_t lda, const float *b,
                            int transpose_b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, ptrdiff_t m,
                            ptrdiff_t n, ptrdiff_t k, float alpha, float beta) {
  // WIDTH columns of b at a time, filled up with zeros.
  float panel[PL_SMALL_MATRIX * WIDTH], out[ROWS * WIDTH];
  ptrdiff_t row = transpose_a ? 1 : lda, step = transpose_a ? lda : 1;
  for (ptrdiff_t j = 0; j < n; j += WIDTH) {
    ptrdiff_t columns = n - j < WIDTH ? n - j : WIDTH;
    if (columns < WIDTH) memset(panel, 0, sizeof(float) * k * WIDTH);
    if (transpose_b) {
      for (ptrdiff_t l = 0; l < columns; l++)
        for (ptrdiff_t i = 0; i < k; i++) panel[i * WIDTH + l] = b[(j + l) * ldb + i];
    } else {
      for (ptrdiff_t i = 0; i < k; i++)
        memcpy(panel + i * WIDTH, b + i * ldb + j, sizeof(float) * columns);
    }
    for (ptrdiff_t i = 0; i < m; i += ROWS) {
      ptrdiff_t rows = m - i < ROWS ? m - i : ROWS;
      pl_tile(rows, 0, a + i * row, row, step, panel, k, out, WIDTH);
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
