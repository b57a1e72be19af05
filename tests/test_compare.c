#include "compare.h"

#include "groups.h"
#include "rows_fixture.h"

/* Two clusters (three where a test adds one) and what became of them. */
struct clusters {
    struct rows *rows[3];
    struct compare_entrant entrants[3];
    struct compare *compare;
};

static const char *const labels[] = {"Alfa", "Bravo", "Charlie"};

static int setup(void **state)
{
    struct clusters *c = calloc(1, sizeof *c);
    if (c == NULL)
        return -1;
    for (size_t i = 0; i < 3; i++)
        if (rows_setup((void **)&c->rows[i]) != 0)
            return -1;
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    struct clusters *c = *state;
    compare_free(c->compare);
    for (size_t i = 0; i < 3; i++) {
        void *rows = c->rows[i];
        rows_teardown(&rows);
    }
    free(c);
    return 0;
}

static const struct compare *compare_them(struct clusters *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rows_analyse(c->rows[i], &c->rows[i]->plan);
        c->entrants[i].label = labels[i];
        c->entrants[i].analysis = c->rows[i]->analysis;
        if (c->entrants[i].cluster == NULL)
            c->entrants[i].cluster = "local";
    }
    compare_free(c->compare);
    c->compare = compare_new(c->entrants, count);
    return c->compare;
}

static const struct comparison *find(const struct compare *compare, enum compare_view view,
                                     int64_t cores)
{
    for (size_t i = 0; i < compare->contest_count; i++)
        for (size_t j = 0; j < compare->contests[i].comparison_count; j++) {
            const struct comparison *at = &compare->contests[i].comparisons[j];
            if (at->view == view && (cores == 0 || at->b.point->cores == cores))
                return at;
        }
    fail_msg("no comparison of %s on %lld cores", compare_view_name(view), (long long)cores);
    return NULL;
}

static const struct compare_notice *notice(const struct compare *compare, const char *code)
{
    for (size_t i = 0; i < compare->notice_count; i++)
        if (strcmp(compare->notices[i].code, code) == 0)
            return &compare->notices[i];
    return NULL;
}

static const double slow[] = {1.31, 1.29, 1.35, 1.30, 1.33, 1.28, 1.32, 1.34, 1.36};
static const double quick[] = {1.00, 0.99, 1.02, 1.01, 0.98, 1.03, 1.005, 0.995, 1.015};

/* Quantiles and ranks were found outside this program, over all 81 quotients. */
static void a_ratio_has_the_intervals_of_both_methods(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 16, quick, 9);
    rows_add_point(c->rows[1], "openmp", 16, slow, 9);
    const struct compare *compare = compare_them(c, 2);
    const struct comparison *at = find(compare, VIEW_SAME_CORES, 16);
    assert_int_equal(compare->claims, 1); /* in three views it is the same one */
    assert_close(at->ratio.claim.ratio, 1.32 / 1.005, 1e-15);
    assert_close(at->ratio.ci95.low, 1.2807881773399017, 1e-12);
    assert_close(at->ratio.ci95.high, 1.3467336683417086, 1e-12);
    assert_close(at->ratio.claim.ci.low, at->ratio.ci95.low, 0);
    assert_close(at->ratio.claim.other, 1.3134328358208958, 1e-12);
    assert_close(at->ratio.claim.other_ci.low, 1.2864321608040201, 1e-12);
    assert_close(at->ratio.claim.other_ci.high, 1.3400000000000001, 1e-12);
    assert_int_equal(at->verdict, VERDICT_SLOWER);
    assert_string_equal(at->sentence,
                        "Bravo needs 1.31× [1.28, 1.35] the time of Alfa at 16 cores (9 blocks "
                        "each).");
}

