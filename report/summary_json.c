#include "summary_json.h"

#include <math.h>
#include <stdio.h>

#include "claim.h"
#include "cost.h"
#include "groups.h"
#include "jsontext.h"
#include "model_bands.h"
#include "models.h"
#include "throughput_fit.h"

static const char *const kinds[] = {
    [OPTIMUM_NONE] = "none",
    [OPTIMUM_COUNT] = "count",
    [OPTIMUM_AT_LEAST] = "at-least",
    [OPTIMUM_DO_NOT_PARALLELISE] = "do-not-parallelise",
};

/* Counts of which 0 means that there is none. */
static void write_count(struct json_writer *w, const char *key, int64_t count)
{
    if (count == 0)
        json_null(w, key);
    else
        json_int(w, key, count);
}

static void write_list(struct json_writer *w, const char *key, const int64_t *list, size_t count)
{
    json_begin_array(w, key);
    for (size_t i = 0; i < count; i++)
        json_int(w, NULL, list[i]);
    json_end_array(w);
}

static void write_times(struct json_writer *w, const struct point_summary *point)
{
    json_int(w, "cores", point->cores);
    write_count(w, "nodes", point->nodes);
    write_count(w, "ranks", point->ranks);
    write_count(w, "threads", point->threads);
    json_int(w, "allocated_cores", point->allocated_cores);
    json_int(w, "blocks", (int64_t)point->blocks);
    json_int(w, "runs", (int64_t)point->runs);
    json_int(w, "failed", (int64_t)point->failed);
    json_int(w, "missing", (int64_t)point->missing);
    json_number(w, "median_seconds", point->median);
    interval_write(w, "ci95_seconds", point->ci);
    json_number(w, "ci95_coverage", point->ci_coverage);
    json_number(w, "min_seconds", point->minimum);
    json_number(w, "max_seconds", point->maximum);
    json_number(w, "mad_seconds", point->mad);
}

static void write_point(struct json_writer *w, const struct point_summary *point)
{
    json_begin_object(w, NULL);
    write_times(w, point);
    json_number(w, "speedup", point->speedup);
    interval_write(w, "speedup_ci95", point->speedup_ci);
    json_number(w, "speedup_paired", point->speedup_paired);
    interval_write(w, "speedup_paired_ci95", point->speedup_paired_ci);
    json_number(w, "efficiency", point->efficiency);
    interval_write(w, "efficiency_ci95", point->efficiency_ci);
    json_number(w, "speedup_own", point->speedup_own);
    interval_write(w, "speedup_own_ci95", point->speedup_own_ci);
    json_number(w, "karp_flatt", point->karp_flatt);
    interval_write(w, "karp_flatt_ci95", point->karp_flatt_ci);
    json_number(w, "gustafson", point->gustafson);
    interval_write(w, "gustafson_ci95", point->gustafson_ci);
    json_number(w, "work", point->work);
    json_number(w, "ratio_to_fastest", point->ratio_to_fastest);
    json_number(w, "ratio_to_fastest_upper95", point->ratio_to_fastest_upper95);
    json_number(w, "core_seconds", point->core_seconds);
    json_number(w, "charged_core_hours", point->charged_core_hours);
    json_number(w, "unused_core_hours", point->unused_core_hours);
    json_number(w, "cpu_used", point->cpu_used);
    json_number(w, "others_cores", point->others_cores);
    json_number(w, "stolen_cores", point->stolen_cores);
    json_number(w, "peak_memory_bytes", point->peak_memory_bytes);
    json_number(w, "granted_memory_bytes", point->granted_memory_bytes);
    json_bool(w, "too_small", point->too_small);
    write_list(w, "flagged_runs", point->flagged_runs, point->flagged_count);
    json_end_object(w);
}

static void write_base(struct json_writer *w, const struct series *series)
{
    if (series->base_point < 0) {
        json_null(w, "base");
        return;
    }
    json_begin_object(w, "base");
    json_string(w, "backend", series->base_backend);
    json_int(w, "cores", series->base_cores);
    json_number(w, "median_seconds", series->base_seconds);
    json_bool(w, "absolute", series->base_is_absolute);
    json_bool(w, "relative", series->base_is_relative);
    write_count(w, "outrun_on_cores", series_outruns_base(series));
    json_end_object(w);
}

