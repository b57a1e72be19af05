#include "results.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char path[64];
    struct error err;
    struct strbuf again; /* each row that was read, written again */
    size_t rows;
    uint64_t columns;
    struct run last;
    struct results_reader reader;
};

static int take_header(uint64_t columns, void *context, struct error *err)
{
    struct fixture *f = context;
    (void)err;
    f->columns = columns;
    return 0;
}

static int take_row(const struct run *run, size_t line, void *context, struct error *err)
{
    struct fixture *f = context;
    (void)line, (void)err;
    f->rows++;
    f->last = *run;
    results_add_row(&f->again, run);
    return 0;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->path, "/tmp/test_results.XXXXXX");
    close(mkstemp(f->path));
    f->again = (struct strbuf)STRBUF_INIT;
    f->reader = (struct results_reader){.header = take_header, .row = take_row, .context = f};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    strbuf_free(&f->again);
    free(f);
    return 0;
}

static int read_bytes(struct fixture *f, const char *bytes, size_t length)
{
    f->rows = 0;
    strbuf_clear(&f->again);
    unlink(f->path);
    FILE *file = fopen(f->path, "w");
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return results_read(f->path, &f->reader, &f->err);
}

static int read_text(struct fixture *f, const char *text)
{
    return read_bytes(f, text, strlen(text));
}

static const char *message(const struct fixture *f)
{
    size_t length = strlen(f->path);
    assert_memory_equal(f->err.text, f->path, length);
    return f->err.text + length + 1;
}

