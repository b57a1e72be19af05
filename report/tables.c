#include "tables.h"

#include <math.h>

#include "csvtable.h"
#include "number.h"

static void add_header(struct strbuf *out, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        csv_add_field(out, names[i]);
    csv_end_row(out);
}

static void add_interval(struct strbuf *out, struct interval interval)
{
    bool exists = isfinite(interval.low) && isfinite(interval.high);
    csv_add_number(out, exists ? interval.low : NAN);
    csv_add_number(out, exists ? interval.high : NAN);
}

static void add_series(struct strbuf *out, const struct series *series)
{
    csv_add_field(out, series->cluster);
    csv_add_field(out, series->kernel);
    csv_add_field(out, series->backend);
    csv_add_number(out, series->size);
    csv_add_field(out, series->scaling);
}

static void add_point(struct strbuf *out, const struct point_summary *p)
{
    csv_add_number(out, (double)p->cores);
    csv_add_number(out, (double)p->nodes);
    csv_add_number(out, (double)p->ranks);
    csv_add_number(out, (double)p->threads);
    csv_add_number(out, (double)p->allocated_cores);
    csv_add_number(out, (double)p->asked_cores);
    csv_add_number(out, (double)p->blocks);
    csv_add_number(out, (double)p->runs);
    csv_add_number(out, (double)p->failed);
    csv_add_number(out, p->median);
    add_interval(out, p->ci);
    csv_add_number(out, p->minimum);
    csv_add_number(out, p->maximum);
    csv_add_number(out, p->speedup);
    add_interval(out, p->speedup_ci);
    csv_add_number(out, p->efficiency);
    add_interval(out, p->efficiency_ci);
    csv_add_number(out, p->karp_flatt);
    csv_add_number(out, p->ratio_to_fastest);
    csv_add_number(out, p->core_seconds);
    csv_add_number(out, p->charged_core_hours);
    csv_add_number(out, p->cpu_used);
    csv_add_number(out, p->peak_memory_bytes);
    csv_add_number(out, p->granted_memory_bytes);
    csv_add_number(out, p->unused_core_hours);
    csv_add_number(out, (double)p->missing);
}

void tables_points(struct strbuf *out, const struct analysis *analysis)
{
    static const char *const names[] = {"cluster",
                                        "kernel",
                                        "backend",
                                        "size",
                                        "scaling",
                                        "cores",
                                        "nodes",
                                        "ranks",
                                        "threads",
                                        "allocated_cores",
                                        "asked_cores",
                                        "blocks",
                                        "runs_ok",
                                        "runs_failed",
                                        "median_seconds",
                                        "median_seconds_low95",
                                        "median_seconds_high95",
                                        "min_seconds",
                                        "max_seconds",
                                        "speedup",
                                        "speedup_low95",
                                        "speedup_high95",
                                        "efficiency",
                                        "efficiency_low95",
                                        "efficiency_high95",
                                        "karp_flatt",
                                        "ratio_to_fastest",
                                        "core_seconds",
                                        "charged_core_hours",
                                        "cpu_used_fraction",
                                        "peak_memory_bytes",
                                        "granted_memory_bytes",
                                        "unused_core_hours",
                                        "runs_missing"};
    add_header(out, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < analysis->series_count; i++)
        for (size_t j = 0; j < analysis->series[i].point_count; j++) {
            add_series(out, &analysis->series[i]);
            add_point(out, &analysis->series[i].points[j]);
            csv_end_row(out);
        }
}

static void add_count(struct strbuf *out, int64_t cores)
{
    csv_add_number(out, cores > 0 ? (double)cores : NAN); /* 0 is "none" */
}

/* "24:0.71 32:0.29"; nothing where no studies were drawn. */
static void add_choices(struct strbuf *out, const struct choices *choices)
{
    struct strbuf list = STRBUF_INIT;
    char share[NUMBER_TEXT_SIZE];
    for (size_t i = 0; i < choices->count; i++)
        strbuf_addf(&list, "%s%lld:%s", i == 0 ? "" : " ", (long long)choices->cores[i],
                    number_format(share, choices->shares[i]));
    add_count(out, choices->low);
    add_count(out, choices->high);
    csv_add_field(out, list.str);
    strbuf_free(&list);
}

static void add_candidates(struct strbuf *out, const struct optimum *optimum)
{
    struct strbuf list = STRBUF_INIT;
    for (size_t i = 0; i < optimum->candidate_count; i++)
        strbuf_addf(&list, "%s%lld", i == 0 ? "" : " ", (long long)optimum->candidates[i]);
    csv_add_field(out, list.str);
    strbuf_free(&list);
}

void tables_optimum(struct strbuf *out, const struct analysis *analysis)
{
    static const char *const names[] = {"cluster",
                                        "kernel",
                                        "backend",
                                        "size",
                                        "scaling",
                                        "rule",
                                        "recommended_cores",
                                        "recommended_low95_cores",
                                        "recommended_high95_cores",
                                        "recommended_shares",
                                        "fastest_cores",
                                        "not_told_apart_from_fastest",
                                        "efficient_50_cores",
                                        "efficient_70_cores",
                                        "efficient_80_cores",
                                        "knee_cores",
                                        "cheapest_cores",
                                        "largest_tested_won"};
    add_header(out, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < analysis->series_count; i++) {
        const struct optimum *optimum = &analysis->series[i].optimum;
        add_series(out, &analysis->series[i]);
        csv_add_field(out, plan_rule_name(optimum->rule));
        add_count(out, optimum->recommended);
        add_choices(out, &optimum->choices);
        add_count(out, optimum->fastest);
        add_candidates(out, optimum);
        for (int level = 0; level < 3; level++)
            add_count(out, optimum->efficient[level]);
        add_count(out, optimum->knee);
        add_count(out, optimum->cheapest);
        csv_add_number(out, optimum->largest_tested_won ? 1 : 0);
        csv_end_row(out);
    }
}
