#include "simd.h"

// AdamW with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2), in the
// order PyTorch applies it.
WIDE void pl_adamw_step(struct pl_adamw s, const float *restrict g, float *restrict w,
                        float *restrict m, float *restrict v, ptrdiff_t n) {
  float step = s.rate / s.correction1, shrink = 1 - s.rate * s.decay,
        spread = 1.0f / __builtin_sqrtf(s.correction2);
  for (ptrdiff_t i = 0; i < n; i++) {
    float gradient = s.gradient_scale * g[i];
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * gradient;
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * gradient * gradient;
    w[i] = w[i] * shrink - step * m[i] / (__builtin_sqrtf(v[i]) * spread + s.epsilon);
  }
}
