#include "claim.h"

#include <math.h>

#include "hodges_lehmann.h"
#include "number.h"
#include "ratio.h"
#include "summary.h"
#include "wording.h"

enum { LEAST = 5 }; /* values on a side, as for all intervals of ratios */

double claim_level(double level, size_t claims)
{
    return 1 - (1 - level) / (double)(claims == 0 ? 1 : claims);
}

static bool holds_one(struct interval interval)
{
    return interval.low <= 1 && interval.high >= 1;
}

static bool is_within(struct interval interval, double tolerance)
{
    return interval.low >= 1 / (1 + tolerance) && interval.high <= 1 + tolerance;
}

static enum claim_kind kind_of(const struct claim *claim)
{
    if (isnan(claim->ci.low) || isnan(claim->other_ci.low))
        return CLAIM_NONE;
    if (holds_one(claim->ci) != holds_one(claim->other_ci) ||
        (!holds_one(claim->ci) && (claim->ci.low > 1) != (claim->other_ci.low > 1)))
        return CLAIM_DEPENDS;
    if (!holds_one(claim->ci))
        return CLAIM_DIFFERENT;
    return claim->within ? CLAIM_EQUAL : CLAIM_OPEN;
}

struct claim claim_of(const struct claim_side *a, const struct claim_side *b, double level,
                      double tolerance)
{
    struct claim claim = {.kind = CLAIM_NONE, .level = level, .tolerance = tolerance,
                          .ratio = NAN, .other = NAN, .ci = {NAN, NAN}, .other_ci = {NAN, NAN}};
    double below = summary_median(b->sorted, b->count);
    if (a->count == 0 || b->count == 0 || !(below > 0))
        return claim;
    struct hodges_lehmann other =
        hodges_lehmann(a->sorted, a->count, b->sorted, b->count, level);
    claim.ratio = summary_median(a->sorted, a->count) / below;
    claim.other = other.ratio;
    if (a->count < LEAST || b->count < LEAST)
        return claim;
    claim.other_ci = (struct interval){other.low, other.high};
    ratio_interval(a->law, b->law, level, &claim.ci.low, &claim.ci.high);
    claim.within = is_within(claim.ci, tolerance);
    claim.kind = kind_of(&claim);
    return claim;
}

const char *claim_name(enum claim_kind kind)
{
    static const char *const names[] = {[CLAIM_NONE] = "none",
                                        [CLAIM_DIFFERENT] = "different",
                                        [CLAIM_EQUAL] = "equal",
                                        [CLAIM_OPEN] = "open",
                                        [CLAIM_DEPENDS] = "depends"};
    return names[kind];
}

/* An end that is not 1 must not look like 1: whether it is decides the claim. */
static bool looks_like_one(double end, int decimals)
{
    return end != 1 && fabs(end - 1) < 0.5 * pow(10, -decimals);
}

static int decimals_of(const struct claim *claim)
{
    const double ends[] = {claim->ci.low, claim->ci.high, claim->other_ci.low,
                           claim->other_ci.high};
    double width = claim->ci.high - claim->ci.low;
    bool about_one = claim->kind == CLAIM_DIFFERENT || claim->kind == CLAIM_DEPENDS;
    int decimals = width > 0 && width < 0.01 ? 3 : 2;
    if (!about_one)
        return decimals;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        while (decimals < 5 && looks_like_one(ends[i], decimals)) /* false for NAN */
            decimals++;
    return decimals;
}

static void say_tolerance(struct strbuf *sb, double tolerance)
{
    char number[NUMBER_TEXT_SIZE];
    strbuf_addf(sb, "equal within %s %%", number_format(number, round(tolerance * 1e6) / 1e4));
}

static void say_interval(struct strbuf *sb, struct interval interval, int decimals)
{
    strbuf_add_char(sb, '[');
    wording_fixed(sb, interval.low, decimals);
    strbuf_add(sb, ", ");
    wording_fixed(sb, interval.high, decimals);
    strbuf_add_char(sb, ']');
}

static void say_range(struct strbuf *sb, struct interval interval, int decimals)
{
    strbuf_add(sb, " (");
    wording_fixed(sb, interval.low, decimals);
    strbuf_add(sb, "–");
    wording_fixed(sb, interval.high, decimals);
    strbuf_add_char(sb, ')');
}

void claim_say(struct strbuf *sb, const struct claim *claim)
{
    int decimals = decimals_of(claim);
    switch (claim->kind) {
    case CLAIM_NONE:
        wording_ratio(sb, claim->ratio);
        strbuf_add(sb, ", from too few blocks for an interval");
        break;
    case CLAIM_DIFFERENT:
        wording_fixed(sb, claim->ratio, decimals);
        strbuf_add(sb, "× ");
        say_interval(sb, claim->ci, decimals);
        if (claim->within) {
            strbuf_add(sb, ", ");
            say_tolerance(sb, claim->tolerance);
        }
        break;
    case CLAIM_EQUAL:
        say_tolerance(sb, claim->tolerance);
        say_range(sb, claim->ci, decimals);
        break;
    case CLAIM_OPEN:
        strbuf_add(sb, "no difference shown");
        say_range(sb, claim->ci, decimals);
        break;
    case CLAIM_DEPENDS:
        strbuf_add(sb, "depends on method: ");
        say_interval(sb, claim->ci, decimals);
        strbuf_add(sb, " from medians, ");
        say_interval(sb, claim->other_ci, decimals);
        strbuf_add(sb, " from Hodges and Lehmann");
        break;
    }
}
