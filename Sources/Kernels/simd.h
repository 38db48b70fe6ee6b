// What the loops share: a choice of vector width when the program is loaded, and polynomial
// functions that the compiler can vectorise.
#ifndef PLUMBLINE_SIMD_H
#define PLUMBLINE_SIMD_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#include "Kernels.h"

#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif
#define INLINE static inline __attribute__((always_inline))
// Lets the compiler split a sum over vector lanes. The split is fixed at compile time, so results
// do not vary between runs.
#define REASSOCIATE _Pragma("clang fp reassociate(on)")

// exp by range reduction to [-ln2/2, ln2/2] and a polynomial of degree 6 (Cephes expf). The error
// is below 2 ulp. Results under 2^-126 become 0.
INLINE float pl_expf(float x) {
  float limited = x > 88.7228394f ? 88.7228394f : (x < -87.3365479f ? -87.3365479f : x);
  float n = __builtin_rintf(limited * 1.44269504088896341f);
  float r = __builtin_fmaf(n, -0.693359375f, limited);
  r = __builtin_fmaf(n, 2.12194440e-4f, r);
  float p = 1.9875691500e-4f;
  p = __builtin_fmaf(p, r, 1.3981999507e-3f);
  p = __builtin_fmaf(p, r, 8.3334519073e-3f);
  p = __builtin_fmaf(p, r, 4.1665795894e-2f);
  p = __builtin_fmaf(p, r, 1.6666665459e-1f);
  p = __builtin_fmaf(p, r, 5.0000001201e-1f);
  p = __builtin_fmaf(p, r * r, r + 1.0f);
  // 2^n is applied in two steps: 2^128 does not fit the exponent field, although p * 2^128 is
  // finite where p < 1.
  int32_t whole = (int32_t)n, half = whole >> 1;
  union {
    int32_t i;
    float f;
  } first = {(half + 127) << 23}, second = {(whole - half + 127) << 23};
  float y = p * first.f * second.f;
  y = x > 88.7228394f ? INFINITY : y;
  y = x < -87.3365479f ? 0.0f : y;
  return x != x ? x : y;
}

// erf as an odd rational function on [-4, 4], with the coefficients of Eigen and XLA. The error is
// below 4 ulp.
INLINE float pl_erff(float x) {
  float limited = x > 4.0f ? 4.0f : (x < -4.0f ? -4.0f : x);
  float z = limited * limited;
  float a = -2.72614225801306e-10f;
  a = __builtin_fmaf(a, z, 2.77068142495902e-08f);
  a = __builtin_fmaf(a, z, -2.10102402082508e-06f);
  a = __builtin_fmaf(a, z, -5.69250639462346e-05f);
  a = __builtin_fmaf(a, z, -7.34990630326855e-04f);
  a = __builtin_fmaf(a, z, -2.95459980854025e-03f);
  a = __builtin_fmaf(a, z, -1.60960333262415e-02f);
  float b = -1.45660718464996e-05f;
  b = __builtin_fmaf(b, z, -2.13374055278905e-04f);
  b = __builtin_fmaf(b, z, -1.68282697438203e-03f);
  b = __builtin_fmaf(b, z, -7.37332916720468e-03f);
  b = __builtin_fmaf(b, z, -1.42647390514189e-02f);
  float y = limited * a / b;
  y = y > 1.0f ? 1.0f : (y < -1.0f ? -1.0f : y);
  return x != x ? x : y;
}

INLINE float pl_tanhf(float x) {
  float size = __builtin_fabsf(x), z = x * x;
  float p = -5.70498872745e-3f;
  p = __builtin_fmaf(p, z, 2.06390887954e-2f);
  p = __builtin_fmaf(p, z, -5.37397155531e-2f);
  p = __builtin_fmaf(p, z, 1.33314422036e-1f);
  p = __builtin_fmaf(p, z, -3.33332819422e-1f);
  float small = __builtin_fmaf(p * z, x, x);
  float large = 1.0f - 2.0f / (pl_expf(2.0f * size) + 1.0f);
  large = x < 0 ? -large : large;
  return size < 0.625f ? small : large;
}

INLINE float pl_sigmoidf(float x) { return 1.0f / (1.0f + pl_expf(-x)); }

// The density and the distribution function of the standard normal distribution. GELU and its
// derivatives are made of them.
INLINE float pl_normal_density(float x) { return 0.398942280401432678f * pl_expf(-0.5f * x * x); }
INLINE float pl_normal_distribution(float x) {
  return 0.5f * (1.0f + pl_erff(x * 0.707106781186547524f));
}

#endif
