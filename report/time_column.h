/*
 * Times below each other in plain text: one unit and one number of decimals
 * for the whole column, so that they can be compared down it.
 */
#ifndef SCALESTUDY_TIME_COLUMN_H
#define SCALESTUDY_TIME_COLUMN_H

#include "strbuf.h"

struct time_column {
    const char *unit; /* "ms"; "" where each time names its own, as hours do */
    double seconds;   /* of the unit */
    int decimals;
};

/* For times from `least` to `most` seconds. */
struct time_column time_column_of(double least, double most);

void time_column_say(struct strbuf *sb, const struct time_column *column, double seconds);

#endif
