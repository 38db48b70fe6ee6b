// zlib's macros are not visible to Swift; this function is.
#ifndef PLUMBLINE_ZLIB_SHIM_H
#define PLUMBLINE_ZLIB_SHIM_H
#include <limits.h>
#include <string.h>
#include <zlib.h>

// Writes the first `capacity` bytes of a zlib stream, or all if there are fewer, to `out`.
// Returns their number, or -1 for a damaged or truncated stream.
//
// `bits` is 15 for a stream with zlib's header, and -15 for one without, as in a zip file.
static inline long plumbline_inflate_bits(const unsigned char *in, size_t size,
                                          unsigned char *out, size_t capacity, int bits) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (size > UINT_MAX || capacity > UINT_MAX || inflateInit2(&stream, bits) != Z_OK) return -1;
  stream.next_in = (unsigned char *)in;
  stream.avail_in = (unsigned)size;
  stream.next_out = out;
  stream.avail_out = (unsigned)capacity;
  int status = inflate(&stream, Z_SYNC_FLUSH);
  size_t written = capacity - stream.avail_out;
  inflateEnd(&stream);
  int is_sound = status == Z_STREAM_END || written == capacity;
  return is_sound ? (long)written : -1;
}

static inline long plumbline_inflate(const unsigned char *in, size_t size, unsigned char *out,
                                     size_t capacity) {
  return plumbline_inflate_bits(in, size, out, capacity, 15);
}
#endif
