#include "warnings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "groups.h"
#include "summary.h"
#include "warning_checks.h"
#include "wording.h"

/* In this order in the report: what spoils the answer comes before what it
 * merely leaves open. */
static const struct {
    const char *code;
    void (*find)(struct warner *warner);
} checks[] = {
    {"oversubscribed", check_oversubscribed},
    {"others-at-work", check_others},
    {"more-threads", check_more_threads},
    {"too-small", check_too_small},
    {"failed-runs", check_failed},
    {"missing-runs", check_missing},
    {"duplicate-rows", check_duplicates},
    {"repeated-times", check_repeats},
    {"different-answers", check_answers_agree},
    {"different-work", check_work_agrees},
    {"unbound", check_unbound},
    {"shared-cores", check_shared_cores},
    {"mixed-cpu", check_cpu_types},
    {"no-uncertainty", check_uncertainty},
    {"noise", check_noise},
    {"two-groups", check_two_groups},
    {"drift", check_drift},
    {"dependence", check_dependence},
    {"unsteady", check_unsteady},
    {"superlinear", check_superlinear},
    {"border-step", check_border_step},
    {"clock-falls", check_clock},
    {"no-one-core", check_one_core},
    {"work-not-known", check_work_known},
    {"serial-run", check_serial_run},
    {"idle-request", check_idle_request},
    {"idle-cores", check_idle_cores},
    {"memory-limit", check_memory},
    {"memory-unused", check_memory_unused},
    {"start-up", check_start_up},
    {"compile-time", check_compile_time},
    {"few-blocks", check_few_blocks},
    {"no-model", check_model_refused},
    {"picked-from-noise", check_picks},
    {"not-checked", check_binding_known},
    {"outliers", check_outliers},
    {"total-time", check_time_reported},
    {"largest-count-won", check_largest_count},
    {"one-count", check_one_count},
};

const char *warning_code(size_t index)
{
    return index < sizeof checks / sizeof *checks ? checks[index].code : NULL;
}

void warning_evidence(struct warner *warner, const struct strbuf *text)
{
    warner->evidence = text->len;
}

void warning_many(struct warner *warner, const char *many, double weight)
{
    warner->many = many;
    warner->weight = weight;
}

static const char *subject(const struct warner *warner, int series)
{
    struct strbuf name = STRBUF_INIT;
    if (series < 0)
        return "";
    warning_name(&name, warner->c, (size_t)series);
    if (name.str[name.len - 1] == ',')
        strbuf_set_length(&name, name.len - 1);
    const char *kept = pool_copy(warner->c->pool, name.str);
    strbuf_free(&name);
    return kept;
}

static const char *marked_evidence(struct warner *warner, const struct strbuf *text)
{
    size_t begin = warner->evidence < text->len ? warner->evidence : 0;
    size_t end = text->str[text->len - 1] == '.' ? text->len - 1 : text->len;
    warner->evidence = 0;
    return pool_text(warner->c->pool, "%.*s", (int)(end - begin), text->str + begin);
}

static void add(struct warner *warner, int series, const int64_t *counts, size_t count,
                struct strbuf *text, const char *remedy)
{
    struct analysis *out = warner->c->out;
    int64_t *kept = pool_alloc(warner->c->pool, count, sizeof *kept);
    for (size_t i = 0; i < count; i++)
        kept[i] = counts[i];
    array_grow(&out->warnings, out->warning_count, &warner->capacity, sizeof *out->warnings);
    out->warnings[out->warning_count++] = (struct warning){
        .code = warner->code,
        .series = series,
        .cores = count == 1 ? counts[0] : 0,
        .counts = kept,
        .count = count,
        .text = pool_copy(warner->c->pool, text->str),
        .evidence = marked_evidence(warner, text),
        .remedy = pool_copy(warner->c->pool, remedy),
        .name = subject(warner, series),
        .many = warner->many,
        .weight = warner->weight,
    };
    warner->many = NULL;
    strbuf_free(text);
}

void warning_add(struct warner *warner, int series, int64_t cores, struct strbuf *text,
                 const char *remedy)
{
    add(warner, series, &cores, cores == 0 ? 0 : 1, text, remedy);
}

void warning_add_hits(struct warner *warner, size_t series, const struct hits *hits,
                      struct strbuf *text, const char *remedy)
{
    add(warner, (int)series, hits->cores, hits->count, text, remedy);
}

void warning_name(struct strbuf *text, const struct context *c, size_t series)
{
    const struct analysis *out = c->out;
    const struct series *s = &out->series[series];
    struct group_differences differ = group_differences(out);
    strbuf_add(text, s->label);
    if (differ.kernels)
        strbuf_addf(text, ", %s", s->kernel);
    if (differ.sizes) {
        strbuf_add(text, ", size ");
        wording_size(text, s->size);
    }
    if (differ.clusters)
        strbuf_addf(text, ", on %s", s->cluster);
    if (differ.kernels || differ.sizes || differ.clusters || strcmp(s->label, s->backend) != 0)
        strbuf_add(text, ",");
}

void warning_colon(struct strbuf *text)
{
    if (text->len > 0 && text->str[text->len - 1] == ',')
        strbuf_set_length(text, text->len - 1);
    strbuf_add(text, ": ");
}

void warning_on(struct strbuf *text, int64_t cores)
{
    strbuf_add(text, "on ");
    wording_plural(text, cores, "core", "cores");
}

void warning_cores(struct strbuf *text, const struct hits *hits)
{
    strbuf_add(text, "on ");
    wording_list(text, hits->cores, hits->count);
    strbuf_add(text, hits->count == 1 && hits->cores[0] == 1 ? " core" : " cores");
}

double median_over_runs(const struct context *c, struct place at, run_value_fn *value_of)
{
    const struct gathered_point *rows = &detail_at(c, at)->rows;
    double *values = xcalloc(rows->row_count, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct observation *row = &c->all->rows[rows->rows[i]];
        double value = is_usable(c, row) ? value_of(c, row) : NAN;
        if (isfinite(value))
            values[count++] = value;
    }
    double median = summary_median_select(values, count);
    free(values);
    return median;
}

/* The list grows on the heap; the analysis owns it in its pool. */
static void move_to_pool(struct context *c)
{
    struct analysis *out = c->out;
    struct warning *grown = out->warnings;
    out->warnings = pool_alloc(c->pool, out->warning_count, sizeof *out->warnings);
    if (out->warning_count > 0)
        memcpy(out->warnings, grown, out->warning_count * sizeof *grown);
    free(grown);
}

void warnings_find(struct context *context)
{
    struct warner warner = {.c = context};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        warner.code = checks[i].code;
        checks[i].find(&warner);
    }
    move_to_pool(context);
}
