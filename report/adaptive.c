#include "adaptive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "observations.h"

static size_t plan_index(const struct plan *plan, const struct series *series,
                         const struct point_summary *point)
{
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *p = &plan->points[i];
        if (p->cores == point->cores &&
            (p->size == series->size || isnan(series->size)) && /* programs may take none */
            strcmp(plan->backends[p->backend].name, series->backend) == 0 &&
            strcmp(plan_kernel_of(plan, &plan->backends[p->backend]), series->kernel) == 0)
            return i;
    }
    return SIZE_MAX;
}

static double half_width(const struct point_summary *point)
{
    return (point->ci.high - point->ci.low) / 2 / point->median;
}

static bool is_base(const struct analysis *analysis, size_t series, size_t point)
{
    for (size_t i = 0; i < analysis->series_count; i++)
        if (analysis->series[i].base_series == (int)series &&
            analysis->series[i].base_point == (int)point)
            return true;
    return false;
}

static bool matters(const struct analysis *analysis, const struct plan *plan, size_t s, size_t p)
{
    const struct series *series = &analysis->series[s];
    const struct point_summary *point = &series->points[p];
    double threshold = plan->optimum.efficiency;
    if (is_base(analysis, s, p) || isnan(point->ratio_to_fastest_lower95))
        return true;
    if (point->ratio_to_fastest_lower95 <= 1 + plan->optimum.tolerance)
        return true;
    return series->optimum.rule == RULE_EFFICIENT && point->efficiency_ci.low < threshold &&
           point->efficiency_ci.high >= threshold;
}

/* An interval becomes narrower with the root of the number of blocks; at least a third
 * more are taken, since each wave waits in the queue anew. */
static int64_t blocks_wanted(const struct point_summary *point, const struct plan *plan,
                             int64_t planned)
{
    int64_t have = (int64_t)point->blocks;
    double lacks = half_width(point) / plan->precision;
    double needed = isnan(lacks) ? 6 : ceil((double)have * lacks * lacks);
    double most = 2 * (double)have > 6 ? 2 * (double)have : 6;
    int64_t wanted = (int64_t)fmin(needed, most);
    int64_t least = have + (have + 2) / 3;
    wanted = wanted > least ? wanted : least;
    wanted += planned - have; /* blocks that failed are not counted on */
    return wanted < plan->blocks ? wanted : plan->blocks;
}

static void judge_point(struct adaptive *adaptive, const struct analysis *analysis,
                        const struct plan *plan, size_t s, size_t p)
{
    const struct point_summary *point = &analysis->series[s].points[p];
    size_t index = plan_index(plan, &analysis->series[s], point);
    if (index == SIZE_MAX || point->blocks == 0 || half_width(point) <= plan->precision ||
        !matters(analysis, plan, s, p))
        return;
    adaptive->wide++;
    adaptive->widest = fmax(adaptive->widest, half_width(point)); /* of one that is NAN the other */
    int64_t planned = plan_blocks_of_point(plan, index);
    if (planned >= plan->blocks)
        adaptive->at_most++;
    else
        adaptive->until[index] = blocks_wanted(point, plan, planned);
}

void adaptive_judge(struct adaptive *adaptive, const struct analysis *analysis,
                    const struct plan *plan)
{
    *adaptive = (struct adaptive){.until = xcalloc(plan->point_count + 1, sizeof(int64_t)),
                                  .widest = NAN};
    for (size_t s = 0; s < analysis->series_count; s++)
        for (size_t p = 0; p < analysis->series[s].point_count; p++)
            judge_point(adaptive, analysis, plan, s, p);
}

int adaptive_read(struct adaptive *adaptive, const char *results, const struct plan *plan,
                  struct error *err)
{
    static const struct machines none;
    struct observations *observations;
    if (observations_read(&observations, results, NULL, err) != 0)
        return -1;
    struct analysis *analysis = analysis_new(observations, plan, &none);
    adaptive_judge(adaptive, analysis, plan);
    analysis_free(analysis);
    observations_free(observations);
    return 0;
}

void adaptive_free(struct adaptive *adaptive)
{
    free(adaptive->until);
    *adaptive = (struct adaptive){0};
}
