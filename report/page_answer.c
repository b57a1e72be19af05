#include <math.h>
#include <string.h>

#include "certainty_words.h"
#include "job_lines.h"
#include "page_report.h"
#include "wording.h"

/* " (95 %: 7.1–7.3)" */
static void say_interval(struct strbuf *sb, struct interval interval)
{
    strbuf_add(sb, " (95 %: ");
    wording_range(sb, interval.low, interval.high);
    strbuf_add(sb, ")");
}

static void say_base(struct strbuf *sb, const struct series *series)
{
    strbuf_addf(sb, "%s on ", series->base_backend);
    wording_plural(sb, series->base_cores, "core", "cores");
}

/* Both ends in the unit of the time they belong to: "0.426–0.438 s". */
static void say_seconds_range(struct strbuf *sb, double low, double high)
{
    if (high >= 99.95) {
        wording_seconds(sb, low);
        strbuf_add(sb, " to ");
        wording_seconds(sb, high);
        return;
    }
    bool milli = high < 0.09995, micro = high < 1e-4;
    double unit = micro ? 1e-6 : milli ? 1e-3 : 1;
    int decimals = wording_decimals(high / unit, 3);
    while (decimals < 6 && low < high &&
           llround(low / unit * pow(10, decimals)) == llround(high / unit * pow(10, decimals)))
        decimals++; /* ends that differ look different */
    wording_fixed(sb, low / unit, decimals);
    strbuf_add(sb, "–");
    wording_fixed(sb, high / unit, decimals);
    strbuf_add(sb, micro ? " µs" : milli ? " ms" : " s");
}

/* The time with its interval, or why there is none. */
static void say_time(struct strbuf *sb, const struct report_content *content,
                     const struct point_summary *p)
{
    bool total = strcmp(content->analysis->metric, "total") == 0;
    strbuf_add(sb, "A run takes ");
    wording_seconds(sb, p->median);
    strbuf_add(sb, total ? " from start to end (" : " (");
    if (interval_exists(p->ci)) {
        strbuf_add(sb, "95 %: ");
        say_seconds_range(sb, p->ci.low, p->ci.high);
        strbuf_add(sb, ", ");
        wording_plural(sb, (int64_t)p->blocks, "block", "blocks");
    } else {
        wording_plural(sb, (int64_t)p->blocks, "block is", "blocks are");
        strbuf_add(sb, " too few for a 95 % interval");
        if (p->blocks > 1) {
            strbuf_add(sb, "; range ");
            say_seconds_range(sb, p->minimum, p->maximum);
        }
    }
    strbuf_add(sb, ")");
}

/* How many times the base's speed a point has: speedup, but without the cores that a base on
 * several is taken to be worth. */
struct gain {
    double ratio;
    struct interval ci;
};

static struct gain gain_of(const struct series *series, const struct point_summary *p)
{
    double worth = series->base_is_relative ? (double)series->base_cores : 1;
    return (struct gain){p->speedup / worth, {p->speedup_ci.low / worth, p->speedup_ci.high / worth}};
}

/* No difference is claimed where the interval holds the value of none. */
static void say_gain(struct strbuf *sb, const struct gain *gain, bool weak)
{
    bool open = interval_holds_one(gain->ci);
    if (weak) { /* the same time, more work */
        strbuf_add(sb, "It does ");
        wording_ratio(sb, gain->ratio);
        strbuf_add(sb, " the work a second of ");
        return;
    }
    strbuf_add(sb, open ? "At " : "It runs ");
    wording_ratio(sb, gain->ratio);
    strbuf_add(sb, open              ? " the speed, no difference is shown from "
                   : gain->ratio < 1 ? " as fast as "
                                     : " faster than ");
}

/* Against itself a point has no speedup to tell. */
static bool is_base(const struct series *series, const struct point_summary *p)
{
    return strcmp(series->base_backend, series->backend) == 0 && series->base_cores == p->cores;
}

/* Time, speedup against the named base, efficiency, price. */
static void say_why(struct page *page, const struct report_content *content,
                    const struct series *series, const struct point_summary *p)
{
    struct strbuf sb = STRBUF_INIT;
    if (!is_base(series, p) && isfinite(p->speedup)) {
        struct gain gain = gain_of(series, p);
        say_gain(&sb, &gain, strcmp(series->scaling, "weak") == 0);
        say_base(&sb, series);
        if (interval_exists(gain.ci))
            say_interval(&sb, gain.ci);
        strbuf_add(&sb, ", at ");
        wording_percent(&sb, p->efficiency);
        strbuf_add(&sb, " efficiency. ");
    }
    say_time(&sb, content, p);
    strbuf_add(&sb, ", for ");
    wording_core_time(&sb, p->core_seconds);
    strbuf_add(&sb, ".");
    page_answer_say(page, PAGE_PLAIN, &sb);
}

