// Loops over contiguous float buffers, compiled for several vector widths.
//
// A kernel runs on the calling thread over exactly the range it is given. It allocates nothing and
// checks nothing. The callers, in Sources/PlumblineTensors/Backend/CPU, split the work between
// threads and check the shapes.
#ifndef PLUMBLINE_KERNELS_H
#define PLUMBLINE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// ---- parallel.c ----
// The thread team of libgomp. oneDNN uses the same team: a second pool beside it would put more
// threads than cores to work.

// Calls `body` on up to `threads` threads at once.
void pl_parallel(void (*body)(void *context, int thread, int threads), void *context, int threads);
// Whether the caller is inside such a call.
int pl_in_parallel(void);
int pl_max_threads(void);
void pl_set_threads(int threads);
// How many processors the calling thread may run on (its affinity); 0 where that is not known.
int pl_affinity_count(void);

// ---- memory.c ----
// From now on freed memory is kept for the next request: to give it back to the system and to take
// it anew costs more than most computations on it.
void pl_keep_freed_memory(void);

// ---- elementwise.c ----

enum pl_unary_kind {
  PL_ABSOLUTE,
  PL_SIGN,
  PL_EXP,
  PL_LOG,
  PL_SQRT,
  PL_RECIPROCAL,
  PL_TANH,
  PL_ERF,
  PL_SIGMOID,
  PL_SOFTPLUS,
  PL_RELU,
  PL_GELU
};
void pl_unary(int kind, const float *x, float *y, ptrdiff_t n);

enum pl_binary_kind {
  PL_ADD,
  PL_SUBTRACT,
  PL_MULTIPLY,
  PL_DIVIDE,
  PL_POWER,
  PL_GREATER,
  PL_GREATER_EQUAL,
  PL_EQUAL
};
// out[i] = kind(a[i * stride_a], b[i * stride_b]). A stride is 0 or 1.
void pl_binary(int kind, const float *a, int stride_a, const float *b, int stride_b, float *out,
               ptrdiff_t n);
// out = a where condition is not 0, else b
void pl_select(const float *condition, const float *a, const float *b, float *out, ptrdiff_t n);
void pl_fill(float value, float *y, ptrdiff_t n);
// y += factor * x
void pl_accumulate(float factor, const float *x, float *y, ptrdiff_t n);
// out[row] = sum over the terms t of a row of weights[t] * x[sources[t]], rows of `inner` values.
// The terms of a row are starts[row] up to starts[row + 1]. For short rows; `out` is no input.
void pl_weighted_rows(const float *x, float *out, ptrdiff_t inner, const ptrdiff_t *starts,
                      const ptrdiff_t *sources, const float *weights, ptrdiff_t first,
                      ptrdiff_t last);
// out = upstream where reference > 0, else 0. This is the derivative of ReLU. It is linear in
// upstream, so it is also every higher derivative.
void pl_relu_mask(const float *reference, const float *upstream, float *out, ptrdiff_t n);
// out = g * gelu'(x), the exact (erf) form
void pl_gelu_first(const float *x, const float *g, float *out, ptrdiff_t n);
// towards_g = u * gelu'(x) and towards_x = u * g * gelu''(x). Either may be NULL.
void pl_gelu_second(const float *x, const float *g, const float *u, float *towards_g,
                    float *towards_x, ptrdiff_t n);

// ---- reductions.c ----

double pl_sum(const float *x, ptrdiff_t n);
double pl_dot(const float *x, const float *y, ptrdiff_t n);
// out[c] += sum over the rows of x[row][c]. `out` is double, so splitting the rows between threads
// loses no accuracy. `scratch` holds `columns` floats.
void pl_column_sums(const float *x, ptrdiff_t rows, ptrdiff_t columns, double *out, float *scratch);
// The largest (maximum != 0) or smallest value of each column. NaN wins.
void pl_column_extremum(int maximum, const float *x, ptrdiff_t rows, ptrdiff_t columns, float *out);
float pl_extremum(int maximum, const float *x, ptrdiff_t n);

// ---- matmul.c ----

// c = alpha op(a) op(b) + beta c, where m, n and k are at most PL_SMALL_MATRIX.
#define PL_SMALL_MATRIX 128
void pl_small_multiply(const float *a, int transpose_a, ptrdiff_t lda, const float *b,
                       int transpose_b, ptrdiff_t ldb, float *c, ptrdiff_t ldc, ptrdiff_t m,
                       ptrdiff_t n, ptrdiff_t k, float alpha, float beta);