static void write_choices(struct json_writer *w, const struct choices *choices)
{
    if (choices->studies == 0) {
        json_null(w, "range95");
        json_null(w, "shares");
        json_null(w, "share_of_none");
        return;
    }
    json_begin_array(w, "range95");
    json_int(w, NULL, choices->low);
    json_int(w, NULL, choices->high);
    json_end_array(w);
    json_begin_object(w, "shares");
    for (size_t i = 0; i < choices->count; i++) {
        char cores[24];
        snprintf(cores, sizeof cores, "%lld", (long long)choices->cores[i]);
        json_number(w, cores, choices->shares[i]);
    }
    json_end_object(w);
    json_number(w, "share_of_none", choices->none);
}

static void write_doubling(struct json_writer *w, const struct alternative *doubling)
{
    if (doubling->cores == 0) {
        json_null(w, "doubling");
        return;
    }
    json_begin_object(w, "doubling");
    json_int(w, "cores", doubling->cores);
    json_number(w, "time_ratio", doubling->time);
    interval_write(w, "time_ratio_ci95", doubling->time_ci);
    json_number(w, "core_hours_ratio", doubling->core_hours);
    json_end_object(w);
}

static void write_optimum(struct json_writer *w, const struct optimum *o)
{
    static const char *const thresholds[] = {"0.5", "0.7", "0.8"};
    json_begin_object(w, "optimum");
    json_string(w, "rule", plan_rule_name(o->rule));
    json_number(w, "tolerance", o->tolerance);
    json_string(w, "kind", kinds[o->kind]);
    write_count(w, "recommended", o->recommended);
    write_choices(w, &o->choices);
    write_list(w, "candidates_for_fastest", o->candidates, o->candidate_count);
    write_count(w, "fastest", o->fastest);
    json_begin_object(w, "efficient");
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
        write_count(w, thresholds[i], o->efficient[i]);
    json_end_object(w);
    write_count(w, "knee", o->knee);
    write_count(w, "cheapest", o->cheapest);
    json_bool(w, "largest_tested_won", o->largest_tested_won);
    write_doubling(w, &o->doubling);
    json_end_object(w);
}

static const char *const model_keys[MODEL_KINDS] = {
    [MODEL_IDEAL] = "ideal", [MODEL_AMDAHL] = "amdahl", [MODEL_POWER] = "power",
    [MODEL_USL] = "usl",     [MODEL_LOGARITHMIC] = "logarithmic",
};

/* The parameters under the names of their models. */
static void write_parameters(struct json_writer *w, const struct model *model,
                             const struct model_bands *bands)
{
    static const struct {
        const char *serial, *overhead;
    } names[MODEL_KINDS] = {[MODEL_AMDAHL] = {"serial_fraction", NULL},
                            [MODEL_USL] = {"sigma", "kappa"},
                            [MODEL_LOGARITHMIC] = {"serial_fraction", "growth"}};
    json_number(w, "t1", model->time_one.value);
    if (names[model->kind].serial != NULL)
        json_number(w, names[model->kind].serial, model->serial.value);
    if (names[model->kind].overhead != NULL)
        json_number(w, names[model->kind].overhead, model->overhead.value);
    if (model->kind == MODEL_POWER)
        json_number(w, "exponent", model->exponent.value);
    if (bands != NULL && model->kind == MODEL_USL) {
        interval_write(w, "sigma_ci95", bands->serial);
        interval_write(w, "kappa_ci95", bands->overhead);
    } else if (bands != NULL && names[model->kind].serial != NULL) {
        interval_write(w, "serial_fraction_ci95", bands->serial);
    }
    if (bands != NULL)
        interval_write(w, "peak_ci95", bands->peak);
}

static void write_model(struct json_writer *w, const struct series *series, size_t index)
{
    const struct models *models = series->models;
    const struct model *model = &models->all[index];
    bool chosen = models->chosen == (int)index;
    if (!model->fitted) {
        json_null(w, model_keys[index]);
        return;
    }
    json_begin_object(w, model_keys[index]);
    json_string(w, "formula", model_formula(model->kind));
    write_parameters(w, model, chosen ? series->bands : NULL);
    json_number(w, "aicc", model->aicc);
    json_number(w, "weight", model->weight);
    json_number(w, "left_out_inner", model->left_out_inner);
    json_number(w, "left_out_ends", model->left_out_ends);
    json_bool(w, "misses_data", model->misses_data);
    /* A peak is told only where it may be claimed. */
    json_number(w, "peak_cores",
                chosen && models->peak != MODELS_PEAK_NONE ? model->peak.value : NAN);
    json_end_object(w);
}

