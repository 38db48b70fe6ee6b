#ifndef PLUMBLINE_CAIRO_SHIM_H
#define PLUMBLINE_CAIRO_SHIM_H
#include <cairo/cairo-pdf.h>
#include <cairo/cairo.h>
#endif
