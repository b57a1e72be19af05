#include "series_throughput.h"

#include "throughput_fit.h"

enum { POINTS_LEAST = 3 }; /* as many as the curve has unknowns */

void series_throughput_fit(struct context *c, size_t index)
{
    struct series *series = &c->out->series[index];
    size_t count = 0;
    if (!c->out->asked.fit_throughput || series->serial || is_weak(series))
        return;
    double *cores = pool_alloc(c->scratch, series->point_count + 1, sizeof *cores);
    double *throughput = pool_alloc(c->scratch, series->point_count + 1, sizeof *throughput);
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        if (!(p->blocks > 0 && p->median > 0))
            continue;
        cores[count] = (double)p->cores;
        throughput[count++] = 1 / p->median;
    }
    if (count < POINTS_LEAST)
        return;
    struct throughput_fit *fit = pool_alloc(c->pool, 1, sizeof *fit);
    *fit = throughput_fit(cores, throughput, count);
    series->throughput = fit;
}
