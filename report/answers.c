#include "answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "certainty.h"
#include "claim.h"
#include "disturbed.h"
#include "optimum.h"
#include "oversubscribed.h"
#include "speedup.h"
#include "wording.h"

static struct place least_of(const struct context *c, const struct rivals *rivals, int64_t cores)
{
    struct place best = nowhere;
    for (size_t i = 0; i < rivals->count; i++) {
        struct place own = speedup_least(c, rivals->series[i], cores);
        if (!is_place(own))
            continue;
        if (!is_place(best) || point_at(c, own)->median < point_at(c, best)->median)
            best = own;
    }
    return best;
}

/* Least charged core-hours, then fewer cores, then the lower median. */
static bool is_cheaper(const struct point_summary *a, const struct point_summary *b)
{
    if (a->charged_core_hours != b->charged_core_hours)
        return a->charged_core_hours < b->charged_core_hours;
    if (a->cores != b->cores)
        return a->cores < b->cores;
    return a->median < b->median;
}

static bool is_better(const struct point_summary *a, const struct point_summary *b,
                      enum plan_rule rule, bool weak)
{
    if (weak && a->cores != b->cores)
        return a->cores > b->cores;
    if (!weak && (rule == RULE_EFFICIENT || rule == RULE_KNEE) && a->median != b->median)
        return a->median < b->median;
    return is_cheaper(a, b);
}

/* "Fast enough" looks at all points; the other rules at what each series chose. */
static struct place best_of_series(const struct context *c, size_t series, struct place fastest,
                                   const struct one_core *one)
{
    const struct series *s = &c->out->series[series];
    struct place best = nowhere;
    if (s->optimum.rule != RULE_FAST)
        return (struct place){(int)series, s->optimum.recommended_point};
    for (size_t i = 0; i < s->point_count; i++) {
        struct place at = place_of(series, i);
        if (s->points[i].blocks == 0 || s->points[i].too_small ||
            !optimum_at_most(c, at, fastest, 1 + s->optimum.tolerance) ||
            (!same_place(at, fastest) && !optimum_is_worth_asking(c, at, one)))
            continue;
        if (!is_place(best) || is_cheaper(&s->points[i], point_at(c, best)))
            best = at;
    }
    return best;
}

static bool any_pays(const struct context *c, const struct rivals *rivals,
                     const struct one_core *one)
{
    for (size_t i = 0; i < rivals->count; i++)
        if (optimum_parallel_pays(c, rivals->series[i], one))
            return true;
    return false;
}

static int64_t largest_of(const struct context *c, const struct rivals *rivals)
{
    int64_t largest = 0;
    for (size_t i = 0; i < rivals->count; i++) {
        int64_t own = optimum_largest_count(&c->out->series[rivals->series[i]]);
        largest = own > largest ? own : largest;
    }
    return largest;
}

static void decide(struct context *c, const struct rivals *rivals, struct place fastest,
                   struct answer *answer)
{
    const struct series *first = &c->out->series[rivals->first];
    enum plan_rule rule = first->optimum.rule;
    bool weak = is_weak(first);
    struct place best = nowhere;
    struct one_core one =
        optimum_one_core(c, least_of(c, rivals, 1), rivals->series, rivals->count);
    for (size_t i = 0; i < rivals->count; i++) {
        struct place own = best_of_series(c, rivals->series[i], fastest, &one);
        if (is_place(own) &&
            (!is_place(best) || is_better(point_at(c, own), point_at(c, best), rule, weak)))
            best = own;
    }
    if (!is_place(best) || oversubscribed_is(c, point_at(c, best)))
        return;
    answer->kind = OPTIMUM_COUNT;
    if (!weak && is_place(one.at) && largest_of(c, rivals) > 1) {
        bool pays = any_pays(c, rivals, &one);
        if (!pays)
            best = one.at;
        if (!pays || (rule == RULE_FAST && point_at(c, best)->cores == 1))
            answer->kind = OPTIMUM_DO_NOT_PARALLELISE;
        answer->parallel_pays = pays;
    }
    const struct series *chosen = &c->out->series[best.series];
    if (answer->kind == OPTIMUM_COUNT && !chosen->serial &&
        point_at(c, best)->cores == optimum_largest_count(chosen))
        answer->kind = OPTIMUM_AT_LEAST;
    answer->series = best.series;
    answer->point = best.point;
}

