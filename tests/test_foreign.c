#include "foreign.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The files in tests/foreign: hyperfine.json is hyperfine's own, the others have
 * the published shape. */
struct fixture {
    struct error err;
    struct strbuf rows; /* "cluster/kernel/backend cores seconds wall status" a line */
    size_t count;
    char path[64];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    f->rows = (struct strbuf)STRBUF_INIT;
    snprintf(f->path, sizeof f->path, "/tmp/test_foreign.XXXXXX");
    int fd = mkstemp(f->path);
    if (fd < 0)
        return -1;
    close(fd);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    strbuf_free(&f->rows);
    free(f);
    return 0;
}

static int take_row(const struct run *run, size_t line, void *context, struct error *err)
{
    struct fixture *f = context;
    (void)line, (void)err;
    f->count++;
    strbuf_addf(&f->rows, "%s/%s/%s %lld %.9g %.9g %s\n", run->cluster, run->kernel, run->backend,
                (long long)run->cores, run->seconds, run->wall_seconds, run->status);
    return 0;
}

static int read_path(struct fixture *f, const char *path, const char *columns)
{
    char text[128];
    struct results_alias aliases[sizeof text];
    struct results_reader reader = {.row = take_row, .context = f};
    f->count = 0;
    strbuf_clear(&f->rows);
    if (columns != NULL) {
        snprintf(text, sizeof text, "%s", columns);
        assert_int_equal(results_parse_aliases(text, aliases, &f->err), 0);
        reader.aliases = aliases;
    }
    return foreign_read(path, &reader, &f->err);
}

static int read_sample(struct fixture *f, const char *name, const char *columns)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SAMPLES, name);
    int rc = read_path(f, path, columns);
    size_t length = strlen(path);
    if (rc != 0 && strncmp(f->err.text, path, length) == 0) /* what stands behind the path */
        memmove(f->err.text, f->err.text + length + 1, strlen(f->err.text + length));
    return rc;
}

static int read_text(struct fixture *f, const char *text, const char *columns)
{
    FILE *file = fopen(f->path, "w");
    fputs(text, file);
    fclose(file);
    return read_path(f, f->path, columns);
}

static void hyperfine_times_are_those_of_the_whole_program(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "hyperfine.json", NULL), 0);
    assert_int_equal(f->count, 27);
    assert_non_null(strstr(f->rows.str, "//heat 1 nan 0.24"));
    assert_non_null(strstr(f->rows.str, "//heat 4 nan 0.06"));
    assert_int_equal(read_sample(f, "hyperfine.json", "seconds=times,backend=command"), 0);
    assert_non_null(strstr(f->rows.str, "//./heat 4 4 0.06"));
}

static void hyperfine_failures_are_told(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "hyperfine-failures.json", NULL), 0);
    assert_int_equal(f->count, 6); /* "threads" is a name of ours: the cores too */
    assert_non_null(strstr(f->rows.str, "//part 2 nan 0.0"));
    assert_non_null(strstr(f->rows.str, " ok\n"));
    assert_non_null(strstr(f->rows.str, " failed\n"));
}

static void hyperfine_needs_a_core_count(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "hyperfine-without-parameters.json", NULL), -1);
    assert_string_equal(f->err.text,
                        "3:5: this command has no parameters, so its core count is not known; give "
                        "it to hyperfine: hyperfine -L cores 1,2,4 './program {cores}'");
    const char *text = "{\"results\": [{\"command\": \"x 3\", \"times\": [1], \"parameters\": "
                       "{\"p\": \"3\"}}]}";
    assert_int_equal(read_text(f, text, NULL), -1);
    assert_non_null(strstr(f->err.text, "there is no parameter \"cores\"; there is: p; choose one: "
                                        "--columns cores=p"));
    assert_int_equal(read_text(f, text, "cores=p"), 0);
    assert_string_equal(f->rows.str, "//x 3 nan 1 ok\n");
}

static void commands_that_differ_are_not_one_curve(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        read_text(f,
                  "{\"results\": [{\"command\": \"A=1 bin/x -f 2\", \"times\": [1], \"parameters\": "
                  "{\"cores\": \"2\"}}, {\"command\": \"bin/x -g 2\", \"times\": [2], "
                  "\"parameters\": {\"cores\": \"2\"}}]}",
                  NULL),
        0);
    assert_string_equal(f->rows.str, "//A=1 bin/x -f 2 2 nan 1 ok\n//bin/x -g 2 2 nan 2 ok\n");
}