static const struct {
    const char *csv, *message;
} rejected[] = {
    /* headers */
    {"", "1:1: the file is empty; it needs a header line"},
    {"\n\n", "1:1: the file is empty; it needs a header line"},
    {"\ncore,time\n", "2:1: the table needs a column cores, and a column seconds, wall_seconds or throughput; "
                      "it has: core, time (is \"core\" meant to be \"cores\"?)"},
    {"cores,secnods\n", "1:1: the table needs a column seconds, wall_seconds or throughput; it has: cores, "
                        "secnods (is \"secnods\" meant to be \"seconds\"?)"},
    {"p,seconds\n", "1:1: the table needs a column cores; it has: p, seconds; name the one meant: "
                    "--columns cores=NAME"},
    {"cores,seconds,cores\n", "1:15: column \"cores\" is there twice; it is field 1 already"},
    {"cores;seconds\n1;2,5\n", "1:1: the columns are separated by semicolons; save the table with "
                               "commas"},
    {"result:\n| cores | seconds |\n", "1:1: this is a line before a table, as JUBE's pretty style "
                                       "has it; give the table the style \"csv\""},
    {"cores\tseconds\n", "1:1: the columns are separated by tabs; save the table with commas"},
    /* widths */
    {"cores,seconds\n1\n", "2:2: this row has 1 field, the header has 2"},
    {"cores,seconds\n1,2\n1,2,3\n", "3:5: this row has 3 fields, the header has 2; write points in "
                                    "numbers, and quotes around a text with a comma"},
    {"cores,seconds\n1,1,5\n", "2:5: this row has 3 fields, the header has 2; write points in "
                               "numbers, and quotes around a text with a comma"},
    /* numbers */
    {"cores,seconds\n1,abc\n", "2:3: column seconds holds \"abc\", which is not a number"},
    {"cores,seconds\n1,1.5s\n", "2:3: column seconds holds \"1.5s\", which is not a number; write "
                                "the number alone, and its unit in the header, as in seconds[ms]"},
    {"cores,seconds\n1,NA\n", "2:3: column seconds holds \"NA\", which is not a number; leave it "
                              "empty where it is not known"},
    {"cores,seconds\n1,\"1,234.5\"\n", "2:3: column seconds holds \"1,234.5\", which is not a "
                                       "number; write thousands without commas"},
    {"cores,seconds\n4 cores,1\n", "2:1: column cores holds \"4 cores\", which is not a whole "
                                   "number; write the number alone"},
    {"cores,seconds\n1,1\ncores,seconds\n", "3:1: the header is there a second time; leave this "
                                            "line out"},
    {"cores,seconds\n1,0x10\n", "2:3: column seconds holds \"0x10\", which is not a number"},
    {"cores,seconds\n1,\"1,5\"\n", "2:3: \"1,5\" in column seconds uses a decimal comma; write a "
                                   "point"},
    {"cores,seconds\n1,nan\n", "2:3: column seconds holds \"nan\", which is not a finite number; "
                               "leave it empty where it is not known"},
    {"cores,seconds\n1,-inf\n", "2:3: column seconds holds \"-inf\", which is not a finite number; "
                                "leave it empty where it is not known"},
    {"cores,seconds\n1,1e999\n", "2:3: column seconds holds \"1e999\", which is not a finite "
                                 "number; leave it empty where it is not known"},
    {"name,cores,seconds\nå,1.5,1\n", "2:3: column cores holds \"1.5\", which is not a whole "
                                      "number"},
    {"cores,seconds\n1e300,1\n", "2:1: column cores holds \"1e300\", which is too large"},
    /* rows */
    {"cores,seconds\n0,1\n", "2:1: column cores must be 1 or more, not 0"},
    {"cores,seconds\n-4,1\n", "2:1: column cores must be 1 or more, not -4"},
    {"cores,seconds\n,1\n", "2:1: column cores is empty"},
    {"cores,seconds\n1,0\n", "2:3: column seconds must be more than 0 in a run that is ok, not 0"},
    {"seconds,status,cores\n1,ok,1\n-1,ok,1\n",
     "3:1: column seconds must be more than 0 in a run that is ok, not -1"},
    /* rates */
    {"cores,throughput\n1,5\n2,0\n", "3:3: a rate must be more than 0 in a run that is ok, not 0; "
                                    "leave it empty where it is not known"},
    {"throughput,cores\n-2.5,1\n", "2:1: a rate must be more than 0 in a run that is ok, not -2.5; "
                                   "leave it empty where it is not known"},
    {"cores,throughput\n1,inf\n", "2:3: column throughput holds \"inf\", which is not a finite "
                                  "number; leave it empty where it is not known"},
    {"cores,throughput\n1,1e-320\n", "2:3: a rate must be more than 0 in a run that is ok, not "
                                     "1e-320; leave it empty where it is not known"},
    {"cores,throughput,throughput\n", "1:18: column \"throughput\" is there twice; it is field 2 "
                                      "already"},
    {"cores,throughput[ms]\n", "1:7: column throughput has no unit \"ms\"; it is in 1/s, op/s, "
                               "ops/s, runs/s"},
    {"cores,wall_seconds[1/s]\n", "1:7: column wall_seconds has no unit \"1/s\"; it is in s, ms, "
                                  "us, ns, min, h"},
    {"cores,wall_seconds\n1,-4\n",
     "2:3: column wall_seconds must be more than 0 in a run that is ok, not -4"},
    {"cores,seconds\n1,1e300\n", "2:3: column seconds must be less than a century, not 1e300; is it "
                                 "in another unit?"},
    {"cores,seconds\n1,1e-12\n", "2:3: column seconds must be a nanosecond or more, which clocks can "
                                 "tell, not 1e-12; is it in another unit?"},
    {"cores,seconds,scaling\n1,4,strang\n", "2:5: column scaling holds neither \"strong\" nor "
                                            "\"weak\""},
    {"cores,seconds\n", "2:1: no row follows the header; each run is a row"},
    /* what CSV itself refuses */
    {"cores,seconds\n1,\"2\n", "2:3: this quote is never closed"},
};

static void every_mistake_is_located_and_explained(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(read_text(f, rejected[i].csv), -1);
        assert_string_equal(message(f), rejected[i].message);
        assert_int_equal(f->err.status, STATUS_INPUT);
    }
}

static void aliases_that_fit_nothing_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct results_alias absent[] = {{"p", "cores", NULL}, {NULL, NULL, NULL}};
    const struct results_alias unknown[] = {{"p", "core", NULL}, {NULL, NULL, NULL}};
    const struct results_alias both[] = {
        {"p", "cores", NULL}, {"q", "cores", NULL}, {NULL, NULL, NULL}};
    f->reader.aliases = absent;
    assert_int_equal(read_text(f, "cores,seconds\n"), -1);
    assert_string_equal(message(f), "1:1: no column \"p\", to be read as \"cores\"; it has: cores, "
                                    "seconds");
    f->reader.aliases = unknown;
    assert_int_equal(read_text(f, "p,seconds\n"), -1);
    assert_string_equal(f->err.text, "there is no column \"core\" to read \"p\" as; did you mean "
                                     "\"cores\"?");
    f->reader.aliases = both;
    assert_int_equal(read_text(f, "p,seconds,q\n"), -1);
    assert_string_equal(message(f), "1:11: column \"cores\" is there twice; it is field 1 already");
}

