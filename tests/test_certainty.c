#include "redraw.h"
#include "rows_fixture.h"

/* The part of the studies that chose `cores`. */
static double share_of(const struct choices *choices, int64_t cores)
{
    for (size_t i = 0; i < choices->count; i++)
        if (choices->cores[i] == cores)
            return choices->shares[i];
    return 0;
}

static double sum_of(const struct choices *choices)
{
    double sum = choices->none;
    for (size_t i = 0; i < choices->count; i++)
        sum += choices->shares[i];
    return sum;
}

/* Every study that can be drawn ------------------------------------------- */

struct sample {
    const char *backend;
    int64_t cores;
    const double *times;
    size_t count; /* 4 or less */
};

/* One of all resamples of a sample, as the digits of its number. */
static void add_resample(struct rows *rows, const struct sample *sample, size_t number)
{
    double drawn[4];
    for (size_t i = 0; i < sample->count; i++, number /= sample->count)
        drawn[i] = sample->times[number % sample->count];
    rows_add_point(rows, sample->backend, sample->cores, drawn, sample->count);
}

/* In how many of all n^n resamples the values come as often as in this one: 0
 * unless it is the first of them, whose digits ascend. */
static size_t resamples_like(size_t number, size_t n)
{
    size_t times[4] = {0}, before = 0, ways = 1, placed = 0;
    for (size_t i = 0; i < n; i++, number /= n) {
        size_t digit = number % n;
        if (digit < before)
            return 0;
        before = digit;
        times[digit]++;
    }
    for (size_t digit = 0; digit < n; digit++)
        for (size_t k = 1; k <= times[digit]; k++)
            ways = ways * ++placed / k;
    return ways;
}

