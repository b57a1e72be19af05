/*
 * PNG files one behind the other, as gnuplot writes them to its stdout.
 */
#ifndef SCALESTUDY_PLOT_PNG_H
#define SCALESTUDY_PLOT_PNG_H

#include <stddef.h>

#include "strbuf.h"

/*
 * Splits them into outputs[0..count), keeps what a picture needs and adds its
 * resolution, 300 dpi: printers and proposal forms read it. Texts and dates
 * that the drawing library may add are dropped. Returns how many were whole.
 */
size_t plot_png_split(const char *bytes, size_t length, struct strbuf *outputs, size_t count);

#endif
