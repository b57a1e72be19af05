#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "warning_checks.h"
#include "wording.h"

/* Answers further apart than this are wrong, whatever the arithmetic. */
#define ANSWERS_APART 0.01
#define ANSWERS_NOISE 1e-9 /* absolute: sums that cancel to nothing differ by rounding */
#define OUTLIER_SHARE 0.005 /* of a series' runs: fewer are to be expected */

enum { REASONS_SHOWN = 3, REASON_BYTES = 160 };

/* Reasons of a series with how often each was given. */
struct reasons {
    const char *texts[REASONS_SHOWN];
    size_t counts[REASONS_SHOWN], count, others;
};

static void count_reason(struct reasons *reasons, const char *text)
{
    for (size_t i = 0; i < reasons->count; i++)
        if (strcmp(reasons->texts[i], text) == 0) {
            reasons->counts[i]++;
            return;
        }
    if (reasons->count == REASONS_SHOWN) {
        reasons->others++;
        return;
    }
    reasons->texts[reasons->count] = text;
    reasons->counts[reasons->count++] = 1;
}

/* A reason may be a whole line of a program's: cut, but never inside a character. */
static void say_reason(struct strbuf *text, const char *reason)
{
    size_t length = strlen(reason);
    if (length > REASON_BYTES) {
        length = REASON_BYTES;
        while (length > 0 && ((unsigned char)reason[length] & 0xc0) == 0x80)
            length--;
    }
    while (length > 0 && (reason[length - 1] == '.' || reason[length - 1] == ' '))
        length--;
    strbuf_add_bytes(text, reason, length);
    if (strlen(reason) > REASON_BYTES)
        strbuf_add(text, "…");
}

static void say_reasons(struct strbuf *text, const struct reasons *reasons)
{
    for (size_t i = 0; i < reasons->count; i++) {
        strbuf_add(text, i == 0 ? ": " : "; ");
        say_reason(text, reasons->texts[i]);
        if (reasons->count > 1)
            strbuf_addf(text, " (%zu)", reasons->counts[i]);
    }
    if (reasons->others > 0)
        strbuf_addf(text, "; and other reasons (%zu)", reasons->others);
}

/* What a run of this kind is counted for; NULL: not by this check. */
typedef const char *reason_fn(const struct context *context, const struct observation *row);

static const char *failed_reason(const struct context *c, const struct observation *row)
{
    if (row->status == RUN_MISSING || row->status == RUN_UNBOUND || is_usable(c, row))
        return NULL;
    if (row->status == RUN_OK)
        return "no time was reported";
    return row->reason != 0 ? c->all->texts[row->reason]
                            : run_status_name((enum run_status)row->status);
}

static const char *reason_of_status(const struct context *c, const struct observation *row,
                                    enum run_status status, const char *otherwise)
{
    if (row->status != status)
        return NULL;
    return row->reason != 0 ? c->all->texts[row->reason] : otherwise;
}

static const char *missing_reason(const struct context *c, const struct observation *row)
{
    return reason_of_status(c, row, RUN_MISSING, "no reason is known");
}

static const char *unbound_reason(const struct context *c, const struct observation *row)
{
    return reason_of_status(c, row, RUN_UNBOUND, "workers shared cores");
}

static void check_status(struct warner *w, reason_fn *reason_of, const char *what,
                         const char *many, const char *remedy)
{
    const struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        const struct series *s = &c->out->series[i];
        struct hits hits = hits_begin(w, s);
        struct reasons reasons = {.count = 0};
        size_t runs = 0, hit = 0;
        for (size_t j = 0; j < s->point_count; j++) {
            const struct gathered_point *rows = &c->details[i][j].rows;
            size_t before = hit;
            size_t not_ok = s->points[j].failed + s->points[j].missing;
            for (size_t k = 0; not_ok > 0 && k < rows->row_count; k++) {
                const char *reason = reason_of(c, &c->all->rows[rows->rows[k]]);
                if (reason == NULL)
                    continue;
                count_reason(&reasons, reason);
                hit++;
            }
            runs += rows->row_count;
            if (hit > before)
                hits_add(&hits, s, j);
        }
        if (hit == 0)
            continue;
        struct strbuf text = STRBUF_INIT;
        strbuf_addf(&text, "%zu of %zu runs of ", hit, runs);
        warning_name(&text, c, i);
        strbuf_addf(&text, " %s ", what);
        warning_cores(&text, &hits);
        if (reasons.count > 1 || strcmp(reasons.texts[0], what) != 0) /* not "failed: failed" */
            say_reasons(&text, &reasons);
        strbuf_add(&text, ".");
        warning_many(w, many, (double)hit / (double)runs);
        warning_add_hits(w, i, &hits, &text, remedy);
    }
}