/* Of two claims each may be wrong in 2.5 %. */
static void several_claims_share_the_errors(void **state)
{
    struct clusters *c = *state;
    c->rows[0]->plan.optimum.rule = c->rows[1]->plan.optimum.rule = RULE_CHEAPEST;
    rows_add_point(c->rows[0], "openmp", 16, quick, 9);
    rows_add_point(c->rows[1], "openmp", 16, slow, 9);
    rows_add_point(c->rows[0], "openmp", 8, slow, 9);
    rows_add_point(c->rows[1], "openmp", 8, slow, 9);
    const struct compare *compare = compare_them(c, 2);
    const struct comparison *at = find(compare, VIEW_SAME_CORES, 16);
    assert_int_equal(compare->claims, 2);
    assert_close(at->ratio.ci95.low, 1.2807881773399017, 1e-12);
    assert_close(at->ratio.claim.ci.low, 1.2772277227722773, 1e-12);
    assert_close(at->ratio.claim.ci.high, 1.35, 1e-12);
}

/* Nine calm times and a factor between those that neither method shows and those that
 * both do. */
static void add_disputed(struct clusters *c, int64_t cores)
{
    for (int64_t i = 0; i < 9; i++) {
        struct run run = rows_run("openmp", cores, i, 1 + (double)i * 0.002);
        rows_add(c->rows[0], &run);
        run.seconds *= 1.0065;
        rows_add(c->rows[1], &run);
    }
}

static void where_the_two_methods_disagree_nothing_is_decided(void **state)
{
    struct clusters *c = *state;
    add_disputed(c, 8);
    const struct compare *compare = compare_them(c, 2);
    const struct comparison *at = find(compare, VIEW_SAME_CORES, 8);
    assert_int_equal(at->ratio.claim.kind, CLAIM_DEPENDS);
    assert_int_equal(at->verdict, VERDICT_UNDECIDED);
    assert_string_equal(at->sentence,
                        "Whether Bravo and Alfa differ at 8 cores depends on method: [0.999, "
                        "1.015] from medians, [1.001, 1.013] from Hodges and Lehmann (9 blocks "
                        "each).");
    assert_string_equal(compare->headline, "Whether Bravo and Alfa differ depends on the method at "
                                           "1 of 1 point; else no difference is shown.");
    assert_true(compare->contests[0].rankings[0].ranks[1].best);
}

static void a_slowdown_that_only_one_method_shows_leaves_the_gate_open(void **state)
{
    struct clusters *c = *state;
    add_disputed(c, 8);
    struct compare_gate gate = compare_gate(compare_them(c, 2), 0);
    assert_int_equal(gate.checked, 1);
    assert_int_equal(gate.violated, 0);
    assert_int_equal(gate.disputed, 1);
    assert_int_equal(compare_gate(c->compare, 0.05).disputed, 0);
}

static void a_gate_needs_something_of_each_one(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 16, quick, 9);
    rows_add_point(c->rows[1], "openmp", 16, quick, 9);
    rows_add_point(c->rows[2], "openmp", 16, slow, 4);
    struct compare_gate gate = compare_gate(compare_them(c, 3), 0.05);
    assert_int_equal(gate.checked, 1);
    assert_int_equal(gate.unknown, 1);
    assert_int_equal(gate.unjudged, 2);
    assert_true(compare_gate(compare_them(c, 2), 0.05).unjudged == SIZE_MAX);
}

static void a_gate_counts_what_was_not_measured_again(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 8, quick, 9);
    rows_add_point(c->rows[0], "openmp", 16, quick, 9);
    rows_add_point(c->rows[1], "openmp", 16, quick, 9);
    assert_int_equal(compare_gate(compare_them(c, 2), 0.05).missing, 1);
    rows_add_point(c->rows[1], "openmp", 8, quick, 9);
    assert_int_equal(compare_gate(compare_them(c, 2), 0.05).missing, 0);
}

/* Three on one count: two comparisons with the first; who is the least is found
 * afterwards, so the pair of the others counts too. */
static void a_ranking_counts_every_pair(void **state)
{
    struct clusters *c = *state;
    for (size_t i = 0; i < 3; i++)
        rows_add_calm(c->rows[i], "openmp", 8, 1 + 0.1 * (double)i, 9);
    assert_int_equal(compare_them(c, 2)->claims, 1);
    assert_int_equal(compare_them(c, 3)->claims, 3);
}

