#include "rows_fixture.h"

/* One core and two, with efficiency `efficiency` on two. */
static void add_two_counts(struct rows *rows, double efficiency, int64_t bound)
{
    static const double noise[] = {0, 0.002, -0.002, 0.001, -0.001, 0.003, -0.003, 0, 0.002};
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 2; cores++) {
            double seconds = cores == 1 ? 10 : 10 / 2.0 / efficiency;
            struct run run = rows_run("openmp", cores, block, seconds * (1 + noise[block]));
            run.bound = bound;
            rows_add(rows, &run);
        }
}

static void workers_on_one_core_are_suspected_by_their_efficiency(void **state)
{
    struct rows *rows = *state;
    struct machine machine = {.threads_per_core = 2, .timer_resolution = NAN,
                              .timer_overhead = NAN, .launch_seconds = NAN,
                              .mpi_launch_seconds = NAN};
    rows->machines = (struct machines){&machine, 1};
    add_two_counts(rows, 0.55, RESULTS_UNKNOWN);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "shared-cores");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 2);
    assert_string_equal(warning->text,
                        "Workers of openmp probably shared physical cores on 2 cores: efficiency "
                        "falls to 55 % at once, a core has 2 hardware threads, and nothing proves "
                        "that workers had cores of their own.");
    assert_string_equal(warning->remedy, "Bind each worker to a physical core: OMP_PLACES=cores, "
                                         "and in Slurm --hint=nomultithread or "
                                         "--threads-per-core=1.");
    machine.threads_per_core = 1;
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "shared-cores"));
}

static void workers_proved_on_cores_of_their_own_are_not_suspected(void **state)
{
    struct rows *rows = *state;
    struct machine machine = {.threads_per_core = 2, .timer_resolution = NAN,
                              .timer_overhead = NAN, .launch_seconds = NAN,
                              .mpi_launch_seconds = NAN};
    rows->machines = (struct machines){&machine, 1};
    add_two_counts(rows, 0.55, 1);
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "shared-cores"));
}

/* n = 10000 rows shared among 3 workers without the one that is left over. */
static void work_that_is_lost_in_sharing_is_told(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 3; cores++)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("mpi", cores, block, 10 / (double)cores);
            run.work = cores == 3 ? 9999 : 10000;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "different-work");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 3);
    assert_string_equal(warning->evidence, "9999 on 3 cores, but 10000 by mpi on 1 core");
    assert_true(strstr(warning->remedy, "rounded down") != NULL);
}

static void weak_scaling_does_other_work_by_design(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 2; cores++)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("mpi", cores, block, 10);
            run.scaling = "weak";
            run.work = 1e6 * (double)cores;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "different-work"));
}

static void add_start(struct rows *rows, double seconds, double start)
{
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 4; cores *= 4) {
            struct run run = rows_run("julia", cores, block, seconds / (double)cores);
            run.wall_seconds = run.seconds + start;
            run.user_seconds = NAN;
            rows_add(rows, &run);
        }
}

static void start_up_inside_the_times_is_told(void **state)
{
    struct rows *rows = *state;
    rows->plan.timing = (char *)"total";
    add_start(rows, 8, 1);
    rows_analyse(rows, &rows->plan);
    const struct warning *warning = rows_warning(rows, "start-up");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 4);
    assert_string_equal(warning->text, "Starting is inside the times of julia: it is 33 % of the "
                                       "3.00 s that a run takes from start to end on 4 cores.");
    assert_true(strstr(warning->remedy, "timing: kernel") != NULL);
}

static void start_up_outside_the_times_is_told_where_it_is_most_of_a_run(void **state)
{
    struct rows *rows = *state;
    add_start(rows, 8, 3);
    rows_analyse(rows, &rows->plan);
    assert_string_equal(rows_warning(rows, "start-up")->evidence,
                        "it is 60 % of the 5.00 s that a run takes from start to end on 4 cores");
    assert_true(strstr(rows_warning(rows, "start-up")->remedy, "timing: total") != NULL);
    rows_teardown(state);
    rows_setup(state);
    rows = *state;
    add_start(rows, 8, 1); /* a third */
    rows_analyse(rows, &rows->plan);
    assert_null(rows_warning(rows, "start-up"));
}

