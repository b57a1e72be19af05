#include "compare_admit.h"

#include <math.h>
#include <string.h>

#include "compare_notices.h"
#include "compare_views.h"
#include "groups.h"
#include "strbuf.h"
#include "wording.h"

/* Answers that are rounded alike differ by less; near 0 there is nothing to be relative to. */
#define ANSWER_RELATIVE 1e-6
#define ANSWER_ABSOLUTE 1e-9

bool compare_is_own(const struct compare *c, size_t entrant, const struct series *series)
{
    return strcmp(series->cluster, c->entrants[entrant].cluster) == 0;
}

const struct series *compare_own_series(const struct compare *c,
                                       const struct compare_contest *contest, size_t entrant,
                                       size_t *at)
{
    const struct analysis *a = c->entrants[entrant].analysis;
    for (; *at < a->series_count; (*at)++)
        if (compare_is_own(c, entrant, &a->series[*at]) &&
            compare_is_of_contest(contest, &a->series[*at]))
            return &a->series[(*at)++];
    return NULL;
}

static void say_contest(struct strbuf *sb, const char *kernel, double size, const char *scaling)
{
    strbuf_add(sb, kernel[0] == '\0' ? "a kernel without a name" : kernel);
    if (isfinite(size)) {
        strbuf_add(sb, ", n = ");
        wording_size(sb, size);
    }
    if (strcmp(scaling, "weak") == 0)
        strbuf_add(sb, ", weak scaling");
}

/* Refusals --------------------------------------------------------------------- */

/* The other CPU type where there are two; NULL. */
static bool has_two_types(const struct compare *c, const struct compare_contest *contest,
                          size_t entrant, const char *models[2])
{
    const struct series *series;
    size_t at = 0;
    models[0] = models[1] = NULL;
    while ((series = compare_own_series(c, contest, entrant, &at)) != NULL) {
        if (series->cpu_model[0] == '\0')
            continue;
        if (models[0] == NULL)
            models[0] = series->cpu_model;
        else if (strcmp(models[0], series->cpu_model) != 0) {
            models[1] = series->cpu_model;
            return true;
        }
    }
    return false;
}

static bool refuse_mixed(struct compare *c, const struct compare_contest *contest, size_t entrant)
{
    const char *models[2];
    struct strbuf sb = STRBUF_INIT;
    if (!has_two_types(c, contest, entrant, models))
        return false;
    strbuf_addf(&sb, "%s ran on two CPU types (%s and %s), so it has no one time to compare.",
                c->entrants[entrant].label, models[0], models[1]);
    compare_add_notice(c, NOTICE_MIXED_CPU, &sb,
               "Measure one of them: give the cluster's \"cpu\" in the study, or a constraint.");
    return true;
}

static bool refuse_metric(struct compare *c, size_t entrant)
{
    const char *first = c->entrants[0].analysis->metric;
    const char *other = c->entrants[entrant].analysis->metric;
    struct strbuf sb = STRBUF_INIT;
    if (strcmp(first, other) == 0)
        return false;
    strbuf_addf(&sb, "%s has times of %s, %s has times of %s: they are not compared.",
                c->entrants[0].label,
                strcmp(first, "total") == 0 ? "the whole program" : "the program's own clock",
                c->entrants[entrant].label,
                strcmp(other, "total") == 0 ? "the whole program" : "the program's own clock");
    compare_add_notice(c, NOTICE_DIFFERENT_TIMING, &sb, "Set \"timing\" alike in both studies.");
    return true;
}

static bool answers_differ(double a, double b, double relative)
{
    double size = fmax(fabs(a), fabs(b));
    return isfinite(a) && isfinite(b) && fabs(a - b) > relative * size &&
           fabs(a - b) > ANSWER_ABSOLUTE;
}

