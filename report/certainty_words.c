#include "certainty_words.h"

#include <math.h>

#include "wording.h"

/* From here on a choice is sure; shares below `LEAST_TOLD` are not listed. */
#define SURE 0.975
#define LEAST_TOLD 0.005

static void say_share(struct strbuf *sb, double share)
{
    if (share < 1 && share > 1 - LEAST_TOLD)
        strbuf_add(sb, "more than 99 %"); /* and not 100 */
    else
        wording_percent(sb, share);
}

static double share_of(const struct choices *choices, int64_t cores)
{
    for (size_t i = 0; i < choices->count; i++)
        if (choices->cores[i] == cores)
            return choices->shares[i];
    return 0;
}

static size_t told(const struct choices *choices)
{
    size_t count = choices->none >= LEAST_TOLD;
    for (size_t i = 0; i < choices->count; i++)
        count += choices->shares[i] >= LEAST_TOLD;
    return count;
}

/* "8 in 12 %, 12 in 71 % and none in 17 %" */
static void say_shares(struct strbuf *sb, const struct choices *choices)
{
    size_t count = told(choices), said = 0;
    for (size_t i = 0; i <= choices->count; i++) {
        double share = i < choices->count ? choices->shares[i] : choices->none;
        if (share < LEAST_TOLD)
            continue;
        strbuf_add(sb, wording_separator(said++, count));
        if (i == choices->count)
            strbuf_add(sb, "none");
        else
            wording_count(sb, choices->cores[i]);
        strbuf_add(sb, " in ");
        say_share(sb, share);
    }
}

static void say_choice(struct strbuf *sb, const struct choices *choices, int64_t cores)
{
    double own = share_of(choices, cores);
    strbuf_add(sb, "In ");
    wording_count(sb, (int64_t)choices->studies);
    strbuf_add(sb, " studies redrawn from these blocks the same rule chose ");
    if (own >= SURE) {
        wording_plural(sb, cores, "core", "cores");
        strbuf_add(sb, own < 1 ? " in " : " every time");
        if (own < 1)
            say_share(sb, own);
    } else {
        wording_count(sb, choices->low);
        if (choices->high > choices->low) {
            strbuf_add(sb, " to ");
            wording_count(sb, choices->high);
        }
        strbuf_add(sb, choices->high == 1 ? " core (95 %): " : " cores (95 %): ");
        say_shares(sb, choices);
    }
    strbuf_add_char(sb, '.');
}

/* The tested counts from the one below the range to the one above it. */
static void say_tested(struct strbuf *sb, const struct group *group, const struct choices *choices)
{
    size_t first = 0, last = group->core_count;
    while (first + 1 < last && group->cores[first + 1] < choices->low)
        first++;
    while (last > first + 1 && group->cores[last - 2] > choices->high)
        last--;
    if (last - first < 2 || group->cores[last - 1] - group->cores[first] < (int64_t)(last - first))
        return; /* nothing lies between */
    strbuf_add(sb, first > 0 ? " Tested: …, " : " Tested: ");
    for (size_t i = first; i < last; i++) {
        strbuf_add(sb, i > first ? ", " : "");
        wording_count(sb, group->cores[i]);
    }
    strbuf_add(sb, last < group->core_count ? ", …; nothing" : "; nothing");
    strbuf_add(sb, " is known between them.");
}

void certainty_say(struct strbuf *sb, const struct analysis *analysis, const struct group *group)
{
    const struct series *series = group_answer_series(analysis, group);
    const struct point_summary *point = group_answer_point(analysis, group);
    if (series == NULL || point == NULL || group->answer->choices.studies == 0)
        return;
    const struct answer *answer = group->answer;
    say_choice(sb, &answer->choices, point->cores);
    if (group->count > 1 && answer->backend_share < SURE) {
        strbuf_addf(sb, " The backend was %s in ", series->label);
        say_share(sb, answer->backend_share);
        strbuf_add_char(sb, '.');
    }
    say_tested(sb, group, &answer->choices);
}

/* "12 % less time (95 %: 10–14 %)" */
static void say_time(struct strbuf *sb, const struct alternative *doubling)
{
    bool less = doubling->time < 1;
    strbuf_add(sb, less ? "save " : "take ");
    wording_percent(sb, fabs(doubling->time - 1));
    strbuf_add(sb, less ? " of the time" : " more time");
    if (!interval_exists(doubling->time_ci))
        return;
    double low = fabs(doubling->time_ci.low - 1), high = fabs(doubling->time_ci.high - 1);
    strbuf_add(sb, " (95 %: ");
    wording_percent_range(sb, fmin(low, high), fmax(low, high));
    strbuf_add_char(sb, ')');
}

static void say_price(struct strbuf *sb, double ratio)
{
    strbuf_add(sb, ", for ");
    if (fabs(ratio - 1) < 0.005) {
        strbuf_add(sb, "the same core-hours");
    } else {
        wording_percent(sb, fabs(ratio - 1));
        strbuf_add(sb, ratio > 1 ? " more core-hours" : " fewer core-hours");
    }
}

void doubling_say(struct strbuf *sb, const struct alternative *doubling, int64_t cores)
{
    struct interval ci = doubling->time_ci;
    bool undecided = interval_exists(ci) ? interval_holds_one(ci)
                                         : fabs(doubling->time - 1) < 0.005;
    if (doubling->cores == 0 || !isfinite(doubling->time))
        return;
    strbuf_add(sb, sb->len > 0 ? " " : "");
    wording_plural(sb, doubling->cores, "core", "cores");
    strbuf_add(sb, ", ");
    if (doubling->cores == 2 * cores)
        strbuf_add(sb, "twice");
    else
        wording_ratio(sb, (double)doubling->cores / (double)cores);
    strbuf_add(sb, " as many, ");
    if (undecided)
        strbuf_add(sb, interval_exists(ci) ? "are not shown to take less time"
                                           : "take the same time");
    else
        say_time(sb, doubling);
    if (isfinite(doubling->core_hours))
        say_price(sb, doubling->core_hours);
    strbuf_add_char(sb, '.');
}