static void a_header_of_a_thousand_columns_is_not_listed_whole(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    for (int i = 0; i < 1000; i++)
        strbuf_addf(&text, "%sc%d", i == 0 ? "" : ",", i);
    assert_int_equal(read_bytes(f, text.str, text.len), -1);
    assert_non_null(strstr(f->err.text, "c58, c59, …"));
    strbuf_free(&text);
}

static void foreign_tables_are_read(void **state)
{
    struct fixture *f = *state;
    const struct results_alias aliases[] = {
        {"p", "cores", NULL}, {"t", "wall_seconds", NULL}, {NULL, NULL, NULL}};
    assert_int_equal(read_text(f, "note, seconds ,cores\r\nx, 1.5e-1, 4.0\r\n\r\ny,,+8"), 0);
    assert_int_equal(f->rows, 2);
    assert_int_equal(f->last.cores, 8);
    assert_true(isnan(f->last.seconds));
    assert_string_equal(f->last.status, "");

    f->reader.aliases = aliases; /* an alias comes before a column of our own name */
    assert_int_equal(read_text(f, "cores,p,t\n64,2,.25\n"), 0);
    assert_int_equal(f->last.cores, 2);
    assert_true(f->last.wall_seconds == 0.25);
}

static void other_units_become_ours(void **state)
{
    struct fixture *f = *state;
    char text[] = "cores=p,seconds=t:ms,peak_memory_bytes=mem";
    struct results_alias aliases[sizeof text];
    assert_int_equal(results_parse_aliases(text, aliases, &f->err), 0);
    f->reader.aliases = aliases;
    assert_int_equal(read_text(f, "mem (MiB),t,p\n3,41.5,2\n"), 0);
    assert_true(f->last.seconds == 0.0415);
    assert_true(f->last.peak_memory_bytes == 3145728);
    assert_int_equal(read_text(f, "p,t[us],mem\n2,41.5,1\n"), -1);
    assert_string_equal(message(f), "1:3: the column is in us by its name and in ms by --columns");
    f->reader.aliases = NULL;
    assert_int_equal(read_text(f, "cores,seconds[ms],x[MB/s]\n2,41.5,9\n"), 0);
    assert_true(f->last.seconds == 0.0415);
}

static void units_that_do_not_fit_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct results_alias cores[] = {{"p", "cores", "ms"}, {NULL, NULL, NULL}};
    const struct results_alias time[] = {{"t", "seconds", "MiB"}, {NULL, NULL, NULL}};
    f->reader.aliases = cores;
    assert_int_equal(read_text(f, "p,seconds\n1,1\n"), -1);
    assert_string_equal(message(f), "1:1: column cores has no unit \"ms\"; it is a number or text");
    f->reader.aliases = time;
    assert_int_equal(read_text(f, "cores,t\n1,1\n"), -1);
    assert_string_equal(message(f), "1:7: column seconds has no unit \"MiB\"; it is in s, ms, us, "
                                    "ns, min, h");
}

static void a_colon_that_begins_no_unit_belongs_to_the_name(void **state)
{
    struct fixture *f = *state;
    char text[] = "seconds=solver:loop,cores=p";
    char wrong[] = "cores";
    struct results_alias aliases[sizeof text];
    assert_int_equal(results_parse_aliases(text, aliases, &f->err), 0);
    assert_string_equal(aliases[0].foreign, "solver:loop");
    assert_null(aliases[0].unit);
    assert_null(aliases[2].foreign);
    assert_int_equal(results_parse_aliases(wrong, aliases, &f->err), -1);
    assert_string_equal(f->err.text, "--columns: \"cores\" is not OURS=THEIRS or "
                                     "OURS=THEIRS:UNIT, as in cores=p,seconds=time:ms");
}