/* What is infinite, as the peak of a curve that rises for ever, is null. */
static void write_throughput(struct json_writer *w, const struct throughput_fit *fit)
{
    if (fit == NULL || !fit->converged) {
        json_null(w, "throughput");
        return;
    }
    json_begin_object(w, "throughput");
    json_number(w, "gamma", fit->one.value);
    json_number(w, "gamma_se", fit->one.error);
    interval_write(w, "gamma_ci95", fit->one.ci);
    json_number(w, "sigma", fit->sigma.value);
    json_number(w, "sigma_se", fit->sigma.error);
    interval_write(w, "sigma_ci95", fit->sigma.ci);
    json_number(w, "kappa", fit->kappa.value);
    json_number(w, "kappa_se", fit->kappa.error);
    interval_write(w, "kappa_ci95", fit->kappa.ci);
    json_number(w, "peak_cores", fit->peak_cores);
    json_number(w, "peak_throughput", isfinite(fit->peak_cores) ? fit->peak : NAN);
    json_number(w, "limit", fit->limit);
    json_number(w, "residual_deviation", fit->deviation);
    json_number(w, "df", fit->freedom);
    json_end_object(w);
}

static void write_models(struct json_writer *w, const struct series *series)
{
    const struct models *models = series->models;
    if (models == NULL) {
        json_null(w, "models");
        return;
    }
    json_begin_object(w, "models");
    json_string(w, "chosen", models->chosen < 0 ? NULL : model_keys[models->chosen]);
    json_string(w, "why", models->refusal_text);
    json_string(w, "refusal", models->refusal_code[0] == '\0' ? NULL : models->refusal_code);
    for (size_t i = 0; i < MODEL_KINDS; i++)
        write_model(w, series, i);
    write_throughput(w, series->throughput);
    json_end_object(w);
}

static void write_series(struct json_writer *w, const struct series *series)
{
    json_begin_object(w, NULL);
    json_string(w, "cluster", series->cluster);
    json_string(w, "cpu_model", series->cpu_model);
    json_string(w, "kernel", series->kernel);
    json_string(w, "backend", series->backend);
    json_number(w, "size", series->size);
    json_string(w, "scaling", series->scaling);
    write_base(w, series);
    json_begin_array(w, "points");
    for (size_t i = 0; i < series->point_count; i++)
        write_point(w, &series->points[i]);
    json_end_array(w);
    write_models(w, series);
    write_optimum(w, &series->optimum);
    json_end_object(w);
}

static void write_answer(struct json_writer *w, const char *key, const struct analysis *analysis,
                         const struct answer *answer)
{
    const struct series *series =
        answer->series < 0 ? NULL : &analysis->series[answer->series];
    json_begin_object(w, key);
    json_string(w, "cluster", answer->cluster);
    json_string(w, "kernel", answer->kernel);
    json_string(w, "backend", series == NULL ? NULL : series->backend);
    json_number(w, "size", answer->size);
    write_count(w, "cores", series == NULL ? 0 : series->points[answer->point].cores);
    json_string(w, "kind", kinds[answer->kind]);
    write_choices(w, &answer->choices);
    json_number(w, "backend_share", answer->backend_share);
    write_doubling(w, &answer->doubling);
    json_bool(w, "disturbed", answer->disturbed);
    json_string(w, "sentence", answer->sentence);
    json_end_object(w);
}

static void write_answers(struct json_writer *w, const struct analysis *analysis)
{
    if (analysis->answer_count == 0)
        json_null(w, "answer");
    else
        write_answer(w, "answer", analysis, &analysis->answers[0]);
    json_begin_array(w, "answers");
    for (size_t i = 0; i < analysis->answer_count; i++)
        write_answer(w, NULL, analysis, &analysis->answers[i]);
    json_end_array(w);
}

static void write_warning(struct json_writer *w, const struct warning *warning)
{
    json_begin_object(w, NULL);
    json_string(w, "code", warning->code);
    if (warning->series < 0)
        json_null(w, "series");
    else
        json_int(w, "series", warning->series);
    write_count(w, "cores", warning->cores);
    write_list(w, "points", warning->counts, warning->count);
    json_string(w, "text", warning->text);
    json_string(w, "evidence", warning->evidence);
    json_string(w, "remedy", warning->remedy);
    json_end_object(w);
}

