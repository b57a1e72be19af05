#include <stdio.h>
#include <unistd.h>

#include "rows_fixture.h"

static const char *const backends[] = {"serial", "openmp", "mpi"};

static void add_healthy_study(struct rows *rows)
{
    static const int64_t counts[] = {1, 2, 4, 6, 8, 12, 16};
    for (size_t b = 0; b < 3; b++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            double p = (double)counts[i];
            if (b == 0 && counts[i] > 1)
                break;
            rows_add_calm(rows, backends[b], counts[i], 10 * (0.05 + 0.95 / p + 0.01 * (p - 1)), 9);
        }
}

static void a_healthy_study_has_no_warnings(void **state)
{
    struct rows *rows = *state;
    add_healthy_study(rows);
    const struct analysis *a = rows_analyse(rows, &rows->plan);
    for (size_t i = 0; i < a->warning_count; i++)
        fail_msg("%s: %s", a->warnings[i].code, a->warnings[i].text);
    assert_int_equal(a->series_count, 3);
    assert_int_equal(a->runs_ok, 9 * 15);
    assert_string_equal(a->metric, "kernel");
}

static void runs_of_a_block_are_reduced_to_their_median_first(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 6; block++)
        for (int i = 0; i < 3; i++) {
            struct run run = rows_run("openmp", 1, block, 10 + block + (i == 2 ? 50 : i));
            run.run = i;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct point_summary *p = rows_point(rows, "openmp", 1);
    assert_int_equal(p->blocks, 6);
    assert_int_equal(p->runs, 18);
    for (int block = 0; block < 6; block++)
        assert_close(p->times[block], 11 + block, 0);
    assert_close(p->median, 13.5, 0);
    assert_close(p->ci.low, 11, 0);
    assert_close(p->ci.high, 16, 0);
    assert_close(p->ci_coverage, 0.96875, 1e-15);
    assert_close(p->maximum, 16, 0);
}

static void the_same_block_in_two_jobs_is_two_replicates(void **state)
{
    struct rows *rows = *state;
    static const char *const jobs[] = {"101", "102"};
    for (int block = 2; block >= 0; block--) /* out of order, too */
        for (int j = 0; j < 2; j++) {
            struct run run = rows_run("mpi", 4, block, 5 + block + 0.5 * j);
            run.job = jobs[j];
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct point_summary *p = rows_point(rows, "mpi", 4);
    assert_int_equal(p->blocks, 6);
    assert_int_equal(p->block_ids[0], 0);
    assert_int_equal(p->block_ids[1], 0);
    assert_close(p->times[5], 7.5, 0);
}

static void warmups_and_failures_are_not_analysed_but_failures_are_told(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 2, 5, 7);
    struct run run = rows_run("openmp", 1, 0, 99);
    run.warmup = 1;
    rows_add(rows, &run);
    run = rows_run("openmp", 2, 7, NAN);
    run.status = "failed";
    run.reason = "exit status 1";
    rows_add(rows, &run);
    run = rows_run("openmp", 2, 8, NAN);
    run.status = "missing";
    run.reason = "NODE_FAIL";
    rows_add(rows, &run);
    run = rows_run("openmp", 4, 0, NAN); /* a count without any ok run */
    run.status = "timeout";
    rows_add(rows, &run);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(rows_point(rows, "openmp", 1)->runs, 9);
    assert_int_equal(rows_point(rows, "openmp", 2)->failed, 1);
    assert_int_equal(rows_point(rows, "openmp", 2)->missing, 1);
    assert_int_equal(rows_point(rows, "openmp", 4)->blocks, 0);
    assert_true(isnan(rows_point(rows, "openmp", 4)->median));
    assert_int_equal(a->runs_not_ok, 3);
    assert_string_equal(rows_warning(rows, "failed-runs")->text,
                        "2 of 19 runs of openmp failed on 2 and 4 cores: exit status 1 (1); "
                        "timeout (1).");
    assert_string_equal(rows_warning(rows, "missing-runs")->text,
                        "1 of 19 runs of openmp never came on 2 cores: NODE_FAIL.");
    assert_int_equal(rows_series(rows, "openmp")->optimum.recommended, 2);
}