static size_t power(size_t base, size_t exponent)
{
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

struct exact {
    double answer[2], none; /* of each sample's count */
    double backend;         /* the first sample's */
};

/* Analyses each of them, and adds up how probable it is. */
static struct exact enumerate(const struct sample *samples, const struct plan *plan)
{
    struct exact exact = {{0, 0}, 0, 0};
    size_t ends[2] = {power(samples[0].count, samples[0].count),
                      power(samples[1].count, samples[1].count)};
    for (size_t i = 0; i < ends[0]; i++)
        for (size_t j = 0; j < ends[1]; j++) {
            size_t ways = resamples_like(i, samples[0].count) *
                          resamples_like(j, samples[1].count);
            double weight = (double)ways / (double)ends[0] / (double)ends[1];
            if (ways == 0)
                continue;
            void *state = NULL;
            assert_int_equal(rows_setup(&state), 0);
            struct rows *rows = state;
            add_resample(rows, &samples[0], i);
            add_resample(rows, &samples[1], j);
            const struct analysis *a = rows_analyse(rows, plan);
            const struct answer *answer = &a->answers[0];
            int64_t chosen =
                answer->series < 0 ? 0 : a->series[answer->series].points[answer->point].cores;
            if (chosen == 0)
                exact.none += weight;
            else
                exact.answer[chosen == samples[1].cores] += weight;
            if (chosen != 0 &&
                strcmp(a->series[answer->series].backend, samples[0].backend) == 0)
                exact.backend += weight;
            rows_teardown(&state);
        }
    return exact;
}

static void check_by_enumeration(struct rows *rows, const struct sample *samples)
{
    struct exact exact = enumerate(samples, &rows->plan);
    for (size_t i = 0; i < 2; i++)
        rows_add_point(rows, samples[i].backend, samples[i].cores, samples[i].times,
                       samples[i].count);
    const struct answer *answer = &rows_analyse(rows, &rows->plan)->answers[0];
    assert_true(answer->series >= 0);
    int64_t cores = rows->analysis->series[answer->series].points[answer->point].cores;
    assert_int_equal(answer->choices.studies, 2000);
    assert_close(sum_of(&answer->choices), 1, 1e-12);
    /* Four standard deviations of a share of 2000 studies are 4.5 % at most. */
    assert_close(share_of(&answer->choices, samples[0].cores), exact.answer[0], 0.045);
    assert_close(share_of(&answer->choices, samples[1].cores), exact.answer[1], 0.045);
    assert_close(answer->choices.none, exact.none, 0.045);
    if (strcmp(samples[0].backend, samples[1].backend) != 0)
        assert_close(cores == samples[0].cores ? answer->backend_share : 1 - answer->backend_share,
                     exact.backend + (cores == samples[0].cores ? 0 : exact.none), 0.045);
    assert_true(exact.answer[0] < 0.97 && exact.answer[1] < 0.97); /* a test worth the name */
}

static const double odd[] = {10, 10.9, 9.6}, even[] = {9.5, 10.3, 9.9, 10.05};

static void shares_of_the_fast_enough_are_those_of_all_studies_that_can_be_drawn(void **state)
{
    static const double faster[] = {9.2, 8.4, 10.1, 8.0};
    const struct sample samples[] = {{"openmp", 1, odd, 3}, {"openmp", 4, faster, 4}};
    check_by_enumeration(*state, samples);
    assert_close(share_of(&rows_series(*state, "openmp")->optimum.choices, 4),
                 share_of(&((struct rows *)*state)->analysis->answers[0].choices, 4), 0);
}

static void so_are_those_among_backends(void **state)
{
    static const double faster[] = {9.6, 9.9, 8.9, 9.7};
    const struct sample samples[] = {{"mpi", 2, odd, 3}, {"openmp", 4, faster, 4}};
    check_by_enumeration(*state, samples);
}

static void so_are_those_by_efficiency(void **state)
{
    static const double four[] = {3.5, 3.3, 3.9};
    struct rows *rows = *state;
    rows->plan.optimum.rule = RULE_EFFICIENT;
    rows->plan.optimum.efficiency = 0.62;
    const struct sample samples[] = {{"openmp", 1, even, 4}, {"openmp", 4, four, 3}};
    check_by_enumeration(rows, samples);
}

static void so_are_those_by_price(void **state)
{
    static const double four[] = {2.5, 2.6, 2.4};
    struct rows *rows = *state;
    rows->plan.optimum.rule = RULE_CHEAPEST;
    const struct sample samples[] = {{"openmp", 1, even, 4}, {"openmp", 4, four, 3}};
    check_by_enumeration(rows, samples);
}

/*
 * With a deadline between the two largest of seven times, a study misses it
 * where the largest was drawn twice or more, as then it is the median of more
 * than 5 % of the resamples: 1 - (6/7)^7 - (6/7)^6 of all studies.
 */
static void a_deadline_is_missed_as_often_as_theory_says(void **state)
{
    static const double seven[] = {9, 9.1, 9.2, 9.3, 9.4, 9.5, 10}, over[] = {11, 11.1, 11.2};
    struct rows *rows = *state;
    double missed = 1 - pow(6.0 / 7, 7) - pow(6.0 / 7, 6);
    rows->plan.optimum.rule = RULE_CHEAPEST;
    rows->plan.optimum.deadline = 9.7;
    rows_add_point(rows, "openmp", 1, seven, 7);
    rows_add_point(rows, "openmp", 4, over, 3);
    const struct choices *choices = &rows_analyse(rows, &rows->plan)->answers[0].choices;
    assert_close(choices->none, missed, 0.045);
    assert_close(share_of(choices, 1), 1 - missed, 0.045);
    assert_int_equal(choices->low, 1);
    assert_int_equal(choices->high, 1);
}

static void so_are_those_of_the_knee(void **state)
{
    static const double four[] = {4.9, 5.2, 5.1, 4.8};
    struct rows *rows = *state;
    rows->plan.optimum.rule = RULE_KNEE;
    const struct sample samples[] = {{"openmp", 1, odd, 3}, {"openmp", 4, four, 4}};
    check_by_enumeration(rows, samples);
}

/* Many blocks -------------------------------------------------------------- */

/* The quantile of the normal distribution, by bisection. */
static double normal_quantile(double part)
{
    double low = -10, high = 10;
    while (high - low > 1e-12) {
        double middle = (low + high) / 2;
        if (erfc(-middle / sqrt(2)) / 2 < part)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Blocks that are the quantiles of lognormal noise. */
static void add_normal(struct rows *rows, int64_t cores, double seconds, double noise, int count)
{
    double *times = calloc((size_t)count, sizeof *times);
    assert_non_null(times);
    for (int i = 0; i < count; i++)
        times[i] = seconds * exp(noise * normal_quantile((i + 0.5) / count));
    rows_add_point(rows, "openmp", cores, times, (size_t)count);
    free(times);
}

/*
 * With many blocks the log of the ratio of two medians is normal, with a
 * deviation s of sqrt(2) 1.2533 noise / sqrt(n). The rule takes the smaller
 * count where ln ratio + 1.645 s <= ln 1.05; so with a true ratio of that less
 * k s it does in a part Phi(k) of all studies.
 */
static void check_by_theory(int count, double k, double expected, double tolerance)
{
    void *state = NULL;
    double noise = 0.05, s = sqrt(2.0) * 1.2533 * noise / sqrt(count);
    assert_int_equal(rows_setup(&state), 0);
    struct rows *rows = state;
    add_normal(rows, 1, 10, noise, count);
    add_normal(rows, 12, exp(log(1.05) - (1.645 + k) * s), noise, count);
    add_normal(rows, 16, 1, noise, count);
    const struct choices *choices =
        (rows_analyse(rows, NULL), &rows_series(rows, "openmp")->optimum.choices);
    assert_close(share_of(choices, 12), expected, tolerance);
    assert_close(share_of(choices, 12) + share_of(choices, 16), 1, 1e-12);
    rows_teardown(&state);
}

static void with_many_blocks_the_shares_are_those_of_theory(void **state)
{
    static const int counts[] = {99, REDRAW_MOST, REDRAW_MOST + 1, 400, 2001};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        check_by_theory(counts[i], 0, 0.5, 0.08);
        check_by_theory(counts[i], 1, 0.8413, 0.07);
        check_by_theory(counts[i], -1, 0.1587, 0.07);
    }
}

/* What is told, and what is not -------------------------------------------- */

static void where_one_count_always_wins_it_has_all_studies(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 8, 2, 9);
    rows_add_calm(rows, "openmp", 12, 1.03, 9);
    rows_add_calm(rows, "openmp", 14, 1, 9);
    rows_analyse(rows, NULL);
    const struct choices *choices = &rows_series(rows, "openmp")->optimum.choices;
    assert_int_equal(choices->count, 1);
    assert_int_equal(choices->cores[0], 12);
    assert_close(choices->shares[0], 1, 0);
    assert_int_equal(choices->low, 12);
    assert_int_equal(choices->high, 12);
    assert_int_equal(choices->mode, 12);
}

/* 4 to 16 cores take nearly the same time, with much noise. */
static void add_plateau(struct rows *rows, const char *backend)
{
    static const double four[] = {1.1, 1.02, 1.0, 1.2, 1.15, 1.05, 0.95},
                        eight[] = {1.05, 0.97, 1.0, 1.1, 1.02, 0.99, 1.2},
                        sixteen[] = {1.0, 0.93, 0.96, 1.1, 1.03, 0.91, 1.2};
    rows_add_calm(rows, backend, 1, 10, 7);
    rows_add_point(rows, backend, 4, four, 7);
    rows_add_point(rows, backend, 8, eight, 7);
    rows_add_point(rows, backend, 16, sixteen, 7);
}

static void the_range_holds_the_middle_95_percent_of_the_choices(void **state)
{
    struct rows *rows = *state;
    add_plateau(rows, "openmp");
    rows_analyse(rows, NULL);
    const struct choices *choices = &rows_series(rows, "openmp")->optimum.choices;
    double below = 0, within = 0, most = 0;
    assert_true(choices->count > 1);
    for (size_t i = 0; i < choices->count; i++) {
        below += choices->cores[i] < choices->low ? choices->shares[i] : 0;
        within += choices->cores[i] >= choices->low && choices->cores[i] <= choices->high
                      ? choices->shares[i]
                      : 0;
        most = fmax(most, choices->shares[i]);
    }
    assert_true(below < 0.025 && within >= 0.95);
    assert_close(share_of(choices, choices->mode), most, 0);
    assert_close(sum_of(choices), 1, 1e-12);
}

static void the_same_rows_have_the_same_shares(void **state)
{
    struct rows *rows = *state;
    double shares[3];
    add_plateau(rows, "openmp");
    add_plateau(rows, "mpi");
    for (int i = 0; i < 2; i++) {
        const struct answer *answer = &rows_analyse(rows, NULL)->answers[0];
        double now[3] = {share_of(&rows_series(rows, "mpi")->optimum.choices, 16),
                         share_of(&answer->choices, 16), answer->backend_share};
        if (i > 0)
            assert_memory_equal(now, shares, sizeof now);
        memcpy(shares, now, sizeof now);
        assert_true(answer->backend_share > 0.2 && answer->backend_share < 0.8); /* a toss-up */
    }
}

static void too_few_blocks_where_it_matters_leave_nothing_to_draw_from(void **state)
{
    static const double twice[] = {1.2, 1.25};
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 8, 1, 9);
    rows_add_point(rows, "openmp", 6, twice, 2); /* may be as fast, for all one knows */
    rows_add_calm(rows, "mpi", 1, 10, 9);
    rows_add_calm(rows, "mpi", 8, 1, 9);
    const struct answer *answer = &rows_analyse(rows, NULL)->answers[0];
    assert_int_equal(rows_series(rows, "openmp")->optimum.choices.studies, 0);
    assert_int_equal(rows_series(rows, "openmp")->optimum.recommended, 8);
    assert_int_equal(rows_series(rows, "mpi")->optimum.choices.studies, 2000);
    assert_int_equal(answer->choices.studies, 0);
    assert_true(isnan(answer->backend_share));
}