void answers_decide(struct context *c, const struct rivals *rivals, struct answer *answer)
{
    struct place fastest = least_of(c, rivals, 0);
    answer->kind = OPTIMUM_NONE;
    answer->series = answer->point = -1;
    answer->fastest_series = fastest.series;
    answer->fastest_point = fastest.point;
    if (is_place(fastest) && !point_at(c, fastest)->too_small)
        decide(c, rivals, fastest, answer);
}

/* A choice among backends that the noise has made is to be known as one. */
static void find_alike(struct context *c, const struct rivals *rivals, struct answer *answer)
{
    struct place best = {answer->series, answer->point};
    answer->alike = pool_alloc(c->pool, rivals->count, sizeof *answer->alike);
    for (size_t i = 0; i < rivals->count; i++) {
        const struct series *s = &c->out->series[rivals->series[i]];
        if ((int)rivals->series[i] == best.series)
            continue;
        for (size_t j = 0; j < s->point_count; j++)
            if (s->points[j].cores == point_at(c, best)->cores &&
                optimum_alike(c, place_of(rivals->series[i], j), best)) {
                answer->alike[answer->alike_count++] = s->label;
                break;
            }
    }
}

static void say_nothing_to_recommend(struct context *c, const struct rivals *rivals,
                                     struct place fastest, struct strbuf *out)
{
    const struct optimum *o = &c->out->series[rivals->first].optimum;
    if (!is_place(fastest)) {
        strbuf_add(out, "No run succeeded, so there is nothing to recommend.");
    } else if (point_at(c, fastest)->too_small) {
        strbuf_add(out, "No core count can be recommended: the runs are too short to judge (");
        wording_seconds(out, point_at(c, fastest)->median);
        strbuf_add(out, " on ");
        wording_plural(out, point_at(c, fastest)->cores, "core", "cores");
        strbuf_addf(out, ", with %s).", c->out->series[fastest.series].backend);
    } else if (oversubscribed_is(c, point_at(c, fastest))) {
        strbuf_add(out, "No core count can be recommended: the fastest had ");
        wording_plural(out, point_at(c, fastest)->cores, "worker", "workers");
        int64_t cores = oversubscribed_available(c, point_at(c, fastest));
        if (cores > 0)
            strbuf_add(out, " on ");
        if (cores > 0)
            wording_plural(out, cores, "core", "cores");
        strbuf_add(out, cores > 0 ? "." : " that shared cores.");
    } else if (o->rule == RULE_EFFICIENT) {
        strbuf_add(out, "No core count reaches an efficiency of ");
        wording_percent(out, o->efficiency);
        strbuf_add(out, ".");
    } else if (o->rule == RULE_CHEAPEST) {
        strbuf_add(out, "No core count meets the deadline of ");
        wording_seconds(out, o->deadline);
        strbuf_add(out, ".");
    } else {
        strbuf_add(out, "No core count can be recommended.");
    }
}

static bool has_several_kernels(const struct analysis *out)
{
    for (size_t i = 1; i < out->series_count; i++)
        if (strcmp(out->series[i].kernel, out->series[0].kernel) != 0)
            return true;
    return false;
}

/* "triad: ask for 12 cores, with openmp.", where it is not clear what of. */
static void name_kernel(const struct context *c, const struct answer *answer,
                        struct strbuf *sentence)
{
    if (!has_several_kernels(c->out) || answer->kernel[0] == '\0')
        return;
    struct strbuf named = STRBUF_INIT;
    strbuf_addf(&named, "%s: %s", answer->kernel, sentence->str);
    char *first = &named.str[strlen(answer->kernel) + 2];
    *first = (char)(*first >= 'A' && *first <= 'Z' ? *first - 'A' + 'a' : *first);
    strbuf_clear(sentence);
    strbuf_add(sentence, named.str);
    strbuf_free(&named);
}

