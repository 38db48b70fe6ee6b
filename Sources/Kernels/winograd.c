#include "tile.h"

// F(2 x 2, 3 x 3) of Lavin and Gray (arXiv 1509.09308, section 4.1). Y is a 2 x 2 output tile, d
// its 4 x 4 patch of the image, w the 3 x 3 weights:
//   Y = A' [ (G w G') . (B' d B) ] A
// The bracket is summed over input channels, which makes sixteen matrix products. The adjoint with
// respect to w gives the weight gradient from the same transforms:
//   dw = G' [ (B' d B) . (A dY A') ] G
// where the bracket is summed over tiles.

// Eight channels of one pixel.
typedef float channels __attribute__((vector_size(32), aligned(4)));
#define LANES 8
#define AT(x) (*(const channels *)(x))
#define PUT(x, value) (*(channels *)(x) = (value))

INLINE ptrdiff_t down(const struct pl_winograd *g) { return (g->out_height + 1) / 2; }
INLINE ptrdiff_t across(const struct pl_winograd *g) { return (g->out_width + 1) / 2; }

// The image that a tile belongs to, and the first of its 2 x 2 outputs.
struct place {
  ptrdiff_t image, y, x;
};
INLINE struct place place_of(const struct pl_winograd *g, ptrdiff_t tile) {
  struct place p = {tile / (down(g) * across(g)), 2 * (tile / across(g) % down(g)),
                    2 * (tile % across(g))};
  return p;
}

ptrdiff_t pl_winograd_tiles(const struct pl_winograd *g, ptrdiff_t batch) {
  return batch * down(g) * across(g);
}
ptrdiff_t pl_winograd_panels(ptrdiff_t out) { return (out + WIDTH - 1) / WIDTH; }
ptrdiff_t pl_winograd_transformed(const struct pl_winograd *g) {
  return 16 * pl_winograd_panels(g->out) * g->in * WIDTH;
}

WIDE void pl_winograd_weights(const float *weight, ptrdiff_t out_stride, ptrdiff_t in_stride,
                              ptrdiff_t position_stride, int flipped, ptrdiff_t out, ptrdiff_t in,
                              ptrdiff_t first, ptrdiff_t last, float *to) {
  ptrdiff_t panels = pl_winograd_panels(out);
  for (ptrdiff_t q = first; q < last; q++) {
    ptrdiff_t live = out - q * WIDTH < WIDTH ? out - q * WIDTH : WIDTH;
    for (ptrdiff_t i = 0; i < in; i++) {
      const float *from = weight + q * WIDTH * out_stride + i * in_stride;
      float gathered[9][WIDTH] = {{0}};
      for (int position = 0; position < 9; position++) {
        const float *w = from + (flipped ? 8 - position : position) * position_stride;
        if (out_stride == 1)
          for (ptrdiff_t l = 0; l < live; l++) gathered[position][l] = w[l];
        else
          for (ptrdiff_t l = 0; l < live; l++) gathered[position][l] = w[l * out_stride];
      }
      lanes rows[4][3];
      for (int x = 0; x < 3; x++) {
        lanes w0 = *(lanes *)gathered[x], w1 = *(lanes *)gathered[3 + x],
              w2 = *(lanes *)gathered[6 + x];
        rows[0][x] = w0;
        rows[1][x] = 0.5f * (w0 + w1 + w2);
        rows[2][x] = 0.5f * (w0 - w1 + w2);
        rows[3][x] = w2;
      }
      for (int y = 0; y < 4; y++) {
        lanes u[4] = {rows[y][0], 0.5f * (rows[y][0] + rows[y][1] + rows[y][2]),
                      0.5f * (rows[y][0] - rows[y][1] + rows[y][2]), rows[y][2]};
        for (int x = 0; x < 4; x++)
          *(lanes *)(to + (((y * 4 + x) * panels + q) * in + i) * WIDTH) = u[x];
      }
    }
  }
}