static void jube_tables_are_read_with_their_units(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "jube.csv", "seconds=runtime,kernel=benchmark"), 0);
    assert_int_equal(f->count, 6);
    assert_non_null(strstr(f->rows.str, "/halo/ 2 2.0441 nan "));
}

static void reframe_reports_before_4_7_are_read(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "reframe-3.json", NULL), 0);
    assert_string_equal(f->rows.str, "dom/HeatTest/gnu 1 8.25 nan ok\n"
                                     "dom/HeatTest/gnu 2 4.5 nan ok\n" /* slow is no failure */
                                     "dom/HeatTest/gnu 4 nan nan failed\n");
    assert_int_equal(read_sample(f, "reframe-3.json", "wall_seconds=time_run"), 0);
    assert_non_null(strstr(f->rows.str, "gnu 1 nan 12.5 ok\n"));
}

static void reframe_reports_since_4_7_are_read(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "reframe-4.json", NULL), -1);
    assert_string_equal(f->err.text,
                        "7:9: which performance variable is the time? Choose one: --columns "
                        "seconds=NAME; there is: solve (ms), setup (s)");
    assert_int_equal(read_sample(f, "reframe-4.json", "seconds=solve"), 0);
    assert_string_equal(f->rows.str, "dom/HeatTest/gnu 1 8.25 nan ok\n"
                                     "dom/HeatTest/gnu 4 2.25 nan ok\n");
    assert_int_equal(read_sample(f, "reframe-4.json", "seconds=solve:s"), -1);
    assert_string_equal(f->err.text, "8:42: solve is in ms by the file and in s by --columns");
}

static void a_variable_that_is_no_time_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "reframe-3.json", "seconds=bandwidth"), -1);
    assert_non_null(strstr(f->err.text, "\"bandwidth\" is in \"GB/s\", which is no unit of time; "
                                        "say the unit: --columns seconds=bandwidth:s"));
}

static void names_that_are_not_there_are_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_sample(f, "hyperfine.json", "cores=cores,size=n"), -1);
    assert_string_equal(f->err.text,
                        " there is no \"n\", to be read as \"size\"; there is: cores, times");
    assert_int_equal(read_sample(f, "hyperfine.json", "core=p"), -1);
    assert_string_equal(f->err.text, "there is no column \"core\" to read \"p\" as");
}

static const struct {
    const char *text, *part;
} rejected[] = {
    {"{\"results\": []}", "neither an export of hyperfine nor a run report of ReFrame"},
    {"[]", "neither an export of hyperfine"},
    {"{", "1:2: "},
    {"\xef\xbb\xbf{\"results\": []}", "byte-order mark"},
    {"{\"results\": [{\"command\": \"x\", \"times\": [0], \"parameters\": {\"cores\": \"1\"}}]}",
     "a time must be more than 0"},
    {"{\"results\": [{\"command\": \"x\", \"times\": [\"1,5\"], \"parameters\": {\"cores\": \"1\"}}]}",
     "a time must be a number"},
    {"{\"results\": [{\"command\": \"x\", \"times\": [1], \"parameters\": {\"cores\": \"two\"}}]}",
     "cores is \"two\", which is not a whole number"},
    {"{\"runs\": [{\"testcases\": [{\"name\": \"T\", \"result\": \"success\", \"perfvars\": "
     "[{\"name\": \"t\", \"value\": 1, \"unit\": \"s\"}]}]}]}",
     "this test case tells neither \"cores\" nor \"num_tasks\""},
    {"{\"runs\": [{\"testcases\": [{\"name\": \"T\", \"result\": \"success\", \"num_tasks\": 2}]}]}",
     "this test case has no performance variables"},
};

static void every_mistake_is_explained(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(read_text(f, rejected[i].text, NULL), -1);
        if (strstr(f->err.text, rejected[i].part) == NULL)
            fail_msg("%s instead of %s", f->err.text, rejected[i].part);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(hyperfine_times_are_those_of_the_whole_program),
        TEST(hyperfine_failures_are_told),
        TEST(hyperfine_needs_a_core_count),
        TEST(commands_that_differ_are_not_one_curve),
        TEST(jube_tables_are_read_with_their_units),
        TEST(reframe_reports_before_4_7_are_read),
        TEST(reframe_reports_since_4_7_are_read),
        TEST(a_variable_that_is_no_time_is_refused),
        TEST(names_that_are_not_there_are_refused),
        TEST(every_mistake_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