static void the_slower_one_is_always_the_one_that_needs_more(void **state)
{
    struct clusters *c = *state;
    c->entrants[0].blocks_are_jobs = c->entrants[1].blocks_are_jobs = true;
    rows_add_point(c->rows[0], "openmp", 16, slow, 9);
    rows_add_point(c->rows[1], "openmp", 16, quick, 9);
    const struct comparison *at = find(compare_them(c, 2), VIEW_SAME_CORES, 16);
    assert_int_equal(at->verdict, VERDICT_FASTER);
    assert_true(at->ratio.claim.ci.high < 1);
    assert_string_equal(at->sentence,
                        "Alfa needs 1.31× [1.28, 1.35] the time of Bravo at 16 cores (9 jobs "
                        "each).");
}

static void a_set_against_itself_is_equal(void **state)
{
    struct clusters *c = *state;
    rows_add_calm(c->rows[0], "openmp", 1, 10, 9);
    rows_add_calm(c->rows[0], "openmp", 4, 3, 9);
    rows_add_calm(c->rows[1], "openmp", 1, 10, 9);
    rows_add_calm(c->rows[1], "openmp", 4, 3, 9);
    const struct compare *compare = compare_them(c, 2);
    assert_true(compare->same_machine);
    assert_int_equal(find(compare, VIEW_SAME_CORES, 4)->verdict, VERDICT_EQUAL);
    assert_string_equal(find(compare, VIEW_SAME_CORES, 4)->sentence,
                        "Bravo and Alfa are equal within 5 % at 4 cores (0.995–1.005, 9 blocks "
                        "each).");
    assert_string_equal(compare->headline, "Bravo and Alfa are equal within 5 %.");
    assert_int_equal(compare_gate(compare, 0.05).violated, 0);
    assert_int_equal(compare_gate(compare, 0.05).checked, 2);
}

static void noise_that_holds_1_shows_no_difference(void **state)
{
    static const double wide[] = {0.8, 1.2, 0.9, 1.1, 1.0, 1.3, 0.85, 1.15, 0.95};
    static const double other[] = {0.9, 1.3, 1.0, 1.2, 1.05, 1.4, 0.95, 1.25, 1.1};
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 8, wide, 9);
    rows_add_point(c->rows[1], "openmp", 8, other, 9);
    const struct compare *compare = compare_them(c, 2);
    const struct comparison *at = find(compare, VIEW_SAME_CORES, 8);
    assert_int_equal(at->verdict, VERDICT_UNDECIDED);
    assert_non_null(strstr(at->sentence, "No difference is shown between Bravo and Alfa at 8 cores"));
    assert_int_equal(compare_gate(compare, 0.05).violated, 0); /* 10 % by the medians, but noise */
}

static void fewer_than_five_blocks_have_no_interval_and_no_verdict(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 8, quick, 9);
    rows_add_point(c->rows[1], "openmp", 8, slow, 4);
    const struct compare *compare = compare_them(c, 2);
    const struct comparison *at = find(compare, VIEW_SAME_CORES, 8);
    assert_false(interval_exists(at->ratio.ci95));
    assert_int_equal(at->verdict, VERDICT_UNDECIDED);
    assert_string_equal(at->sentence,
                        "Bravo has 1.30× the median time of Alfa at 8 cores, but 4 and 9 blocks "
                        "are too few for an interval: nothing is shown.");
    assert_non_null(notice(compare, "no-uncertainty"));
    assert_string_equal(compare->headline, "Too few blocks to tell whether anything differs.");
    assert_int_equal(compare_gate(compare, 0.05).checked, 0);
    assert_int_equal(compare_gate(compare, 0.05).unknown, 1);
}

/* Of 5 and 5 blocks the outermost quotient alone weighs 0.34 %: more than may lie
 * beyond the end of an interval where more than 7 share 5 %. */
static void few_blocks_cannot_carry_many_claims(void **state)
{
    struct clusters *c = *state;
    for (int64_t cores = 1; cores <= 10; cores++) {
        rows_add_point(c->rows[0], "openmp", cores, quick, 5);
        rows_add_point(c->rows[1], "openmp", cores, slow, 5);
    }
    const struct compare *compare = compare_them(c, 2);
    const struct comparison *at = find(compare, VIEW_SAME_CORES, 3);
    assert_true(compare->claims > 7);
    assert_true(interval_exists(at->ratio.ci95));
    assert_false(interval_exists(at->ratio.claim.ci));
    assert_int_equal(at->verdict, VERDICT_UNDECIDED);
    assert_non_null(strstr(at->sentence, "too few for so many comparisons"));
    assert_string_equal(notice(compare, "too-few-for-all")->remedy,
                        "So many verdicts at once need 6 blocks on each side; or compare fewer core "
                        "counts.");
}

