#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "modes.h"
#include "summary.h"
#include "warning_checks.h"
#include "wording.h"

enum { NAMES_SHOWN = 4, LABELS_MOST = 1000 };

/* What may tell a block of one group from one of the other. */
struct label {
    const char *one, *many;
    uint32_t (*of)(const struct context *context, struct place at, size_t block);
};

static uint32_t cpu_of(const struct context *c, struct place at, size_t block)
{
    const struct observation *row = &c->all->rows[detail_at(c, at)->firsts[block]];
    return c->all->settings[row->setting].cpu_id;
}

static uint32_t host_of(const struct context *c, struct place at, size_t block)
{
    return detail_at(c, at)->hosts[block];
}

static uint32_t job_of(const struct context *c, struct place at, size_t block)
{
    return detail_at(c, at)->jobs[block];
}

static const struct label labels[] = {
    {"on the CPU type", "on the CPU types", cpu_of},
    {"on", "on", host_of},
    {"in job", "in jobs", job_of},
};

static bool is_slow(const struct context *c, struct place at, size_t block,
                    const struct modes *modes)
{
    return point_at(c, at)->times[block] > (modes->low + modes->high) / 2;
}

struct names {
    uint32_t ids[LABELS_MOST];
    size_t count;
};

static bool add_name(struct names *names, uint32_t id)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->ids[i] == id)
            return true;
    if (names->count == LABELS_MOST)
        return false;
    names->ids[names->count++] = id;
    return true;
}

static bool share_a_name(const struct names *a, const struct names *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (a->ids[i] == b->ids[j])
                return true;
    return false;
}

static void say_names(struct strbuf *text, const struct context *c, const struct names *names)
{
    size_t shown = names->count > NAMES_SHOWN ? NAMES_SHOWN - 1 : names->count;
    for (size_t i = 0; i < shown; i++) {
        const char *name = c->all->texts[names->ids[i]];
        strbuf_addf(text, "%s%s", wording_separator(i, names->count),
                    name[0] == '\0' ? "an unknown one" : name);
    }
    if (shown < names->count)
        strbuf_addf(text, " and %zu more", names->count - shown);
}

/*
 * "; the slower ones ran on h3, the faster ones on h1 and h2": where the label
 * is never the same in both groups. One that each block has for itself, as a
 * job often is, parts any two groups and so tells nothing.
 */
static bool say_label(struct strbuf *text, const struct context *c, struct place at,
                      const struct modes *modes, const struct label *label)
{
    const struct point_summary *point = point_at(c, at);
    struct names *slow = xcalloc(1, sizeof *slow), *fast = xcalloc(1, sizeof *fast);
    bool told = true;
    for (size_t i = 0; told && i < point->blocks; i++)
        told = add_name(is_slow(c, at, i, modes) ? slow : fast, label->of(c, at, i));
    told = told && !share_a_name(slow, fast) && slow->count + fast->count < point->blocks;
    if (told) {
        strbuf_addf(text, "; the slower ones ran %s ", slow->count == 1 ? label->one : label->many);
        say_names(text, c, slow);
        strbuf_addf(text, ", the faster ones %s ", fast->count == 1 ? label->one : label->many);
        say_names(text, c, fast);
    }
    free(slow);
    free(fast);
    return told;
}

/* One group came before the other. */
static bool say_time(struct strbuf *text, const struct context *c, struct place at,
                     const struct modes *modes)
{
    double slow[2] = {INFINITY, -INFINITY}, fast[2] = {INFINITY, -INFINITY};
    for (size_t i = 0; i < point_at(c, at)->blocks; i++) {
        const struct observation *row = &c->all->rows[detail_at(c, at)->firsts[i]];
        double *of = is_slow(c, at, i, modes) ? slow : fast;
        double when = row->started;
        if (isnan(when))
            when = row->order == RESULTS_UNKNOWN ? NAN : (double)row->order;
        if (isnan(when))
            return false;
        of[0] = fmin(of[0], when);
        of[1] = fmax(of[1], when);
    }
    if (slow[0] > fast[1])
        strbuf_add(text, "; the slower ones all came after the faster ones");
    else if (slow[1] < fast[0])
        strbuf_add(text, "; the slower ones all came before the faster ones");
    else
        return false;
    return true;
}

static const char *say_difference(struct strbuf *text, const struct context *c, struct place at,
                                  const struct modes *modes)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (say_label(text, c, at, modes, &labels[i]))
            return "Report the two apart, or ask for one kind of node: cpu or constraint in the "
                   "study.";
    if (say_time(text, c, at, modes))
        return "Find what changed between them, and measure again.";
    strbuf_add(text, "; neither host nor job nor time tells them apart");
    if (c->plan == NULL)
        return "Give the table a column for what differs: size, backend, cpu_model, host. If "
               "nothing does, look at other users of the node, memory placement and clock "
               "frequency: the median jumps between the two.";
    return "Look for what may differ from run to run: other users of the node, memory "
           "placement, clock frequency. The median jumps between the two.";
}

static struct modes modes_of(const struct context *c, struct place at)
{
    const struct point_summary *point = point_at(c, at);
    double *sorted = xcalloc(point->blocks, sizeof *sorted);
    for (size_t i = 0; i < point->blocks; i++)
        sorted[i] = point->times[i];
    summary_sort(sorted, point->blocks);
    struct modes modes = modes_find(sorted, point->blocks);
    free(sorted);
    return modes;
}

static void say_groups(struct warner *w, size_t series, const struct hits *hits,
                       const struct modes *modes)
{
    struct place worst = place_of(series, hits->worst);
    struct strbuf text = STRBUF_INIT;
    warning_name(&text, w->c, series);
    strbuf_add(&text, " has two groups of times ");
    warning_cores(&text, hits);
    strbuf_add(&text, ": ");
    warning_evidence(w, &text);
    wording_plural(&text, (int64_t)modes->lower, "block", "blocks");
    strbuf_add(&text, " near ");
    wording_seconds(&text, modes->low);
    strbuf_addf(&text, " and %zu near ", point_at(w->c, worst)->blocks - modes->lower);
    wording_seconds(&text, modes->high);
    if (hits->count > 1)
        strbuf_addf(&text, " on %lld %s", (long long)point_at(w->c, worst)->cores,
                    point_at(w->c, worst)->cores == 1 ? "core" : "cores");
    const char *remedy = say_difference(&text, w->c, worst, modes);
    strbuf_add_char(&text, '.');
    warning_many(w, "%s have two groups of times", modes->high / modes->low);
    warning_add_hits(w, series, hits, &text, remedy);
}

/* The point whose groups are farthest apart stands for the series. */
void check_two_groups(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        struct hits hits = hits_begin(w, s);
        struct modes worst = {.lower = 0};
        for (size_t j = 0; j < s->point_count; j++) {
            struct modes modes = modes_of(w->c, place_of(i, j));
            if (modes.lower == 0)
                continue;
            if (worst.lower == 0 || modes.high / modes.low > worst.high / worst.low) {
                worst = modes;
                hits.worst = j;
            }
            hits_add(&hits, s, j);
        }
        if (hits.count > 0)
            say_groups(w, i, &hits, &worst);
    }
}