static bool refuse_answer(struct compare *c, const struct compare_contest *contest, size_t entrant)
{
    double relative = fmax(fmax(c->entrants[0].answer_tolerance,
                                c->entrants[entrant].answer_tolerance),
                           ANSWER_RELATIVE);
    const struct series *mine, *other;
    for (size_t i = 0; (mine = compare_own_series(c, contest, 0, &i)) != NULL;)
        for (size_t j = 0; (other = compare_own_series(c, contest, entrant, &j)) != NULL;)
            for (size_t k = 0; k < mine->point_count; k++) {
                const struct point_summary *a = &mine->points[k];
                const struct point_summary *b = series_point(other, a->cores);
                if (b == NULL || !answers_differ(a->value, b->value, relative))
                    continue;
                struct strbuf sb = STRBUF_INIT;
                strbuf_addf(&sb, "%s printed %.9g and %s printed %.9g on ", c->entrants[0].label,
                            a->value, c->entrants[entrant].label, b->value);
                wording_plural(&sb, a->cores, "core", "cores");
                strbuf_add(&sb, ": another answer is another computation, so their times are "
                                "not compared.");
                compare_add_notice(c, NOTICE_DIFFERENT_ANSWER, &sb,
                           "Find out which is right; \"expect\" in a study checks every run.");
                return true;
            }
    return false;
}

static bool is_there(const struct compare *c, const struct compare_contest *contest,
                     size_t entrant)
{
    const struct series *series;
    size_t at = 0;
    while ((series = compare_own_series(c, contest, entrant, &at)) != NULL)
        for (size_t i = 0; i < series->point_count; i++)
            if (series->points[i].blocks > 0)
                return true;
    return false;
}

/* ", only of snow, n = 2000", where that is not what is contested. */
static void say_other(struct strbuf *sb, const struct compare *c, size_t entrant)
{
    size_t count = 0;
    for (size_t i = 0; i < c->contest_count; i++) {
        const struct compare_contest *other = &c->contests[i];
        if (!is_there(c, other, entrant) || count++ > 0)
            continue;
        strbuf_add(sb, ", only of ");
        say_contest(sb, other->kernel, other->size, other->scaling);
    }
    if (count > 1)
        strbuf_addf(sb, " and %zu more", count - 1);
}

static void say_alone(struct compare *c, const struct compare_contest *contest)
{
    for (size_t i = 0; i < c->entrant_count; i++) {
        struct strbuf sb = STRBUF_INIT;
        if (is_there(c, contest, i))
            continue;
        strbuf_addf(&sb, "%s has no ", c->entrants[i].label);
        if (contest->kernel[0] == '\0' && isnan(contest->size)) {
            strbuf_add(&sb, "run that is ok, so it is not compared.");
        } else {
            strbuf_add(&sb, "time of ");
            say_contest(&sb, contest->kernel, contest->size, contest->scaling);
            say_other(&sb, c, i);
            strbuf_add(&sb, ", so it is not compared there.");
        }
        compare_add_notice(c, NOTICE_DIFFERENT_STUDY, &sb, "Measure the same kernel at the same size.");
    }
}

/* Who can be compared in a contest; whether that leaves two, the reference among them. */
bool compare_admit(struct compare *c, struct compare_contest *contest)
{
    size_t count = 0;
    for (size_t i = 0; i < c->entrant_count; i++)
        count += is_there(c, contest, i) ? 1 : 0;
    if (count < c->entrant_count)
        say_alone(c, contest);
    contest->takes_part[0] = is_there(c, contest, 0) && !refuse_mixed(c, contest, 0);
    count = contest->takes_part[0] ? 1 : 0;
    for (size_t i = 1; i < c->entrant_count; i++) {
        contest->takes_part[i] = is_there(c, contest, i) && !refuse_mixed(c, contest, i) &&
                                 !refuse_metric(c, i) && !refuse_answer(c, contest, i);
        count += contest->takes_part[i] ? 1 : 0;
    }
    return contest->takes_part[0] && count > 1;
}
