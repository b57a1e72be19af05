/*
 * Two ends; NAN both where there is no interval.
 */
#ifndef SCALESTUDY_INTERVAL_H
#define SCALESTUDY_INTERVAL_H

#include <stdbool.h>

#include "jsontext.h"

struct interval {
    double low, high;
};

bool interval_exists(struct interval interval);

/* Whether a ratio may be that of equals; false where there is no interval. */
bool interval_holds_one(struct interval interval);

/* [low, high], or null where there is none. */
void interval_write(struct json_writer *w, const char *key, struct interval interval);

#endif