static void identical_times_give_exact_figures(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("openmp", 1, block, 8);
        rows_add(rows, &run);
        run = rows_run("openmp", 4, block, 2);
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    const struct point_summary *p = rows_point(rows, "openmp", 4);
    assert_close(p->mad, 0, 0);
    assert_int_equal(p->flagged_count, 0);
    assert_close(p->speedup_ci.low, 4, 0);
    assert_close(p->speedup_ci.high, 4, 0);
    assert_close(p->karp_flatt, 0, 0);
    assert_null(rows_warning(rows, "superlinear"));
    assert_null(rows_warning(rows, "noise"));
}

static void a_single_point_is_no_study_but_no_crash_either(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 8, 3, 1);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_true(isnan(rows_point(rows, "openmp", 8)->efficiency)); /* by what? */
    assert_int_equal(rows_series(rows, "openmp")->base_point, -1);
    assert_string_equal(a->headline,
                        "Only 8 cores were measured, with openmp: there is no other count to "
                        "choose from.");
    assert_string_equal(rows_warning(rows, "one-count")->remedy,
                        "Measure other counts too, one core among them.");
}

static void nothing_at_all_is_said_in_a_sentence(void **state)
{
    struct rows *rows = *state;
    assert_string_equal(rows_analyse(rows, NULL)->headline, "There are no runs to report on.");
    struct run run = rows_run("openmp", 8, 0, NAN);
    run.status = "failed";
    rows_add(rows, &run);
    assert_string_equal(rows_analyse(rows, NULL)->headline,
                        "No run succeeded, so there is nothing to recommend.");
}

static void far_out_runs_are_flagged_and_kept(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    struct run run = rows_run("openmp", 1, 9, 25);
    run.order = 77;
    rows_add(rows, &run);
    rows_analyse(rows, NULL);
    const struct point_summary *p = rows_point(rows, "openmp", 1);
    assert_int_equal(p->blocks, 10);
    assert_int_equal(p->flagged_count, 1);
    assert_int_equal(p->flagged_runs[0], 77);
    assert_non_null(rows_warning(rows, "outliers"));
}

static void cpu_types_are_curves_of_their_own(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 4, 5, 9);
    for (int block = 9; block < 15; block++) {
        struct run run = rows_run("mpi", 4, block, 7);
        run.cpu_model = "cpu B";
        rows_add(rows, &run);
    }
    struct run lost = rows_run("mpi", 4, 15, NAN); /* no node, so no type is known */
    lost.status = "missing";
    lost.cpu_model = "";
    rows_add(rows, &lost);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->series_count, 2);
    assert_int_equal(a->series[0].points[0].failed, 0);
    assert_int_equal(a->series[0].points[0].missing, 1);
    assert_int_equal(a->series[1].points[0].blocks, 6);
    assert_string_equal(rows_warning(rows, "mixed-cpu")->text,
                        "The runs are from 2 CPU types, and each has curves of its own: cpu A "
                        "(9 runs), cpu B (6 runs).");
}

static void waste_is_told_with_its_core_hours(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("julia", 1, block, 100);
        rows_add(rows, &run);
        run = rows_run("julia", 8, block, 20);
        run.user_seconds = 20 * 8 * 0.5;
        run.peak_memory_bytes = 950;
        run.granted_memory_bytes = 1000;
        rows_add(rows, &run);
        run = rows_run("julia", 16, block, 101);
        run.user_seconds = 100;
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_close(rows_point(rows, "julia", 8)->cpu_used, 0.5, 1e-12);
    assert_string_equal(rows_warning(rows, "idle-cores")->text,
                        "julia left cores idle on 8 cores: it used 50 % of the 8 cores that were "
                        "granted, and 720 core-seconds went unused.");
    assert_int_equal(rows_warning(rows, "serial-run")->cores, 16);
    assert_string_equal(rows_warning(rows, "serial-run")->evidence,
                        "it used 1 of 16 cores, and its time did not fall");
    assert_int_equal(rows_warning(rows, "memory-limit")->cores, 8);
}

/* One allocation of a whole node for all points: its other cores are no waste of theirs. */
static void cores_idle_by_design_are_not_warned_about(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 4; cores *= 2) {
            struct run run = rows_run("openmp", cores, block, 10 / (double)cores);
            run.allocated_cores = 28;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_close(rows_point(rows, "openmp", 4)->cpu_used, 4.0 / 28, 1e-12);
    assert_close(rows_point(rows, "openmp", 4)->core_seconds, 2.5 * 4, 1e-12);
    assert_close(rows_point(rows, "openmp", 2)->charged_core_hours, 5 * 2 / 3600.0, 1e-15);
    assert_null(rows_warning(rows, "idle-cores"));
}