void check_failed(struct warner *w)
{
    check_status(w, failed_reason, "failed", "Runs of %s failed",
                 w->c->plan != NULL
                     ? "Their output is in the study's logs folder; when the cause is mended, "
                       "scalestudy resume --retry-failed measures them again."
                     : "Mend the cause and measure them again.");
}

void check_missing(struct warner *w)
{
    check_status(w, missing_reason, "never came", "Runs of %s never came",
                 "Let scalestudy resume measure them.");
    size_t rows = w->c->out->runs_ok + w->c->out->runs_not_ok;
    if (rows >= w->c->out->runs_planned)
        return;
    struct strbuf text = STRBUF_INIT;
    strbuf_addf(&text, "%zu of %zu planned runs are not in the table.",
                w->c->out->runs_planned - rows, w->c->out->runs_planned);
    warning_add(w, -1, 0, &text, "Let scalestudy resume measure them.");
}

static bool binding_is_asked_for(const struct context *c)
{
    return c->plan == NULL || strcmp(c->plan->bind, "none") != 0;
}

static const char remedy_unbound[] = "Bind each worker to a core of its own, for instance with "
                                     "OMP_PROC_BIND=close and OMP_PLACES=cores.";

static double unbound_badness(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *p = point_at(c, at);
    (void)with;
    return p->runs > 0 && p->bound == 0 ? (double)p->cores : NAN;
}

void check_unbound(struct warner *w)
{
    check_status(w, unbound_reason, "are left out, as workers were not bound,",
                 "Runs of %s are left out, as workers were not bound", remedy_unbound);
    static const struct finding unbound = {
        .badness = unbound_badness,
        .is = "had workers that were not on cores of their own",
        .many = "%s had workers that were not on cores of their own",
        .remedy = remedy_unbound};
    if (binding_is_asked_for(w->c))
        finding_look_everywhere(w, &unbound);
}

static double unchecked_badness(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *p = point_at(c, at);
    (void)with;
    return p->runs > 0 && p->bound < 0 ? (double)p->cores : NAN;
}

void check_binding_known(struct warner *w)
{
    struct strbuf text = STRBUF_INIT;
    if (w->c->plan == NULL)
        return; /* a foreign table has no word for it */
    if (!binding_is_asked_for(w->c)) {
        strbuf_add(&text, "Nothing kept workers on cores of their own, and nothing checked it, as "
                          "the study says bind: none.");
        warning_add(w, -1, 0, &text, "Leave bind out of the study: cores is the default.");
        return;
    }
    static const struct finding unchecked = {
        .badness = unchecked_badness,
        .is = "could not be checked for binding",
        .effect = ": its workers may have shared cores",
        .many = "%s could not be checked for binding: their workers may have shared cores",
        .remedy = "Let the program print a record line with its workers' CPU masks, or look at its "
                  "CPU use."};
    finding_look_everywhere(w, &unchecked);
}

static size_t ok_runs(const struct series *series)
{
    size_t runs = 0;
    for (size_t i = 0; i < series->point_count; i++)
        runs += series->points[i].runs;
    return runs;
}

static bool listed_before(const struct series *list, size_t begin, size_t index)
{
    for (size_t i = begin; i < index; i++)
        if (strcmp(list[i].cpu_model, list[index].cpu_model) == 0)
            return true;
    return false;
}