static void say_list(struct strbuf *sb, const int64_t *cores, size_t count)
{
    wording_list(sb, cores, count);
    strbuf_add(sb, count == 1 && cores[0] == 1 ? " core" : " cores");
}

/* "openmp, mpi and hybrid" */
static void say_names(struct strbuf *sb, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_addf(sb, "%s%s", wording_separator(i, count), names[i]);
}

/* Which counts could not be told apart from the fastest, which backends from the chosen one. */
static void say_how_sure(struct page *page, const struct series *series,
                         const struct answer *answer)
{
    const struct optimum *o = &series->optimum;
    struct strbuf sb = STRBUF_INIT;
    bool same_work = strcmp(series->scaling, "weak") != 0; /* else no count is to be the fastest */
    if (same_work && o->candidate_count > 1) {
        strbuf_add(&sb, "Which of ");
        say_list(&sb, o->candidates, o->candidate_count);
        strbuf_addf(&sb, " is fastest with %s, these measurements cannot tell.", series->label);
    } else if (same_work && o->candidate_count == 1 && series->point_count > 1) {
        if (o->fastest_shown)
            strbuf_addf(&sb, "The fastest count tested with %s is ", series->label);
        wording_plural(&sb, o->fastest, "core", "cores");
        if (o->fastest_shown)
            strbuf_add(&sb, ", beyond the noise.");
        else
            strbuf_addf(&sb, " took the least time with %s; noise may have made it so.",
                        series->label);
    }
    if (answer->alike_count > 0) {
        strbuf_add(&sb, sb.len > 0 ? " On " : "On ");
        wording_plural(&sb, series->points[answer->point].cores, "core", "cores");
        strbuf_add_char(&sb, ' ');
        say_names(&sb, answer->alike, answer->alike_count);
        strbuf_addf(&sb, " cannot be told apart from %s.", series->label);
    }
    page_answer_say(page, PAGE_QUIET, &sb);
}

/* "3 % less", "as much"; as factors where percents would mislead. */
static void say_change(struct strbuf *sb, double ratio, const char *more, const char *less,
                       const char *what)
{
    if (fabs(ratio - 1) < 0.005)
        strbuf_addf(sb, "the same %s", what);
    else if (ratio >= 2) {
        wording_ratio(sb, ratio);
        strbuf_addf(sb, " the %s", what);
    } else {
        wording_percent(sb, fabs(ratio - 1));
        strbuf_addf(sb, " %s %s", ratio > 1 ? more : less, what);
    }
}

static void begin_alternative(struct strbuf *sb, const char *what,
                              const struct analysis *analysis, const struct answer *answer,
                              const struct alternative *other)
{
    strbuf_addf(sb, "%s%s ", sb->len > 0 ? " " : "", what);
    wording_plural(sb, other->cores, "core", "cores");
    if (other->series != answer->series)
        strbuf_addf(sb, ", with %s", analysis->series[other->series].label);
    strbuf_add(sb, ": ");
}

static void end_alternative(struct strbuf *sb, const struct alternative *other)
{
    if (interval_holds_one(other->time_ci))
        strbuf_add(sb, "not shown to be less");
    else
        say_change(sb, other->time, "more", "less", "time");
    strbuf_add(sb, ", for ");
    say_change(sb, other->core_hours, "more", "fewer", "core-hours");
    strbuf_add(sb, ".");
}

/* A saving that the interval of the price does not show is none. */
static bool is_cheaper(const struct alternative *other)
{
    double upper = interval_exists(other->time_ci)
                       ? other->time_ci.high * other->core_hours / other->time
                       : other->core_hours;
    return other->cores > 0 && upper < 1;
}

static void say_alternatives(struct page *page, const struct analysis *analysis,
                             const struct answer *answer, const struct point_summary *chosen)
{
    struct strbuf sb = STRBUF_INIT;
    const struct alternative *fastest = &answer->fastest, *cheaper = &answer->cheaper;
    if (fastest->cores > 0) {
        begin_alternative(&sb, "The least median is on", analysis, answer, fastest);
        end_alternative(&sb, fastest);
    }
    if (is_cheaper(cheaper)) {
        begin_alternative(&sb, interval_exists(cheaper->time_ci)
                                   ? "A cheaper choice is"
                                   : "A cheaper choice by the medians is",
                          analysis, answer, cheaper);
        end_alternative(&sb, cheaper);
    }
    if (fastest->series != answer->series || fastest->cores != answer->doubling.cores)
        doubling_say(&sb, &answer->doubling, chosen->cores); /* else it is said above */
    page_answer_say(page, PAGE_PLAIN, &sb);
}