// A window that moves over one NHWC image, for convolution and pooling.
struct pl_window {
  ptrdiff_t height, width, channels;
  ptrdiff_t out_height, out_width;
  ptrdiff_t kernel_height, kernel_width;
  ptrdiff_t stride, padding;
};

// ---- columns.c ----
// The windows of an image as a matrix with one row per window:
// [out_height * out_width][kernel_height * kernel_width * channels].

// Writes the rows of the output lines first ..< last.
void pl_image_to_columns(const struct pl_window *w, const float *image, ptrdiff_t first,
                         ptrdiff_t last, float *columns);
// The adjoint. Writes the image lines first ..< last: each pixel is the sum of its entries in the
// matrix.
void pl_columns_to_image(const struct pl_window *w, const float *columns, ptrdiff_t first,
                         ptrdiff_t last, float *image);

// ---- winograd.c ----
// 3 x 3 convolutions of stride 1 by Winograd's F(2 x 2, 3 x 3). NHWC; channels a multiple of 8.

// The sizes of one image and of its output, and the zeros around the image.
struct pl_winograd {
  ptrdiff_t height, width, in;
  ptrdiff_t out_height, out_width, out;
  ptrdiff_t padding;
};
// The number of 2 x 2 tiles in the outputs of `batch` images.
ptrdiff_t pl_winograd_tiles(const struct pl_winograd *g, ptrdiff_t batch);
// The number of panels of 16 that hold `out` output channels.
ptrdiff_t pl_winograd_panels(ptrdiff_t out);
// The number of floats of the transformed weights.
ptrdiff_t pl_winograd_transformed(const struct pl_winograd *g);
// G w G' to [16][panels][in][16], for the panels first ..< last. The strides say where the weight
// of an output channel, an input channel and a position (0 to 8, row by row) is found. `flipped`
// reads the positions backwards.
void pl_winograd_weights(const float *weight, ptrdiff_t out_stride, ptrdiff_t in_stride,
                         ptrdiff_t position_stride, int flipped, ptrdiff_t out, ptrdiff_t in,
                         ptrdiff_t first, ptrdiff_t last, float *to);
// The number of scratch floats that one call of the next two functions needs.
ptrdiff_t pl_winograd_scratch(const struct pl_winograd *g);
// The convolution of the tiles first ..< last with transformed weights.
void pl_winograd_convolve(const struct pl_winograd *g, const float *image, const float *weights,
                          ptrdiff_t first, ptrdiff_t last, float *scratch, float *out);
// Adds what the tiles first ..< last contribute to the transformed weight gradient, in the layout
// of pl_winograd_weights.
void pl_winograd_correlate(const struct pl_winograd *g, const float *image, const float *gradient,
                           ptrdiff_t first, ptrdiff_t last, float *scratch, float *sums);
// G' sums G of the panels first ..< last, to OHWI weights.
void pl_winograd_weight_gradient(const float *sums, ptrdiff_t out, ptrdiff_t in, ptrdiff_t first,
                                 ptrdiff_t last, float *weight);

// ---- softmax.c ----
// Rows of `columns` values. A NaN makes its whole row NaN. An entry of -inf gets weight 0.

void pl_softmax(const float *x, float scale, float *y, ptrdiff_t rows, ptrdiff_t columns);
void pl_log_softmax(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns);
// dx = scale * y * (dy - rowsum(y * dy))
void pl_softmax_gradient(const float *y, const float *dy, float scale, float *dx, ptrdiff_t rows,
                         ptrdiff_t columns);
// The elementwise part of attention's second derivative for one head; the formulas are in
// Operations/Attention.swift. In place: a becomes E = P (A - rowsum(P A)); pc, which holds G v',
// becomes Sc; dp becomes dS.
void pl_attention_second(const float *p, float *dp, float *a, float *pc, ptrdiff_t rows,
                         ptrdiff_t columns);

// ---- normalisation.c ----
// In the functions of batch normalisation, `mask(g)` is g where the ReLU after the normalisation
// lets a gradient through: where x * scale + offset > 0, or everywhere if relu is 0. `scratch`
// holds as many floats as there are accumulators.

// Adds the sums of (x - shift) and of its square, per channel over the rows, to `sums` and
// `squares`.
void pl_channel_moments(const float *x, const float *shift, ptrdiff_t rows, ptrdiff_t channels,
                        double *sums, double *squares, float *scratch);
// y = x * scale + offset per channel, then max(y, 0) if relu
void pl_channel_affine(const float *x, const float *scale, const float *offset, int relu, float *y,
                       ptrdiff_t rows, ptrdiff_t channels);
