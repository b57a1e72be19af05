/*
 * Numbers as text, the same in every locale.
 */
#ifndef SCALESTUDY_NUMBER_H
#define SCALESTUDY_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_TEXT_SIZE = 32 };

/*
 * The shortest decimal text that reads back as the same double, in `text`,
 * which is returned. Whole numbers below 1e15 are written without exponent.
 * "nan", "inf" and "-inf" for what is not finite.
 */
const char *number_format(char text[NUMBER_TEXT_SIZE], double value);

/*
 * The whole of text[0..length) as a finite decimal number (a sign, digits, one
 * '.', an exponent; no blanks, hex, "nan" or "inf"), rounded to the nearest
 * double. False where it is none; `*value` is then left alone.
 */
bool number_parse(const char *text, size_t length, double *value);

#endif