static void write_rival(struct json_writer *w, const struct analysis *analysis,
                        const struct rival *rival)
{
    const struct answer *answer = &analysis->answers[rival->answer];
    const struct series *a = &analysis->series[rival->series];
    const struct series *b = &analysis->series[answer->series];
    json_begin_object(w, NULL);
    json_string(w, "a", a->backend);
    json_string(w, "b", b->backend);
    json_int(w, "series_a", rival->series);
    json_int(w, "series_b", answer->series);
    json_string(w, "view", "same-cores");
    json_begin_array(w, "cores");
    json_int(w, NULL, a->points[rival->point].cores);
    json_int(w, NULL, b->points[answer->point].cores);
    json_end_array(w);
    claim_write(w, &rival->claim);
    json_end_object(w);
}

static void write_step(struct json_writer *w, const char *key, const struct analysis *analysis,
                       const struct size_step *step)
{
    json_begin_object(w, key);
    json_int(w, "from_series", step->from_series);
    json_int(w, "to_series", step->to_series);
    json_number(w, "from_size", analysis->series[step->from_series].size);
    json_number(w, "to_size", analysis->series[step->to_series].size);
    json_number(w, "time_ratio", step->growth);
    interval_write(w, "time_ratio_ci95", step->growth_ci);
    json_number(w, "exponent", step->exponent);
    interval_write(w, "exponent_ci95", step->exponent_ci);
    json_end_object(w);
}

static void write_sweep(struct json_writer *w, const struct analysis *analysis,
                        const struct size_sweep *sweep)
{
    json_begin_object(w, NULL);
    json_string(w, "backend", analysis->series[sweep->whole.from_series].backend);
    json_int(w, "cores", sweep->cores);
    json_begin_array(w, "steps");
    for (size_t i = 0; i < sweep->step_count; i++)
        write_step(w, NULL, analysis, &sweep->steps[i]);
    json_end_array(w);
    write_step(w, "whole", analysis, &sweep->whole);
    json_end_object(w);
}

/* Of all ok runs; what went unused is null where it is not known of all of them. */
static void write_spending(struct json_writer *w, const struct analysis *analysis)
{
    struct spending sum = cost_spent(analysis);
    json_number(w, "core_hours", sum.core_seconds / 3600);
    json_number(w, "unused_core_hours",
                sum.runs > 0 && sum.runs_without_cpu == 0 ? sum.idle_core_seconds / 3600 : NAN);
}

int summary_json_write(const struct analysis *analysis, struct strbuf *out)
{
    struct json_writer w = {.out = out, .pretty = true, .first = true};
    json_begin_object(&w, NULL);
    json_string(&w, "study", analysis->study);
    json_string(&w, "metric", analysis->metric);
    json_string(&w, "date", analysis->date[0] == '\0' ? NULL : analysis->date);
    json_int(&w, "runs_planned", (int64_t)analysis->runs_planned);
    json_int(&w, "runs_ok", (int64_t)analysis->runs_ok);
    write_spending(&w, analysis);
    json_int(&w, "runs_not_ok", (int64_t)analysis->runs_not_ok);
    json_bool(&w, "oversubscribed", analysis->oversubscribed);
    json_begin_array(&w, "series");
    for (size_t i = 0; i < analysis->series_count; i++)
        write_series(&w, &analysis->series[i]);
    json_end_array(&w);
    write_answers(&w, analysis);
    json_begin_array(&w, "comparisons");
    for (size_t i = 0; i < analysis->rival_count; i++)
        write_rival(&w, analysis, &analysis->rivals[i]);
    json_end_array(&w);
    json_begin_array(&w, "size_sweeps");
    for (size_t i = 0; i < analysis->sweep_count; i++)
        write_sweep(&w, analysis, &analysis->sweeps[i]);
    json_end_array(&w);
    json_begin_array(&w, "warnings");
    for (size_t i = 0; i < analysis->warning_count; i++)
        write_warning(&w, &analysis->warnings[i]);
    json_end_array(&w);
    json_end_object(&w);
    if (out->len == 0 || out->str[out->len - 1] != '\n')
        strbuf_add_char(out, '\n');
    return 0;
}