static bool is_one_count(const struct context *c, const struct rivals *rivals)
{
    int64_t only = largest_of(c, rivals);
    for (size_t i = 0; i < rivals->count; i++) {
        const struct series *s = &c->out->series[rivals->series[i]];
        for (size_t j = 0; j < s->point_count; j++)
            if (s->points[j].blocks > 0 && s->points[j].cores != only)
                return false;
    }
    return true;
}

static void say_one_count(const struct context *c, const struct answer *answer, struct strbuf *out)
{
    const struct series *chosen = &c->out->series[answer->series];
    int64_t cores = chosen->points[answer->point].cores;
    strbuf_add(out, "Only ");
    wording_plural(out, cores, "core was", "cores were");
    strbuf_addf(out, " measured, with %s: there is no other count to choose from.",
                chosen->backend);
}

/* Where the count was measured in two ways: which of them. */
static void say_shape(struct strbuf *out, const struct series *s, int point)
{
    const struct point_summary *chosen = &s->points[point];
    size_t alike = 0;
    for (size_t i = 0; i < s->point_count; i++)
        alike += s->points[i].cores == chosen->cores;
    if (alike > 1)
        strbuf_addf(out, " as %lld × %lld × %lld (nodes × ranks × threads)",
                    (long long)chosen->nodes, (long long)chosen->ranks, (long long)chosen->threads);
}

/* Too little is won, or nothing. */
static void say_why_one_core(struct strbuf *out, const struct series *chosen, bool pays)
{
    strbuf_add(out,
               pays ? "one core takes at most " : "nothing is shown to be faster than one core");
    if (pays) {
        claim_say_tolerance(out, chosen->optimum.tolerance);
        strbuf_add(out, " more time than the fastest");
    }
    strbuf_addf(out, ", with %s.", chosen->label);
}

/* "By these times: ask for 12 cores, with openmp.", where they are not the program's alone. */
static void qualify(struct strbuf *sentence)
{
    struct strbuf whole = STRBUF_INIT;
    char first = sentence->str[0];
    strbuf_add(&whole, "Measure again: others were at work on these cores. By these times: ");
    strbuf_add_char(&whole, (char)(first >= 'A' && first <= 'Z' ? first - 'A' + 'a' : first));
    strbuf_add(&whole, sentence->str + 1);
    strbuf_clear(sentence);
    strbuf_add(sentence, whole.str);
    strbuf_free(&whole);
}

static const char *sentence_of(struct context *c, const struct rivals *rivals, struct place fastest,
                               const struct answer *answer)
{
    struct strbuf out = STRBUF_INIT;
    if (answer->series < 0) {
        say_nothing_to_recommend(c, rivals, fastest, &out);
    } else if (is_one_count(c, rivals)) {
        say_one_count(c, answer, &out);
    } else {
        const struct series *chosen = &c->out->series[answer->series];
        const char *backend = chosen->label;
        int64_t cores = chosen->points[answer->point].cores;
        strbuf_add(&out, answer->kind == OPTIMUM_DO_NOT_PARALLELISE ? "Do not parallelise: "
                         : answer->kind == OPTIMUM_AT_LEAST         ? "Ask for at least "
                                                                    : "Ask for ");
        if (answer->kind == OPTIMUM_DO_NOT_PARALLELISE)
            say_why_one_core(&out, chosen, answer->parallel_pays);
        else {
            wording_plural(&out, cores, "core", "cores");
            say_shape(&out, chosen, answer->point);
        }
        if (answer->kind == OPTIMUM_AT_LEAST)
            strbuf_addf(&out, ", with %s: %s.", backend,
                        chosen->points[chosen->point_count - 1].blocks == 0
                            ? "no run on more succeeded"
                            : "more were not measured");
        else if (answer->kind == OPTIMUM_COUNT)
            strbuf_addf(&out, ", with %s.", backend);
    }
    if (answer->disturbed)
        qualify(&out);
    name_kernel(c, answer, &out);
    const char *text = pool_copy(c->pool, out.str);
    strbuf_free(&out);
    return text;
}

