#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "optimum.h"
#include "summary.h"
#include "warning_checks.h"
#include "wording.h"

enum { TIMES_FOR_REPEATS = 3, TIMES_MOST = 1000 };

/* Rows that are there twice ------------------------------------------------------- */

/* What tells a run from any other of its point. */
struct identity {
    int64_t block, order;
    int32_t run;
    uint32_t job, row;
};

static int compare_identity(const struct identity *a, const struct identity *b)
{
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    if (a->job != b->job)
        return a->job < b->job ? -1 : 1;
    if (a->run != b->run)
        return a->run < b->run ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static int by_identity(const void *x, const void *y)
{
    const struct identity *a = x, *b = y;
    int order = compare_identity(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

/* The point's ok runs that have one: an order, or a run of a block. */
static struct identity *list_identities(const struct context *c, const struct gathered_point *rows,
                                        size_t *count)
{
    struct identity *list = xcalloc(rows->row_count, sizeof *list);
    bool sorted = true;
    size_t n = 0;
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct observation *row = &c->all->rows[rows->rows[i]];
        bool known =
            row->order != RESULTS_UNKNOWN || (row->block != RESULTS_UNKNOWN && row->run >= 0);
        if (!known || !is_usable(c, row))
            continue;
        list[n] = (struct identity){row->block, row->order, row->run, row->job, rows->rows[i]};
        sorted = sorted && (n == 0 || by_identity(&list[n - 1], &list[n]) < 0);
        n++;
    }
    if (!sorted)
        qsort(list, n, sizeof *list, by_identity);
    *count = n;
    return list;
}

/* How many runs of the point are there again; the first such pair. */
static size_t find_duplicates(const struct context *c, const struct gathered_point *rows,
                              struct identity pair[2])
{
    size_t count, found = 0;
    struct identity *list = list_identities(c, rows, &count);
    for (size_t i = 1; i < count; i++) {
        if (compare_identity(&list[i - 1], &list[i]) != 0)
            continue;
        if (found++ == 0) {
            pair[0] = list[i - 1];
            pair[1] = list[i];
        }
    }
    free(list);
    return found;
}

/* "block 0, run 1, order 7" */
static void say_identity(struct strbuf *text, const struct identity *who)
{
    const char *comma = "";
    if (who->block != RESULTS_UNKNOWN) {
        strbuf_addf(text, "block %lld", (long long)who->block);
        comma = ", ";
    }
    if (who->run >= 0) {
        strbuf_addf(text, "%srun %d", comma, (int)who->run);
        comma = ", ";
    }
    if (who->order != RESULTS_UNKNOWN)
        strbuf_addf(text, "%sorder %lld", comma, (long long)who->order);
}

static void say_duplicates(struct warner *w, size_t series, const struct hits *hits, size_t found,
                           const struct identity pair[2])
{
    const struct context *c = w->c;
    uint32_t lines[2] = {c->all->rows[pair[0].row].line, c->all->rows[pair[1].row].line};
    struct strbuf text = STRBUF_INIT;
    wording_plural(&text, (int64_t)found, "run of ", "runs of ");
    warning_name(&text, c, series);
    strbuf_addf(&text, " %s in the table more than once ", found == 1 ? "is" : "are");
    warning_cores(&text, hits);
    strbuf_add(&text, ": ");
    warning_evidence(w, &text);
    say_identity(&text, &pair[0]);
    strbuf_add(&text, ", ");
    warning_on(&text, hits->cores[0]);
    if (lines[1] > 0)
        strbuf_addf(&text, ", is in lines %lu and %lu", (unsigned long)lines[0],
                    (unsigned long)lines[1]);
    else
        strbuf_add(&text, ", is there twice");
    strbuf_add_char(&text, '.');
    warning_many(w, "Runs of %s are in the table more than once", (double)found);
    warning_add_hits(w, series, hits, &text,
                     "Leave copies out; runs that are not copies need a block, a run or a job of "
                     "their own.");
}

void check_duplicates(struct warner *w)
{
    const struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        const struct series *s = &c->out->series[i];
        struct hits hits = hits_begin(w, s);
        struct identity first[2] = {{0}}, pair[2];
        size_t found = 0;
        for (size_t j = 0; j < s->point_count; j++) {
            size_t own = find_duplicates(c, &c->details[i][j].rows, pair);
            if (own == 0)
                continue;
            if (found == 0)
                memcpy(first, pair, sizeof first);
            found += own;
            hits_add(&hits, s, j);
        }
        if (found > 0)
            say_duplicates(w, i, &hits, found, first);
    }
}

/* Times that are there twice ------------------------------------------------------- */

/* No time of the point stands alone. Of measured times that is next to impossible, unless the clock
 * is coarse. */
static bool all_repeat(const struct point_summary *point)
{
    size_t n = point->blocks, least = 0, most = 0;
    if (n < TIMES_FOR_REPEATS || n > TIMES_MOST)
        return false;
    for (size_t i = 0; i < n; i++) {
        least += point->times[i] == point->minimum;
        most += point->times[i] == point->maximum;
    }
    if (least < 2 || most < 2)
        return false;
    double *sorted = xcalloc(n, sizeof *sorted);
    memcpy(sorted, point->times, n * sizeof *sorted);
    summary_sort(sorted, n);
    bool repeat = true;
    for (size_t i = 0; repeat && i < n; i++)
        repeat = (i > 0 && sorted[i - 1] == sorted[i]) || (i + 1 < n && sorted[i + 1] == sorted[i]);
    free(sorted);
    return repeat;
}

static double repeat_badness(const struct context *c, struct place at, const void *with)
{
    (void)with;
    return all_repeat(point_at(c, at)) ? 1 : NAN;
}

static void say_repeats(struct strbuf *text, const struct context *c, size_t series,
                        const struct hits *hits, const void *with)
{
    const struct point_summary *worst = &c->out->series[series].points[hits->worst];
    bool same = worst->minimum == worst->maximum;
    (void)with;
    strbuf_addf(text, "%s %zu on ", same ? "all" : "each of the", worst->blocks);
    wording_plural(text, worst->cores, "core", "cores");
    strbuf_add(text, same ? " are " : " is there at least twice");
    if (same)
        wording_seconds(text, worst->median);
}

void check_repeats(struct warner *w)
{
    static const struct finding repeats = {
        .badness = repeat_badness,
        .before = "Times of",
        .is = "repeat each other to the last digit",
        .effect = ", so their intervals say too little or nothing",
        .evidence = say_repeats,
        .many = "Times of %s repeat each other to the last digit, so their intervals say too little "
                "or nothing",
        .remedy = "Check that no rows were copied, and give times all the digits that the "
                  "clock has."};
    finding_look_everywhere(w, &repeats);
}

/* Nothing to choose from ------------------------------------------------------------- */

void check_one_count(struct warner *w)
{
    const struct analysis *out = w->c->out;
    for (size_t i = 0; i < out->answer_count; i++) {
        const struct answer *answer = &out->answers[i];
        if (answer->series < 0 || out->series[answer->series].serial ||
            optimum_counts(&out->series[answer->series]) != 1)
            continue;
        struct strbuf text = STRBUF_INIT;
        warning_name(&text, w->c, (size_t)answer->series);
        strbuf_add(&text, " was measured on ");
        wording_plural(&text, out->series[answer->series].points[answer->point].cores, "core",
                       "cores");
        strbuf_add(&text, " only, so nothing tells how it scales.");
        warning_add(w, answer->series, out->series[answer->series].points[answer->point].cores,
                    &text, "Measure other counts too, one core among them.");
    }
}
