#include "simd.h"

enum { ROW_BLOCK = 64 };

// The ReLU after a normalisation passes a gradient where its input is positive. Every pass computes
// this input again, by the same expression, so that all passes agree on it to the last bit.
#define PASSES(c) (!relu || __builtin_fmaf(xr[c], scale[c], offset[c]) > 0)

WIDE void pl_channel_moments(const float *restrict x, const float *restrict shift, ptrdiff_t rows,
                             ptrdiff_t channels, double *restrict sums, double *restrict squares,
                             float *restrict scratch) {
  float *s = scratch, *q = scratch + channels;
  for (ptrdiff_t start = 0; start < rows; start += ROW_BLOCK) {
    ptrdiff_t end = start + ROW_BLOCK < rows ? start + ROW_BLOCK : rows;
    for (ptrdiff_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    for (ptrdiff_t r = start; r < end; r++) {
      const float *xr = x + r * channels;
      for (ptrdiff_t c = 0; c < channels; c++) {
        float d = xr[c] - shift[c];
        s[c] += d;
        q[c] += d * d;
      }
    }
    for (ptrdiff_t c = 0; c < channels; c++) {
      sums[c] += s[c];
      squares[c] += q[c];
    }
  }
}

WIDE void pl_channel_affine(const float *restrict x, const float *restrict scale,
                            const float *restrict offset, int relu, float *restrict y,
                            ptrdiff_t rows, ptrdiff_t channels) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *xr = x + r * channels;
    float *yr = y + r * channels;
    if (relu)
      for (ptrdiff_t c = 0; c < channels; c++) {
        float v = __builtin_fmaf(xr[c], scale[c], offset[c]);
        yr[c] = v > 0 ? v : (v == v ? 0.0f : v);
      }
    else
      for (ptrdiff_t c = 0; c < channels; c++) yr[c] = __builtin_fmaf(xr[c], scale[c], offset[c]);
  }
}

WIDE void pl_norm_gradient_sums(const float *restrict x, const float *restrict g,
                                const float *restrict scale, const float *restrict offset, int relu,
                                const float *restrict mean, const float *restrict inverse,
                                ptrdiff_t rows, ptrdiff_t channels, double *restrict sum_g,
                                double *restrict sum_gx, float *restrict scratch) {
  float *s = scratch, *q = scratch + channels;
  for (ptrdiff_t start = 0; start < rows; start += ROW_BLOCK) {
    ptrdiff_t end = start + ROW_BLOCK < rows ? start + ROW_BLOCK : rows;
    for (ptrdiff_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    for (ptrdiff_t r = start; r < end; r++) {
      const float *xr = x + r * channels, *gr = g + r * channels;
      for (ptrdiff_t c = 0; c < channels; c++) {
        float v = PASSES(c) ? gr[c] : 0.0f;
        s[c] += v;
        q[c] += v * (xr[c] - mean[c]);
      }
    }
    for (ptrdiff_t c = 0; c < channels; c++) {
      sum_g[c] += s[c];
      sum_gx[c] += q[c] * inverse[c];
    }
  }
}

WIDE void pl_norm_gradient_apply(const float *restrict x, const float *restrict g,
                                 const float *restrict scale, const float *restrict offset,
                                 int relu, const float *restrict cg, const float *restrict cx,
                                 const float *restrict c0, float *restrict out, ptrdiff_t rows,
                                 ptrdiff_t channels) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *xr = x + r * channels, *gr = g + r * channels;
    float *o = out + r * channels;
    for (ptrdiff_t c = 0; c < channels; c++)
      o[c] = cg[c] * (PASSES(c) ? gr[c] : 0.0f) + cx[c] * xr[c] + c0[c];
  }
}

