#include "groups.h"
#include "rows_fixture.h"
#include "speedup.h"

/* Five blocks a side. The quantiles were found by listing all 5^5 x 5^5 pairs
 * of resamples in another language, in exact fractions. */
static const double one_core[] = {10.0, 10.1, 9.9, 10.3, 10.2};
static const double four_cores[] = {2.6, 2.5, 2.7, 2.55, 2.9};

static void a_point_against_itself_is_exactly_one(void **state)
{
    struct rows *rows = *state;
    rows_add_point(rows, "openmp", 1, one_core, 5);
    rows_add_point(rows, "openmp", 4, four_cores, 5);
    rows_analyse(rows, NULL);
    const struct point_summary *p = rows_point(rows, "openmp", 1);
    assert_close(p->speedup, 1, 0);
    assert_close(p->speedup_ci.low, 1, 0);
    assert_close(p->speedup_ci.high, 1, 0);
    assert_close(p->efficiency_ci.low, 1, 0);
    assert_close(p->speedup_paired, 1, 0);
    assert_true(isnan(p->karp_flatt));
    assert_close(rows_point(rows, "openmp", 4)->ratio_to_fastest, 1, 0);
    assert_close(rows_point(rows, "openmp", 4)->ratio_to_fastest_upper95, 1, 0);
}

static void speedup_is_the_ratio_of_medians_with_its_bootstrap_interval(void **state)
{
    struct rows *rows = *state;
    rows_add_point(rows, "openmp", 1, one_core, 5);
    rows_add_point(rows, "openmp", 4, four_cores, 5);
    rows_analyse(rows, NULL);
    const struct point_summary *p = rows_point(rows, "openmp", 4);
    assert_close(p->speedup, 10.1 / 2.6, 1e-15);
    assert_close(p->speedup_ci.low, (10.1 / 2.9), 1e-15);
    assert_close(p->speedup_ci.high, (10.1 / 2.5), 1e-15);
    assert_close(p->efficiency, 10.1 / 2.6 / 4, 1e-15);
    assert_close(p->efficiency_ci.low, p->speedup_ci.low / 4, 1e-15);
    assert_close(p->efficiency_lower90, 10.2 / 2.9 / 4, 1e-15);
    /* (1/S - 1/p) / (1 - 1/p) falls with S, so its ends change places. */
    double s = 10.1 / 2.6;
    assert_close(p->karp_flatt, (1 / s - 0.25) / 0.75, 1e-15);
    assert_close(p->karp_flatt_ci.low, (1 / (10.1 / 2.5) - 0.25) / 0.75, 1e-15);
    assert_close(p->karp_flatt_ci.high, (1 / (10.1 / 2.9) - 0.25) / 0.75, 1e-15);
    assert_close(rows_point(rows, "openmp", 1)->ratio_to_fastest, s, 1e-15);
    assert_close(rows_point(rows, "openmp", 1)->ratio_to_fastest_upper95, (10.3 / 2.55), 1e-15);
}

static void the_base_is_the_fastest_serial_backend(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 12, 9);
    rows_add_calm(rows, "openmp", 4, 3, 9);
    rows_add_calm(rows, "serial", 1, 10, 9);
    rows_analyse(rows, NULL);
    const struct series *s = rows_series(rows, "openmp");
    assert_string_equal(s->base_backend, "serial");
    assert_int_equal(s->base_cores, 1);
    assert_false(s->base_is_relative);
    assert_close(rows_point(rows, "openmp", 4)->speedup, 10.0 / 3, 1e-12);
    assert_close(rows_point(rows, "openmp", 1)->speedup, 10.0 / 12, 1e-12);
    /* Karp-Flatt by the own run on one core: 12 / 3 is ideal. */
    assert_close(rows_point(rows, "openmp", 4)->karp_flatt, 0, 1e-12);
}

static void the_plan_says_which_backends_are_serial(void **state)
{
    struct rows *rows = *state;
    rows->backends[0] = (struct plan_backend){.name = (char *)"fortran", .parallel = (char *)"serial",
                                              .reports_seconds = true};
    rows->backends[1] = (struct plan_backend){.name = (char *)"serial", .parallel = (char *)"threads",
                                              .reports_seconds = true};
    rows->plan.backends = rows->backends;
    rows->plan.backend_count = 2;
    rows_add_calm(rows, "serial", 1, 9, 9);
    rows_add_calm(rows, "fortran", 1, 10, 9);
    rows_analyse(rows, &rows->plan);
    assert_string_equal(rows_series(rows, "serial")->base_backend, "fortran");
    assert_int_equal(rows_series(rows, "fortran")->colour, 0); /* the plan's order */
}

