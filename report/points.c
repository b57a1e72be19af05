#include "points.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "summary.h"

/* What is worth a warning: a tenth, and so many times the usual scatter that of
 * nine runs it is hardly ever chance (a z of 3.5 is, in every second study). */
#define FAR_OUT 0.10
#define FAR_OUT_UNITS 10

/* An ok run and the replicate that it belongs to. */
struct member {
    int64_t block;
    uint32_t job, row;
    bool alone; /* no block is known: it is a replicate of its own */
    double time;
};

static int by_block(const void *x, const void *y)
{
    const struct member *a = x, *b = y;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    if (a->job != b->job)
        return a->job < b->job ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* The usable runs, by block and job; results.csv has them so already. */
static struct member *list_members(const struct context *c, const struct gathered_point *rows,
                                   size_t *count)
{
    struct member *list = xcalloc(rows->row_count, sizeof *list);
    bool sorted = true;
    size_t n = 0;
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct observation *row = &c->all->rows[rows->rows[i]];
        if (!is_usable(c, row))
            continue;
        bool alone = row->block == RESULTS_UNKNOWN;
        list[n] = (struct member){.block = alone ? (int64_t)n : row->block,
                                  .job = row->job,
                                  .row = rows->rows[i],
                                  .alone = alone,
                                  .time = time_of(c, row)};
        sorted = sorted && (n == 0 || by_block(&list[n - 1], &list[n]) <= 0);
        n++;
    }
    if (!sorted)
        qsort(list, n, sizeof *list, by_block);
    *count = n;
    return list;
}

static size_t end_of_block(const struct member *list, size_t count, size_t begin)
{
    size_t end = begin + 1;
    while (end < count && !list[begin].alone && !list[end].alone &&
           list[end].block == list[begin].block && list[end].job == list[begin].job)
        end++;
    return end;
}

/* One time a block: the median of its runs. */
static void reduce_to_blocks(struct context *c, const struct member *list, size_t count,
                             struct point_summary *point, struct point_detail *detail,
                             double *scratch)
{
    double *times = pool_alloc(c->pool, count, sizeof *times);
    int64_t *ids = pool_alloc(c->pool, count, sizeof *ids);
    uint32_t *jobs = pool_alloc(c->scratch, count, sizeof *jobs);
    uint32_t *hosts = pool_alloc(c->scratch, count, sizeof *hosts);
    uint32_t *firsts = pool_alloc(c->scratch, count, sizeof *firsts);
    size_t blocks = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = end_of_block(list, count, begin);
        for (size_t i = begin; i < end; i++)
            scratch[i - begin] = list[i].time;
        times[blocks] = summary_median_select(scratch, end - begin);
        ids[blocks] = list[begin].alone ? RESULTS_UNKNOWN : list[begin].block;
        jobs[blocks] = list[begin].job;
        firsts[blocks] = list[begin].row;
        hosts[blocks++] = c->all->rows[list[begin].row].host;
    }
    detail->jobs = jobs;
    detail->hosts = hosts;
    detail->firsts = firsts;
    point->times = times;
    point->block_ids = ids;
    point->blocks = blocks;
}

static void summarise_times(struct context *c, struct point_summary *point,
                            struct point_detail *detail, double *scratch)
{
    size_t n = point->blocks;
    for (size_t i = 0; i < n; i++)
        scratch[i] = point->times[i];
    summary_sort(scratch, n);
    point->median = summary_median(scratch, n);
    point->minimum = n > 0 ? scratch[0] : NAN;
    point->maximum = n > 0 ? scratch[n - 1] : NAN;
    struct summary_ranks ranks = summary_ranks(n, c->out->level);
    point->ci_coverage = ranks.coverage;
    point->ci = ranks.low == 0
                    ? (struct interval){NAN, NAN}
                    : (struct interval){scratch[ranks.low - 1], scratch[ranks.high - 1]};
    detail->law = bootstrap_median(c->bootstrap, c->scratch, scratch, n);
    point->mad = summary_mad(scratch, n);
}

/* `unit` is what a modified z-score is in. */
static void flag_run(const struct context *c, const struct member *run, double unit,
                     struct point_summary *point, struct point_detail *detail)
{
    double off = fabs(run->time - detail->usual);
    int64_t order = c->all->rows[run->row].order;
    point->flagged_runs[point->flagged_count++] =
        order == RESULTS_UNKNOWN ? (int64_t)run->row : order;
    if (off <= FAR_OUT * detail->usual || off <= FAR_OUT_UNITS * unit)
        return;
    if (detail->far_out++ == 0 || off > fabs(detail->farthest - detail->usual))
        detail->farthest = run->time;
}

