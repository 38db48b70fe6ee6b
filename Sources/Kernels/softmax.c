#include "simd.h"

// An output may be the same buffer as an input, but must not overlap it in part. Without this
// pragma clang checks for overlap when the program runs, and takes the scalar loop for calls in
// place.
#define IN_PLACE _Pragma("clang loop vectorize(assume_safety)")

// The maximum of 16 interleaved parts, which the compiler vectorises. It must not reorder a plain
// loop because of NaN. Both forms ignore NaN.
INLINE float row_maximum(const float *x, ptrdiff_t n) {
  float lanes[16], best = -INFINITY;
  for (int l = 0; l < 16; l++) lanes[l] = -INFINITY;
  ptrdiff_t whole = n / 16 * 16;
  for (ptrdiff_t i = 0; i < whole; i += 16)
    for (int l = 0; l < 16; l++) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
  for (ptrdiff_t i = whole; i < n; i++) best = x[i] > best ? x[i] : best;
  for (int l = 0; l < 16; l++) best = lanes[l] > best ? lanes[l] : best;
  return best;
}

WIDE void pl_softmax(const float *x, float scale, float *y, ptrdiff_t rows, ptrdiff_t columns) {
  REASSOCIATE
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
    // The scale is positive, so the maximum of the row gives the maximum of the scaled row.
    float best = scale * row_maximum(x, columns), total = 0;
    IN_PLACE
    for (ptrdiff_t i = 0; i < columns; i++) y[i] = pl_expf(scale * x[i] - best);
    for (ptrdiff_t i = 0; i < columns; i++) total += y[i];
    float inverse = 1.0f / total;
    for (ptrdiff_t i = 0; i < columns; i++) y[i] *= inverse;
  }
}

WIDE void pl_log_softmax(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns) {
  REASSOCIATE
  for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
    float best = row_maximum(x, columns), total = 0;
    for (ptrdiff_t i = 0; i < columns; i++) total += pl_expf(x[i] - best);
    float offset = best + logf(total);
    for (ptrdiff_t i = 0; i < columns; i++) y[i] = x[i] - offset;
  }
}

WIDE void pl_softmax_gradient(const float *y, const float *dy, float scale, float *dx,
                              ptrdiff_t rows, ptrdiff_t columns) {
  REASSOCIATE
  for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dx += columns) {
    float total = 0;
    for (ptrdiff_t i = 0; i < columns; i++) total += y[i] * dy[i];
    IN_PLACE
    for (ptrdiff_t i = 0; i < columns; i++) dx[i] = scale * y[i] * (dy[i] - total);
  }
}

WIDE void pl_attention_second(const float *p, float *dp, float *a, float *pc, ptrdiff_t rows,
                              ptrdiff_t columns) {
  REASSOCIATE
  for (ptrdiff_t r = 0; r < rows; r++, p += columns, dp += columns, a += columns, pc += columns) {
    float d = 0, mean = 0, total = 0;
    for (ptrdiff_t i = 0; i < columns; i++) d += p[i] * dp[i];
    for (ptrdiff_t i = 0; i < columns; i++) mean += p[i] * a[i];
    for (ptrdiff_t i = 0; i < columns; i++) {
      pc[i] += a[i] * (dp[i] - d) - dp[i] * mean;
      total += p[i] * pc[i];
    }
    for (ptrdiff_t i = 0; i < columns; i++) {
      a[i] = p[i] * (a[i] - mean);
      dp[i] = p[i] * (dp[i] - d);
      pc[i] = p[i] * (pc[i] - total);
    }
  }
}
