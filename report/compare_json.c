#include "compare_json.h"

#include <math.h>

#include "csvtable.h"
#include "groups.h"
#include "jsontext.h"

static void write_entrant(struct json_writer *w, const struct compare_entrant *entrant)
{
    json_begin_object(w, NULL);
    json_string(w, "label", entrant->label);
    json_string(w, "cluster", entrant->cluster);
    json_string(w, "study", entrant->analysis->study);
    json_string(w, "metric", entrant->analysis->metric);
    json_string(w, "date", entrant->analysis->date[0] == '\0' ? NULL : entrant->analysis->date);
    if (entrant->node_cores > 0)
        json_int(w, "node_cores", entrant->node_cores);
    else
        json_null(w, "node_cores");
    json_end_object(w);
}

static void write_side(struct json_writer *w, const char *key, const struct compare *c,
                       const struct compare_side *side)
{
    json_begin_object(w, key);
    json_string(w, "entrant", c->entrants[side->entrant].label);
    json_string(w, "backend", side->series->backend);
    json_string(w, "cpu_model", side->series->cpu_model);
    json_int(w, "cores", side->point->cores);
    if (side->next != NULL)
        json_int(w, "towards_cores", side->next->cores);
    else
        json_null(w, "towards_cores");
    json_int(w, "blocks", (int64_t)side->point->blocks);
    json_number(w, "seconds", side->seconds);
    interval_write(w, "ci95_seconds",
                   side->next == NULL ? side->point->ci : (struct interval){NAN, NAN});
    json_number(w, "charged_core_hours", side->core_hours);
    json_end_object(w);
}

static void write_ratio(struct json_writer *w, const struct compare_ratio *ratio)
{
    claim_write(w, &ratio->claim);
    interval_write(w, "ratio_ci95", ratio->ci95);
    json_bool(w, "within_tolerance", ratio->claim.within);
}

static void write_comparison(struct json_writer *w, const struct compare *c,
                             const struct compare_contest *contest, const struct comparison *at)
{
    json_begin_object(w, NULL);
    json_string(w, "a", c->entrants[at->a.entrant].label);
    json_string(w, "b", c->entrants[at->b.entrant].label);
    json_string(w, "view", compare_view_name(at->view));
    json_string(w, "kernel", contest->kernel);
    json_number(w, "size", contest->size);
    json_begin_array(w, "cores");
    json_int(w, NULL, at->a.point->cores);
    json_int(w, NULL, at->b.point->cores);
    json_end_array(w);
    write_ratio(w, &at->ratio);
    json_string(w, "sentence", at->sentence);
    write_side(w, "of_a", c, &at->a);
    write_side(w, "of_b", c, &at->b);
    json_end_object(w);
}

static void write_ranking(struct json_writer *w, const struct compare *c,
                          const struct compare_contest *contest,
                          const struct compare_ranking *ranking)
{
    json_begin_object(w, NULL);
    json_string(w, "view", compare_view_name(ranking->view));
    json_string(w, "kernel", contest->kernel);
    json_number(w, "size", contest->size);
    json_string(w, "sentence", ranking->sentence);
    json_string(w, "details", ranking->details);
    json_begin_array(w, "ranks");
    for (size_t i = 0; i < ranking->count; i++) {
        const struct compare_rank *rank = &ranking->ranks[i];
        json_begin_object(w, NULL);
        json_int(w, "rank", rank->rank);
        json_bool(w, "best", rank->best);
        write_ratio(w, &rank->ratio);
        write_side(w, "of", c, &rank->side);
        json_end_object(w);
    }
    json_end_array(w);
    json_end_object(w);
}

static void write_gate(struct json_writer *w, const struct compare_gate *gate, double allowed)
{
    if (gate == NULL) {
        json_null(w, "fail_if_slower");
        return;
    }
    json_begin_object(w, "fail_if_slower");
    json_number(w, "allowed", allowed);
    json_int(w, "checked", (int64_t)gate->checked);
    json_int(w, "without_interval", (int64_t)gate->unknown);
    json_int(w, "violated", (int64_t)gate->violated);
    json_int(w, "disputed", (int64_t)gate->disputed);
    json_int(w, "missing", (int64_t)gate->missing);
    json_number(w, "possible", gate->possible);
    json_string(w, "worst", gate->worst == NULL ? NULL : gate->worst->sentence);
    json_end_object(w);
}

