#include "othersfile.h"

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
    "order,cluster,kernel,backend,size,cores,block,run,warmup,status,watched_cpus,"                \
    "watched_seconds,others_seconds,stolen_seconds\n"

struct fixture {
    char path[64];
    struct strbuf seen;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->seen = (struct strbuf)STRBUF_INIT;
    strcpy(f->path, "/tmp/test_othersfile.XXXXXX");
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

static void see(const struct run *run, void *context)
{
    struct fixture *f = context;
    strbuf_addf(&f->seen, "%lld: %lld %g %g %g;", (long long)run->order,
                (long long)run->watched_cpus, run->watched_seconds, run->others_seconds,
                run->stolen_seconds);
}

static int read_text(struct fixture *f, const char *text)
{
    strbuf_clear(&f->seen);
    assert_int_equal(file_write(f->path, text, strlen(text), &f->err), 0);
    return othersfile_read(f->path, see, f, &f->err);
}

static void what_is_written_is_read_again(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    struct run run = run_unknown();
    run.order = 7;
    run.cluster = "local";
    run.kernel = "a, \"b\"";
    run.backend = "openmp";
    run.size = 10;
    run.cores = run.block = run.run = 2;
    run.warmup = 0;
    run.status = "ok";
    othersfile_add_header(&text);
    othersfile_add_row(&text, &run); /* was not watched */
    run.watched_cpus = 4;
    run.watched_seconds = 0.5;
    run.others_seconds = -0.0078125;
    run.stolen_seconds = 0;
    othersfile_add_row(&text, &run);
    assert_string_equal(text.str, HEADER
                        "7,local,\"a, \"\"b\"\"\",openmp,10,2,2,2,0,ok,4,0.5,-0.0078125,0\n");
    assert_int_equal(read_text(f, text.str), 0);
    assert_string_equal(f->seen.str, "7: 4 0.5 -0.0078125 0;");
    strbuf_free(&text);
}

static void what_is_not_ours_is_told_with_its_place(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *place;
    } bad[] = {
        {"", ":1:1: "},
        {"order,cluster\n", ":1:"},
        {HEADER "1,local,k,b,10,1,0,0,0,ok,1,0.5,0\n", ":2:"},
        {HEADER "1,local,k,b,10,1,0,0,0,ok,1,0.5,much,0\n", ":2:33: "},
        {HEADER "x,local,k,b,10,1,0,0,0,ok,1,0.5,0,0\n", ":2:1: "},
        {HEADER "-1,local,k,b,10,1,0,0,0,ok,1,0.5,0,0\n", ":2:1: "},
        {HEADER "1,local,k,b,10,1,0,0,0,ok,0,0.5,0,0\n", ":2:27: "},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_text(f, bad[i].text), -1);
        assert_non_null(strstr(f->err.text, bad[i].place));
        assert_non_null(strstr(f->err.text, "collect again"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_ours_is_told_with_its_place, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
