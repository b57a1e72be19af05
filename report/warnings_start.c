#include <math.h>

#include "speedup.h"
#include "warning_checks.h"
#include "wording.h"

/* Limits of docs/method.md, "Traps", of start-up and of compiling alike. */
#define SHARE_INSIDE 0.2  /* of a whole run, where that is what is reported */
#define SHARE_OUTSIDE 0.5 /* where only the program's own time is */

static double least_share(const struct context *c)
{
    return c->total ? SHARE_INSIDE : SHARE_OUTSIDE;
}

/* What the first call took beyond a later one, over the whole run; 0 not known. */
static double compile_share(const struct context *c, const struct observation *row)
{
    (void)c;
    double share = ((double)row->first_seconds - row->seconds) / row->wall_seconds;
    return share > 0 && isfinite(share) ? share : 0;
}

/* What a run takes beside the program's own time and its compiling, over the whole run. */
static double start_share(const struct context *c, const struct observation *row)
{
    return 1 - row->seconds / row->wall_seconds - compile_share(c, row);
}

void check_start_up(struct warner *w)
{
    const struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        struct place at = speedup_least(c, i, 0);
        if (!is_place(at) || point_at(c, at)->too_small) /* which says the same */
            continue;
        double share = median_over_runs(c, at, start_share), wall = point_at(c, at)->wall_median;
        if (!(share > least_share(c)))
            continue;
        struct strbuf text = STRBUF_INIT;
        strbuf_add(&text, c->total ? "Starting is inside the times of "
                                   : "Starting costs more than computing in ");
        warning_name(&text, c, i);
        warning_colon(&text);
        warning_evidence(w, &text);
        strbuf_add(&text, "it is ");
        wording_percent(&text, share);
        strbuf_add(&text, " of the ");
        wording_seconds(&text, wall);
        strbuf_add(&text, " that a run takes from start to end ");
        warning_on(&text, point_at(c, at)->cores);
        strbuf_add_char(&text, '.');
        warning_many(w, c->total ? "Starting is inside the times of %s"
                                 : "Starting costs more than computing in %s", share);
        warning_add(w, (int)i, point_at(c, at)->cores, &text,
                    c->total ? "It does not scale and hides what does: look at the program's own "
                               "time too (timing: kernel), or at a larger size."
                             : "The figures are of the program's own time: for what a job costs "
                               "look at the whole runs too (timing: total), or at a larger size.");
    }
}

void check_compile_time(struct warner *w)
{
    const struct context *c = w->c;
    for (size_t i = 0; i < c->out->series_count; i++) {
        struct place at = speedup_least(c, i, 0);
        if (!is_place(at))
            continue;
        double share = median_over_runs(c, at, compile_share);
        if (!(share > least_share(c)))
            continue;
        struct strbuf text = STRBUF_INIT;
        strbuf_add(&text, c->total ? "Compiling at run time is inside the times of "
                                   : "Compiling at run time is most of a run of ");
        warning_name(&text, c, i);
        warning_colon(&text);
        warning_evidence(w, &text);
        strbuf_add(&text, "the first call costs ");
        wording_percent(&text, share);
        strbuf_add(&text, " of the ");
        wording_seconds(&text, point_at(c, at)->wall_median);
        strbuf_add(&text, " that a run takes ");
        warning_on(&text, point_at(c, at)->cores);
        strbuf_addf(&text, "%s.", c->total ? "" : ", and is not in the times shown");
        warning_many(w, c->total ? "Compiling at run time is inside the times of %s"
                                 : "Compiling at run time is most of a run of %s", share);
        warning_add(w, (int)i, point_at(c, at)->cores, &text,
                    c->total ? "Keep compiled code between runs (numba: cache=True), or look at "
                               "the program's own time (timing: kernel)."
                             : "Every job pays it: keep compiled code between runs (numba: "
                               "cache=True), or look at whole runs too (timing: total).");
    }
}
