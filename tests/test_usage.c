#include "usage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"

#define HEADER                                                                                     \
    "order,cluster,kernel,backend,size,cores,block,run,warmup,status,source,"                             \
    "seconds_since_start,busy_cores,memory_bytes\n"

struct fixture {
    char path[64];
    int64_t wanted;
    struct strbuf seen;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->seen = (struct strbuf)STRBUF_INIT;
    strcpy(f->path, "/tmp/test_usage.XXXXXX");
    int fd = mkstemp(f->path);
    if (fd >= 0)
        close(fd);
    *state = f;
    return fd < 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    strbuf_free(&f->seen);
    free(f);
    return 0;
}

static bool wants(int64_t order, void *context)
{
    const struct fixture *f = context;
    return order == f->wanted;
}

static void see(int64_t order, enum usage_source source, const struct sample *sample, void *context)
{
    struct fixture *f = context;
    strbuf_addf(&f->seen, "%lld%s %g %g %g;", (long long)order,
                source == USAGE_FIRST_NODE ? "*" : "", sample->seconds, sample->cores,
                sample->memory_bytes);
}

static int read_text(struct fixture *f, const char *text, int64_t wanted)
{
    struct usage_reader reader = {.wants = wants, .sample = see, .context = f};
    f->wanted = wanted;
    strbuf_clear(&f->seen);
    assert_int_equal(file_write(f->path, text, strlen(text), &f->err), 0);
    return usage_read(f->path, &reader, &f->err);
}

static struct run a_run(int64_t order, int64_t nodes, const char *samples)
{
    struct run run = run_unknown();
    run.order = order;
    run.nodes = nodes;
    run.cluster = "local";
    run.kernel = "triad";
    run.backend = "openmp";
    run.size = 0.5;
    run.cores = 2;
    run.block = 3;
    run.run = 1;
    run.warmup = 0;
    run.status = "ok";
    run.samples = samples;
    return run;
}

static void rows_come_back_as_they_were_written(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    struct run first = a_run(4, 1, "0.25 0.98 4096,0.45 1.97"), none = a_run(5, 1, "");
    struct run other = a_run(6, 2, "0.25 1 8192,0.5 2 4096");
    usage_add_header(&text);
    usage_add_rows(&text, &first);
    usage_add_rows(&text, &none);
    usage_add_rows(&text, &other);
    assert_string_equal(text.str, HEADER "4,local,triad,openmp,0.5,2,3,1,0,ok,tree,0.25,0.98,4096\n"
                                         "4,local,triad,openmp,0.5,2,3,1,0,ok,tree,0.45,1.97,\n"
                                         "6,local,triad,openmp,0.5,2,3,1,0,ok,first-node,0.25,1,8192\n"
                                         "6,local,triad,openmp,0.5,2,3,1,0,ok,first-node,0.5,2,4096\n");
    assert_int_equal(read_text(f, text.str, 4), 0);
    assert_string_equal(f->seen.str, "4 0.25 0.98 4096;4 0.45 1.97 nan;");
    assert_int_equal(read_text(f, text.str, 6), 0);
    assert_string_equal(f->seen.str, "6* 0.25 1 8192;6* 0.5 2 4096;");
    assert_int_equal(read_text(f, text.str, 5), 0);
    assert_string_equal(f->seen.str, "");
    strbuf_free(&text);
}

static void line_ends_may_be_anyones(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_text(f, HEADER "1,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\r\n\r\n"
                                         "1,l,k,b,1,1,0,0,0,ok,tree,1,1,",
                               1),
                     0);
    assert_string_equal(f->seen.str, "1 0.5 1 9;1 1 1 nan;");
}

static void another_table_is_told(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_text(f, "cores,seconds\n1,2\n", 1), -1);
    assert_non_null(strstr(f->err.text, ":1: this is not the header of usage.csv"));
}

static void a_malformed_row_is_told_with_its_line(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {
        "1,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n1,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n", /* time stands still */
        "2,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n1,l,k,b,1,1,0,0,0,ok,tree,0.5,x,9\n",
        "2,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n1,l,k,b,1,1,0,0,0,ok,tree,0.5\n",
        "2,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n1,l\n",
        "2,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\n",
        "2,l,k,b,1,1,0,0,0,ok,tree,0.5,1,9\nx\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf text = STRBUF_INIT;
        strbuf_addf(&text, "%s%s", HEADER, rows[i]);
        assert_int_equal(read_text(f, text.str, 1), -1);
        assert_non_null(strstr(f->err.text, ":3: this row is not as `scalestudy collect` writes"));
        strbuf_free(&text);
    }
}

static void a_file_that_is_not_there_is_told(void **state)
{
    struct fixture *f = *state;
    struct usage_reader reader = {.wants = wants, .sample = see, .context = f};
    assert_int_equal(usage_read("/nowhere/usage.csv", &reader, &f->err), -1);
    assert_string_equal(f->err.text, "could not read /nowhere/usage.csv: No such file or directory");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_come_back_as_they_were_written), TEST(line_ends_may_be_anyones),
        TEST(another_table_is_told),               TEST(a_malformed_row_is_told_with_its_line),
        TEST(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
