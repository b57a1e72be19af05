#include "time_column.h"

#include <math.h>
#include <stddef.h>

#include "wording.h"

enum { MOST_DIGITS_LARGE = 1000000 }; /* a larger number is not read any more */

struct time_column time_column_of(double least, double most)
{
    static const struct {
        double below;
        struct time_column column;
    } units[] = {{1e-6, {"ns", 1e-9, 0}},
                 {1e-4, {"µs", 1e-6, 0}},
                 {0.09995, {"ms", 1e-3, 0}},
                 {99.95, {"s", 1, 0}}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct time_column column = units[i].column;
        if (!(least < units[i].below) || most / column.seconds >= MOST_DIGITS_LARGE)
            continue;
        column.decimals = wording_decimals(least / column.seconds, 3);
        return column;
    }
    return (struct time_column){"", 1, 0};
}

void time_column_say(struct strbuf *sb, const struct time_column *column, double seconds)
{
    if (column->unit[0] == '\0')
        wording_seconds(sb, seconds);
    else
        wording_fixed(sb, seconds / column->seconds, column->decimals);
}