static void a_serial_run_on_another_cpu_type_is_no_base(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 12, 9);
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("serial", 1, block, 10);
        run.cpu_model = "cpu B";
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_string_equal(rows_series(rows, "openmp")->base_backend, "openmp");
    assert_non_null(rows_warning(rows, "mixed-cpu"));
}

static void without_one_core_speedup_is_relative_to_the_smallest_count(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 4, 8, 9);
    rows_add_calm(rows, "mpi", 8, 5, 9);
    rows_analyse(rows, NULL);
    assert_true(rows_series(rows, "mpi")->base_is_relative);
    assert_int_equal(rows_series(rows, "mpi")->base_cores, 4);
    assert_close(rows_point(rows, "mpi", 4)->speedup, 4, 0);
    assert_close(rows_point(rows, "mpi", 4)->efficiency, 1, 0);
    assert_close(rows_point(rows, "mpi", 8)->speedup, 4 * 8.0 / 5, 1e-12);
    assert_true(isnan(rows_point(rows, "mpi", 8)->karp_flatt));
    assert_close(rows_point(rows, "mpi", 8)->speedup_own, 4 * 8.0 / 5, 1e-12);
    const struct warning *warning = rows_warning(rows, "no-one-core");
    assert_non_null(warning);
    assert_string_equal(warning->text,
                        "mpi has no run on one core: its speedup and efficiency are relative to 4 "
                        "cores, which are taken as ideal, and no serial fraction is claimed.");
}

static void absolute_and_own_speedup_stand_side_by_side(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "serial", 1, 10, 9);
    rows_add_calm(rows, "python", 1, 60, 9);
    rows_add_calm(rows, "python", 4, 15, 9);
    rows_add_calm(rows, "python", 8, 8, 9);
    rows_analyse(rows, NULL);
    const struct series *s = rows_series(rows, "python");
    assert_true(s->base_is_absolute);
    assert_close(rows_point(rows, "python", 4)->speedup, 10.0 / 15, 1e-12);
    assert_close(rows_point(rows, "python", 4)->speedup_own, 4, 1e-12);
    assert_true(rows_point(rows, "python", 4)->speedup_own_ci.low > 3.9);
    assert_int_equal(series_outruns_base(s), 8);
    assert_int_equal(series_outruns_base(rows_series(rows, "serial")), 0);
}

static void weak_scaling_counts_the_work_that_was_done(void **state)
{
    struct rows *rows = *state;
    static const struct {
        int64_t cores;
        double work, seconds;
    } points[] = {{1, 100, 10}, {2, 196, 10}, {4, 400, 12.5}};
    for (size_t i = 0; i < 3; i++)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("mpi", points[i].cores, block, points[i].seconds);
            run.scaling = "weak";
            run.work = points[i].work;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_close(rows_point(rows, "mpi", 2)->speedup, 1.96, 1e-12);
    assert_close(rows_point(rows, "mpi", 2)->efficiency, 0.98, 1e-12);
    assert_close(rows_point(rows, "mpi", 4)->speedup, 4 * 10 / 12.5, 1e-12);
    assert_close(rows_point(rows, "mpi", 4)->efficiency, 0.8, 1e-12);
    assert_true(isnan(rows_point(rows, "mpi", 4)->karp_flatt));
    /* Gustafson: S = p - s (p - 1), with the work that was done. */
    assert_close(rows_point(rows, "mpi", 2)->gustafson, 0.04, 1e-12);
    assert_close(rows_point(rows, "mpi", 4)->gustafson, 0.8 / 3, 1e-12);
    assert_close(rows_point(rows, "mpi", 4)->gustafson_ci.low, 0.8 / 3, 1e-12);
    assert_true(isnan(rows_point(rows, "mpi", 1)->gustafson));
    assert_null(rows_warning(rows, "work-not-known"));
}

static void weak_scaling_without_known_work_says_what_it_assumes(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 2; cores++)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("mpi", cores, block, 10);
            run.scaling = "weak";
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_close(rows_point(rows, "mpi", 2)->efficiency, 1, 0);
    assert_string_equal(rows_warning(rows, "work-not-known")->text,
                        "How much work mpi did is not known on 1 and 2 cores: weak scaling takes "
                        "it to grow with the cores, whatever was rounded.");
}