// Adds the sums of mask(g) and of mask(g) * xhat per channel, where xhat = (x - mean) * inverse.
void pl_norm_gradient_sums(const float *x, const float *g, const float *scale, const float *offset,
                           int relu, const float *mean, const float *inverse, ptrdiff_t rows,
                           ptrdiff_t channels, double *sum_g, double *sum_gx, float *scratch);
// out = cg * mask(g) + cx * x + c0 per channel
void pl_norm_gradient_apply(const float *x, const float *g, const float *scale, const float *offset,
                            int relu, const float *cg, const float *cx, const float *c0, float *out,
                            ptrdiff_t rows, ptrdiff_t channels);
// Adds the five sums of the second derivative, laid out [5][channels]: mask(g), mask(g) xhat, u,
// u xhat, u mask(g).
void pl_norm_second_sums(const float *x, const float *g, const float *u, const float *scale,
                         const float *offset, int relu, const float *mean, const float *inverse,
                         ptrdiff_t rows, ptrdiff_t channels, double *sums, float *scratch);
// towards_g = mask(k[0] u + k[1] x + k[2]) and
// towards_x = k[3] mask(g) + k[4] u + k[5] x + k[6], with k laid out [7][channels]. Either output
// may be NULL.
void pl_norm_second_apply(const float *x, const float *g, const float *u, const float *scale,
                          const float *offset, int relu, const float *k, float *towards_g,
                          float *towards_x, ptrdiff_t rows, ptrdiff_t channels);

// Layer normalisation: statistics per row of `features` values.
void pl_layer_norm(const float *x, const float *gamma, const float *beta, float epsilon, float *y,
                   ptrdiff_t rows, ptrdiff_t features);
// Writes dx and adds to dgamma and dbeta. Each may be NULL. `scratch` holds 2 * features floats.
void pl_layer_norm_gradient(const float *x, const float *gamma, const float *g, float epsilon,
                            float *dx, double *dgamma, double *dbeta, ptrdiff_t rows,
                            ptrdiff_t features, float *scratch);
// For the cotangent u of dx: writes what goes towards g and x, and adds what goes towards gamma.
// Each may be NULL. `scratch` holds `features` floats.
void pl_layer_norm_second(const float *x, const float *gamma, const float *g, const float *u,
                          float epsilon, float *towards_g, float *towards_x, double *towards_gamma,
                          ptrdiff_t rows, ptrdiff_t features, float *scratch);

// ---- pooling.c ----
// One image: [height, width, channels] to [out_height, out_width, channels].

// Writes the maximum of every window to y and the number of its pixel in the image to index. The
// first of equal values wins; NaN wins over numbers. A float holds the number of a pixel exactly
// below 2^24.
void pl_max_pool(const float *x, struct pl_window w, float *y, float *index);
// dx[index] += g, over zeros
void pl_max_pool_scatter(const float *g, const float *index, struct pl_window w, float *dx);
// y = x[index]
void pl_max_pool_gather(const float *x, const float *index, struct pl_window w, float *y);
void pl_average_pool(const float *x, struct pl_window w, int count_padding, float *y);
// The adjoint of pl_average_pool.
void pl_average_pool_spread(const float *g, struct pl_window w, int count_padding, float *dx);

// ---- optimiser.c ----

// `correction1` and `correction2` are 1 - beta^step.
struct pl_adamw {
  float rate, beta1, beta2, epsilon, decay;
  float correction1, correction2;
  float gradient_scale;
};
// One step, in place, of weights w with moments m and v against the gradient g.
void pl_adamw_step(struct pl_adamw s, const float *g, float *w, float *m, float *v, ptrdiff_t n);

// ---- resizing.c ----

// y = x / 255 and y = x / 65535
void pl_scaled_bytes(const uint8_t *x, float *y, ptrdiff_t n);
void pl_scaled_words(const uint16_t *x, float *y, ptrdiff_t n);
// y += factor * (x / 255) and y += factor * (x / 65535)
void pl_accumulate_bytes(float factor, const uint8_t *x, float *y, ptrdiff_t n);
void pl_accumulate_words(float factor, const uint16_t *x, float *y, ptrdiff_t n);
// Resizes one row of pixels in Pillow's fixed point. Output `i` has the weights starts[i] up to
// starts[i + 1] of the pixels from firsts[i].
void pl_pillow_row(const uint8_t *x, uint8_t *out, ptrdiff_t channels, const int32_t *firsts,
                   const int32_t *starts, const int32_t *weights, ptrdiff_t count);
// A weighted sum of `taps` rows of `n` values, `stride` values apart, in the same fixed point.
void pl_pillow_column(const uint8_t *x, ptrdiff_t stride, const int32_t *weights, ptrdiff_t taps,
                      uint8_t *out, ptrdiff_t n);

#endif