WIDE void pl_norm_second_sums(const float *restrict x, const float *restrict g,
                              const float *restrict u, const float *restrict scale,
                              const float *restrict offset, int relu, const float *restrict mean,
                              const float *restrict inverse, ptrdiff_t rows, ptrdiff_t channels,
                              double *restrict sums, float *restrict scratch) {
  float *sg = scratch, *sgx = sg + channels, *su = sgx + channels, *sux = su + channels,
        *sug = sux + channels;
  for (ptrdiff_t start = 0; start < rows; start += ROW_BLOCK) {
    ptrdiff_t end = start + ROW_BLOCK < rows ? start + ROW_BLOCK : rows;
    for (ptrdiff_t c = 0; c < 5 * channels; c++) scratch[c] = 0;
    for (ptrdiff_t r = start; r < end; r++) {
      const float *xr = x + r * channels, *gr = g + r * channels, *ur = u + r * channels;
      for (ptrdiff_t c = 0; c < channels; c++) {
        float v = PASSES(c) ? gr[c] : 0.0f, w = ur[c], d = xr[c] - mean[c];
        sg[c] += v;
        sgx[c] += v * d;
        su[c] += w;
        sux[c] += w * d;
        sug[c] += v * w;
      }
    }
    for (ptrdiff_t c = 0; c < channels; c++) {
      sums[c] += sg[c];
      sums[channels + c] += sgx[c] * inverse[c];
      sums[2 * channels + c] += su[c];
      sums[3 * channels + c] += sux[c] * inverse[c];
      sums[4 * channels + c] += sug[c];
    }
  }
}

WIDE void pl_norm_second_apply(const float *restrict x, const float *restrict g,
                               const float *restrict u, const float *restrict scale,
                               const float *restrict offset, int relu, const float *restrict k,
                               float *restrict towards_g, float *restrict towards_x, ptrdiff_t rows,
                               ptrdiff_t channels) {
  const float *k0 = k, *k1 = k0 + channels, *k2 = k1 + channels, *k3 = k2 + channels,
              *k4 = k3 + channels, *k5 = k4 + channels, *k6 = k5 + channels;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *xr = x + r * channels, *gr = g + r * channels, *ur = u + r * channels;
    if (towards_g) {
      float *o = towards_g + r * channels;
      for (ptrdiff_t c = 0; c < channels; c++)
        o[c] = PASSES(c) ? k0[c] * ur[c] + k1[c] * xr[c] + k2[c] : 0.0f;
    }
    if (towards_x) {
      float *o = towards_x + r * channels;
      for (ptrdiff_t c = 0; c < channels; c++)
        o[c] = k3[c] * (PASSES(c) ? gr[c] : 0.0f) + k4[c] * ur[c] + k5[c] * xr[c] + k6[c];
    }
  }
}

INLINE void row_statistics(const float *x, ptrdiff_t n, float epsilon, float *mean,
                           float *inverse) {
  REASSOCIATE
  float s = 0, q = 0;
  for (ptrdiff_t i = 0; i < n; i++) s += x[i];
  float m = s / n;
  for (ptrdiff_t i = 0; i < n; i++) q += (x[i] - m) * (x[i] - m);
  *mean = m;
  *inverse = 1.0f / __builtin_sqrtf(q / n + epsilon);
}

WIDE void pl_layer_norm(const float *restrict x, const float *restrict gamma,
                        const float *restrict beta, float epsilon, float *restrict y,
                        ptrdiff_t rows, ptrdiff_t features) {
  for (ptrdiff_t r = 0; r < rows; r++, x += features, y += features) {
    float mean, inverse;
    row_statistics(x, features, epsilon, &mean, &inverse);
    for (ptrdiff_t i = 0; i < features; i++) y[i] = (x[i] - mean) * inverse * gamma[i] + beta[i];
  }
}

