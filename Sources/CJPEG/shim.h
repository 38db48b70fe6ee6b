// TurboJPEG keeps only the first warning of a picture, which may hide a worse one; libjpeg below it
// tells of each. It reports errors by longjmp, which Swift cannot receive; these functions turn
// them into a status and a message.
#ifndef PLUMBLINE_JPEG_SHIM_H
#define PLUMBLINE_JPEG_SHIM_H
#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>
#include <turbojpeg.h>

struct plumbline_jpeg_image {
  unsigned width, height, channels;
  unsigned char *samples;
};
struct plumbline_jpeg_limits {
  size_t values, scans;
};

struct plumbline_jpeg_errors {
  struct jpeg_error_mgr base;
  jmp_buf place;
  char *message;
  const char *reason;
};

static inline void plumbline_jpeg_fail(j_common_ptr info) {
  struct plumbline_jpeg_errors *errors = (struct plumbline_jpeg_errors *)info->err;
  char text[JMSG_LENGTH_MAX];
  if (errors->reason)
    snprintf(text, sizeof text, "%s", errors->reason);
  else
    info->err->format_message(info, text);
  snprintf(errors->message, 100, "%s", text);
  longjmp(errors->place, 1);
}

// Warnings after which every pixel is still what was encoded. After the others, such as a premature
// end or a bad code, the rest of the picture is made up.
static inline void plumbline_jpeg_warn(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_BOGUS_ICC: return;
    default: plumbline_jpeg_fail(info);
  }
}

struct plumbline_jpeg_progress {
  struct jpeg_progress_mgr base;
  size_t scans;
};

static inline void plumbline_jpeg_watch(j_common_ptr info) {
  size_t most = ((struct plumbline_jpeg_progress *)info->progress)->scans;
  if (info->is_decompressor && (size_t)((j_decompress_ptr)info)->input_scan_number > most) {
    ((struct plumbline_jpeg_errors *)info->err)->reason = "it has too many scans";
    plumbline_jpeg_fail(info);
  }
}

// Grey (1 channel), RGB (3) or CMYK as stored (4), 8 bits. Without `limits` only the size is read.
// The caller frees `samples`.
static inline int plumbline_jpeg_decode(const unsigned char *data, size_t size,
                                        const struct plumbline_jpeg_limits *limits,
                                        struct plumbline_jpeg_image *image, char message[100]) {
  struct jpeg_decompress_struct info;
  struct plumbline_jpeg_errors errors;
  struct plumbline_jpeg_progress progress;
  memset(message, 0, 100);
  memset(image, 0, sizeof *image);
  memset(&errors, 0, sizeof errors);
  memset(&progress, 0, sizeof progress);
  info.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = plumbline_jpeg_fail;
  errors.base.emit_message = plumbline_jpeg_warn;
  errors.message = message;
  if (setjmp(errors.place)) {
    jpeg_destroy_decompress(&info);
    free(image->samples);
    image->samples = NULL;
    return 1;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, data, size);
  jpeg_read_header(&info, TRUE);
  image->width = info.image_width;
  image->height = info.image_height;
  image->channels = (unsigned)info.num_components;
  if (!limits) {
    jpeg_destroy_decompress(&info);
    return 0;
  }
  switch (info.jpeg_color_space) {
    case JCS_GRAYSCALE:
      info.out_color_space = JCS_GRAYSCALE;
      image->channels = 1;
      break;
    case JCS_RGB:
    case JCS_YCbCr:
      info.out_color_space = JCS_RGB;
      image->channels = 3;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      info.out_color_space = JCS_CMYK;
      image->channels = 4;
      break;
    default:
      errors.reason = "its colours are neither grey, RGB nor CMYK";
      plumbline_jpeg_fail((j_common_ptr)&info);
  }
  size_t row = (size_t)image->width * image->channels, total = row * image->height;
  if (total > limits->values) {
    errors.reason = "the image claims to be too large";
    plumbline_jpeg_fail((j_common_ptr)&info);
  }
  // A block of 64 values takes a bit at least.
  if (total > size * 4096 + 65536) {
    errors.reason = "the image claims more than its data can hold";
    plumbline_jpeg_fail((j_common_ptr)&info);
  }
  progress.base.progress_monitor = plumbline_jpeg_watch;
  progress.scans = limits->scans;
  info.progress = &progress.base;
  info.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&info);
  image->samples = (unsigned char *)malloc(total);
  if (!image->samples) {
    errors.reason = "out of memory";
    plumbline_jpeg_fail((j_common_ptr)&info);
  }
  while (info.output_scanline < info.output_height) {
    JSAMPROW line = image->samples + row * info.output_scanline;
    jpeg_read_scanlines(&info, &line, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return 0;
}
#endif