static void a_point_that_others_disturb_is_told(void **state)
{
    static const double wide[] = {0.8, 1.25, 0.9, 1.05, 1.15, 0.85, 1, 1.2, 0.95};
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 16; cores *= 2)
        rows_add_calm(rows, "mpi", cores, 16 / (double)cores, 9);
    rows_add_point(rows, "mpi", 32, wide, 9);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "unsteady");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 32);
    assert_string_equal(warning->evidence, "times spread by 22 %, where 0.44 % is usual");
    assert_true(strstr(warning->remedy, "whole nodes") != NULL);
}

static void noise_that_all_points_share_is_nobodys_neighbour(void **state)
{
    static const double wide[] = {0.8, 1.25, 0.9, 1.05, 1.15, 0.85, 1, 1.2, 0.95};
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 16; cores *= 2)
        rows_add_point(rows, "mpi", cores, wide, 9);
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "unsteady"));
}

static void a_fastest_count_picked_from_noise_is_told(void **state)
{
    static const double wide[] = {0.8, 1.25, 0.9, 1.05, 1.15, 0.85, 1, 1.2, 0.95};
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 1, 10, 9);
    for (int64_t cores = 8; cores <= 14; cores += 2)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("mpi", cores, block, wide[(block + cores) % 9]);
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "picked-from-noise");
    assert_non_null(warning);
    assert_int_equal(warning->count, 4);
    assert_string_equal(warning->evidence,
                        "8, 10, 12 and 14 cores cannot be told apart, and the least of so many "
                        "medians is too low by some 8.4 %");
}

static void a_speedup_beyond_ideal_says_where_its_base_ran(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("mpi", 1, block, 10);
        rows_add(rows, &run);
        run = rows_run("mpi", 4, block, 2);
        run.host = "h2";
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_string_equal(rows_warning(rows, "superlinear")->evidence,
                        "its efficiency reaches 125 % (95 %: 125 %); the base ran on other hosts");
}

static void threads_that_nobody_counted_are_told(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 4; cores *= 2) {
            struct run run = rows_run("numpy", cores, block, 8.0 / (double)cores);
            run.allocated_cores = 4;
            run.user_seconds = run.seconds * 4; /* BLAS takes all of them */
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "more-threads");
    assert_non_null(warning);
    assert_int_equal(warning->count, 2); /* on 4 cores it is no more than its count */
    assert_string_equal(warning->evidence, "it kept 4.0 cores busy on 1 core");
    assert_true(strstr(warning->remedy, "OPENBLAS_NUM_THREADS") != NULL);
}

static void add_clock(struct rows *rows, double full)
{
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 16; cores *= 4) {
            struct run run = rows_run("openmp", cores, block, 16 / (double)cores);
            run.frequency_mhz = cores == 16 ? full : 3700;
            rows_add(rows, &run);
        }
}

static void a_clock_that_falls_with_the_cores_is_told(void **state)
{
    struct rows *rows = *state;
    add_clock(rows, 2960);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "clock-falls");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 16);
    assert_string_equal(warning->text,
                        "The clock falls as openmp takes more cores: 3.70 GHz on 1 core and "
                        "2.96 GHz on 16 cores, so up to 20 % of its efficiency there is lost to "
                        "the clock, not to the program.");
    assert_true(strstr(warning->remedy, "--cpu-freq") != NULL);
}

static void a_clock_that_stays_is_not_told(void **state)
{
    struct rows *rows = *state;
    add_clock(rows, 3600);
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "clock-falls"));
}

/* Amdahl's law on two sockets of 7, slower by `factor` on the second one. */
static void add_two_sockets(struct rows *rows, struct machine *machine, double factor)
{
    static const int64_t counts[] = {1, 2, 4, 7, 8, 10, 12, 14};
    *machine = (struct machine){.sockets = 2, .numa_nodes = 2, .cores = 14, .threads_per_core = 1,
                                .timer_resolution = NAN, .timer_overhead = NAN,
                                .launch_seconds = NAN, .mpi_launch_seconds = NAN};
    rows->machines = (struct machines){machine, 1};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        rows_add_calm(rows, "openmp", counts[i],
                      (0.2 + 10 / (double)counts[i]) * (counts[i] > 7 ? factor : 1), 9);
}

