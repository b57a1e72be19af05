#include "journal.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "strbuf.h"

#define TEXT(literal) ((char *)(literal))

struct fixture {
    char folder[64];
    char *file;
    struct plan plan;
    struct journal journal;
    struct strbuf text;
    struct error err;
};

static void reopen(struct fixture *f, bool writable)
{
    journal_close(&f->journal);
    if (journal_open(&f->journal, f->folder, writable, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    strcpy(f->folder, "/tmp/test_journal.XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    f->file = path_join(f->folder, "journal.jsonl");
    f->plan = (struct plan){.name = TEXT("study"), .id = TEXT("1f2e3d4c")};
    f->text = (struct strbuf)STRBUF_INIT;
    reopen(f, true);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -r %s", f->folder);
    int rc = system(command);
    journal_close(&f->journal);
    strbuf_free(&f->text);
    free(command);
    free(f->file);
    free(f);
    return rc;
}

static size_t intend(struct fixture *f, const int64_t *blocks, size_t count)
{
    size_t index;
    if (journal_intend(&f->journal, &f->plan, "w0-1x1x28", 0, blocks, count, &index, &f->err) != 0)
        fail_msg("%s", f->err.text);
    return index;
}

static size_t intend_three(struct fixture *f)
{
    return intend(f, (int64_t[]){0, 1, 2}, 3);
}

static const char *content(struct fixture *f)
{
    strbuf_clear(&f->text);
    assert_int_equal(file_read(f->file, 1 << 24, &f->text, &f->err), 0);
    return f->text.str;
}

static void put(struct fixture *f, const char *bytes, size_t length)
{
    assert_int_equal(file_write(f->file, bytes, length, &f->err), 0);
}

/* As a crash or a broken disk leaves it. */
static void append(struct fixture *f, const char *bytes, size_t length)
{
    content(f);
    strbuf_add_bytes(&f->text, bytes, length);
    put(f, f->text.str, f->text.len);
}

static void assert_same_number(double a, double b)
{
    assert_true(a == b || (isnan(a) && isnan(b)));
}

static void assert_same_element(const struct submission_element *a,
                                const struct submission_element *b)
{
    assert_int_equal(a->block, b->block);
    assert_int_equal(a->ended, b->ended);
    assert_int_equal(a->state, b->state);
    assert_string_equal(a->reason, b->reason);
    assert_int_equal(a->accounted, b->accounted);
    assert_same_number(a->cpu_seconds, b->cpu_seconds);
    assert_same_number(a->memory_bytes, b->memory_bytes);
    assert_same_number(a->energy_joules, b->energy_joules);
}

static void assert_same_submission(const struct submission *a, const struct submission *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->array, b->array);
    assert_int_equal(a->first_block, b->first_block);
    assert_int_equal(a->at, b->at);
    assert_int_equal(a->fate, b->fate);
    assert_string_equal(a->job, b->job);
    assert_string_equal(a->words, b->words);
    assert_int_equal(a->cancelled, b->cancelled);
    assert_int_equal(a->element_count, b->element_count);
    for (size_t i = 0; i < a->element_count; i++)
        assert_same_element(&a->elements[i], &b->elements[i]);
}

/* What is read back is what stands in memory. */
static void assert_kept(struct fixture *f)
{
    struct journal again;
    assert_int_equal(journal_open(&again, f->folder, false, &f->err), 0);
    assert_int_equal(again.count, f->journal.count);
    for (size_t i = 0; i < again.count; i++)
        assert_same_submission(&again.list[i], &f->journal.list[i]);
    journal_close(&again);
}

static void a_folder_without_a_journal_has_an_empty_one(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(f->journal.count, 0);
    assert_string_equal(content(f), "");
    assert_kept(f);
}

static void every_event_is_read_back_as_it_was(void **state)
{
    struct fixture *f = *state;
    struct journal *j = &f->journal;
    struct slurm_account used = {.cpu_seconds = 12.5, .memory_bytes = 3e9, .energy_joules = NAN};
    size_t accepted = intend(f, (int64_t[]){3, 4, 7}, 3);
    assert_kept(f);
    assert_int_equal(journal_accept(j, accepted, "31000001", &f->err), 0);
    assert_kept(f);
    size_t refused = intend_three(f), lost = intend_three(f);
    assert_int_equal(journal_refuse(j, refused, "Invalid account", &f->err), 0);
    assert_int_equal(journal_never(j, lost, &f->err), 0);
    assert_kept(f);
    assert_int_equal(journal_end(j, accepted, 1, SLURM_TIMEOUT, "TIMEOUT: TimeLimit", &f->err), 0);
    assert_int_equal(journal_end(j, accepted, 2, SLURM_UNKNOWN, "gone", &f->err), 0);
    assert_int_equal(journal_account(j, accepted, 1, &used, &f->err), 0);
    assert_int_equal(journal_cancel(j, accepted, &f->err), 0);
    assert_kept(f);
    size_t late;
    assert_int_equal(journal_intend(j, &f->plan, "w1-2x56x1", 5000, (int64_t[]){5000}, 1, &late,
                                    &f->err), 0);
    assert_kept(f);
    reopen(f, true);
    const struct submission *s = &j->list[accepted];
    assert_string_equal(s->name, "study-1f2e3d4c-1");
    assert_string_equal(s->job, "31000001");
    assert_true(s->cancelled);
    assert_int_equal(s->elements[1].block, 4);
    assert_int_equal(s->elements[1].state, SLURM_TIMEOUT);
    assert_string_equal(s->elements[1].reason, "TIMEOUT: TimeLimit");
    assert_true(s->elements[1].cpu_seconds == 12.5 && isnan(s->elements[1].energy_joules));
    assert_true(s->elements[2].ended && s->elements[2].state == SLURM_UNKNOWN);
    assert_false(s->elements[0].ended || s->elements[0].accounted);
    assert_string_equal(j->list[refused].words, "Invalid account");
    assert_int_equal(j->list[lost].fate, SUBMISSION_NEVER);
    assert_int_equal(j->list[late].first_block, 5000);
}

static void every_state_keeps_its_name(void **state)
{
    struct fixture *f = *state;
    for (int s = SLURM_UNKNOWN; s <= SLURM_PREEMPTED; s++) {
        size_t index = intend_three(f);
        assert_int_equal(journal_end(&f->journal, index, 0, (enum slurm_state)s, "", &f->err), 0);
    }
    assert_kept(f);
}

static void what_slurm_may_still_have_is_open(void **state)
{
    struct fixture *f = *state;
    struct journal *j = &f->journal;
    size_t intended = intend_three(f), accepted = intend_three(f), refused = intend_three(f),
           never = intend_three(f);
    journal_accept(j, accepted, "7", &f->err);
    journal_refuse(j, refused, "no", &f->err);
    journal_never(j, never, &f->err);
    reopen(f, true);
    assert_true(submission_is_open(&j->list[intended])); /* the runner was killed in sbatch */
    assert_true(submission_is_open(&j->list[accepted]));
    assert_false(submission_is_open(&j->list[refused]));
    assert_false(submission_is_open(&j->list[never]));
    for (size_t e = 0; e < 3; e++) {
        assert_true(submission_is_open(&j->list[accepted]));
        journal_end(j, accepted, e, SLURM_COMPLETED, "", &f->err);
    }
    assert_false(submission_is_open(&j->list[accepted]));
}

static void elements_are_found_by_their_block(void **state)
{
    struct fixture *f = *state;
    const struct submission *s = &f->journal.list[0];
    intend(f, (int64_t[]){2, 3, 5, 8}, 4);
    s = &f->journal.list[0];
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(submission_element(s, s->elements[i].block), &s->elements[i]);
    for (int64_t block = -1; block < 10; block++)
        if (block != 2 && block != 3 && block != 5 && block != 8)
            assert_null(submission_element(s, block));
    assert_null(submission_element(&(struct submission){.elements = NULL}, 0));
}

static void a_torn_last_line_is_passed_over_and_closed(void **state)
{
    struct fixture *f = *state;
    static const char torn[] = "{\"accept\":{\"submission\":\"study-1f2e3d4c-1\",\"jo";
    intend_three(f);
    append(f, torn, strlen(torn));
    reopen(f, true);
    assert_int_equal(f->journal.count, 1);
    assert_int_equal(f->journal.list[0].fate, SUBMISSION_INTENDED);
    assert_int_equal(journal_accept(&f->journal, 0, "12", &f->err), 0);
    assert_non_null(strstr(content(f), "\"jo\n{\"accept\""));
    assert_kept(f);
}

static void a_damaged_line_costs_only_what_it_told(void **state)
{
    struct fixture *f = *state;
    static const char *const damages[] = {"", "\n", "{}", "[1]", "null", "7", "{\"accept\": 3}",
                                          "{\"accept\": {}}", "{\"what\": {\"submission\": \"x\"}}",
                                          "{\"intend\"", "\xff\xfe", "{\"end\": {\"submission\": 1}}"};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        put(f, "", 0);
        reopen(f, true);
        intend_three(f);
        journal_accept(&f->journal, 0, "11", &f->err);
        append(f, damages[i], strlen(damages[i]));
        append(f, "\n", 1);
        reopen(f, true);
        size_t second = intend_three(f);
        journal_accept(&f->journal, second, "12", &f->err);
        assert_kept(f);
        assert_int_equal(f->journal.count, 2);
        assert_string_equal(f->journal.list[0].job, "11");
        assert_string_equal(f->journal.list[1].job, "12");
    }
}

/* As a power cut leaves them on some file systems. */
static void bytes_of_zero_hide_nothing_behind_them(void **state)
{
    struct fixture *f = *state;
    intend_three(f);
    append(f, "\0\0\0\0\n", 5);
    reopen(f, true);
    intend_three(f);
    assert_int_equal(f->journal.count, 2);
    assert_kept(f);
    append(f, "\0\0", 2);
    reopen(f, true);
    assert_int_equal(journal_accept(&f->journal, 1, "5", &f->err), 0);
    assert_kept(f);
}

static void numbers_that_are_none_do_no_harm(void **state)
{
    struct fixture *f = *state;
    static const char text[] =
        "{\"intend\":{\"submission\":\"a-99999999999999999999\",\"array\":null,\"first_block\":1e300,"
        "\"at\":\"x\",\"blocks\":[1e300,\"x\",-5,{},null]}}\n"
        "{\"intend\":{\"submission\":\"a-7\",\"blocks\":{\"0\":1}}}\n"
        "{\"end\":{\"submission\":\"a-7\",\"block\":0,\"state\":\"FAILED\"}}\n"
        "{\"end\":{\"submission\":\"nobody-1\",\"block\":0,\"state\":\"FAILED\"}}\n"
        "{\"account\":{\"submission\":\"a-7\",\"block\":9}}\n";
    put(f, text, strlen(text));
    reopen(f, true);
    assert_int_equal(f->journal.count, 2);
    assert_int_equal(f->journal.list[0].element_count, 5);
    assert_int_equal(f->journal.list[1].element_count, 0);
    assert_false(submission_is_open(&f->journal.list[1]));
    intend_three(f);
    assert_string_equal(f->journal.list[2].name, "study-1f2e3d4c-8");
}

/* A job is looked for by its name: of two with one name the wrong one may be found. */
static void no_two_submissions_have_one_name(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        intend_three(f);
        reopen(f, true);
    }
    assert_string_equal(f->journal.list[2].name, "study-1f2e3d4c-3");
    content(f);
    memset(strchr(f->text.str, '\n') + 1, '#', 10); /* the second can no longer be read */
    put(f, f->text.str, f->text.len);
    reopen(f, true);
    assert_int_equal(f->journal.count, 2);
    intend_three(f);
    assert_string_not_equal(f->journal.list[2].name, f->journal.list[1].name);
    append(f, "{\"int#\n", 7); /* nor the last */
    reopen(f, true);
    intend_three(f);
    assert_string_equal(f->journal.list[3].name, "study-1f2e3d4c-6");
}