static void throughput_is_read_as_one_over_seconds(void **state)
{
    struct fixture *f = *state;
    char text[] = "cores=N,throughput=X", other[] = "cores=N,seconds=X:ops/s";
    struct results_alias aliases[sizeof other];
    assert_int_equal(read_text(f, "cores,throughput\n4,8\n"), 0);
    assert_true(f->last.seconds == 0.125);
    assert_true((f->columns & RESULTS_RATES) != 0);
    assert_int_equal(read_text(f, "cores,throughput [op/s]\n4,8\n5,\n"), 0);
    assert_true(isnan(f->last.seconds));
    assert_int_equal(results_parse_aliases(text, aliases, &f->err), 0);
    f->reader.aliases = aliases;
    assert_int_equal(read_text(f, "N,X\n18,995.9\n"), 0);
    assert_true(f->last.seconds == 1 / 995.9);
    assert_int_equal(results_parse_aliases(other, aliases, &f->err), 0);
    assert_int_equal(read_text(f, "N,X\n1,4\n"), 0);
    assert_true(f->last.seconds == 0.25);
}

/* Gigabytes per second, often. */
static void throughput_beside_times_is_passed_over_unless_it_is_asked_for(void **state)
{
    struct fixture *f = *state;
    const struct results_alias asked[] = {{"bw", "throughput", NULL}, {NULL, NULL, NULL}};
    assert_int_equal(read_text(f, "throughput,cores,seconds\n0,1,4\n"), 0);
    assert_true(f->last.seconds == 4);
    assert_true((f->columns & RESULTS_RATES) == 0);
    assert_int_equal(read_text(f, "throughput,cores,wall_seconds\n0,1,4\n"), 0);
    assert_true(isnan(f->last.seconds) && f->last.wall_seconds == 4);
    f->reader.aliases = asked;
    assert_int_equal(read_text(f, "bw,cores,seconds\n2,1,4\n"), -1);
    assert_string_equal(message(f), "1:10: the table has seconds as well as the throughput that "
                                    "--columns names; leave one of them out");
    assert_int_equal(read_text(f, "bw,cores,wall_seconds\n2,1,4\n"), 0);
    assert_true(f->last.seconds == 0.5 && f->last.wall_seconds == 4);
}

static void a_run_that_failed_may_have_a_rate_of_0(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_text(f, "cores,throughput,status\n1,2,ok\n2,0,failed\n"), 0);
    assert_int_equal(f->rows, 2);
    assert_true(isnan(f->last.seconds));
}

static void runs_that_are_not_ok_need_no_time(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_text(f, "cores,seconds,status\n1,,ok\n1,0,failed\n2,-1,timeout\n"), 0);
    assert_int_equal(f->rows, 3);
    assert_int_equal(read_text(f, "cores,seconds,status\n1,-1,\n"), -1); /* no word is ok */
}

static void the_header_tells_which_columns_there_are(void **state)
{
    struct fixture *f = *state;
    uint64_t expected = 0;
    for (size_t i = 0; i < results_column_count(); i++)
        if (strcmp(results_column_name(i), "cores") == 0 ||
            strcmp(results_column_name(i), "wall_seconds") == 0)
            expected |= UINT64_C(1) << i;
    assert_int_equal(read_text(f, "wall_seconds,other,cores\n1,,1\n"), 0);
    assert_true(f->columns == expected);
}

static void the_header_is_always_the_same(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    results_add_header(&sb);
    assert_string_equal(
        sb.str,
        "study,cluster,cpu_model,kernel,backend,size,actual_size,work,scaling,nodes,ranks,threads,"
        "cores,allocated_cores,gpus,block,run,warmup,order,attempt,status,reason,seconds,"
        "first_seconds,wall_seconds,user_seconds,system_seconds,peak_memory_bytes,"
        "granted_memory_bytes,value,error,bound,mask,frequency_mhz,host,partition,job,task,started,"
        "exit,job_cpu_seconds,job_memory_bytes,job_energy_joules\n");
    assert_int_equal(results_column_count(), 43);
    strbuf_free(&sb);
}

static void an_unknown_run_is_empty_fields(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    struct run run = run_unknown();
    (void)state;
    results_add_row(&sb, &run);
    assert_string_equal(sb.str, "\"\",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n");
    assert_int_equal(run.exit, RESULTS_UNKNOWN);
    assert_true(isnan(run.job_energy_joules));
    strbuf_free(&sb);
}

static struct run hostile_run(void)
{
    struct run run = run_unknown();
    run.study = "a \"study\", with\nlines\r\n";
    run.cluster = "<script>alert(1)</script>";
    run.cpu_model = "$(touch x) `y` \\";
    run.kernel = " räksmörgås 日本 ";
    run.reason = "\"";
    run.size = 0.1 + 0.2;
    run.work = 1e300;
    run.cores = 1;
    run.seconds = 1e-9;
    run.error = 5e-324;
    run.value = -7.117752e-17;
    run.exit = INT64_C(-9007199254740992);
    run.order = INT64_C(123456789012345678);
    run.warmup = 0;
    return run;
}