static void one_whole_node_stands_against_one_whole_node(void **state)
{
    struct clusters *c = *state;
    c->entrants[0].node_cores = 28;
    c->entrants[1].node_cores = 64;
    rows_add_calm(c->rows[0], "openmp", 1, 56, 9);
    rows_add_calm(c->rows[0], "openmp", 28, 2.2, 9);
    rows_add_calm(c->rows[1], "openmp", 1, 56, 9);
    rows_add_calm(c->rows[1], "openmp", 64, 1.1, 9);
    const struct comparison *at = find(compare_them(c, 2), VIEW_ONE_NODE, 28);
    assert_int_equal(at->a.point->cores, 64);
    assert_close(at->ratio.claim.ratio, 0.5, 1e-12);
    assert_non_null(strstr(at->sentence, "on one whole node each (64 cores against 28 cores; "));
}

/* Alfa's 8 cores cost between Bravo's 4 and 8: the line between the two, with the
 * limits summed up outside this program over all 729 outcomes. */
static void the_same_cost_is_interpolated_between_measured_neighbours(void **state)
{
    static const double four[] = {2.02, 2.00, 2.05, 1.98, 2.01, 1.99, 2.03, 2.04, 1.97};
    static const double eight[] = {1.20, 1.22, 1.19, 1.21, 1.18, 1.23, 1.24, 1.17, 1.25};
    static const double own[] = {1.10, 1.12, 1.09, 1.11, 1.08, 1.13, 1.14, 1.07, 1.15};
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 8, own, 9);
    rows_add_point(c->rows[1], "openmp", 4, four, 9);
    rows_add_point(c->rows[1], "openmp", 8, eight, 9);
    const struct comparison *at = find(compare_them(c, 2), VIEW_SAME_COST, 8);
    assert_non_null(at->a.next);
    assert_int_equal(at->a.point->cores, 4);
    assert_int_equal(at->a.next->cores, 8);
    assert_close(at->ratio.claim.ratio, 1.3800137293943358, 1e-9);
    assert_close(at->ratio.ci95.low, 1.2365763043261946, 1e-9);
    assert_close(at->ratio.ci95.high, 1.5288849161852696, 1e-9);
    assert_true(isnan(at->ratio.claim.other)); /* there are no two samples */
    assert_int_equal(at->verdict, VERDICT_SLOWER);
    assert_string_equal(at->sentence, "Bravo needs 1.38× [1.22, 1.55] the time of Alfa for the same "
                                      "price (between 4 and 8 cores against 8 cores; 9 blocks each, "
                                      "by medians alone).");
}

static void beyond_what_was_measured_the_nearest_cost_stands(void **state)
{
    struct clusters *c = *state;
    rows_add_calm(c->rows[0], "openmp", 8, 10, 9);
    rows_add_calm(c->rows[1], "openmp", 4, 2, 9);
    rows_add_calm(c->rows[1], "openmp", 8, 1.5, 9);
    const struct comparison *at = find(compare_them(c, 2), VIEW_SAME_COST, 8);
    assert_null(at->a.next);
    assert_int_equal(at->a.point->cores, 8);
    assert_non_null(strstr(at->sentence, "nearest to the same price"));
}

static void those_not_shown_to_be_slower_share_the_first_place(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 8, slow, 9);
    rows_add_point(c->rows[1], "openmp", 8, quick, 9);
    rows_add_calm(c->rows[2], "openmp", 8, 1.01, 9);
    c->rows[2]->plan.cluster.name = (char *)"other";
    const struct compare *compare = compare_them(c, 3);
    const struct compare_ranking *ranking = &compare->contests[0].rankings[0];
    assert_int_equal(ranking->view, VIEW_BEST);
    assert_int_equal(ranking->count, 3);
    assert_int_equal(ranking->ranks[0].side.entrant, 1);
    assert_int_equal(ranking->ranks[0].rank, 1);
    assert_int_equal(ranking->ranks[1].side.entrant, 2);
    assert_int_equal(ranking->ranks[1].rank, 1);
    assert_int_equal(ranking->ranks[2].side.entrant, 0);
    assert_int_equal(ranking->ranks[2].rank, 3);
    assert_false(ranking->ranks[2].best);
    assert_string_equal(ranking->sentence,
                        "Bravo and Charlie are fastest and cannot be told apart, each at its own "
                        "best.");
}