/* A run on one core that takes hours is often made once. */
static void a_slow_point_of_one_block_does_not_matter_to_what_is_fast(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 1);
    rows_add_calm(rows, "openmp", 8, 2, 9);
    rows_add_calm(rows, "openmp", 16, 1, 9);
    rows_analyse(rows, NULL);
    assert_int_equal(rows_series(rows, "openmp")->optimum.choices.studies, 2000);
    rows->plan.optimum.rule = RULE_EFFICIENT;
    rows_analyse(rows, &rows->plan); /* but it is the base of efficiency */
    assert_int_equal(rows_series(rows, "openmp")->optimum.choices.studies, 0);
}

static void one_count_or_no_verdict_is_no_choice(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 4, 1, 9);
    rows_add_calm(rows, "mpi", 1, 0.002, 9);
    rows_add_calm(rows, "mpi", 4, 0.001, 9);
    rows_analyse(rows, NULL);
    assert_int_equal(rows_series(rows, "openmp")->optimum.choices.studies, 0);
    assert_int_equal(rows_series(rows, "mpi")->optimum.choices.studies, 0);
    assert_int_equal(rows->analysis->answers[0].choices.studies, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(shares_of_the_fast_enough_are_those_of_all_studies_that_can_be_drawn),
        TEST(so_are_those_among_backends),
        TEST(so_are_those_by_efficiency),
        TEST(so_are_those_by_price),
        TEST(a_deadline_is_missed_as_often_as_theory_says),
        TEST(so_are_those_of_the_knee),
        TEST(with_many_blocks_the_shares_are_those_of_theory),
        TEST(where_one_count_always_wins_it_has_all_studies),
        TEST(the_range_holds_the_middle_95_percent_of_the_choices),
        TEST(the_same_rows_have_the_same_shares),
        TEST(too_few_blocks_where_it_matters_leave_nothing_to_draw_from),
        TEST(a_slow_point_of_one_block_does_not_matter_to_what_is_fast),
        TEST(one_count_or_no_verdict_is_no_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
