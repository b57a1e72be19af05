#include "journal_fates.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "journal.h"
#include "strbuf.h"

#define TEXT(literal) ((char *)(literal))
#define ARRAY "w0-1x1x2"

/* One submission of the blocks 5, 6 and 7 as indexes 0, 1 and 2 of job 40. */
struct fixture {
    char folder[64];
    struct plan plan;
    struct journal journal;
    size_t first;
    struct task_fates fates;
    struct error err;
};

static size_t submit(struct fixture *f, const char *job)
{
    size_t index;
    assert_int_equal(journal_intend(&f->journal, &f->plan, ARRAY, 5, (int64_t[]){5, 6, 7}, 3, &index,
                                    &f->err), 0);
    if (job != NULL)
        assert_int_equal(journal_accept(&f->journal, index, job, &f->err), 0);
    return index;
}

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    strcpy(f->folder, "/tmp/test_journal_fates.XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    f->plan = (struct plan){.name = TEXT("study"), .id = TEXT("1f2e3d4c")};
    if (journal_open(&f->journal, f->folder, true, &f->err) != 0)
        return -1;
    f->first = submit(f, "40");
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -r %s", f->folder);
    int rc = system(command);
    journal_close(&f->journal);
    task_fates_free(&f->fates);
    free(command);
    free(f);
    return rc;
}

static void put(struct fixture *f, const char *folder, const char *name, const char *text)
{
    char *there = path_join(f->folder, folder), *path = path_join(there, name);
    assert_int_equal(folder_make(there, &f->err), 0);
    assert_int_equal(file_write(path, text, strlen(text), &f->err), 0);
    free(there);
    free(path);
}

static void finish(struct fixture *f, size_t index, size_t element, enum slurm_state state,
                   const char *reason)
{
    assert_int_equal(journal_end(&f->journal, index, element, state, reason, &f->err), 0);
}

static const struct task_fate *fate_of(struct fixture *f, const char *task)
{
    task_fates_free(&f->fates);
    assert_int_equal(journal_fates(&f->fates, f->folder, &f->err), 0);
    const struct task_fate *fate = task_fates_of_task(&f->fates, task);
    assert_non_null(fate);
    return fate;
}

static void assert_fate(struct fixture *f, int block, const char *job, const char *status,
                        const char *reason)
{
    char *task = text_format(ARRAY "-b%d", block);
    const struct task_fate *fate = fate_of(f, task);
    assert_string_equal(fate->job, job);
    assert_string_equal(fate->status, status);
    assert_string_equal(fate->reason, reason);
    free(task);
}

static void a_folder_without_a_journal_has_no_fates(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(journal_fates(&f->fates, "/nonexistent", &f->err), 0);
    assert_int_equal(f->fates.count, 0);
}

static void what_waits_or_runs_has_a_job_and_no_reason(void **state)
{
    struct fixture *f = *state;
    assert_fate(f, 5, "40_0", "missing", "");
    assert_fate(f, 7, "40_2", "missing", "");
    assert_null(task_fates_of_task(&f->fates, ARRAY "-b8"));
}

static void slurms_word_for_the_end_is_kept(void **state)
{
    struct fixture *f = *state;
    finish(f, f->first, 0, SLURM_TIMEOUT, "TIMEOUT: TimeLimit");
    finish(f, f->first, 1, SLURM_OUT_OF_MEMORY, "OUT_OF_MEMORY");
    finish(f, f->first, 2, SLURM_CANCELLED, "CANCELLED by 1001");
    assert_fate(f, 5, "40_0", "timeout", "TIMEOUT: TimeLimit");
    assert_fate(f, 6, "40_1", "missing", "OUT_OF_MEMORY");
    assert_fate(f, 7, "40_2", "missing", "CANCELLED by 1001");
    assert_int_equal(journal_cancel(&f->journal, f->first, &f->err), 0);
    assert_fate(f, 5, "40_0", "timeout", "TIMEOUT: TimeLimit");
    assert_fate(f, 7, "40_2", "missing", "CANCELLED by 1001 (by scalestudy cancel)");
}

