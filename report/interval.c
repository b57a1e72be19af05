#include "interval.h"

#include <math.h>

bool interval_exists(struct interval interval)
{
    return isfinite(interval.low) && isfinite(interval.high);
}

bool interval_holds_one(struct interval interval)
{
    return interval.low <= 1 && interval.high >= 1;
}

void interval_write(struct json_writer *w, const char *key, struct interval interval)
{
    if (!interval_exists(interval)) {
        json_null(w, key);
        return;
    }
    json_begin_array(w, key);
    json_number(w, NULL, interval.low);
    json_number(w, NULL, interval.high);
    json_end_array(w);
}
