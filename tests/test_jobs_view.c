#include "jobs_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"

struct fixture {
    struct slurm_row rows[4];
    struct slurm_view jobs;
    struct jobs_view view;
    struct strbuf text;
    char file[64]; /* what goes to stderr while it is caught */
    int before;
    struct error err;
};

/* Two arrays, the first of which waits. */
static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->rows[0] = (struct slurm_row){.array = "w0-1x1x1", .job = "31000001", .pending = 4, .running = 1,
                                    .done = 2, .reason = "jobs of higher priority come first",
                                    .remedy = ""};
    f->rows[1] = (struct slurm_row){.array = "w0-1x1x28", .job = "31000002", .running = 3, .done = 3,
                                    .lost = 1, .reason = "", .remedy = ""};
    f->jobs = (struct slurm_view){.rows = f->rows, .count = 2, .slurm_answers = true, .words = ""};
    f->text = (struct strbuf)STRBUF_INIT;
    setenv("TZ", "UTC0", 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    strbuf_free(&f->text);
    free(f);
    return 0;
}

static void assert_described(struct fixture *f, const char *expected)
{
    strbuf_clear(&f->text);
    jobs_view_describe(&f->jobs, &f->text);
    assert_string_equal(f->text.str, expected);
}

static void catch_stderr(struct fixture *f)
{
    strcpy(f->file, "/tmp/test_jobs_view.XXXXXX");
    int fd = mkstemp(f->file);
    assert_true(fd >= 0);
    fflush(stderr);
    f->before = dup(2);
    dup2(fd, 2);
    close(fd);
}

static void assert_printed(struct fixture *f, const char *expected)
{
    fflush(stderr);
    dup2(f->before, 2);
    close(f->before);
    strbuf_clear(&f->text);
    assert_int_equal(file_read(f->file, 1 << 20, &f->text, &f->err), 0);
    remove(f->file);
    assert_string_equal(f->text.str, expected);
}

#define HEADER "array      job         pending  running     done     lost\n"

static void each_array_is_a_line_and_all_are_summed_up(void **state)
{
    struct fixture *f = *state;
    assert_described(f, HEADER
                     "w0-1x1x1   31000001          4        1        2        0  jobs of higher priority "
                     "come first\n"
                     "w0-1x1x28  31000002          0        3        3        1\n"
                     "5 tasks done, 4 running, 4 pending, 1 ended without all of their runs\n");
}

static void without_jobs_there_is_no_table(void **state)
{
    struct fixture *f = *state;
    f->jobs.count = 0;
    f->jobs.waiting = 12;
    assert_described(f, "0 tasks done, 0 running, 0 pending, 12 not submitted yet\n");
}

static void one_task_is_no_plural(void **state)
{
    struct fixture *f = *state;
    f->rows[0] = (struct slurm_row){.array = "a", .job = "1", .done = 1, .reason = "", .remedy = ""};
    f->jobs.count = 1;
    assert_described(f, "array  job         pending  running     done     lost\n"
                        "a      1                 0        0        1        0\n"
                        "1 task done, 0 running, 0 pending\n");
}

static void a_silent_slurm_is_told_in_its_words(void **state)
{
    struct fixture *f = *state;
    f->jobs.count = 0;
    f->jobs.slurm_answers = false;
    f->jobs.words = "squeue: Unable to contact slurm controller";
    assert_described(f, "0 tasks done, 0 running, 0 pending (Slurm does not answer: squeue: Unable to "
                        "contact slurm controller)\n");
}

static void long_keys_widen_their_column(void **state)
{
    struct fixture *f = *state;
    f->rows[0].array = "w0-1000x28000x16-and-more";
    f->rows[0].reason = "";
    assert_described(f, "array                      job         pending  running     done     lost\n"
                        "w0-1000x28000x16-and-more  31000001          4        1        2        0\n"
                        "w0-1x1x28                  31000002          0        3        3        1\n"
                        "5 tasks done, 4 running, 4 pending, 1 ended without all of their runs\n");
}

static void remarks_tell_when_it_starts_and_what_to_do(void **state)
{
    struct fixture *f = *state;
    f->rows[0].reason = "its owner holds it back";
    f->rows[0].remedy = "release it";
    f->rows[0].start = 1795392000; /* Mon 2026-11-23 00:00 */
    f->rows[1].reason = "of a row that does not wait";
    f->rows[1].remedy = "nothing to do";
    assert_described(f, HEADER
                     "w0-1x1x1   31000001          4        1        2        0  its owner holds it back; "
                     "start expected Mon 00:00; release it\n"
                     "w0-1x1x28  31000002          0        3        3        1\n"
                     "5 tasks done, 4 running, 4 pending, 1 ended without all of their runs\n");
    f->rows[0].reason = "";
    f->rows[0].remedy = "";
    f->jobs.count = 1;
    assert_described(f, "array     job         pending  running     done     lost\n"
                        "w0-1x1x1  31000001          4        1        2        0  start expected Mon 00:00\n"
                        "2 tasks done, 1 running, 4 pending\n");
}