static void a_journal_for_reading_is_not_written(void **state)
{
    struct fixture *f = *state;
    intend_three(f);
    journal_accept(&f->journal, 0, "9", &f->err);
    char *before = xstrdup(content(f));
    reopen(f, false);
    assert_int_equal(journal_end(&f->journal, 0, 0, SLURM_FAILED, "FAILED", &f->err), 0);
    assert_true(f->journal.list[0].elements[0].ended); /* in memory alone */
    intend_three(f);
    assert_int_equal(f->journal.count, 2);
    assert_string_equal(content(f), before);
    free(before);
    assert_int_equal(remove(f->file), 0);
    reopen(f, false);
    assert_int_equal(f->journal.count, 0);
    assert_false(file_exists(f->file));
}

static void words_of_any_kind_are_one_line(void **state)
{
    struct fixture *f = *state;
    static const char words[] = "a \"quoted\" \\ text,\nits second line\r\n\t\x1b[31m}{\n{\"end\":{}}\x7f";
    size_t index = intend_three(f);
    assert_int_equal(journal_refuse(&f->journal, index, words, &f->err), 0);
    assert_int_equal(journal_end(&f->journal, index, 0, SLURM_CANCELLED, words, &f->err), 0);
    assert_kept(f);
    reopen(f, true);
    assert_string_equal(f->journal.list[0].words, words);
    assert_string_equal(f->journal.list[0].elements[0].reason, words);
    size_t lines = 0;
    for (const char *c = content(f); *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
}

static void bytes_that_are_no_text_spoil_no_line(void **state)
{
    struct fixture *f = *state;
    intend_three(f);
    journal_refuse(&f->journal, 0, "caf\xe9 \xf0\x28 \xed\xa0\x80", &f->err);
    reopen(f, true);
    assert_int_equal(f->journal.list[0].fate, SUBMISSION_REFUSED);
    assert_non_null(strstr(f->journal.list[0].words, "caf\xef\xbf\xbd"));
}

static void limit_file(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_told_and_nothing_is_submitted(void **state)
{
    struct fixture *f = *state;
    size_t index = 99;
    signal(SIGXFSZ, SIG_IGN);
    intend_three(f);
    content(f);
    limit_file(f->text.len + 20);
    int rc = journal_intend(&f->journal, &f->plan, "w0-1x1x28", 0, (int64_t[]){4}, 1, &index, &f->err);
    int again = journal_accept(&f->journal, 0, "12", &f->err);
    limit_file(RLIM_INFINITY);
    assert_int_equal(rc, -1);
    assert_int_equal(again, -1);
    assert_int_equal(index, 99);
    assert_int_equal(f->journal.count, 1);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    assert_non_null(strstr(f->err.text, "journal.jsonl"));
    assert_non_null(strstr(f->err.text, "nothing more is submitted"));
    /* There is room again: the torn line takes no other with it. */
    assert_int_equal(journal_accept(&f->journal, 0, "12", &f->err), 0);
    intend_three(f);
    assert_kept(f);
}

static void a_folder_that_is_gone_is_told(void **state)
{
    struct fixture *f = *state;
    struct journal journal;
    assert_int_equal(journal_open(&journal, "/nonexistent/folder", true, &f->err), -1);
    assert_string_equal(f->err.text, "could not open /nonexistent/folder/journal.jsonl: No such file "
                                     "or directory");
    assert_int_equal(f->err.status, STATUS_SYSTEM);
}

static void many_submissions_are_read_quickly(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    enum { MANY = 20000 };
    for (int i = 1; i <= MANY; i++)
        strbuf_addf(&text, "{\"intend\":{\"submission\":\"s-%d\",\"array\":\"a\",\"blocks\":[%d]}}\n"
                           "{\"accept\":{\"submission\":\"s-%d\",\"job\":\"%d\"}}\n"
                           "{\"end\":{\"submission\":\"s-%d\",\"block\":%d,\"state\":\"COMPLETED\"}}\n",
                    i, i, i, i, i, i);
    put(f, text.str, text.len);
    strbuf_free(&text);
    reopen(f, false);
    assert_int_equal(f->journal.count, MANY);
    assert_int_equal(f->journal.serial, MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_false(submission_is_open(&f->journal.list[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_without_a_journal_has_an_empty_one),
        TEST(every_event_is_read_back_as_it_was),
        TEST(every_state_keeps_its_name),
        TEST(what_slurm_may_still_have_is_open),
        TEST(elements_are_found_by_their_block),
        TEST(a_torn_last_line_is_passed_over_and_closed),
        TEST(a_damaged_line_costs_only_what_it_told),
        TEST(bytes_of_zero_hide_nothing_behind_them),
        TEST(numbers_that_are_none_do_no_harm),
        TEST(no_two_submissions_have_one_name),
        TEST(a_journal_for_reading_is_not_written),
        TEST(words_of_any_kind_are_one_line),
        TEST(bytes_that_are_no_text_spoil_no_line),
        TEST(a_full_disk_is_told_and_nothing_is_submitted),
        TEST(a_folder_that_is_gone_is_told),
        TEST(many_submissions_are_read_quickly),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