/* The course's exercise: four workers on five cores that were asked for. */
static void a_fifth_of_the_request_was_idle(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 4; cores *= 4) {
            struct run run = rows_run("processes", cores, block, 100 / (double)cores);
            run.allocated_cores = cores == 4 ? 5 : cores;
            rows_add(rows, &run);
        }
    rows->plan.layout = (char *)"local";
    rows->plan.cluster.cores_per_node = 5; /* all of the machine, but asked for */
    rows_analyse(rows, &rows->plan);
    const struct warning *warning = rows_warning(rows, "idle-request");
    assert_non_null(warning);
    assert_string_equal(warning->text,
                        "processes had more cores than workers on 4 cores: 4 workers ran on 5 "
                        "cores that were asked for, a fifth of the request was idle, and 225 "
                        "core-seconds went unused.");
    assert_int_equal(warning->cores, 4);
    assert_null(rows_warning(rows, "idle-cores")); /* all workers worked */
    rows->plan.layout = NULL;
}

static void memory_that_was_asked_for_and_not_used_is_told(void **state)
{
    struct rows *rows = *state;
    add_healthy_study(rows);
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("julia", 8, block, 10);
        run.peak_memory_bytes = 3 * 1073741824.0;
        run.granted_memory_bytes = 16 * 1073741824.0;
        rows_add(rows, &run);
    }
    rows_analyse(rows, &rows->plan);
    assert_null(rows_warning(rows, "memory-unused")); /* it came with the cores */
    rows->plan.cluster.memory_mib = 16384;
    rows_analyse(rows, &rows->plan);
    assert_string_equal(rows_warning(rows, "memory-unused")->text,
                        "julia left most of its memory unused: it used at most 3.0 GiB of the 16 "
                        "GiB that were asked for.");
}

static void figures_that_cannot_be_right_are_questioned(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "serial", 1, 10, 9);
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 4, 1.9, 9);
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("mpi", 4, block, 5);
        run.value = 2;
        rows_add(rows, &run);
        run = rows_run("numba", 4, block, 5);
        run.value = 2.5;
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_int_equal(rows_warning(rows, "superlinear")->cores, 4);
    assert_string_equal(rows_warning(rows, "different-answers")->text,
                        "numba on 4 cores found 2.5, but mpi on 4 cores found 2: they do not solve "
                        "the same problem.");
}

static void what_was_not_as_it_should_be_is_said_of_the_whole_study(void **state)
{
    struct rows *rows = *state;
    add_healthy_study(rows);
    rows->plan.bind = (char *)"none";
    rows->plan.oversubscribe = true;
    rows->plan.cluster.cores_per_node = 12;
    const struct analysis *a = rows_analyse(rows, &rows->plan);
    assert_true(a->oversubscribed);
    assert_string_equal(a->warnings[0].code, "oversubscribed");
    assert_int_equal(a->warnings[0].cores, 16);
    assert_int_equal(rows_warning(rows, "not-checked")->series, -1);
}

/* What was seen of the hosts goes before what a profile says of them. */
static void a_host_with_fewer_cores_than_its_profile_says_is_oversubscribed(void **state)
{
    struct rows *rows = *state;
    struct machine hosts[] = {{.host = (char *)"h1", .cores = 2}, {.host = (char *)"h2", .cores = 2}};
    add_healthy_study(rows);
    rows->plan.cluster.cores_per_node = 128;
    assert_false(rows_analyse(rows, &rows->plan)->oversubscribed);
    rows->machines = (struct machines){.list = hosts, .count = 2};
    assert_true(rows_analyse(rows, &rows->plan)->oversubscribed);
    assert_non_null(strstr(rows_warning(rows, "oversubscribed")->text, "where there are only 2"));
    assert_string_equal(rows->analysis->headline,
                        "No core count can be recommended: the fastest had 8 workers on 2 cores.");
    hosts[1].cores = 128;
    assert_false(rows_analyse(rows, &rows->plan)->oversubscribed);
}