// B' d B of the tiles start ..< start + count, to v [16][count][in].
INLINE void transform_patches(const struct pl_winograd *g, const float *image, ptrdiff_t start,
                              ptrdiff_t count, const float *zeros, float *v) {
  ptrdiff_t in = g->in, step = count * in;
  for (ptrdiff_t t = 0; t < count; t++) {
    struct place p = place_of(g, start + t);
    const float *from[4][4];
    for (int r = 0; r < 4; r++)
      for (int s = 0; s < 4; s++) {
        ptrdiff_t y = p.y + r - g->padding, x = p.x + s - g->padding;
        int outside = y < 0 || y >= g->height || x < 0 || x >= g->width;
        from[r][s] = outside ? zeros : image + ((p.image * g->height + y) * g->width + x) * in;
      }
    for (ptrdiff_t c = 0; c < in; c += LANES) {
      channels rows[4][4];
      for (int s = 0; s < 4; s++) {
        channels d0 = AT(from[0][s] + c), d1 = AT(from[1][s] + c), d2 = AT(from[2][s] + c),
                 d3 = AT(from[3][s] + c);
        rows[0][s] = d0 - d2;
        rows[1][s] = d1 + d2;
        rows[2][s] = d2 - d1;
        rows[3][s] = d1 - d3;
      }
      float *to = v + t * in + c;
      for (int r = 0; r < 4; r++, to += 4 * step) {
        PUT(to, rows[r][0] - rows[r][2]);
        PUT(to + step, rows[r][1] + rows[r][2]);
        PUT(to + 2 * step, rows[r][2] - rows[r][1]);
        PUT(to + 3 * step, rows[r][1] - rows[r][3]);
      }
    }
  }
}

// A' m A of every tile, from m [16][count][padded], to the tile's 2 x 2 pixels of `out`.
INLINE void transform_outputs(const struct pl_winograd *g, const float *m, ptrdiff_t padded,
                              ptrdiff_t start, ptrdiff_t count, float *out) {
  ptrdiff_t step = count * padded;
  for (ptrdiff_t t = 0; t < count; t++) {
    struct place p = place_of(g, start + t);
    int two_rows = p.y + 1 < g->out_height, two_columns = p.x + 1 < g->out_width;
    float *pixel = out + ((p.image * g->out_height + p.y) * g->out_width + p.x) * g->out;
    for (ptrdiff_t c = 0; c < g->out; c += LANES) {
      const float *from = m + t * padded + c;
      channels rows[2][4];
      for (int s = 0; s < 4; s++, from += step) {
        channels m0 = AT(from), m1 = AT(from + 4 * step), m2 = AT(from + 8 * step),
                 m3 = AT(from + 12 * step);
        rows[0][s] = m0 + m1 + m2;
        rows[1][s] = m1 - m2 - m3;
      }
      for (int r = 0; r < 1 + two_rows; r++) {
        float *to = pixel + r * g->out_width * g->out + c;
        PUT(to, rows[r][0] + rows[r][1] + rows[r][2]);
        if (two_columns) PUT(to + g->out, rows[r][1] - rows[r][2] - rows[r][3]);
      }
    }
  }
}

// How many tiles are transformed and multiplied together: few enough that their patches and
// products stay in the cache, and enough that the weights (or, in a correlation, the sums) are not
// fetched too often.
#define CONVOLVED 48
#define CORRELATED 96
// How many input channels are multiplied at a time: a panel of their weights and a few rows of
// patches fit into the first-level cache.
#define DEPTH 256

// Zeros for one pixel, the patches, and the outputs or their gradient.
ptrdiff_t pl_winograd_scratch(const struct pl_winograd *g) {
  return g->in + 16 * CORRELATED * (g->in + pl_winograd_panels(g->out) * WIDTH);
}

WIDE void pl_winograd_convolve(const struct pl_winograd *g, const float *image,
                               const float *weights, ptrdiff_t first, ptrdiff_t last,
                               float *scratch, float *out) {
  ptrdiff_t in = g->in, panels = pl_winograd_panels(g->out), padded = panels * WIDTH;
  float *zeros = scratch, *v = zeros + in, *m = v + 16 * CONVOLVED * in;
  memset(zeros, 0, sizeof(float) * in);
  for (ptrdiff_t start = first; start < last; start += CONVOLVED) {
    ptrdiff_t count = last - start < CONVOLVED ? last - start : CONVOLVED;
    transform_patches(g, image, start, count, zeros, v);
    for (ptrdiff_t p = 0; p < 16; p++)
      for (ptrdiff_t i = 0; i < in; i += DEPTH) {
        ptrdiff_t depth = in - i < DEPTH ? in - i : DEPTH;
        for (ptrdiff_t q = 0; q < panels; q++) {
          const float *panel = weights + ((p * panels + q) * in + i) * WIDTH;
          for (ptrdiff_t t = 0; t < count; t += ROWS) {
            const float *a = v + (p * count + t) * in + i;
            float *to = m + (p * count + t) * padded + q * WIDTH;
            ptrdiff_t rows = count - t < ROWS ? count - t : ROWS;
            if (i == 0)
              pl_tile(rows, 0, a, in, 1, panel, depth, to, padded);
            else
              pl_tile(rows, 1, a, in, 1, panel, depth, to, padded);
          }
        }
      }
    transform_outputs(g, m, padded, start, count, out);
  }
}

