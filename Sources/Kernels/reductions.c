#include "simd.h"

// Short blocks are summed in float, and the blocks' sums in double. This is nearly as accurate as a
// sum in double, at the speed of a sum in float.
enum { BLOCK = 1024, ROW_BLOCK = 64 };

WIDE static float block_sum(const float *x, ptrdiff_t n) {
  REASSOCIATE
  float total = 0;
  for (ptrdiff_t i = 0; i < n; i++) total += x[i];
  return total;
}

WIDE static float block_dot(const float *x, const float *y, ptrdiff_t n) {
  REASSOCIATE
  float total = 0;
  for (ptrdiff_t i = 0; i < n; i++) total += x[i] * y[i];
  return total;
}

double pl_sum(const float *x, ptrdiff_t n) {
  double total = 0;
  for (ptrdiff_t i = 0; i < n; i += BLOCK) total += block_sum(x + i, n - i < BLOCK ? n - i : BLOCK);
  return total;
}

double pl_dot(const float *x, const float *y, ptrdiff_t n) {
  double total = 0;
  for (ptrdiff_t i = 0; i < n; i += BLOCK)
    total += block_dot(x + i, y + i, n - i < BLOCK ? n - i : BLOCK);
  return total;
}

WIDE void pl_column_sums(const float *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                         double *restrict out, float *restrict scratch) {
  for (ptrdiff_t start = 0; start < rows; start += ROW_BLOCK) {
    ptrdiff_t end = start + ROW_BLOCK < rows ? start + ROW_BLOCK : rows;
    for (ptrdiff_t c = 0; c < columns; c++) scratch[c] = 0;
    for (ptrdiff_t r = start; r < end; r++)
      for (ptrdiff_t c = 0; c < columns; c++) scratch[c] += x[r * columns + c];
    for (ptrdiff_t c = 0; c < columns; c++) out[c] += scratch[c];
  }
}

WIDE void pl_column_extremum(int maximum, const float *restrict x, ptrdiff_t rows,
                             ptrdiff_t columns, float *restrict out) {
  for (ptrdiff_t c = 0; c < columns; c++) out[c] = x[c];
  for (ptrdiff_t r = 1; r < rows; r++)
    for (ptrdiff_t c = 0; c < columns; c++) {
      float a = out[c], b = x[r * columns + c];
      out[c] = maximum ? (b > a || b != b ? b : a) : (b < a || b != b ? b : a);
    }
}

float pl_extremum(int maximum, const float *x, ptrdiff_t n) {
  float best = x[0];
  for (ptrdiff_t i = 1; i < n; i++) {
    float b = x[i];
    if (best != best) return best;
    best = maximum ? (b > best || b != b ? b : best) : (b < best || b != b ? b : best);
  }
  return best;
}
