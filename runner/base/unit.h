/*
 * Units of other tools' tables: ours are seconds and bytes. A rate stands for
 * the seconds that one of what it counts takes.
 */
#ifndef SCALESTUDY_UNIT_H
#define SCALESTUDY_UNIT_H

#include <stdbool.h>
#include <stddef.h>

enum unit_kind { UNIT_TIME, UNIT_MEMORY, UNIT_RATE };

struct unit {
    const char *name; /* "ms" */
    enum unit_kind kind;
    double times, over; /* value * times / over is in ours: one of the two is 1, so that a
                           decimal number keeps its digits. Of a rate it is one over that */
};

/* By its name, text[0..length): "s", "ms", "µs", "us", "ns", "min", "h", "B", "kB", "KiB", …
 * NULL where there is none. */
const struct unit *unit_find(const char *text, size_t length);

double unit_apply(const struct unit *unit, double value);

/* Whether a column in `kind` of ours may be given in it: times also as rates. */
bool unit_fits(const struct unit *unit, int kind);

/* Whether both give the same numbers. */
bool unit_same(const struct unit *a, const struct unit *b);

/*
 * A table's column may bear its unit: "runtime[ms]", "time (s)". Returns the
 * unit and the length of the name without it; NULL, and the whole length,
 * where there is none.
 */
const struct unit *unit_of_column(const char *column, size_t *name_length);

/* Of a column `throughput`: "1/s". */
const struct unit *unit_rate(void);

/* "s, ms, us, …" of a kind, for messages. */
const char *unit_list(enum unit_kind kind);

#endif