/*
 * Runs far from the median of all runs of the point: told, never left out.
 * With one run a block the blocks' median and MAD are the runs'.
 */
static void flag_runs(struct context *c, const struct member *list, size_t count,
                      struct point_summary *point, struct point_detail *detail, double *scratch)
{
    double median = point->median, mad = point->mad;
    if (point->blocks < count) {
        for (size_t i = 0; i < count; i++)
            scratch[i] = list[i].time;
        median = summary_median_select(scratch, count);
        for (size_t i = 0; i < count; i++)
            scratch[i] = fabs(list[i].time - median);
        mad = summary_median_select(scratch, count);
    }
    detail->usual = median;
    for (size_t i = 0; i < count; i++)
        scratch[i] = list[i].time;
    double unit = summary_z_unit(scratch, count, median, mad), limit = SUMMARY_Z_LIMIT * unit;
    size_t flagged = 0;
    for (size_t i = 0; limit > 0 && i < count; i++)
        flagged += fabs(list[i].time - median) > limit;
    point->flagged_runs = pool_alloc(c->pool, flagged, sizeof *point->flagged_runs);
    for (size_t i = 0; flagged > 0 && i < count; i++)
        if (fabs(list[i].time - median) > limit)
            flag_run(c, &list[i], unit, point, detail);
}

/* CPU time and memory against what was granted, and what the runs printed. */
static void summarise_use(const struct context *c, const struct member *list, size_t count,
                          struct point_summary *point, double *scratch)
{
    size_t shares = 0, walls = 0;
    bool unbound = false, unknown = false;
    double *wall_times = xcalloc(count, sizeof *wall_times);
    for (size_t i = 0; i < count; i++) {
        const struct observation *row = &c->all->rows[list[i].row];
        const struct shape *shape = &c->all->shapes[row->shape];
        double share = row->cpu_seconds / (row->wall_seconds * (double)shape->allocated_cores);
        if (isfinite(share))
            scratch[shares++] = share;
        if (isfinite(row->wall_seconds))
            wall_times[walls++] = row->wall_seconds;
        point->peak_memory_bytes = fmax(point->peak_memory_bytes, row->peak_memory_bytes);
        point->granted_memory_bytes =
            fmax(point->granted_memory_bytes, shape->granted_memory_bytes);
        if (isnan(point->value))
            point->value = row->value;
        if (point->mask[0] == '\0')
            point->mask = c->all->texts[row->mask];
        unbound = unbound || row->bound == 0;
        unknown = unknown || row->bound < 0;
    }
    point->cpu_used = summary_median_select(scratch, shares);
    point->wall_median = summary_median_select(wall_times, walls);
    point->bound = unbound ? 0 : unknown || count == 0 ? -1 : 1;
    free(wall_times);
}

void point_summarise(struct context *c, const struct gathered_point *rows,
                     struct point_summary *point, struct point_detail *detail)
{
    static const struct interval none = {NAN, NAN};
    const struct shape *shape = rows->shape;
    size_t count;
    struct member *list = list_members(c, rows, &count);
    double *scratch = xcalloc(count, sizeof *scratch);

    *detail = (struct point_detail){.rows = *rows};
    *point = (struct point_summary){
        .cores = shape->cores, .nodes = shape->nodes, .ranks = shape->ranks,
        .threads = shape->threads, .allocated_cores = shape->allocated_cores,
        .runs = count,
        .speedup = NAN, .speedup_ci = none, .speedup_paired = NAN, .speedup_paired_ci = none,
        .efficiency = NAN, .efficiency_ci = none, .efficiency_lower90 = NAN,
        .speedup_own = NAN, .speedup_own_ci = none, .karp_flatt = NAN, .karp_flatt_ci = none,
        .gustafson = NAN, .gustafson_ci = none, .ratio_to_fastest = NAN,
        .ratio_to_fastest_upper95 = NAN, .ratio_to_fastest_lower95 = NAN,
        .peak_memory_bytes = NAN, .granted_memory_bytes = NAN, .value = NAN, .mask = "",
        .actual_size = shape->actual_size, .work = shape->work,
    };
    reduce_to_blocks(c, list, count, point, detail, scratch);
    summarise_times(c, point, detail, scratch);
    flag_runs(c, list, count, point, detail, scratch);
    summarise_use(c, list, count, point, scratch);
    for (size_t i = 0; i < rows->row_count; i++)
        point->missing += c->all->rows[rows->rows[i]].status == RUN_MISSING;
    point->failed = rows->row_count - count - point->missing;
    free(scratch);
    free(list);
}
