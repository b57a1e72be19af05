#include "modes.h"
#include "rows_fixture.h"

static void one_group_with_a_spread_is_one_group(void **state)
{
    static const double calm[] = {1, 1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07, 1.08};
    static const double wide[] = {1, 1.1, 1.2, 1.35, 1.4, 1.5, 1.6, 1.7, 1.8}; /* gaps above 5 % */
    static const double one_out[] = {1, 1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07, 2};
    static const double two_and_two[] = {1, 1.01, 2, 2.01};
    (void)state;
    assert_int_equal(modes_find(calm, 9).lower, 0);
    assert_int_equal(modes_find(wide, 9).lower, 0);
    assert_int_equal(modes_find(one_out, 9).lower, 0);
    assert_int_equal(modes_find(two_and_two, 4).lower, 0);
    assert_int_equal(modes_find(NULL, 0).lower, 0);
}

static void two_groups_are_told_with_their_medians(void **state)
{
    static const double times[] = {1, 1.005, 1.01, 1.012, 1.02, 1.2, 1.205, 1.21, 1.215};
    (void)state;
    struct modes modes = modes_find(times, 9);
    assert_int_equal(modes.lower, 5);
    assert_close(modes.gap, 0.18, 1e-12);
    assert_close(modes.low, 1.01, 0);
    assert_close(modes.high, 1.2075, 1e-12);
}

/* Four of nine blocks are slow; `mark` says what is different about them. */
static const struct warning *warn_of(struct rows *rows, void (*mark)(struct run *run, bool slow))
{
    for (int block = 0; block < 9; block++) {
        bool slow = block % 2 == 1;
        struct run run = rows_run("mpi", 4, block, (slow ? 1.3 : 1.0) + 0.001 * block);
        mark(&run, slow);
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    return rows_warning(rows, "two-groups");
}

static void by_host(struct run *run, bool slow)
{
    run->host = slow ? "n7" : run->block < 4 ? "n1" : "n2";
}

static void by_job(struct run *run, bool slow)
{
    run->job = slow ? "12" : "11";
}

static void by_nothing(struct run *run, bool slow)
{
    static const char *const jobs[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    (void)slow;
    run->job = jobs[run->block]; /* each block has its own: that tells nothing */
}

static void by_time(struct run *run, bool slow)
{
    run->order = run->block + (slow ? 100 : 0);
}

static void groups_on_different_hosts_name_them(void **state)
{
    const struct warning *warning = warn_of(*state, by_host);
    assert_non_null(warning);
    assert_int_equal(warning->cores, 4);
    assert_string_equal(warning->text,
                        "mpi has two groups of times on 4 cores: 5 blocks near 1.00 s and 4 near "
                        "1.30 s; the slower ones ran on n7, the faster ones on n1 and n2.");
    assert_string_equal(warning->evidence,
                        "5 blocks near 1.00 s and 4 near 1.30 s; the slower ones ran on n7, the "
                        "faster ones on n1 and n2");
    assert_string_equal(warning->remedy, "Report the two apart, or ask for one kind of node: cpu "
                                         "or constraint in the study.");
}

static void groups_in_different_jobs_name_them(void **state)
{
    assert_string_equal(warn_of(*state, by_job)->evidence,
                        "5 blocks near 1.00 s and 4 near 1.30 s; the slower ones ran in job 12, "
                        "the faster ones in job 11");
}

static void groups_that_nothing_tells_apart_say_so(void **state)
{
    assert_string_equal(warn_of(*state, by_nothing)->evidence,
                        "5 blocks near 1.00 s and 4 near 1.30 s; neither host nor job nor time "
                        "tells them apart");
}

static void groups_one_after_the_other_say_so(void **state)
{
    assert_string_equal(warn_of(*state, by_time)->evidence,
                        "5 blocks near 1.00 s and 4 near 1.30 s; the slower ones all came after "
                        "the faster ones");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_group_with_a_spread_is_one_group),
        cmocka_unit_test(two_groups_are_told_with_their_medians),
        TEST(groups_on_different_hosts_name_them),
        TEST(groups_in_different_jobs_name_them),
        TEST(groups_that_nothing_tells_apart_say_so),
        TEST(groups_one_after_the_other_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
