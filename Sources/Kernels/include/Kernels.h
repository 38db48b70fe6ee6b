// SIMD loops over contiguous float buffers. No policy: every function runs on the calling thread
// over exactly the range it is given, allocates nothing and checks nothing; callers (the Tensors
// target) split work and validate shapes.
#ifndef PLUMBLINE_KERNELS_H
#define PLUMBLINE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// ---- parallel.c: the libgomp team, which oneDNN uses too (a second pool beside it would
// oversubscribe) ----
void pl_parallel(void (*body)(void *context, int thread, int threads), void *context, int threads);
int pl_in_parallel(void);
int pl_max_threads(void);
void pl_set_threads(int threads);

// ---- elementwise.c ----
enum pl_unary_kind {
  PL_NEGATE, PL_ABSOLUTE, PL_SIGN, PL_EXP, PL_LOG, PL_SQRT, PL_RECIPROCAL, PL_TANH, PL_ERF, PL_SIGMOID, PL_SOFTPLUS,
  PL_RELU, PL_STEP, PL_GELU, PL_GELU_TANH
};
void pl_unary(int kind, const float *x, float *y, ptrdiff_t n);

enum pl_binary_kind {
  PL_ADD, PL_SUBTRACT, PL_MULTIPLY, PL_DIVIDE, PL_MAXIMUM, PL_MINIMUM, PL_POWER, PL_GREATER, PL_GREATER_EQUAL, PL_EQUAL
};
// out[i] = kind(a[i * stride_a], b[i * stride_b]); strides are 0 or 1.
void pl_binary(int kind, const float *a, int stride_a, const float *b, int stride_b, float *out, ptrdiff_t n);
void pl_select(const float *condition, const float *a, const float *b, float *out, ptrdiff_t n);
void pl_fill(float value, float *y, ptrdiff_t n);
void pl_scale(float factor, const float *x, float *y, ptrdiff_t n);
// y += factor * x
void pl_accumulate(float factor, const float *x, float *y, ptrdiff_t n);
// out = upstream where reference > 0, else 0 (the derivative of ReLU, and its derivative's)
void pl_relu_mask(const float *reference, const float *upstream, float *out, ptrdiff_t n);
// out = g * gelu'(x) and out = u * g * gelu''(x); exact (erf) form
void pl_gelu_first(const float *x, const float *g, float *out, ptrdiff_t n);
// from = u * gelu'(x) (towards g), towards_x = u * g * gelu''(x); either may be NULL
void pl_gelu_second(const float *x, const float *g, const float *u, float *towards_g, float *towards_x, ptrdiff_t n);

// ---- reductions.c ----
double pl_sum(const float *x, ptrdiff_t n);
double pl_dot(const float *x, const float *y, ptrdiff_t n);
// out[c] += sum over rows of x[row][c]; out is double so that splitting rows over threads costs no
// accuracy
void pl_column_sums(const float *x, ptrdiff_t rows, ptrdiff_t columns, double *out, float *scratch);
void pl_column_extremum(int maximum, const float *x, ptrdiff_t rows, ptrdiff_t columns, float *out);
float pl_extremum(int maximum, const float *x, ptrdiff_t n);

// ---- matmul.c: c = alpha op(a) op(b) + beta c for matrices of at most PL_SMALL_MATRIX a side, on
// the calling thread ----
#define PL_SMALL_MATRIX 128
void pl_small_multiply(const float *a, int transpose_a, ptrdiff_t lda, const float *b, int transpose_b, ptrdiff_t ldb, float *c,
                       ptrdiff_t ldc, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float alpha, float beta);

// A window that moves over one NHWC image, for convolutions and pooling.
struct pl_window { ptrdiff_t height, width, channels, out_height, out_width, kernel_height, kernel_width, stride, padding; };

// ---- columns.c: the image as the matrix [out_height * out_width][kernel_height * kernel_width *
// channels] of its windows ---- The rows of output lines first ..< last.
void pl_image_to_columns(const struct pl_window *w, const float *image, ptrdiff_t first, ptrdiff_t last, float *columns);
// Its adjoint: lines first ..< last of the image, each pixel the sum of its places in the matrix.
void pl_columns_to_image(const struct pl_window *w, const float *columns, ptrdiff_t first, ptrdiff_t last, float *image);

// ---- winograd.c: 3 x 3 convolutions of stride 1, NHWC, channels a multiple of 8, by Winograd's
// F(2 x 2, 3 x 3) ---- Of one image: its sizes and channels, those of the output, and the zeros
// around the image.
struct pl_winograd { ptrdiff_t height, width, in, out_height, out_width, out, padding; };
// Two by two tiles of the outputs of `batch` images.
ptrdiff_t pl_winograd_tiles(const struct pl_winograd *g, ptrdiff_t batch);
// Panels of 16 that hold `out` output channels.
ptrdiff_t pl_winograd_panels(ptrdiff_t out);
// Floats of the transformed weights.
ptrdiff_t pl_winograd_transformed(const struct pl_winograd *g);
// G w G' to [16][panels][in][16], for panels first ..< last. The weight of an output channel,
// position (0 to 8, row by row) and input channel stands at the sum of their multiples of the
// strides; `flipped` reads the positions backwards.
void pl_winograd_weights(const float *weight, ptrdiff_t out_stride, ptrdiff_t in_stride, ptrdiff_t position_stride, int flipped,
                         ptrdiff_t out, ptrdiff_t in, ptrdiff_t first, ptrdiff_t last, float *to);
