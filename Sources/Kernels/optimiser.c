#include "simd.h"

// AdamW with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2), in the order PyTorch applies it.
WIDE void pl_adamw_step(struct pl_adamw s, const float *restrict g, float *restrict w, float *restrict m, float *restrict v,
                        ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float gradient = s.gradient_scale * g[i];
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * gradient;
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * gradient * gradient;
    float denominator = __builtin_sqrtf(v[i] / s.correction2) + s.epsilon;
    w[i] = w[i] * (1 - s.rate * s.decay) - s.rate * (m[i] / s.correction1) / denominator;
  }
}