static void a_step_where_another_socket_begins_is_told(void **state)
{
    struct rows *rows = *state;
    struct machine machine;
    add_two_sockets(rows, &machine, 1.3);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "border-step");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 8);
    assert_true(strstr(warning->text, "where another socket begins") != NULL);
    assert_string_equal(warning->evidence, "from 7 to 8 cores it is 30 % above what the counts "
                                           "before and behind foretell");
    assert_true(strstr(warning->remedy, "in its own memory") != NULL);
}

static void a_smooth_curve_has_no_step_at_a_socket(void **state)
{
    struct rows *rows = *state;
    struct machine machine;
    add_two_sockets(rows, &machine, 1);
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "border-step"));
}

static void a_step_elsewhere_is_not_the_socket_s(void **state)
{
    struct rows *rows = *state;
    struct machine machine;
    add_two_sockets(rows, &machine, 1.3);
    machine.cores = 28; /* now all of it is on the first one */
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "border-step"));
}

static void add_compiled(struct rows *rows, double first)
{
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 4; cores *= 4) {
            struct run run = rows_run("numba", cores, block, 8 / (double)cores);
            run.first_seconds = first + run.seconds;
            run.wall_seconds = run.seconds + first;
            run.user_seconds = NAN;
            rows_add(rows, &run);
        }
}

static void compiling_inside_the_times_is_told_and_is_no_other_start(void **state)
{
    struct rows *rows = *state;
    rows->plan.timing = (char *)"total";
    add_compiled(rows, 2);
    rows_analyse(rows, &rows->plan);
    assert_string_equal(rows_warning(rows, "compile-time")->text,
                        "Compiling at run time is inside the times of numba: the first call costs "
                        "50 % of the 4.00 s that a run takes on 4 cores.");
    assert_null(rows_warning(rows, "start-up"));
}

static void compiling_beside_the_times_is_told_where_it_is_most_of_a_run(void **state)
{
    struct rows *rows = *state;
    add_compiled(rows, 3);
    rows_analyse(rows, &rows->plan);
    assert_string_equal(rows_warning(rows, "compile-time")->evidence,
                        "the first call costs 60 % of the 5.00 s that a run takes on 4 cores, and "
                        "is not in the times shown");
    rows_teardown(state);
    rows_setup(state);
    rows = *state;
    add_compiled(rows, 1); /* a third */
    rows_analyse(rows, &rows->plan);
    assert_null(rows_warning(rows, "compile-time"));
}

static void a_model_that_is_refused_is_told_with_what_would_allow_it(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 4; cores *= 2)
        rows_add_calm(rows, "mpi", cores, 16 / (double)cores, 9);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "no-model");
    assert_non_null(warning);
    assert_int_equal(warning->series, -1); /* it is so for all */
    assert_string_equal(warning->text, "No model is fitted to 3 core counts: 4 is the least.");
    assert_true(strstr(warning->remedy, "eight counts") != NULL);
    for (int64_t cores = 1; cores <= 64; cores *= 2)
        rows_add_calm(rows, "openmp", cores, 64 / (double)cores + 1, 9);
    rows_analyse(rows, NULL);
    assert_string_equal(rows_warning(rows, "no-model")->text,
                        "mpi: no model is fitted to 3 core counts: 4 is the least.");
}

/* 1.2 s for an mpi program whose launcher takes 0.3 s to start nothing: twenty times that is 6 s. */
static void a_start_through_the_mpi_launcher_counts_for_what_is_started_so(void **state)
{
    static const struct {
        const char *parallel, *limit;
    } cases[] = {{"ranks", "below 6.00 s"}, {"hybrid", "below 6.00 s"}, {"threads", NULL}};
    struct rows *rows = *state;
    struct machine machine = {.threads_per_core = 1, .timer_resolution = NAN, .timer_overhead = NAN,
                              .launch_seconds = 0.001, .mpi_launch_seconds = 0.3};
    rows->machines = (struct machines){&machine, 1};
    rows->plan.timing = (char *)"total";
    rows->plan.backends = rows->backends;
    rows->plan.backend_count = 1;
    rows_add_calm(rows, "b", 1, 2.4, 9);
    rows_add_calm(rows, "b", 2, 1.2, 9);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rows->backends[0] = (struct plan_backend){.name = (char *)"b", .backend = (char *)"",
                                                  .parallel = (char *)cases[i].parallel};
        rows_analyse(rows, &rows->plan);
        const struct warning *warning = rows_warning(rows, "too-small");
        assert_true((warning != NULL) == (cases[i].limit != NULL));
        if (warning != NULL)
            assert_true(strstr(warning->text, cases[i].limit) != NULL);
    }
}