/* [begin, end) is one problem: its CPU types with the runs on each. */
static size_t say_cpu_types(struct strbuf *text, const struct series *list, size_t begin,
                            size_t end)
{
    size_t types = 0;
    for (size_t i = begin; i < end; i++) {
        size_t runs = 0;
        if (list[i].cpu_model[0] == '\0' || listed_before(list, begin, i))
            continue;
        for (size_t j = i; j < end; j++)
            if (strcmp(list[i].cpu_model, list[j].cpu_model) == 0)
                runs += ok_runs(&list[j]);
        if (runs == 0)
            continue;
        strbuf_addf(text, "%s%s (", types++ == 0 ? "" : ", ", list[i].cpu_model);
        wording_plural(text, (int64_t)runs, "run", "runs");
        strbuf_add(text, ")");
    }
    return types;
}

void check_cpu_types(struct warner *w)
{
    const struct analysis *out = w->c->out;
    for (size_t begin = 0, end; begin < out->series_count; begin = end) {
        struct strbuf types = STRBUF_INIT, text = STRBUF_INIT;
        for (end = begin + 1; end < out->series_count &&
                              same_problem(&out->series[begin], &out->series[end]);
             end++)
            continue;
        size_t count = say_cpu_types(&types, out->series, begin, end);
        if (count > 1) {
            strbuf_addf(&text, "The runs are from %zu CPU types, and each has curves of its own: ",
                        count);
            warning_evidence(w, &text);
            strbuf_addf(&text, "%s.", types.str);
            warning_add(w, (int)begin, 0, &text,
                        "Ask for one CPU type: cpu or constraint in the study.");
        }
        strbuf_free(&types);
    }
}

static bool apart(double a, double b, double tolerance)
{
    double difference = fabs(a - b);
    return difference > ANSWERS_NOISE && difference > tolerance * fmax(fabs(a), fabs(b));
}

static double answer_tolerance(const struct context *c, const char *backend)
{
    double tolerance = ANSWERS_APART;
    for (size_t i = 0; c->plan != NULL && i < c->plan->backend_count; i++)
        if (strcmp(c->plan->backends[i].name, backend) == 0 && c->plan->backends[i].has_expect)
            tolerance = fmax(tolerance, 2 * c->plan->backends[i].expect_tolerance);
    return tolerance;
}

/* Weak scaling computes something else at each count. */
static bool same_task(const struct series *a, const struct point_summary *p,
                      const struct series *b, const struct point_summary *q)
{
    return strcmp(a->scaling, b->scaling) == 0 && (!is_weak(a) || p->cores == q->cores);
}

/* The first of the problem's points that has a value for the same task. */
static struct place reference_for(const struct analysis *out, size_t begin, size_t series,
                                  const struct point_summary *point)
{
    for (size_t i = begin; i <= series; i++)
        for (size_t j = 0; j < out->series[i].point_count; j++)
            if (!isnan(out->series[i].points[j].value) &&
                same_task(&out->series[i], &out->series[i].points[j], &out->series[series], point))
                return place_of(i, j);
    return nowhere;
}

static void say_value(struct strbuf *text, const struct context *c, struct place at)
{
    const struct point_summary *point = point_at(c, at);
    char number[NUMBER_TEXT_SIZE];
    warning_name(text, c, (size_t)at.series);
    strbuf_addf(text, " on %lld %s found %s", (long long)point->cores,
                point->cores == 1 ? "core" : "cores", number_format(number, point->value));
}