static void refusals_are_told_in_slurms_words(void **state)
{
    struct fixture *f = *state;
    size_t again = submit(f, NULL);
    assert_int_equal(journal_refuse(&f->journal, again, "Invalid account", &f->err), 0);
    assert_fate(f, 5, "", "missing", "Slurm refused the job: Invalid account");
}

static void the_last_submission_that_arrived_counts(void **state)
{
    struct fixture *f = *state;
    finish(f, f->first, 0, SLURM_NODE_FAIL, "NODE_FAIL");
    size_t lost = submit(f, NULL);
    assert_int_equal(journal_never(&f->journal, lost, &f->err), 0);
    assert_fate(f, 5, "40_0", "missing", "NODE_FAIL");
    submit(f, "41");
    assert_fate(f, 5, "41_0", "missing", "");
}

static void figures_stay_with_their_job(void **state)
{
    struct fixture *f = *state;
    struct slurm_account used = {.cpu_seconds = 7, .memory_bytes = NAN, .energy_joules = 80};
    assert_int_equal(journal_account(&f->journal, f->first, 1, &used, &f->err), 0);
    submit(f, "41");
    assert_true(isnan(fate_of(f, ARRAY "-b6")->cpu_seconds));
    const struct task_fate *first = task_fates_of_job(&f->fates, "40_1");
    assert_true(first->cpu_seconds == 7 && isnan(first->memory_bytes) && first->energy_joules == 80);
}

static void a_job_that_failed_tells_why_itself(void **state)
{
    struct fixture *f = *state;
    for (size_t e = 0; e < 3; e++)
        finish(f, f->first, e, SLURM_FAILED, "FAILED: NonZeroExitCode");
    put(f, "records", ARRAY "-b5.1.jsonl", "{\"end\": {\"problem\": \"the disk is full\"}}\n");
    put(f, "logs", ARRAY ".40_0.out", "and other words\n");
    put(f, "logs", ARRAY ".40_1.out", "first\nscalestudy: the module \x1b[1mX\tdoes not load\n\n \n");
    assert_fate(f, 5, "40_0", "missing", "FAILED: the disk is full");
    assert_fate(f, 6, "40_1", "missing",
                "FAILED: the job ended without this run; its last words in logs/ are: scalestudy: the "
                "module  [1mX does not load");
    assert_fate(f, 7, "40_2", "missing",
                "FAILED: the job ended and has written nothing; can its node see this folder?");
}

static void a_job_without_a_word_is_told(void **state)
{
    struct fixture *f = *state;
    finish(f, f->first, 0, SLURM_COMPLETED, "COMPLETED");
    put(f, "logs", ARRAY ".40_0.out", "\n\n");
    assert_fate(f, 5, "40_0", "missing", "COMPLETED: the job ended without this run and without a word");
}

/* The reason is a cell of a table of UTF-8. */
static void long_last_words_are_cut_between_characters(void **state)
{
    struct fixture *f = *state;
    for (int letters = 0; letters < 4; letters++) {
        struct strbuf text = STRBUF_INIT;
        for (int i = 0; i < 3000; i++)
            strbuf_add(&text, "\xe2\x82\xac"); /* three bytes each */
        strbuf_add_bytes(&text, "abcd", (size_t)letters);
        put(f, "logs", ARRAY ".40_0.out", text.str);
        strbuf_free(&text);
        finish(f, f->first, 0, SLURM_FAILED, "FAILED");
        const char *words = strstr(fate_of(f, ARRAY "-b5")->reason, "are: ");
        assert_non_null(words);
        assert_memory_equal(words + 5, "\xe2\x82\xac", 3);
        assert_in_range(strlen(words), 190, 210);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_without_a_journal_has_no_fates),
        TEST(what_waits_or_runs_has_a_job_and_no_reason),
        TEST(slurms_word_for_the_end_is_kept),
        TEST(refusals_are_told_in_slurms_words),
        TEST(the_last_submission_that_arrived_counts),
        TEST(figures_stay_with_their_job),
        TEST(a_job_that_failed_tells_why_itself),
        TEST(a_job_without_a_word_is_told),
        TEST(long_last_words_are_cut_between_characters),
    };
    return cmocka_run_group_tests_name("journal_fates", tests, NULL, NULL);
}