// With h = gamma g and P(v) = v - mean(v) - xhat mean(v xhat):  dx = P(h) / sigma.
WIDE void pl_layer_norm_gradient(const float *restrict x, const float *restrict gamma,
                                 const float *restrict g, float epsilon, float *restrict dx,
                                 double *restrict dgamma, double *restrict dbeta, ptrdiff_t rows,
                                 ptrdiff_t features, float *restrict scratch) {
  REASSOCIATE
  float *sg = scratch, *sb = scratch + features;
  for (ptrdiff_t start = 0; start < rows; start += ROW_BLOCK) {
    ptrdiff_t end = start + ROW_BLOCK < rows ? start + ROW_BLOCK : rows;
    for (ptrdiff_t i = 0; i < features; i++) sg[i] = sb[i] = 0;
    for (ptrdiff_t r = start; r < end; r++) {
      const float *xr = x + r * features, *gr = g + r * features;
      float mean, inverse, a = 0, b = 0;
      row_statistics(xr, features, epsilon, &mean, &inverse);
      if (dgamma || dbeta)
        for (ptrdiff_t i = 0; i < features; i++) {
          sg[i] += gr[i] * (xr[i] - mean) * inverse;
          sb[i] += gr[i];
        }
      if (!dx) continue;
      for (ptrdiff_t i = 0; i < features; i++) {
        float h = gamma[i] * gr[i];
        a += h;
        b += h * (xr[i] - mean);
      }
      a /= features;
      b *= inverse * inverse / features;
      float *o = dx + r * features;
      for (ptrdiff_t i = 0; i < features; i++)
        o[i] = inverse * (gamma[i] * gr[i] - a - (xr[i] - mean) * b);
    }
    if (dgamma)
      for (ptrdiff_t i = 0; i < features; i++) dgamma[i] += sg[i];
    if (dbeta)
      for (ptrdiff_t i = 0; i < features; i++) dbeta[i] += sb[i];
  }
}

// With b = mean(h xhat), d = mean(u xhat), e = mean(u P(h)):
//   towards h = P(u) / sigma,  towards x = -(d P(h) + b P(u) + e xhat) / sigma^2.
WIDE void pl_layer_norm_second(const float *restrict x, const float *restrict gamma,
                               const float *restrict g, const float *restrict u, float epsilon,
                               float *restrict towards_g, float *restrict towards_x,
                               double *restrict towards_gamma, ptrdiff_t rows, ptrdiff_t features,
                               float *restrict scratch) {
  REASSOCIATE
  for (ptrdiff_t start = 0; start < rows; start += ROW_BLOCK) {
    ptrdiff_t end = start + ROW_BLOCK < rows ? start + ROW_BLOCK : rows;
    for (ptrdiff_t i = 0; i < features; i++) scratch[i] = 0;
    for (ptrdiff_t r = start; r < end; r++) {
      const float *xr = x + r * features, *gr = g + r * features, *ur = u + r * features;
      float mean, inverse, a = 0, b = 0, c = 0, d = 0, uh = 0;
      row_statistics(xr, features, epsilon, &mean, &inverse);
      for (ptrdiff_t i = 0; i < features; i++) {
        float h = gamma[i] * gr[i], xhat = (xr[i] - mean) * inverse;
        a += h;
        b += h * xhat;
        c += ur[i];
        d += ur[i] * xhat;
        uh += ur[i] * h;
      }
      a /= features, b /= features, c /= features, d /= features, uh /= features;
      float e = uh - a * c - b * d, inverse2 = inverse * inverse;
      for (ptrdiff_t i = 0; i < features; i++) {
        float h = gamma[i] * gr[i], xhat = (xr[i] - mean) * inverse;
        float ph = h - a - xhat * b, pu = ur[i] - c - xhat * d, towards_h = inverse * pu;
        if (towards_g) towards_g[r * features + i] = gamma[i] * towards_h;
        if (towards_x) towards_x[r * features + i] = -inverse2 * (d * ph + b * pu + e * xhat);
        scratch[i] += gr[i] * towards_h;
      }
    }
    if (towards_gamma)
      for (ptrdiff_t i = 0; i < features; i++) towards_gamma[i] += scratch[i];
  }
}