// A dY A' of every tile, to z [16][panels][count][WIDTH]. Channels after the last are zero.
INLINE void transform_gradients(const struct pl_winograd *g, const float *gradient, ptrdiff_t start,
                                ptrdiff_t count, float *z) {
  ptrdiff_t padded = pl_winograd_panels(g->out) * WIDTH, step = count * padded;
  const channels none = {0};
  for (ptrdiff_t t = 0; t < count; t++) {
    struct place p = place_of(g, start + t);
    int two_rows = p.y + 1 < g->out_height, two_columns = p.x + 1 < g->out_width;
    const float *pixel = gradient + ((p.image * g->out_height + p.y) * g->out_width + p.x) * g->out;
    for (ptrdiff_t c = 0; c < padded; c += LANES) {
      int live = c < g->out;
      const float *upper = pixel + c, *lower = upper + g->out_width * g->out;
      channels rows[4][2];
      for (int s = 0; s < 2; s++) {
        channels y0 = live && (s == 0 || two_columns) ? AT(upper + s * g->out) : none;
        channels y1 = live && two_rows && (s == 0 || two_columns) ? AT(lower + s * g->out) : none;
        rows[0][s] = y0;
        rows[1][s] = y0 + y1;
        rows[2][s] = y0 - y1;
        rows[3][s] = -y1;
      }
      float *to = z + (c / WIDTH * count + t) * WIDTH + c % WIDTH;
      for (int r = 0; r < 4; r++, to += 4 * step) {
        PUT(to, rows[r][0]);
        PUT(to + step, rows[r][0] + rows[r][1]);
        PUT(to + 2 * step, rows[r][0] - rows[r][1]);
        PUT(to + 3 * step, -rows[r][1]);
      }
    }
  }
}

WIDE void pl_winograd_correlate(const struct pl_winograd *g, const float *image,
                                const float *gradient, ptrdiff_t first, ptrdiff_t last,
                                float *scratch, float *sums) {
  ptrdiff_t in = g->in, panels = pl_winograd_panels(g->out);
  float *zeros = scratch, *v = zeros + in, *z = v + 16 * CORRELATED * in;
  memset(zeros, 0, sizeof(float) * in);
  for (ptrdiff_t start = first; start < last; start += CORRELATED) {
    ptrdiff_t count = last - start < CORRELATED ? last - start : CORRELATED;
    transform_patches(g, image, start, count, zeros, v);
    transform_gradients(g, gradient, start, count, z);
    for (ptrdiff_t p = 0; p < 16; p++)
      for (ptrdiff_t q = 0; q < panels; q++) {
        const float *panel = z + (p * panels + q) * count * WIDTH;
        for (ptrdiff_t i = 0; i < in; i += ROWS)
          pl_tile(in - i < ROWS ? in - i : ROWS, 1, v + p * count * in + i, 1, in, panel, count,
                  sums + ((p * panels + q) * in + i) * WIDTH, WIDTH);
      }
  }
}

WIDE void pl_winograd_weight_gradient(const float *sums, ptrdiff_t out, ptrdiff_t in,
                                      ptrdiff_t first, ptrdiff_t last, float *weight) {
  ptrdiff_t panels = pl_winograd_panels(out);
  for (ptrdiff_t q = first; q < last; q++) {
    ptrdiff_t live = out - q * WIDTH < WIDTH ? out - q * WIDTH : WIDTH;
    for (ptrdiff_t i = 0; i < in; i++) {
      const float *from = sums + (q * in + i) * WIDTH;
      ptrdiff_t step = panels * in * WIDTH;
      lanes rows[3][4];
      for (int x = 0; x < 4; x++, from += step) {
        lanes u0 = *(const lanes *)from, u1 = *(const lanes *)(from + 4 * step),
              u2 = *(const lanes *)(from + 8 * step), u3 = *(const lanes *)(from + 12 * step);
        rows[0][x] = u0 + 0.5f * (u1 + u2);
        rows[1][x] = 0.5f * (u1 - u2);
        rows[2][x] = 0.5f * (u1 + u2) + u3;
      }
      for (int y = 0; y < 3; y++) {
        lanes w[3] = {rows[y][0] + 0.5f * (rows[y][1] + rows[y][2]),
                      0.5f * (rows[y][1] - rows[y][2]),
                      0.5f * (rows[y][1] + rows[y][2]) + rows[y][3]};
        for (int x = 0; x < 3; x++)
          for (ptrdiff_t l = 0; l < live; l++)
            weight[((q * WIDTH + l) * 9 + y * 3 + x) * in + i] = w[x][l];
      }
    }
  }
}