static void write_notices(struct json_writer *w, const struct compare *c)
{
    json_begin_array(w, "notices");
    for (size_t i = 0; i < c->notice_count; i++) {
        json_begin_object(w, NULL);
        json_string(w, "code", c->notices[i].code);
        json_string(w, "text", c->notices[i].text);
        json_string(w, "remedy", c->notices[i].remedy);
        json_end_object(w);
    }
    json_end_array(w);
}

void compare_json(struct strbuf *out, const struct compare *c, const struct compare_gate *gate,
                  double allowed)
{
    struct json_writer w = {.out = out, .pretty = true, .first = true};
    json_begin_object(&w, NULL);
    json_string(&w, "headline", c->headline);
    json_string(&w, "reference", c->entrants[0].label);
    json_number(&w, "level", c->level);
    json_int(&w, "claims", (int64_t)c->claims);
    json_number(&w, "tolerance", c->tolerance);
    json_bool(&w, "same_machine", c->same_machine);
    json_begin_array(&w, "entrants");
    for (size_t i = 0; i < c->entrant_count; i++)
        write_entrant(&w, &c->entrants[i]);
    json_end_array(&w);
    json_begin_array(&w, "comparisons");
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++)
            write_comparison(&w, c, &c->contests[i], &c->contests[i].comparisons[j]);
    json_end_array(&w);
    json_begin_array(&w, "rankings");
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].ranking_count; j++)
            write_ranking(&w, c, &c->contests[i], &c->contests[i].rankings[j]);
    json_end_array(&w);
    write_gate(&w, gate, allowed);
    write_notices(&w, c);
    json_end_object(&w);
    if (out->len == 0 || out->str[out->len - 1] != '\n')
        strbuf_add_char(out, '\n');
}

static void add_side(struct strbuf *out, const struct compare *c, const struct compare_side *side)
{
    csv_add_field(out, c->entrants[side->entrant].label);
    csv_add_field(out, side->series->backend);
    csv_add_number(out, (double)side->point->cores);
    csv_add_number(out, side->next == NULL ? NAN : (double)side->next->cores);
    csv_add_number(out, (double)side->point->blocks);
    csv_add_number(out, side->seconds);
    csv_add_number(out, side->core_hours);
}

void compare_table(struct strbuf *out, const struct compare *c)
{
    static const char *const names[] = {
        "kernel",       "size",          "view",          "a",             "a_backend",
        "a_cores",      "a_towards",     "a_blocks",      "a_seconds",     "a_charged_core_hours",
        "b",            "b_backend",     "b_cores",       "b_towards",     "b_blocks",
        "b_seconds",    "b_charged_core_hours", "ratio",  "ratio_low95",   "ratio_high95",
        "ratio_low",    "ratio_high",    "hodges_lehmann", "hodges_lehmann_low",
        "hodges_lehmann_high", "verdict", "claim"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        csv_add_field(out, names[i]);
    csv_end_row(out);
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++) {
            const struct comparison *at = &c->contests[i].comparisons[j];
            const struct claim *claim = &at->ratio.claim;
            csv_add_field(out, c->contests[i].kernel);
            csv_add_number(out, c->contests[i].size);
            csv_add_field(out, compare_view_name(at->view));
            add_side(out, c, &at->a);
            add_side(out, c, &at->b);
            csv_add_number(out, claim->ratio);
            csv_add_number(out, at->ratio.ci95.low);
            csv_add_number(out, at->ratio.ci95.high);
            csv_add_number(out, claim->ci.low);
            csv_add_number(out, claim->ci.high);
            csv_add_number(out, claim->other);
            csv_add_number(out, claim->other_ci.low);
            csv_add_number(out, claim->other_ci.high);
            csv_add_field(out, verdict_name(at->verdict));
            csv_add_field(out, claim_name(claim->kind));
            csv_end_row(out);
        }
}
