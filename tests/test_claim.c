#include "claim.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

/* Nine times, ascending. */
static const double plain[] = {1, 1.002, 1.004, 1.006, 1.008, 1.01, 1.012, 1.014, 1.016};


static struct claim claim_about(const double *a, size_t a_count, const double *b, size_t b_count,
                                double level)
{
    struct pool pool = POOL_INIT;
    struct bootstrap *bootstrap = bootstrap_new();
    struct median_law a_law = bootstrap_median(bootstrap, &pool, a, a_count);
    struct median_law b_law = bootstrap_median(bootstrap, &pool, b, b_count);
    struct claim claim = claim_of(&(struct claim_side){a, a_count, &a_law},
                                  &(struct claim_side){b, b_count, &b_law}, level, 0.05);
    bootstrap_free(bootstrap);
    pool_free(&pool);
    return claim;
}

static void assert_said(const struct claim *claim, enum claim_kind kind, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    claim_say(&text, claim);
    assert_string_equal(text.str, expected);
    assert_string_equal(claim_name(claim->kind), claim_name(kind));
    strbuf_free(&text);
}

static struct claim claim_with_factor(double factor)
{
    double values[9];
    for (size_t i = 0; i < 9; i++)
        values[i] = plain[i] * factor;
    return claim_about(values, 9, plain, 9, 0.95);
}

static void a_difference_is_said_with_its_interval(void **state)
{
    (void)state;
    struct claim claim = claim_with_factor(1.31);
    assert_said(&claim, CLAIM_DIFFERENT, "1.31× [1.30, 1.32]");
    assert_close(claim.ratio, 1.31, 1e-15);
    assert_close(claim.other, 1.31, 1e-15);
    claim = claim_with_factor(0.5);
    assert_said(&claim, CLAIM_DIFFERENT, "0.500× [0.496, 0.504]");
}

static void a_difference_that_hardly_matters_is_said_to_be_that(void **state)
{
    (void)state;
    struct claim claim = claim_with_factor(1.02);
    assert_said(&claim, CLAIM_DIFFERENT, "1.02× [1.01, 1.03], equal within 5 %");
}

static void equal_is_more_than_no_difference_shown(void **state)
{
    static const double wide[] = {0.8, 0.84, 0.9, 0.93, 1, 1.1, 1.15, 1.2, 1.3};
    (void)state;
    struct claim claim = claim_with_factor(1.001);
    assert_said(&claim, CLAIM_EQUAL, "equal within 5 % (0.99–1.01)");
    claim = claim_about(wide, 9, plain, 9, 0.95);
    assert_said(&claim, CLAIM_OPEN, "no difference shown (0.83–1.19)");
}

/* This factor lies between those that neither method shows and those that both do. */
static void where_the_two_methods_disagree_it_is_said(void **state)
{
    (void)state;
    struct claim claim = claim_with_factor(1.0065);
    assert_said(&claim, CLAIM_DEPENDS, "depends on method: [0.999, 1.015] from medians, "
                                       "[1.001, 1.013] from Hodges and Lehmann");
}

/* An end that is above 1 does not look like 1. */
static void ends_near_one_have_the_decimals_that_tell(void **state)
{
    (void)state;
    struct claim claim = claim_with_factor(1.0085);
    assert_true(claim.ci.low > 1 && claim.ci.low < 1.005);
    assert_said(&claim, CLAIM_DIFFERENT, "1.009× [1.001, 1.017], equal within 5 %");
}

static void few_blocks_claim_nothing(void **state)
{
    (void)state;
    struct claim claim = claim_about(plain, 4, plain, 9, 0.95);
    assert_said(&claim, CLAIM_NONE, "1.00×, from too few blocks for an interval");
    assert_true(isnan(claim.ci.low));
    claim = claim_about(plain, 5, plain, 5, claim_level(0.95, 100));
    assert_string_equal(claim_name(claim.kind), "none");
}

/* 2 / C(2n, n) is the least that Mann and Whitney's test can give: 0.8 % of 5 and 5, 0.2 %
 * of 6 and 6. */
static void more_blocks_carry_more_claims(void **state)
{
    (void)state;
    assert_int_equal(claim_enough_blocks(0.95), 5);
    assert_int_equal(claim_enough_blocks(claim_level(0.95, 6)), 5);
    assert_int_equal(claim_enough_blocks(claim_level(0.95, 7)), 6);
    assert_true(claim_enough_blocks(claim_level(0.95, 40)) <= 9);
    assert_int_equal(claim_enough_blocks(1), 0);
}

static void a_time_between_two_points_has_medians_alone(void **state)
{
    (void)state;
    struct claim claim = claim_of_medians(1.31, (struct interval){1.29, 1.33}, 0.99, 0.05);
    assert_said(&claim, CLAIM_DIFFERENT, "1.31× [1.29, 1.33]");
    assert_int_equal(claim_verdict(&claim), VERDICT_SLOWER);
    assert_true(isnan(claim.other));
    struct claim other = claim_inverse(&claim);
    assert_close(other.ci.low, 1 / 1.33, 1e-15);
    assert_int_equal(claim_verdict(&other), VERDICT_FASTER);
    claim = claim_of_medians(1.31, (struct interval){NAN, NAN}, 0.99, 0.05);
    assert_said(&claim, CLAIM_NONE, "1.3×, from too few blocks for an interval");
}

static void several_claims_share_their_errors(void **state)
{
    (void)state;
    assert_close(claim_level(0.95, 1), 0.95, 0);
    assert_close(claim_level(0.95, 10), 0.995, 1e-15);
    assert_close(claim_level(0.95, 0), 0.95, 0);
    struct claim one = claim_about(plain, 9, plain, 9, 0.95);
    struct claim many = claim_about(plain, 9, plain, 9, claim_level(0.95, 20));
    assert_true(many.ci.low < one.ci.low && many.ci.high > one.ci.high);
    assert_true(many.other_ci.low < one.other_ci.low && many.other_ci.high > one.other_ci.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_is_said_with_its_interval),
        cmocka_unit_test(a_difference_that_hardly_matters_is_said_to_be_that),
        cmocka_unit_test(equal_is_more_than_no_difference_shown),
        cmocka_unit_test(where_the_two_methods_disagree_it_is_said),
        cmocka_unit_test(ends_near_one_have_the_decimals_that_tell),
        cmocka_unit_test(few_blocks_claim_nothing),
        cmocka_unit_test(more_blocks_carry_more_claims),
        cmocka_unit_test(a_time_between_two_points_has_medians_alone),
        cmocka_unit_test(several_claims_share_their_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