static void another_answer_is_refused(void **state)
{
    struct clusters *c = *state;
    struct run run = rows_run("openmp", 4, 0, 1);
    run.value = 3.14159;
    rows_add(c->rows[0], &run);
    run.value = 3.15;
    rows_add(c->rows[1], &run);
    const struct compare *compare = compare_them(c, 2);
    assert_int_equal(compare->contest_count, 0);
    assert_string_equal(notice(compare, "different-answer")->text,
                        "Alfa printed 3.14159 and Bravo printed 3.15 on 4 cores: another answer is "
                        "another computation, so their times are not compared.");
    assert_string_equal(compare->headline, compare->notices[0].text);
}

static void answers_that_differ_by_rounding_are_the_same(void **state)
{
    static const double pairs[][2] = {{3.14159265, 3.14159265000001}, {-7e-17, 3e-16}};
    struct clusters *c = *state;
    for (size_t i = 0; i < 2; i++) {
        struct run run = rows_run("openmp", 4 << i, 0, 1);
        run.value = pairs[i][0];
        rows_add(c->rows[0], &run);
        run.value = pairs[i][1];
        rows_add(c->rows[1], &run);
    }
    assert_null(notice(compare_them(c, 2), "different-answer"));
}

static void another_kernel_or_size_is_refused(void **state)
{
    struct clusters *c = *state;
    struct run run = rows_run("openmp", 4, 0, 1);
    rows_add(c->rows[0], &run);
    run.size = 2000;
    rows_add(c->rows[1], &run);
    const struct compare *compare = compare_them(c, 2);
    assert_int_equal(compare->contest_count, 0);
    assert_string_equal(notice(compare, "different-study")->text,
                        "Bravo has no time of k, n = 1000, only of k, n = 2000, so it is not "
                        "compared there.");
}

static void the_same_data_twice_is_told(void **state)
{
    struct clusters *c = *state;
    for (size_t i = 0; i < 2; i++) {
        rows_add_point(c->rows[i], "openmp", 8, quick, 9);
        rows_add_point(c->rows[i], "openmp", 16, slow, 9);
    }
    assert_string_equal(notice(compare_them(c, 2), "same-data")->text,
                        "Bravo and Alfa have the very same times, block by block: that is one set "
                        "of measurements, named twice.");
    struct run run = rows_run("openmp", 16, 9, 1.3);
    rows_add(c->rows[1], &run);
    assert_null(notice(compare_them(c, 2), "same-data"));
}

static void shared_cores_rank_no_clusters(void **state)
{
    struct clusters *c = *state;
    c->rows[1]->plan.cluster.name = (char *)"bravo";
    c->rows[1]->plan.cluster.cores_per_node = 64;
    c->rows[1]->machines = (struct machines){
        .list = (struct machine[]){{.host = (char *)"h1", .cores = 2}}, .count = 1};
    c->entrants[1].cluster = "bravo";
    rows_add_point(c->rows[0], "openmp", 8, quick, 9);
    for (int64_t i = 0; i < 9; i++) {
        struct run run = rows_run("openmp", 8, i, slow[i]);
        run.cluster = "bravo";
        rows_add(c->rows[1], &run);
    }
    const struct compare *compare = compare_them(c, 2);
    assert_string_equal(notice(compare, "oversubscribed")->text,
                        "Bravo ran more workers than its hosts have cores: those times are not "
                        "those of so many cores.");
    assert_string_equal(compare->headline,
                        "Which cluster is faster these times do not tell: workers shared cores.");
}