/* (1 - s) p + s, the definition. */
static void gustafson_inverts_his_law(void **state)
{
    (void)state;
    for (double p = 2; p < 1000; p *= 1.7)
        assert_close(gustafson(0.07 + 0.93 * p, p), 0.07, 1e-12);
    assert_true(isnan(gustafson(1, 1)));
}

static void ratios_have_no_interval_below_five_blocks_a_side(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 2, 5, 4);
    rows_add_calm(rows, "openmp", 4, 2.5, 5);
    rows_analyse(rows, NULL);
    assert_true(isnan(rows_point(rows, "openmp", 2)->speedup_ci.low));
    assert_true(isnan(rows_point(rows, "openmp", 2)->ratio_to_fastest_upper95));
    assert_true(rows_point(rows, "openmp", 2)->efficiency_lower90 > 0.9); /* the rules' limit */
    assert_true(rows_point(rows, "openmp", 4)->speedup_ci.low > 3.9);
}

/* Seven blocks, every second one on a node that is half as fast. */
static void add_uneven_blocks(struct rows *rows)
{
    for (int block = 0; block < 7; block++) {
        double node = block % 2 == 0 ? 1 : 2;
        struct run run = rows_run("openmp", 1, block, 10 * node);
        rows_add(rows, &run);
        run = rows_run("openmp", 4, block, (3 + 0.01 * block) * node);
        rows_add(rows, &run);
    }
}

static void assert_uneven_blocks_are_paired(const struct rows *rows)
{
    const struct point_summary *p = rows_point(rows, "openmp", 4);
    assert_close(p->speedup_paired, 10 / 3.03, 1e-12);
    assert_close(p->speedup_paired_ci.low, 10 / 3.06, 1e-12);
    assert_close(p->speedup_paired_ci.high, 10 / 3.0, 1e-12);
}

/* Node effects of a factor of two cancel within blocks. */
static void pairing_needs_the_same_block_job_and_host(void **state)
{
    struct rows *rows = *state;
    add_uneven_blocks(rows);
    for (int block = 0; block < 7; block++) {
        struct run run = rows_run("openmp", 8, block, 2);
        run.job = "elsewhere";
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_uneven_blocks_are_paired(rows);
    assert_true(isnan(rows_point(rows, "openmp", 8)->speedup_paired));
}

/* A table of one's own: block b of one count ran beside block b of the other, or not. */
static void blocks_without_jobs_are_paired_only_if_the_user_says_so(void **state)
{
    struct rows *rows = *state;
    add_uneven_blocks(rows);
    rows->table->has_jobs = false;
    rows_analyse(rows, NULL);
    assert_true(isnan(rows_point(rows, "openmp", 4)->speedup_paired));
    assert_true(isnan(rows_point(rows, "openmp", 4)->speedup_paired_ci.low));
    rows->asked.paired = true;
    rows_analyse(rows, NULL);
    assert_uneven_blocks_are_paired(rows);
}

static void karp_flatt_of_a_universal_curve_is_sigma_plus_kappa_p(void **state)
{
    const double sigma = 0.03, kappa = 0.001;
    (void)state;
    for (double p = 2; p < 100; p *= 1.7) {
        double speedup = p / (1 + sigma * (p - 1) + kappa * p * (p - 1));
        assert_close(karp_flatt(speedup, p), sigma + kappa * p, 1e-14);
    }
    assert_true(isnan(karp_flatt(1, 1)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_point_against_itself_is_exactly_one),
        TEST(speedup_is_the_ratio_of_medians_with_its_bootstrap_interval),
        TEST(the_base_is_the_fastest_serial_backend),
        TEST(the_plan_says_which_backends_are_serial),
        TEST(a_serial_run_on_another_cpu_type_is_no_base),
        TEST(without_one_core_speedup_is_relative_to_the_smallest_count),
        TEST(weak_scaling_counts_the_work_that_was_done),
        TEST(weak_scaling_without_known_work_says_what_it_assumes),
        TEST(gustafson_inverts_his_law),
        TEST(absolute_and_own_speedup_stand_side_by_side),
        TEST(ratios_have_no_interval_below_five_blocks_a_side),
        TEST(pairing_needs_the_same_block_job_and_host),
        TEST(blocks_without_jobs_are_paired_only_if_the_user_says_so),
        TEST(karp_flatt_of_a_universal_curve_is_sigma_plus_kappa_p),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