/* What changes the meaning of every figure is said before them. */
static void say_conditions(struct page *page, const struct report_content *content)
{
    struct strbuf sb = STRBUF_INIT;
    if (content->analysis->oversubscribed)
        strbuf_add(&sb, "Oversubscribed: more workers than physical cores were started, so none of "
                        "these figures tells how the program scales.");
    else if (strcmp(content->analysis->metric, "total") == 0)
        strbuf_add(&sb, "Times are of the whole program, start-up included.");
    page_answer_say(page, PAGE_STRONG, &sb);
}

/* Why the answer is none to rely on. */
static void say_disturbed(struct page *page, const struct analysis *analysis,
                          const struct answer *answer)
{
    struct strbuf sb = STRBUF_INIT;
    if (!answer->disturbed)
        return;
    const struct series *s = &analysis->series[answer->disturbed_series];
    const struct point_summary *p = &s->points[answer->disturbed_point];
    strbuf_addf(&sb, "While %s ran on ", s->label);
    wording_plural(&sb, p->cores, "core", "cores");
    strbuf_add(&sb, ", others took ");
    wording_significant(&sb, p->others_usual, 2);
    strbuf_add(&sb, p->cores == 1 ? " cores' worth of time on it" : " cores' worth of time on them");
    strbuf_add(&sb, ", so these figures tell as much of them as of the program.");
    page_answer_say(page, PAGE_STRONG, &sb);
}

static const char *runtime_of(const struct report_content *content, const char *backend)
{
    for (size_t i = 0; content->plan != NULL && i < content->plan->backend_count; i++)
        if (strcmp(content->plan->backends[i].name, backend) == 0)
            return content->plan->backends[i].backend[0] != '\0'
                       ? content->plan->backends[i].backend
                       : backend;
    return backend;
}

void page_add_answer(struct page *page, const struct report_content *content)
{
    const struct group *group = content->groups.count > 0 ? &content->groups.list[0] : NULL;
    const struct series *series =
        group != NULL ? group_answer_series(content->analysis, group) : NULL;
    const struct point_summary *point =
        group != NULL ? group_answer_point(content->analysis, group) : NULL;
    page->answer.headline = group != NULL && group->answer != NULL
                                ? group->answer->sentence
                                : "There is nothing to recommend: no run gave a time.";
    page->answer.code = "";
    say_conditions(page, content);
    if (point == NULL)
        return;
    say_disturbed(page, content->analysis, group->answer);
    say_why(page, content, series, point);
    say_alternatives(page, content->analysis, group->answer, point);
    if (group->answer->disturbed)
        return; /* nothing is sure of it, and no line is to be copied */
    struct strbuf sb = STRBUF_INIT;
    certainty_say(&sb, content->analysis, group);
    page_answer_say(page, PAGE_QUIET, &sb);
    say_how_sure(page, series, group->answer);
    job_lines(&sb, point, report_parallel(content, series->backend),
              runtime_of(content, series->backend),
              content->plan == NULL ? NULL : &content->plan->cluster);
    page->answer.code = page_take(page, &sb);
}

void page_add_group_answer(struct page *page, const struct report_content *content,
                           const struct group *group)
{
    const struct series *series = group_answer_series(content->analysis, group);
    const struct point_summary *p = group_answer_point(content->analysis, group);
    struct page_paragraph *paragraph = &page_add(page, PAGE_PARAGRAPH)->paragraph;
    if (group->answer == NULL) {
        page_say(page, paragraph, PAGE_PLAIN, "There is nothing to recommend here.");
        return;
    }
    page_say(page, paragraph, PAGE_STRONG, "%s", group->answer->sentence);
    if (p == NULL)
        return;
    struct strbuf sb = STRBUF_INIT;
    strbuf_add(&sb, " A run takes ");
    wording_seconds(&sb, p->median);
    if (!is_base(series, p) && isfinite(p->speedup)) {
        struct gain gain = gain_of(series, p);
        strbuf_add(&sb, ", ");
        wording_ratio(&sb, gain.ratio);
        strbuf_add(&sb, strcmp(series->scaling, "weak") == 0 ? " the work a second of "
                                                             : " the speed of ");
        say_base(&sb, series);
        if (interval_exists(gain.ci))
            say_interval(&sb, gain.ci);
    }
    strbuf_add(&sb, ", for ");
    wording_core_time(&sb, p->core_seconds);
    strbuf_add(&sb, ".");
    if (group->answer->choices.studies > 0 && !group->answer->disturbed) {
        strbuf_add_char(&sb, ' ');
        certainty_say(&sb, content->analysis, group);
    }
    page_say(page, paragraph, PAGE_PLAIN, "%s", sb.str);
    strbuf_free(&sb);
}