/* One warning a series, for its first point that disagrees. */
static void compare_answers(struct warner *w, size_t begin, size_t series)
{
    const struct context *c = w->c;
    const struct series *s = &c->out->series[series];
    double tolerance = answer_tolerance(c, s->backend);
    for (size_t j = 0; j < s->point_count; j++) {
        if (isnan(s->points[j].value))
            continue;
        struct place at = place_of(series, j);
        struct place reference = reference_for(c->out, begin, series, &s->points[j]);
        if (!is_place(reference) ||
            !apart(s->points[j].value, point_at(c, reference)->value, tolerance))
            continue;
        struct strbuf text = STRBUF_INIT;
        say_value(&text, c, at);
        strbuf_add(&text, ", but ");
        say_value(&text, c, reference);
        strbuf_add(&text, ": they do not solve the same problem.");
        warning_many(w, "%s found other answers", fabs(s->points[j].value - point_at(c, reference)->value));
        warning_add(w, (int)series, s->points[j].cores, &text,
                    "Find the wrong one before comparing times; expect in the study checks every "
                    "run.");
        return;
    }
}

void check_answers_agree(struct warner *w)
{
    const struct series *list = w->c->out->series;
    size_t begin = 0;
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        if (!same_problem(&list[begin], &list[i]))
            begin = i;
        compare_answers(w, begin, i);
    }
}

void check_outliers(struct warner *w)
{
    const struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        const struct series *s = &c->out->series[i];
        struct hits hits = hits_begin(w, s);
        size_t far_out = 0;
        double farthest = 0;
        for (size_t j = 0; j < s->point_count; j++) {
            const struct point_detail *detail = &c->details[i][j];
            double off = fabs(detail->farthest / detail->usual - 1);
            if (detail->far_out == 0)
                continue;
            if (off > farthest) {
                farthest = off;
                hits.worst = j;
            }
            far_out += detail->far_out;
            hits_add(&hits, s, j);
        }
        if (far_out == 0 || (double)far_out < OUTLIER_SHARE * (double)ok_runs(s))
            continue;
        const struct point_detail *worst = &c->details[i][hits.worst];
        struct strbuf text = STRBUF_INIT;
        wording_plural(&text, (int64_t)far_out, "run of ", "runs of ");
        warning_name(&text, c, i);
        strbuf_add(&text, far_out == 1 ? " lies far out: " : " lie far out: the farthest at ");
        warning_evidence(w, &text);
        wording_seconds(&text, worst->farthest);
        strbuf_addf(&text, " on %lld %s, where ", (long long)s->points[hits.worst].cores,
                    s->points[hits.worst].cores == 1 ? "core" : "cores");
        wording_seconds(&text, worst->usual);
        strbuf_add(&text, " is usual.");
        warning_many(w, "Runs of %s lie far out", farthest);
        warning_add_hits(w, i, &hits, &text,
                    "Nothing is left out, as a median hardly feels such runs; look at what else "
                    "their hosts were doing.");
    }
}

/* Some ok runs of the backend have no time of their own. */
static bool reports_no_time(const struct context *c, size_t series)
{
    const struct series *s = &c->out->series[series];
    for (size_t j = 0; j < s->point_count; j++) {
        const struct gathered_point *rows = &c->details[series][j].rows;
        for (size_t k = 0; k < rows->row_count; k++)
            if (c->all->rows[rows->rows[k]].status == RUN_OK &&
                isnan(c->all->rows[rows->rows[k]].seconds))
                return true;
    }
    return false;
}

/* Worth a word only where others do report theirs: it is lost for them. */
void check_time_reported(struct warner *w)
{
    struct strbuf names = STRBUF_INIT;
    const struct context *c = w->c;
    size_t silent = 0, last = 0;
    for (size_t i = 0; c->total && i < c->out->series_count; i++) {
        if (!reports_no_time(c, i))
            continue;
        if (silent++ == 0 || strcmp(c->out->series[last].backend, c->out->series[i].backend) != 0)
            strbuf_addf(&names, "%s%s", silent == 1 ? "" : ", ", c->out->series[i].backend);
        last = i;
    }
    if (silent > 0 && silent < c->out->series_count) {
        struct strbuf text = STRBUF_INIT;
        strbuf_addf(&text, "All times are of whole runs, start-up included, as not every run "
                           "reports its own time: %s.",
                    names.str);
        warning_add(w, -1, 0, &text,
                    "Let it print its time, and give the pattern as seconds in the study.");
    }
    strbuf_free(&names);
}