static void too_small_names_the_size_that_would_do(void **state)
{
    struct rows *rows = *state;
    struct machine machine = {.timer_resolution = 30e-6, .timer_overhead = 10e-6,
                              .launch_seconds = NAN, .mpi_launch_seconds = NAN};
    rows->machines = (struct machines){&machine, 1};
    for (int block = 0; block < 9; block++)
        for (int64_t cores = 1; cores <= 2; cores++) {
            struct run run = rows_run("openmp", cores, block, 0.05 / (double)cores);
            run.work = 1e6; /* 1000 squared */
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "too-small");
    assert_non_null(warning);
    assert_string_equal(warning->text, "openmp took only 25.0 ms on 2 cores: below 40.0 ms the "
                                       "timer and the first steps weigh too much, so efficiency "
                                       "is not judged.");
    /* 1000 sqrt(1.2 x 40 / 25) = 1386 */
    assert_string_equal(warning->remedy, "Use a size of about 1400.");
}

static void the_metric_is_total_where_a_program_does_not_report_its_time(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("openmp", 2, block, 5);
        run.wall_seconds = 6;
        rows_add(rows, &run);
        run = rows_run("julia", 2, block, NAN);
        run.wall_seconds = 7;
        run.user_seconds = 14;
        rows_add(rows, &run);
    }
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_string_equal(a->metric, "total");
    assert_close(rows_point(rows, "openmp", 2)->median, 6, 0);
    assert_non_null(rows_warning(rows, "total-time"));
}

static void a_foreign_table_needs_cores_and_seconds_only(void **state)
{
    char path[] = "/tmp/scalestudy-foreign-XXXXXX";
    struct rows *rows = *state;
    struct error err = ERROR_INIT;
    static const char table[] = "seconds,cores\n10,1\n10.2,1\n5.1,2\n2.6,4\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, table, sizeof table - 1), (ssize_t)(sizeof table - 1));
    close(fd);
    observations_free(rows->table);
    rows->table = NULL;
    int rc = observations_read(&rows->table, path, NULL, &err);
    unlink(path);
    assert_int_equal(rc, 0);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->series_count, 1);
    assert_string_equal(a->series[0].backend, "program");
    assert_string_equal(a->metric, "kernel");
    assert_int_equal(rows_point(rows, "program", 1)->blocks, 2);
    assert_close(rows_point(rows, "program", 4)->speedup, 10.1 / 2.6, 1e-12);
    assert_true(isnan(rows_point(rows, "program", 2)->speedup_paired));
}

static void rows_that_cannot_be_are_refused(void **state)
{
    struct rows *rows = *state;
    struct error err = ERROR_INIT;
    struct run run = rows_run("openmp", 0, 0, 1);
    assert_int_equal(observations_add(rows->table, &run, &err), -1);
    assert_string_equal(err.text, "cores must be 1 or more");
    run = rows_run("openmp", 1, 0, -1);
    assert_int_equal(observations_add(rows->table, &run, &err), -1);
    assert_string_equal(err.text, "a time must not be negative");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_healthy_study_has_no_warnings),
        TEST(runs_of_a_block_are_reduced_to_their_median_first),
        TEST(the_same_block_in_two_jobs_is_two_replicates),
        TEST(warmups_and_failures_are_not_analysed_but_failures_are_told),
        TEST(identical_times_give_exact_figures),
        TEST(a_single_point_is_no_study_but_no_crash_either),
        TEST(nothing_at_all_is_said_in_a_sentence),
        TEST(far_out_runs_are_flagged_and_kept),
        TEST(cpu_types_are_curves_of_their_own),
        TEST(waste_is_told_with_its_core_hours),
        TEST(cores_idle_by_design_are_not_warned_about),
        TEST(a_fifth_of_the_request_was_idle),
        TEST(memory_that_was_asked_for_and_not_used_is_told),
        TEST(figures_that_cannot_be_right_are_questioned),
        TEST(what_was_not_as_it_should_be_is_said_of_the_whole_study),
        TEST(a_host_with_fewer_cores_than_its_profile_says_is_oversubscribed),
        TEST(too_small_names_the_size_that_would_do),
        TEST(the_metric_is_total_where_a_program_does_not_report_its_time),
        TEST(a_foreign_table_needs_cores_and_seconds_only),
        TEST(rows_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