static void a_run_that_is_there_twice_is_named(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 1, 8, 6);
    rows_add_calm(rows, "mpi", 2, 4, 6);
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "duplicate-rows"));
    struct run run = rows_run("mpi", 2, 3, 4.5); /* block 3 again */
    rows_add(rows, &run);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "duplicate-rows");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 2);
    assert_string_equal(warning->text, "1 run of mpi is in the table more than once on 2 cores: "
                                       "block 3, run 0, on 2 cores, is there twice.");
    assert_true(strstr(warning->remedy, "Leave copies out") != NULL);
}

static void runs_of_one_block_and_rows_without_names_are_no_copies(void **state)
{
    struct rows *rows = *state;
    for (int i = 0; i < 12; i++) {
        struct run run = rows_run("mpi", 1 + i % 2, 0, 8 + 0.01 * i);
        run.run = i / 2;
        rows_add(rows, &run);
        run.block = run.run = RESULTS_UNKNOWN;
        rows_add(rows, &run);
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "duplicate-rows"));
}

static void times_that_repeat_to_the_last_digit_are_told(void **state)
{
    static const double same[] = {4, 4, 4}, copied[] = {2.1, 2.2, 2.3, 2.1, 2.3, 2.2};
    static const double coarse[] = {1.1, 1.1, 1.2, 1.2, 1.2, 1.3};
    struct rows *rows = *state;
    rows_add_point(rows, "mpi", 2, copied, 6);
    rows_add_point(rows, "mpi", 4, coarse, 6); /* one stands alone */
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "repeated-times");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 2);
    assert_string_equal(warning->evidence, "each of the 6 on 2 cores is there at least twice");
    rows_add_point(rows, "mpi", 1, same, 3);
    rows_analyse(rows, NULL);
    assert_string_equal(rows_warning(rows, "repeated-times")->evidence,
                        "all 3 on 1 core are 4.00 s");
}

static void larger_counts_that_failed_are_not_called_unmeasured(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 1, 8, 9);
    rows_add_calm(rows, "mpi", 2, 4, 9);
    struct run run = rows_run("mpi", 4, 0, NAN);
    run.status = "failed";
    rows_add(rows, &run);
    assert_string_equal(rows_analyse(rows, NULL)->headline,
                        "Ask for at least 2 cores, with mpi: no run on more succeeded.");
    assert_true(strstr(rows_warning(rows, "largest-count-won")->text,
                       "the largest count on which a run succeeded") != NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(workers_on_one_core_are_suspected_by_their_efficiency),
        TEST(workers_proved_on_cores_of_their_own_are_not_suspected),
        TEST(work_that_is_lost_in_sharing_is_told),
        TEST(weak_scaling_does_other_work_by_design),
        TEST(start_up_inside_the_times_is_told),
        TEST(start_up_outside_the_times_is_told_where_it_is_most_of_a_run),
        TEST(a_point_that_others_disturb_is_told),
        TEST(noise_that_all_points_share_is_nobodys_neighbour),
        TEST(a_fastest_count_picked_from_noise_is_told),
        TEST(a_speedup_beyond_ideal_says_where_its_base_ran),
        TEST(threads_that_nobody_counted_are_told),
        TEST(a_clock_that_falls_with_the_cores_is_told),
        TEST(a_clock_that_stays_is_not_told),
        TEST(a_step_where_another_socket_begins_is_told),
        TEST(a_smooth_curve_has_no_step_at_a_socket),
        TEST(a_step_elsewhere_is_not_the_socket_s),
        TEST(compiling_inside_the_times_is_told_and_is_no_other_start),
        TEST(compiling_beside_the_times_is_told_where_it_is_most_of_a_run),
        TEST(a_model_that_is_refused_is_told_with_what_would_allow_it),
        TEST(a_start_through_the_mpi_launcher_counts_for_what_is_started_so),
        TEST(a_run_that_is_there_twice_is_named),
        TEST(runs_of_one_block_and_rows_without_names_are_no_copies),
        TEST(times_that_repeat_to_the_last_digit_are_told),
        TEST(larger_counts_that_failed_are_not_called_unmeasured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
