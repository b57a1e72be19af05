/*
 * Numbers as people read them in a sentence or a table cell, the same in every
 * locale. summary.json has the exact values; here they are rounded.
 *
 * Each function appends to `sb`. What is not finite becomes an en dash "–".
 * Blanks are plain ones; a writer that wants no line break there replaces them.
 */
#ifndef SCALESTUDY_WORDING_H
#define SCALESTUDY_WORDING_H

#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

/* A plain decimal number with `decimals` (0 to 9) digits behind the point. */
void wording_fixed(struct strbuf *sb, double value, int decimals);

/* A plain decimal number with at least `digits` significant digits (1 to 9) and
 * no exponent: 3.12, 0.0432; digits before the point are never rounded away:
 * 12346. */
void wording_significant(struct strbuf *sb, double value, int digits);

/* The decimals that show `digits` significant digits of `value`: 2 for (3.123, 3). */
int wording_decimals(double value, int digits);

/* "52.1 ms", "0.432 s", "3.12 s", "3 min 20 s", "1 h 12 min", "2 d 3 h". */
void wording_seconds(struct strbuf *sb, double seconds);

/* "60 %", "2.1 %", "0.03 %" from 0.6, 0.021, 0.0003. */
void wording_percent(struct strbuf *sb, double fraction);

/* "7.2×", "1.03×", "0.63×", "124×". */
void wording_ratio(struct strbuf *sb, double ratio);

/* "7.1–7.3", "15.8–16.8", "1.003–1.13": the fewest decimals (at least two significant
 * digits, and one decimal below 100) that tell the ends apart, and from 1; one
 * number where six digits do not. */
void wording_range(struct strbuf *sb, double low, double high);

/* The same for fractions: "58–61 %", "100.4–103.1 %"; whole percents where they tell enough. */
void wording_percent_range(struct strbuf *sb, double low, double high);

/* "12 MiB", "1.5 GiB", "800 KiB", "312 bytes". */
void wording_bytes(struct strbuf *sb, double bytes);

/* "5.18 core-seconds" below a core-hour, then "1.2 core-hours". */
void wording_core_time(struct strbuf *sb, double core_seconds);

/* 10 000 with narrow no-break spaces (U+202F) from five digits on. */
void wording_count(struct strbuf *sb, int64_t count);

/* A study's size: grouped where it is a whole number, else as short as it can be. */
void wording_size(struct strbuf *sb, double size);

/* "1 core", "12 cores"; `many` is the word for any other number than 1. */
void wording_plural(struct strbuf *sb, int64_t count, const char *one, const char *many);

/* What stands before item `index` of `count`: "", then ", ", and before the last " and ". */
const char *wording_separator(size_t index, size_t count);

/* "1", "1 and 2", "1, 2 and 4"; nothing for an empty list. */
void wording_list(struct strbuf *sb, const int64_t *values, size_t count);

#endif