static void elsewhere_a_line_is_said_when_something_has_changed(void **state)
{
    struct fixture *f = *state;
    catch_stderr(f);
    jobs_view_begin(&f->view);
    assert_false(f->view.moves);
    jobs_view_show(&f->view, &f->jobs);
    jobs_view_show(&f->view, &f->jobs);
    f->rows[0].running++;
    f->rows[0].pending--;
    jobs_view_show(&f->view, &f->jobs);
    jobs_view_say(&f->view, "a sentence");
    jobs_view_show(&f->view, &f->jobs);
    f->rows[0].reason = "its owner holds it back";
    f->rows[0].remedy = "release it";
    jobs_view_show(&f->view, &f->jobs);
    jobs_view_end(&f->view);
    assert_printed(f, "5 tasks done, 4 running, 4 pending, 1 ended without all of their runs\n"
                      "5 tasks done, 5 running, 3 pending, 1 ended without all of their runs\n"
                      "a sentence\n"
                      "5 tasks done, 5 running, 3 pending, 1 ended without all of their runs; w0-1x1x1: "
                      "its owner holds it back: release it\n");
}

static void a_terminal_gets_the_table_over_the_one_before(void **state)
{
    struct fixture *f = *state;
    f->rows[0].reason = "";
    f->jobs.count = 1;
    catch_stderr(f);
    jobs_view_begin(&f->view);
    f->view.moves = true;
    jobs_view_show(&f->view, &f->jobs);
    assert_int_equal(f->view.lines, 3);
    f->jobs.count = 0;
    jobs_view_show(&f->view, &f->jobs);
    assert_int_equal(f->view.lines, 1);
    jobs_view_say(&f->view, "gone");
    assert_int_equal(f->view.lines, 0);
    jobs_view_end(&f->view);
    assert_printed(f, "array     job         pending  running     done     lost\n"
                      "w0-1x1x1  31000001          4        1        2        0\n"
                      "2 tasks done, 1 running, 4 pending\n"
                      "\x1b[3A\x1b[J"
                      "0 tasks done, 0 running, 0 pending\n"
                      "\x1b[1A\x1b[Jgone\n");
}

/* Slurm's texts are those of sites and users: they must not drive the terminal. */
static void hostile_reasons_become_visible_text(void **state)
{
    struct fixture *f = *state;
    f->rows[0].reason = "\x1b[2J\x07 and\nmore\r";
    f->rows[0].remedy = "\x1b]0;title\x07";
    f->jobs.count = 1;
    f->jobs.slurm_answers = false;
    f->jobs.words = "bad\x1b[31m\nwords";
    for (int moves = 0; moves < 2; moves++) {
        catch_stderr(f);
        jobs_view_begin(&f->view);
        f->view.moves = moves == 1;
        jobs_view_show(&f->view, &f->jobs);
        jobs_view_say(&f->view, "\x1b[5m");
        int lines = f->view.lines;
        jobs_view_end(&f->view);
        fflush(stderr);
        dup2(f->before, 2);
        close(f->before);
        strbuf_clear(&f->text);
        assert_int_equal(file_read(f->file, 1 << 20, &f->text, &f->err), 0);
        remove(f->file);
        assert_int_equal(lines, 0);
        assert_non_null(strstr(f->text.str, "\\x1b[2J\\x07 and"));
        assert_non_null(strstr(f->text.str, "\\x1b]0;title\\x07"));
        assert_non_null(strstr(f->text.str, "bad\\x1b[31m"));
        assert_non_null(strstr(f->text.str, "\\x1b[5m"));
        assert_null(strchr(f->text.str, '\r'));
        const char *own = strchr(f->text.str, '\x1b');
        if (moves == 0)
            assert_null(own);
        else
            assert_null(strchr(strstr(own, "\x1b[J") + 1, '\x1b')); /* ours to clear, and no other */
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_array_is_a_line_and_all_are_summed_up),
        TEST(without_jobs_there_is_no_table),
        TEST(one_task_is_no_plural),
        TEST(a_silent_slurm_is_told_in_its_words),
        TEST(long_keys_widen_their_column),
        TEST(remarks_tell_when_it_starts_and_what_to_do),
        TEST(elsewhere_a_line_is_said_when_something_has_changed),
        TEST(a_terminal_gets_the_table_over_the_one_before),
        TEST(hostile_reasons_become_visible_text),
    };
    return cmocka_run_group_tests_name("jobs_view", tests, NULL, NULL);
}
