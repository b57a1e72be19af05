/*
 * What a pocket calculator makes of "(1/6.2 − 1/8) / (1 − 1/8) = 0.041": numbers
 * with + − × / ^ and brackets, √(…) and ln(…).
 */
#ifndef SCALESTUDY_EQUATION_H
#define SCALESTUDY_EQUATION_H

#include <stdbool.h>

/*
 * Of a text with equals signs the last two sides. False where the left one has
 * more in it than a calculator knows, or the right one is no number. `*unit` is
 * the worth of the right one's last digit.
 */
bool equation_read(const char *text, double *left, double *right, double *unit);

#endif