static void answer_one(struct context *c, struct certainty *certainty, const struct rivals *rivals,
                       struct answer *answer)
{
    const struct series *first = &c->out->series[rivals->first];
    *answer =
        (struct answer){.cluster = first->cluster, .kernel = first->kernel, .size = first->size};
    answers_decide(c, rivals, answer);
    if (answer->series >= 0)
        find_alike(c, rivals, answer);
    struct place chosen = {answer->series, answer->point};
    answer->doubling = optimum_doubling(c, chosen);
    answer->cheaper = optimum_cheaper(c, chosen);
    answer->fastest = optimum_alternative(
        c, chosen, (struct place){answer->fastest_series, answer->fastest_point});
    struct place fastest = {answer->fastest_series, answer->fastest_point};
    disturbed_judge(c, rivals->series, rivals->count, answer);
    answer->sentence = sentence_of(c, rivals, fastest, answer);
    certainty_find(certainty, rivals, answer);
}

/* Series of one size stand together, strong and weak ones mixed. */
static size_t rivals_from(const struct context *c, size_t begin, bool *taken, struct rivals *rivals)
{
    const struct series *first = &c->out->series[begin];
    *rivals = (struct rivals){.first = begin, .series = rivals->series};
    for (size_t i = begin; i < c->out->series_count; i++) {
        const struct series *s = &c->out->series[i];
        if (!same_problem(first, s))
            break;
        if (!taken[i] && strcmp(first->scaling, s->scaling) == 0) {
            taken[i] = true;
            rivals->series[rivals->count++] = i;
        }
    }
    return rivals->count;
}

struct ordered {
    struct answer answer;
    size_t index;
    size_t kernel; /* index of the first answer about it */
};

/* Kernels in their order; of each the largest size first, an unknown one last; equal ones keep
 * their order. */
static int by_kernel_and_size(const void *x, const void *y)
{
    const struct ordered *a = x, *b = y;
    if (a->kernel != b->kernel)
        return a->kernel > b->kernel ? 1 : -1;
    double size = isnan(a->answer.size) ? -INFINITY : a->answer.size;
    double other = isnan(b->answer.size) ? -INFINITY : b->answer.size;
    if (size != other)
        return size > other ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static void sort_answers(struct answer *answers, size_t count)
{
    struct ordered *list = xcalloc(count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        size_t kernel = 0;
        while (strcmp(answers[kernel].kernel, answers[i].kernel) != 0)
            kernel++;
        list[i] = (struct ordered){answers[i], i, kernel};
    }
    qsort(list, count, sizeof *list, by_kernel_and_size);
    for (size_t i = 0; i < count; i++)
        answers[i] = list[i].answer;
    free(list);
}

void answers_find(struct context *c)
{
    struct analysis *out = c->out;
    struct certainty *certainty = certainty_new(c);
    bool *taken = xcalloc(out->series_count, sizeof *taken);
    struct rivals rivals = {.series = xcalloc(out->series_count, sizeof *rivals.series)};
    out->answers = pool_alloc(c->pool, out->series_count, sizeof *out->answers);
    for (size_t i = 0; i < out->series_count; i++)
        if (!taken[i] && rivals_from(c, i, taken, &rivals) > 0)
            answer_one(c, certainty, &rivals, &out->answers[out->answer_count++]);
    certainty_free(certainty);
    sort_answers(out->answers, out->answer_count);
    out->headline =
        out->answer_count > 0 ? out->answers[0].sentence : "There are no runs to report on.";
    free(rivals.series);
    free(taken);
}
