#include "duration.h"

#include <math.h>

void duration_add(struct strbuf *sb, double seconds)
{
    if (seconds < 90)
        strbuf_addf(sb, "%.0f s", ceil(seconds));
    else if (seconds < 5400)
        strbuf_addf(sb, "%.0f min", ceil(seconds / 60));
    else
        strbuf_addf(sb, "%.1f h", seconds / 3600);
}
