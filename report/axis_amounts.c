#include <math.h>

#include "axis.h"
#include "strbuf.h"
#include "wording.h"

/* The least 1, 2 or 5 times a power of ten of which `high` has at most `most`. */
static double nice_step(double high, int most)
{
    static const double steps[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(high / most)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (high / (steps[i] * power) <= most)
            return steps[i] * power;
    return 10 * power;
}

struct axis axis_of_amounts(struct pool *pool, double high, double unit, const char *unit_name,
                            int most)
{
    struct axis axis = {.low = 0, .high = high};
    double step = nice_step(high / unit, most);
    int decimals = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9);
    axis.ticks = pool_alloc(pool, (size_t)most + 2, sizeof *axis.ticks);
    for (int i = 0; i <= most && i * step * unit <= high * (1 + 1e-9); i++) {
        struct strbuf text = STRBUF_INIT;
        wording_fixed(&text, i * step, i == 0 ? 0 : decimals);
        if (i > 0 && unit_name[0] != '\0')
            strbuf_addf(&text, " %s", unit_name);
        axis.ticks[axis.tick_count++] =
            (struct axis_tick){.at = i * step * unit, .text = pool_copy(pool, text.str)};
        strbuf_free(&text);
    }
    return axis;
}