static void warnings_of_its_own_report_are_passed_on(void **state)
{
    struct clusters *c = *state;
    c->rows[1]->plan.bind = (char *)"none";
    for (int64_t i = 0; i < 9; i++) {
        struct run run = rows_run("openmp", 8, i, quick[i] / 1000);
        rows_add(c->rows[0], &run);
        rows_add(c->rows[1], &run);
    }
    const struct compare *compare = compare_them(c, 2);
    const struct compare_notice *last = &compare->notices[compare->notice_count - 1];
    assert_string_equal(last->code, "warned");
    assert_string_equal(last->text, "The times of Bravo have warnings in its own report: runs too "
                                    "short to judge and workers not kept on cores of their own.");
}

static void two_cpu_types_within_one_are_refused(void **state)
{
    struct clusters *c = *state;
    rows_add_calm(c->rows[0], "openmp", 4, 1, 9);
    rows_add_calm(c->rows[1], "openmp", 4, 1, 9);
    struct run run = rows_run("openmp", 4, 0, 1);
    run.cpu_model = "cpu B";
    rows_add(c->rows[1], &run);
    const struct compare *compare = compare_them(c, 2);
    assert_int_equal(compare->contest_count, 0);
    assert_string_equal(notice(compare, "mixed-cpu")->text,
                        "Bravo ran on two CPU types (cpu A and cpu B), so it has no one time to "
                        "compare.");
}

static void other_clocks_are_refused(void **state)
{
    struct clusters *c = *state;
    rows_add_calm(c->rows[0], "openmp", 4, 1, 9);
    rows_add_calm(c->rows[1], "openmp", 4, 1, 9);
    c->rows[1]->plan.timing = (char *)"total";
    assert_non_null(notice(compare_them(c, 2), "different-timing"));
}

static void backends_of_other_names_meet_where_each_has_one(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "old", 4, quick, 9);
    rows_add_point(c->rows[1], "new", 4, slow, 9);
    const struct comparison *at = find(compare_them(c, 2), VIEW_SAME_CORES, 4);
    assert_non_null(strstr(at->sentence, "at 4 cores (new and old)"));
}

static void a_slowdown_beyond_noise_shuts_the_gate(void **state)
{
    struct clusters *c = *state;
    rows_add_point(c->rows[0], "openmp", 16, quick, 9);
    rows_add_point(c->rows[1], "openmp", 16, slow, 9);
    const struct compare *compare = compare_them(c, 2);
    struct compare_gate gate = compare_gate(compare, 0.05);
    assert_int_equal(gate.violated, 1);
    assert_ptr_equal(gate.worst, find(compare, VIEW_SAME_CORES, 16));
    assert_int_equal(compare_gate(compare, 0.40).violated, 0);
    assert_close(gate.possible, gate.worst->ratio.claim.ci.high, 0); /* wider than the other */
    assert_string_equal(compare->headline, "Bravo is slower than Alfa.");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_ratio_has_the_intervals_of_both_methods),
        TEST(several_claims_share_the_errors),
        TEST(where_the_two_methods_disagree_nothing_is_decided),
        TEST(a_slowdown_that_only_one_method_shows_leaves_the_gate_open),
        TEST(a_gate_needs_something_of_each_one),
        TEST(a_gate_counts_what_was_not_measured_again),
        TEST(a_ranking_counts_every_pair),
        TEST(the_slower_one_is_always_the_one_that_needs_more),
        TEST(a_set_against_itself_is_equal),
        TEST(noise_that_holds_1_shows_no_difference),
        TEST(fewer_than_five_blocks_have_no_interval_and_no_verdict),
        TEST(few_blocks_cannot_carry_many_claims),
        TEST(one_whole_node_stands_against_one_whole_node),
        TEST(the_same_cost_is_interpolated_between_measured_neighbours),
        TEST(beyond_what_was_measured_the_nearest_cost_stands),
        TEST(those_not_shown_to_be_slower_share_the_first_place),
        TEST(another_answer_is_refused),
        TEST(answers_that_differ_by_rounding_are_the_same),
        TEST(another_kernel_or_size_is_refused),
        TEST(the_same_data_twice_is_told),
        TEST(shared_cores_rank_no_clusters),
        TEST(warnings_of_its_own_report_are_passed_on),
        TEST(two_cpu_types_within_one_are_refused),
        TEST(other_clocks_are_refused),
        TEST(backends_of_other_names_meet_where_each_has_one),
        TEST(a_slowdown_beyond_noise_shuts_the_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
