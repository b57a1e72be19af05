#include "claim.h"

#include <math.h>

#include "hodges_lehmann.h"
#include "number.h"
#include "ratio.h"
#include "summary.h"
#include "wording.h"

enum { MOST_BLOCKS = 60, MOST_DECIMALS = 6 };

double claim_level(double level, size_t claims)
{
    return 1 - (1 - level) / (double)(claims == 0 ? 1 : claims);
}

static bool is_within(struct interval interval, double tolerance)
{
    return interval.low >= 1 / (1 + tolerance) && interval.high <= 1 + tolerance;
}

static enum claim_kind kind_of(const struct claim *claim)
{
    struct interval ci = claim->ci, other = claim->medians_only ? ci : claim->other_ci;
    if (!interval_exists(ci) || !interval_exists(other))
        return CLAIM_NONE;
    bool alike = interval_holds_one(ci);
    if (alike != interval_holds_one(other) || (!alike && (ci.low > 1) != (other.low > 1)))
        return CLAIM_DEPENDS;
    if (!alike)
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
    if (a->count < CLAIM_LEAST_BLOCKS || b->count < CLAIM_LEAST_BLOCKS)
        return claim;
    claim.other_ci = (struct interval){other.low, other.high};
    ratio_interval(a->law, b->law, level, &claim.ci.low, &claim.ci.high);
    claim.within = is_within(claim.ci, tolerance);
    claim.kind = kind_of(&claim);
    return claim;
}

struct claim claim_of_medians(double ratio, struct interval ci, double level, double tolerance)
{
    struct claim claim = {.level = level, .tolerance = tolerance, .ratio = ratio, .ci = ci,
                          .other = NAN, .other_ci = {NAN, NAN}, .medians_only = true};
    claim.within = interval_exists(ci) && is_within(ci, tolerance);
    claim.kind = kind_of(&claim);
    return claim;
}

static struct interval inverse(struct interval interval)
{
    return (struct interval){1 / interval.high, 1 / interval.low};
}

struct claim claim_inverse(const struct claim *claim)
{
    struct claim other = *claim;
    other.ratio = 1 / claim->ratio;
    other.other = 1 / claim->other;
    other.ci = inverse(claim->ci);
    other.other_ci = inverse(claim->other_ci);
    return other;
}

/* The levels that are reached depend on how many values there are, not on which. */
size_t claim_enough_blocks(double level)
{
    double values[MOST_BLOCKS];
    struct bootstrap *bootstrap = bootstrap_new();
    size_t count = CLAIM_LEAST_BLOCKS, enough = 0;
    for (size_t i = 0; i < MOST_BLOCKS; i++)
        values[i] = exp((double)i);
    for (; count <= MOST_BLOCKS && enough == 0; count++) {
        struct pool pool = POOL_INIT;
        struct median_law law = bootstrap_median(bootstrap, &pool, values, count);
        const struct claim_side side = {values, count, &law};
        if (claim_of(&side, &side, level, 0).kind != CLAIM_NONE)
            enough = count;
        pool_free(&pool);
    }
    bootstrap_free(bootstrap);
    return enough;
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

enum verdict claim_verdict(const struct claim *claim)
{
    if (claim->kind == CLAIM_DIFFERENT)
        return claim->ci.low > 1 ? VERDICT_SLOWER : VERDICT_FASTER;
    return claim->kind == CLAIM_EQUAL ? VERDICT_EQUAL : VERDICT_UNDECIDED;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_UNDECIDED] = "undecided",
                                        [VERDICT_EQUAL] = "equal",
                                        [VERDICT_SLOWER] = "slower",
                                        [VERDICT_FASTER] = "faster"};
    return names[verdict];
}

void claim_write(struct json_writer *w, const struct claim *claim)
{
    struct strbuf text = STRBUF_INIT;
    claim_say(&text, claim);
    json_number(w, "ratio", claim->ratio);
    json_number(w, "level", claim->level);
    interval_write(w, "ratio_ci", claim->ci);
    json_number(w, "hodges_lehmann", claim->other);
    interval_write(w, "hodges_lehmann_ci", claim->other_ci);
    json_string(w, "verdict", verdict_name(claim_verdict(claim)));
    json_string(w, "claim", claim_name(claim->kind));
    json_string(w, "text", text.str);
    strbuf_free(&text);
}

/* Words ------------------------------------------------------------------------- */

static bool look_alike(double a, double b, double unit)
{
    return a != b && llround(a * unit) == llround(b * unit);
}

/* At least two decimals, and more where the ends would look alike, or like 1 but are not. */
static int decimals_of(struct interval interval)
{
    int decimals = interval_exists(interval) && interval.low >= 10 ? 1 : 2;
    for (; interval_exists(interval) && decimals < MOST_DECIMALS; decimals++) {
        double unit = pow(10, decimals);
        if (!look_alike(interval.low, interval.high, unit) && !look_alike(interval.low, 1, unit) &&
            !look_alike(interval.high, 1, unit))
            break;
    }
    return decimals;
}

static void say_ends(struct strbuf *sb, const char *between, struct interval interval, int decimals)
{
    wording_fixed(sb, interval.low, decimals);
    strbuf_add(sb, between);
    wording_fixed(sb, interval.high, decimals);
}

void claim_say_ratio(struct strbuf *sb, double ratio, struct interval interval)
{
    wording_fixed(sb, ratio, decimals_of(interval));
    strbuf_add(sb, isfinite(ratio) ? "×" : "");
}

void claim_say_ends(struct strbuf *sb, const char *between, struct interval interval)
{
    say_ends(sb, between, interval, decimals_of(interval));
}

void claim_say_tolerance(struct strbuf *sb, double tolerance)
{
    char number[NUMBER_TEXT_SIZE];
    strbuf_addf(sb, "%s %%", number_format(number, round(tolerance * 1e6) / 1e4));
}

static void say_equal(struct strbuf *sb, const struct claim *claim)
{
    strbuf_add(sb, "equal within ");
    claim_say_tolerance(sb, claim->tolerance);
}

static void say_range(struct strbuf *sb, struct interval interval)
{
    strbuf_add(sb, " (");
    claim_say_ends(sb, "–", interval);
    strbuf_add_char(sb, ')');
}

static void say_both(struct strbuf *sb, const struct claim *claim)
{
    int one = decimals_of(claim->ci), other = decimals_of(claim->other_ci);
    int decimals = one > other ? one : other;
    strbuf_add(sb, "depends on method: [");
    say_ends(sb, ", ", claim->ci, decimals);
    strbuf_add(sb, "] from medians, [");
    say_ends(sb, ", ", claim->other_ci, decimals);
    strbuf_add(sb, "] from Hodges and Lehmann");
}

void claim_say(struct strbuf *sb, const struct claim *claim)
{
    switch (claim->kind) {
    case CLAIM_NONE:
        wording_ratio(sb, claim->ratio);
        strbuf_add(sb, ", from too few blocks for an interval");
        break;
    case CLAIM_DIFFERENT:
        claim_say_ratio(sb, claim->ratio, claim->ci);
        strbuf_add(sb, " [");
        claim_say_ends(sb, ", ", claim->ci);
        strbuf_add_char(sb, ']');
        if (claim->within) {
            strbuf_add(sb, ", ");
            say_equal(sb, claim);
        }
        break;
    case CLAIM_EQUAL:
        say_equal(sb, claim);
        say_range(sb, claim->ci);
        break;
    case CLAIM_OPEN:
        strbuf_add(sb, "no difference shown");
        say_range(sb, claim->ci);
        break;
    case CLAIM_DEPENDS:
        say_both(sb, claim);
        break;
    }
}
