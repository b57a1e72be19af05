/*
 * Characters of UTF-8 text, and how wide they are drawn.
 */
#ifndef SCALESTUDY_UTF8_H
#define SCALESTUDY_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/*
 * The character at `text`; `*length` is its bytes. A byte that begins no valid
 * character is UTF8_INVALID, one byte long. 0 with length 0 at the end.
 */
uint32_t utf8_next(const char *text, size_t *length);

/* Columns of a terminal: 2 for East Asian wide characters, 0 for combining ones. */
int utf8_columns(uint32_t character);
size_t utf8_text_columns(const char *text);

/* Pixels of a line of text in a sans-serif font of `size` pixels, rather too
 * many than too few. */
double utf8_text_pixels(const char *text, double size);

/*
 * How many bytes of `text` fit, whole characters, into `pixels` together with
 * an ellipsis; the whole length where all of it fits without one.
 */
size_t utf8_fit(const char *text, double size, double pixels);

#endif