// Floats that a call of the next two needs for itself.
ptrdiff_t pl_winograd_scratch(const struct pl_winograd *g);
// The convolution of tiles first ..< last with transformed weights.
void pl_winograd_convolve(const struct pl_winograd *g, const float *image, const float *weights, ptrdiff_t first, ptrdiff_t last,
                          float *scratch, float *out);
// Adds the tiles' share of the transformed weight gradient, in the layout of pl_winograd_weights.
void pl_winograd_correlate(const struct pl_winograd *g, const float *image, const float *gradient, ptrdiff_t first, ptrdiff_t last,
                           float *scratch, float *sums);
// G' sums G of panels first ..< last, to OHWI weights.
void pl_winograd_weight_gradient(const float *sums, ptrdiff_t out, ptrdiff_t in, ptrdiff_t first, ptrdiff_t last, float *weight);

// ---- softmax.c: rows of `columns` values; NaN in a row makes the row NaN, -inf entries get weight
// 0 ----
void pl_softmax(const float *x, float scale, float *y, ptrdiff_t rows, ptrdiff_t columns);
void pl_log_softmax(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns);
// dx = scale * y * (dy - rowsum(y * dy))
void pl_softmax_gradient(const float *y, const float *dy, float scale, float *dx, ptrdiff_t rows, ptrdiff_t columns);
// Attention's second derivative on one head's rows (design: A, P, dP given; E, Pc and Sc out). See
// Attention.swift. In place: a becomes E = P (A - rowsum(P A)), pc (holding G v') becomes Sc, dp
// becomes dS.
void pl_attention_second(const float *p, float *dp, float *a, float *pc, ptrdiff_t rows, ptrdiff_t columns);

// ---- normalisation.c ----
// Per-channel sums of (x - shift) and its square over rows, added to double accumulators of
// `channels` values.
void pl_channel_moments(const float *x, const float *shift, ptrdiff_t rows, ptrdiff_t channels, double *sums, double *squares,
                        float *scratch);
// y = x * scale + offset per channel, then max(y, 0) if relu
void pl_channel_affine(const float *x, const float *scale, const float *offset, int relu, float *y, ptrdiff_t rows,
                       ptrdiff_t channels);
// sums of g and of g * xhat per channel, where xhat = (x - mean) * inverse and g is masked by the
// ReLU after the normalisation
void pl_norm_gradient_sums(const float *x, const float *g, const float *scale, const float *offset, int relu, const float *mean,
                           const float *inverse, ptrdiff_t rows, ptrdiff_t channels, double *sum_g, double *sum_gx, float *scratch);
// out = cg * mask(g) + cx * x + c0 per channel
void pl_norm_gradient_apply(const float *x, const float *g, const float *scale, const float *offset, int relu, const float *cg,
                            const float *cx, const float *c0, float *out, ptrdiff_t rows, ptrdiff_t channels);
// the five sums of the second derivative: g, g xhat, u, u xhat, u g  (g masked; sums laid out
// [5][channels])
void pl_norm_second_sums(const float *x, const float *g, const float *u, const float *scale, const float *offset, int relu,
                         const float *mean, const float *inverse, ptrdiff_t rows, ptrdiff_t channels, double *sums, float *scratch);
// towards_g = mask(k[0] u + k[1] x + k[2]); towards_x = k[3] mask(g) + k[4] u + k[5] x + k[6]; k
// laid out [7][channels]
void pl_norm_second_apply(const float *x, const float *g, const float *u, const float *scale, const float *offset, int relu,
                          const float *k, float *towards_g, float *towards_x, ptrdiff_t rows, ptrdiff_t channels);

// Layer normalisation: statistics per row of `features` values.
void pl_layer_norm(const float *x, const float *gamma, const float *beta, float epsilon, float *y, ptrdiff_t rows, ptrdiff_t features);
// dx, and dgamma / dbeta added to double accumulators (NULL: not wanted); scratch holds 2 *
// features floats
void pl_layer_norm_gradient(const float *x, const float *gamma, const float *g, float epsilon, float *dx, double *dgamma,
                            double *dbeta, ptrdiff_t rows, ptrdiff_t features, float *scratch);
// Given the cotangent u of dx: towards g, x, and gamma (double accumulator); any may be NULL;
// scratch holds 2 * features floats
void pl_layer_norm_second(const float *x, const float *gamma, const float *g, const float *u, float epsilon, float *towards_g,
                          float *towards_x, double *towards_gamma, ptrdiff_t rows, ptrdiff_t features, float *scratch);

// ---- pooling.c: one image [height, width, channels] to [out_height, out_width, channels] ----
// index is the position in the image's pixels (first maximum wins; NaN wins over numbers)
void pl_max_pool(const float *x, struct pl_window w, float *y, int32_t *index);
void pl_max_pool_scatter(const float *g, const int32_t *index, struct pl_window w, float *dx);
void pl_max_pool_gather(const float *x, const int32_t *index, struct pl_window w, float *y);
void pl_average_pool(const float *x, struct pl_window w, int count_padding, float *y);
void pl_average_pool_spread(const float *g, struct pl_window w, int count_padding, float *dx);

// ---- optimiser.c ----
struct pl_adamw { float rate, beta1, beta2, epsilon, decay, correction1, correction2, gradient_scale; };
void pl_adamw_step(struct pl_adamw s, const float *g, float *w, float *m, float *v, ptrdiff_t n);

#endif