static void what_is_written_is_read_back_the_same(void **state)
{
    struct fixture *f = *state;
    struct strbuf sb = STRBUF_INIT;
    struct run hostile = hostile_run(), plain = run_unknown();
    plain.cores = 28;
    plain.seconds = 1.0 / 3;
    plain.status = "ok";
    results_add_header(&sb);
    size_t header = sb.len;
    results_add_row(&sb, &hostile);
    results_add_row(&sb, &plain);
    results_add_row(&sb, &hostile);
    assert_int_equal(read_bytes(f, sb.str, sb.len), 0);
    assert_int_equal(f->rows, 3);
    assert_true(f->columns == (UINT64_C(1) << 43) - 1);
    assert_string_equal(f->again.str, sb.str + header);
    strbuf_free(&sb);
}

static int stop(const struct run *run, size_t line, void *context, struct error *err)
{
    (void)run, (void)context;
    return line == 3 ? error_set(err, "enough at line %zu", line) : 0;
}

static void a_callback_can_end_the_reading(void **state)
{
    struct fixture *f = *state;
    f->reader.row = stop;
    assert_int_equal(read_text(f, "cores,seconds\n1,1\n2,1\n3,x\n"), -1);
    assert_string_equal(f->err.text, "enough at line 3");
}

static void damaged_tables_do_no_harm(void **state)
{
    struct fixture *f = *state;
    struct strbuf sb = STRBUF_INIT;
    struct run run = hostile_run();
    unsigned random = 1;
    results_add_header(&sb);
    results_add_row(&sb, &run);
    for (size_t length = 0; length < sb.len; length++)
        if (read_bytes(f, sb.str, length) != 0)
            assert_memory_equal(f->err.text, f->path, strlen(f->path));
    for (int i = 0; i < 1500; i++) {
        size_t at = (random = random * 1664525u + 1013904223u) % sb.len;
        char before = sb.str[at];
        sb.str[at] = ",\"\n\r0-e\xff"[(random >> 24) % 8];
        if (read_bytes(f, sb.str, sb.len) != 0)
            assert_memory_equal(f->err.text, f->path, strlen(f->path));
        sb.str[at] = before;
    }
    strbuf_free(&sb);
}

static int add_seconds(const struct run *run, size_t line, void *context, struct error *err)
{
    double *sum = context;
    (void)line, (void)err;
    *sum += run->seconds;
    return 0;
}

/* Time is for the benchmarks; that memory does not grow is promised here. */
static void a_long_table_is_read_in_little_memory(void **state)
{
    struct fixture *f = *state;
    char command[600];
    double sum = 0;
    struct rusage before, after;
    snprintf(command, sizeof command, "'%s' 40000 all > '%s'", MAKE_ROWS, f->path);
    assert_int_equal(system(command), 0);
    struct results_reader reader = {.row = add_seconds, .context = &sum};
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(results_read(f->path, &reader, &f->err), 0);
    getrusage(RUSAGE_SELF, &after);
    assert_true(sum > 20000);
    assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB; the table has 14 MB */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_located_and_explained),
        TEST(aliases_that_fit_nothing_are_refused),
        TEST(other_units_become_ours),
        TEST(units_that_do_not_fit_are_refused),
        TEST(a_colon_that_begins_no_unit_belongs_to_the_name),
        TEST(a_header_of_a_thousand_columns_is_not_listed_whole),
        TEST(foreign_tables_are_read),
        TEST(runs_that_are_not_ok_need_no_time),
        TEST(throughput_is_read_as_one_over_seconds),
        TEST(throughput_beside_times_is_passed_over_unless_it_is_asked_for),
        TEST(a_run_that_failed_may_have_a_rate_of_0),
        TEST(the_header_tells_which_columns_there_are),
        TEST(the_header_is_always_the_same),
        TEST(an_unknown_run_is_empty_fields),
        TEST(what_is_written_is_read_back_the_same),
        TEST(a_callback_can_end_the_reading),
        TEST(damaged_tables_do_no_harm),
        TEST(a_long_table_is_read_in_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
