#include "simd.h"

#define UNARY(name, expression)                                                       \
  WIDE static void name(const float *restrict in, float *restrict out, ptrdiff_t n) { \
    for (ptrdiff_t i = 0; i < n; i++) {                                               \
      float x = in[i];                                                                \
      out[i] = (expression);                                                          \
    }                                                                                 \
  }

UNARY(absolute, __builtin_fabsf(x))
UNARY(sign, x > 0 ? 1.0f : (x < 0 ? -1.0f : (x == x ? 0.0f : x)))
UNARY(exponential, pl_expf(x))
UNARY(logarithm, logf(x))
UNARY(square_root, __builtin_sqrtf(x))
UNARY(reciprocal, 1.0f / x)
UNARY(hyperbolic_tangent, pl_tanhf(x))
UNARY(error_function, pl_erff(x))
UNARY(sigmoid, pl_sigmoidf(x))
UNARY(softplus, (x > 0 ? x : (x == x ? 0.0f : x)) + log1pf(pl_expf(-__builtin_fabsf(x))))
UNARY(relu, x > 0 ? x : (x == x ? 0.0f : x))
UNARY(gelu, pl_normal_distribution(x) * x)

void pl_unary(int kind, const float *x, float *y, ptrdiff_t n) {
  switch (kind) {
    case PL_ABSOLUTE: return absolute(x, y, n);
    case PL_SIGN: return sign(x, y, n);
    case PL_EXP: return exponential(x, y, n);
    case PL_LOG: return logarithm(x, y, n);
    case PL_SQRT: return square_root(x, y, n);
    case PL_RECIPROCAL: return reciprocal(x, y, n);
    case PL_TANH: return hyperbolic_tangent(x, y, n);
    case PL_ERF: return error_function(x, y, n);
    case PL_SIGMOID: return sigmoid(x, y, n);
    case PL_SOFTPLUS: return softplus(x, y, n);
    case PL_RELU: return relu(x, y, n);
    case PL_GELU: return gelu(x, y, n);
  }
}

#define BINARY(name, expression)                                                               \
  WIDE static void name(const float *restrict left, int stride_a, const float *restrict right, \
                        int stride_b, float *out, ptrdiff_t n) {                               \
    if (stride_a && stride_b) {                                                                \
      for (ptrdiff_t i = 0; i < n; i++) {                                                      \
        float a = left[i], b = right[i];                                                       \
        out[i] = (expression);                                                                 \
      }                                                                                        \
    } else if (stride_a) {                                                                     \
      float b = right[0];                                                                      \
      for (ptrdiff_t i = 0; i < n; i++) {                                                      \
        float a = left[i];                                                                     \
        out[i] = (expression);                                                                 \
      }                                                                                        \
    } else if (stride_b) {                                                                     \
      float a = left[0];                                                                       \
      for (ptrdiff_t i = 0; i < n; i++) {                                                      \
        float b = right[i];                                                                    \
        out[i] = (expression);                                                                 \
      }                                                                                        \
    } else {                                                                                   \
      float a = left[0], b = right[0], value = (expression);                                   \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = value;                                        \
    }                                                                                          \
  }

BINARY(add, a + b)
BINARY(subtract, a - b)
BINARY(multiply, (a) * (b))
BINARY(divide, a / b)
BINARY(power, powf(a, b))
BINARY(greater, a > b ? 1.0f : 0.0f)
BINARY(greater_equal, a >= b ? 1.0f : 0.0f)
BINARY(equal, a == b ? 1.0f : 0.0f)

void pl_binary(int kind, const float *a, int stride_a, const float *b, int stride_b, float *out,
               ptrdiff_t n) {
  switch (kind) {
    case PL_ADD: return add(a, stride_a, b, stride_b, out, n);
    case PL_SUBTRACT: return subtract(a, stride_a, b, stride_b, out, n);
    case PL_MULTIPLY: return multiply(a, stride_a, b, stride_b, out, n);
    case PL_DIVIDE: return divide(a, stride_a, b, stride_b, out, n);
    case PL_POWER: return power(a, stride_a, b, stride_b, out, n);
    case PL_GREATER: return greater(a, stride_a, b, stride_b, out, n);
    case PL_GREATER_EQUAL: return greater_equal(a, stride_a, b, stride_b, out, n);
    case PL_EQUAL: return equal(a, stride_a, b, stride_b, out, n);
  }
}

WIDE void pl_select(const float *condition, const float *a, const float *b, float *out,
                    ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) out[i] = condition[i] != 0 ? a[i] : b[i];
}

WIDE void pl_fill(float value, float *y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = value;
}

WIDE void pl_accumulate(float factor, const float *restrict x, float *restrict y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] += factor * x[i];
}

WIDE void pl_weighted_rows(const float *restrict x, float *restrict out, ptrdiff_t inner,
                           const ptrdiff_t *restrict starts, const ptrdiff_t *restrict sources,
                           const float *restrict weights, ptrdiff_t first, ptrdiff_t last) {
  for (ptrdiff_t row = first; row < last; row++) {
    if (inner == 3) {
      // The pixels of colour images: three sums at a time.
      float red = 0, green = 0, blue = 0;
      for (ptrdiff_t t = starts[row]; t < starts[row + 1]; t++) {
        const float *pixel = x + 3 * sources[t];
        red += weights[t] * pixel[0];
        green += weights[t] * pixel[1];
        blue += weights[t] * pixel[2];
      }
      out[3 * row] = red;
      out[3 * row + 1] = green;
      out[3 * row + 2] = blue;
      continue;
    }
    for (ptrdiff_t i = 0; i < inner; i++) {
      float total = 0;
      for (ptrdiff_t t = starts[row]; t < starts[row + 1]; t++)
        total += weights[t] * x[sources[t] * inner + i];
      out[row * inner + i] = total;
    }
  }
}

WIDE void pl_relu_mask(const float *reference, const float *upstream, float *out, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) out[i] = reference[i] > 0 ? upstream[i] : 0.0f;
}

WIDE void pl_gelu_first(const float *restrict x, const float *restrict g, float *restrict out,
                        ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++)
    out[i] = g[i] * (pl_normal_distribution(x[i]) + x[i] * pl_normal_density(x[i]));
}

WIDE void pl_gelu_second(const float *restrict x, const float *restrict g, const float *restrict u,
                         float *restrict towards_g, float *restrict towards_x, ptrdiff_t n) {
  if (towards_g && towards_x) {
    for (ptrdiff_t i = 0; i < n; i++) {
      float density = pl_normal_density(x[i]);
      towards_g[i] = u[i] * (pl_normal_distribution(x[i]) + x[i] * density);
      towards_x[i] = u[i] * g[i] * density * (2.0f - x[i] * x[i]);
    }
  } else if (towards_x) {
    for (ptrdiff_t i = 0; i < n; i++)
      towards_x[i] = u[i] * g[i] * pl_normal_density(x[i]) * (2.0f - x[i] * x[i]);
  } else if (towards_g) {
    pl_gelu_first(x, u, towards_g, n);
  }
}
