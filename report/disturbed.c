#include "disturbed.h"

#include <math.h>

/* Core-seconds: CPU time is told in ticks of 10 ms, so that less says nothing. */
static const double least_watched = 1;

struct totals {
    double watched, others, stolen; /* core-seconds */
};

static struct totals totals_of(const struct machines *machines)
{
    struct totals totals = {0, 0, 0};
    for (size_t i = 0; i < machines->count; i++) {
        const struct machine *m = &machines->list[i];
        if (!(m->watched_seconds > 0)) /* NAN too */
            continue;
        totals.watched += m->watched_seconds;
        totals.others += m->others_seconds;
        totals.stolen += m->stolen_seconds;
    }
    return totals;
}

double disturbed_share(const struct machines *machines)
{
    struct totals totals = totals_of(machines);
    if (!(totals.watched >= least_watched))
        return NAN;
    return fmax(0, (totals.others + totals.stolen) / totals.watched);
}

double disturbed_stolen(const struct machines *machines)
{
    struct totals totals = totals_of(machines);
    return totals.watched >= least_watched ? totals.stolen / totals.watched : NAN;
}

bool disturbed_too_much(const struct machines *machines)
{
    return disturbed_share(machines) >= DISTURBED_TOO_MUCH;
}
