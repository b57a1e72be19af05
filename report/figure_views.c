#include "figure_views.h"

#include <math.h>

#include "wording.h"

static double speedup_of(const struct point_summary *p)
{
    return p->speedup > 0 ? p->speedup : NAN;
}

static struct interval speedup_interval(const struct point_summary *p)
{
    return p->speedup_ci;
}

static double efficiency_of(const struct point_summary *p)
{
    return p->efficiency;
}

static struct interval efficiency_interval(const struct point_summary *p)
{
    return p->efficiency_ci;
}

static double time_of(const struct point_summary *p)
{
    return p->median > 0 ? p->median : NAN;
}

static struct interval time_interval(const struct point_summary *p)
{
    return p->ci;
}

/* Core time as the cluster charges it, in seconds: what one run costs. */
static double cost_of(const struct point_summary *p)
{
    return p->charged_core_hours > 0 ? p->charged_core_hours * 3600 : NAN;
}

static struct interval cost_interval(const struct point_summary *p)
{
    double rate = cost_of(p) / p->median;
    return (struct interval){p->ci.low * rate, p->ci.high * rate};
}

static void say_speedup(struct strbuf *sb, const struct point_summary *p)
{
    wording_significant(sb, p->speedup, 3);
    strbuf_add(sb, "×");
    if (interval_exists(p->speedup_ci) && p->speedup_ci.low < p->speedup_ci.high) {
        strbuf_add(sb, " (");
        wording_range(sb, p->speedup_ci.low, p->speedup_ci.high);
        strbuf_add(sb, ")");
    }
}

static void say_efficiency(struct strbuf *sb, const struct point_summary *p)
{
    wording_percent(sb, p->efficiency);
    if (interval_exists(p->efficiency_ci) && p->efficiency_ci.low < p->efficiency_ci.high) {
        strbuf_add(sb, " (");
        wording_percent_range(sb, p->efficiency_ci.low, p->efficiency_ci.high);
        strbuf_add(sb, ")");
    }
}

static void say_time(struct strbuf *sb, const struct point_summary *p)
{
    wording_seconds(sb, p->median);
    strbuf_add(sb, interval_exists(p->ci) ? " (" : " (range ");
    wording_range(sb, interval_exists(p->ci) ? p->ci.low : p->minimum,
                  interval_exists(p->ci) ? p->ci.high : p->maximum);
    strbuf_addf(sb, " s, %zu %s)", p->blocks, p->blocks == 1 ? "block" : "blocks");
}

static void say_cost(struct strbuf *sb, const struct point_summary *p)
{
    wording_core_time(sb, cost_of(p));
}

static double model_seconds(const struct series *series, double cores, double seconds)
{
    (void)series, (void)cores;
    return seconds;
}

static struct interval model_time_band(const struct model_band *band)
{
    return band->time;
}

static double model_speedup(const struct series *series, double cores, double seconds)
{
    (void)cores;
    return (double)series->base_cores * series->base_seconds / seconds;
}

static struct interval model_speedup_band(const struct model_band *band)
{
    return band->speedup;
}

static double model_efficiency(const struct series *series, double cores, double seconds)
{
    return model_speedup(series, cores, seconds) / cores;
}

static struct interval model_efficiency_band(const struct model_band *band)
{
    return (struct interval){band->speedup.low / band->cores, band->speedup.high / band->cores};
}

static const struct model_view time_model = {model_seconds, model_time_band};
static const struct model_view speedup_model = {model_speedup, model_speedup_band};
static const struct model_view efficiency_model = {model_efficiency, model_efficiency_band};

const struct figure_view figure_view_speedup = {"speedup", speedup_of, speedup_interval,
                                                say_speedup, &speedup_model};
const struct figure_view figure_view_efficiency = {"efficiency", efficiency_of, efficiency_interval,
                                                   say_efficiency, &efficiency_model};
const struct figure_view figure_view_time = {"time", time_of, time_interval, say_time, &time_model};
const struct figure_view figure_view_cost = {"cost", cost_of, cost_interval, say_cost, NULL};
