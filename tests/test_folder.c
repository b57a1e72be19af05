#include "folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "strbuf.h"

struct fixture {
    char base[64]; /* an empty folder */
    char *path;    /* of the study, in it; not there yet */
    struct study_folder folder;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    strcpy(f->base, "/tmp/test_folder.XXXXXX");
    *state = f;
    if (mkdtemp(f->base) == NULL)
        return -1;
    f->path = path_join(f->base, "study");
    study_folder_init(&f->folder, f->path, "name", "local");
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -rf '%s'", f->base);
    int rc = system(command);
    free(command);
    study_folder_free(&f->folder);
    free(f->path);
    free(f);
    return rc;
}

static void put(const char *folder, const char *name)
{
    struct error err = ERROR_INIT;
    char *path = path_join(folder, name);
    if (file_write(path, "{}", 2, &err) != 0)
        fail_msg("%s", err.text);
    free(path);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

/* The sentence with the study's path where it says %s. */
static void assert_refused(struct fixture *f, int rc, enum status status, const char *format)
{
    char *expected = text_format("%s", format), *place;
    struct strbuf sentence = STRBUF_INIT;
    for (char *rest = expected; (place = strstr(rest, "PATH")) != NULL || *rest != '\0';) {
        if (place == NULL)
            place = rest + strlen(rest);
        strbuf_add_bytes(&sentence, rest, (size_t)(place - rest));
        if (*place != '\0')
            strbuf_add(&sentence, f->path);
        rest = place + (*place != '\0' ? 4 : 0);
    }
    assert_int_equal(rc, -1);
    assert_string_equal(f->err.text, sentence.str);
    assert_int_equal(f->err.status, status);
    strbuf_free(&sentence);
    free(expected);
}

static void a_folder_that_is_not_there_is_told_with_the_way_to_make_it(void **state)
{
    struct fixture *f = *state;
    assert_refused(f, study_folder_check(&f->folder, &f->err), STATUS_INPUT,
                   "PATH is not there; `scalestudy run STUDY.json` makes one");
    assert_false(file_exists(f->path));
}

static void a_folder_without_a_plan_is_no_study(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(mkdir(f->path, 0755), 0);
    assert_refused(f, study_folder_check(&f->folder, &f->err), STATUS_INPUT,
                   "PATH is no study's folder: it has no plan.json; `scalestudy run STUDY.json` "
                   "makes one");
}

static void a_folder_with_other_things_is_neither_used_nor_moved(void **state)
{
    struct fixture *f = *state;
    char *moved;
    static const char sentence[] = "PATH holds other files than a study's; name a new folder with -o";
    assert_int_equal(mkdir(f->path, 0755), 0);
    put(f->path, "thesis.tex");
    assert_refused(f, study_folder_make(&f->folder, &f->err), STATUS_INPUT, sentence);
    assert_refused(f, study_folder_set_aside(&f->folder, &moved, &f->err), STATUS_INPUT, sentence);
    assert_null(moved);
    assert_true(file_exists(f->path));
}

static void a_file_is_no_folder(void **state)
{
    struct fixture *f = *state;
    char *moved;
    put(f->base, "study");
    assert_refused(f, study_folder_make(&f->folder, &f->err), STATUS_INPUT,
                   "PATH is no folder; name another one with -o");
    assert_refused(f, study_folder_set_aside(&f->folder, &moved, &f->err), STATUS_INPUT,
                   "PATH is no folder; name another one with -o");
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
    struct fixture *f = *state;
    static const mode_t modes[] = {0775, 0757, 0777};
    assert_int_equal(study_folder_make(&f->folder, &f->err), 0);
    put(f->path, "plan.json");
    assert_int_equal(chmod(f->folder.plan, 0644), 0);
    assert_int_equal(study_folder_check(&f->folder, &f->err), 0);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(f->path, modes[i]), 0);
        assert_refused(f, study_folder_check(&f->folder, &f->err), STATUS_INPUT,
                       "other users may write in PATH, and what it holds would be run as you; take "
                       "that from them: chmod go-w 'PATH'");
        assert_int_equal(study_folder_make(&f->folder, &f->err), -1);
    }
    assert_int_equal(chmod(f->path, 0755), 0);
    assert_int_equal(chmod(f->folder.plan, 0664), 0);
    assert_refused(f, study_folder_check(&f->folder, &f->err), STATUS_INPUT,
                   "other users may write PATH/plan.json, and what it holds would be run as you; take "
                   "that from them: chmod go-w 'PATH/plan.json'");
    assert_int_equal(study_folder_make(&f->folder, &f->err), -1);
}

static void a_folder_of_another_user_is_refused(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0)
        skip(); /* only root can give one away */
    assert_int_equal(study_folder_make(&f->folder, &f->err), 0);
    put(f->path, "plan.json");
    assert_int_equal(chown(f->path, 65534, 65534), 0);
    assert_refused(f, study_folder_check(&f->folder, &f->err), STATUS_INPUT,
                   "PATH belongs to another user, and what it holds would be run as you; name a "
                   "folder of your own with -o");
    assert_int_equal(chown(f->path, 0, 0), 0);
    assert_int_equal(chown(f->folder.plan, 65534, 65534), 0);
    assert_refused(f, study_folder_make(&f->folder, &f->err), STATUS_INPUT,
                   "PATH/plan.json belongs to another user, and what it holds would be run as you; "
                   "name a folder of your own with -o");
}

static void a_folder_in_use_is_not_moved(void **state)
{
    struct fixture *f = *state;
    struct folder_lock lock = {.fd = -1};
    char *moved, host[256];
    assert_int_equal(gethostname(host, sizeof host), 0);
    assert_int_equal(study_folder_make(&f->folder, &f->err), 0);
    assert_int_equal(folder_lock(&lock, f->path, &f->err), 0);
    char *sentence = text_format("PATH is in use by process %ld on %s; wait for it or stop it",
                                 (long)getpid(), host);
    assert_refused(f, study_folder_set_aside(&f->folder, &moved, &f->err), STATUS_SYSTEM, sentence);
    assert_null(moved);
    assert_true(file_exists(f->path));
    folder_unlock(&lock);
    free(sentence);
}

static void below_a_file_nothing_can_be_made(void **state)
{
    struct fixture *f = *state;
    put(f->base, "file");
    study_folder_free(&f->folder);
    char *path = text_format("%s/file/study", f->base);
    study_folder_init(&f->folder, path, "name", "local");
    assert_int_equal(study_folder_make(&f->folder, &f->err), -1);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    assert_non_null(strstr(f->err.text, "/file"));
    free(path);
}

static void its_place_follows_from_study_and_cluster(void **state)
{
    (void)state;
    struct study_folder folder;
    study_folder_init(&folder, NULL, "triad", "dardel");
    assert_string_equal(folder.path, "results/triad/dardel");
    assert_string_equal(folder.plan, "results/triad/dardel/plan.json");
    assert_string_equal(folder.results, "results/triad/dardel/results.csv");
    study_folder_free(&folder);
    study_folder_init(&folder, "mine///", "triad", "dardel");
    assert_string_equal(folder.path, "mine");
    study_folder_free(&folder);
    study_folder_init(&folder, "/", "triad", "dardel");
    assert_string_equal(folder.path, "/");
    study_folder_free(&folder);
}

static void it_is_made_for_us_alone_whatever_the_umask(void **state)
{
    struct fixture *f = *state;
    struct plan plan = {.name = "", .title = "", .description = "", .kernel = "", .scaling = "strong",
                        .timing = "total", .bind = "cores", .version = "", .created = "",
                        .cluster = {.name = "", .title = ""}};
    mode_t before = umask(0);
    assert_int_equal(study_folder_make(&f->folder, &f->err), 0);
    if (study_folder_write_plan(&f->folder, &plan, &f->err) != 0)
        fail_msg("%s", f->err.text);
    assert_int_equal(umask(before), 0);
    assert_int_equal(mode_of(f->path), 0755);
    assert_int_equal(mode_of(f->folder.plan), 0644);
    assert_int_equal(study_folder_check(&f->folder, &f->err), 0);
    assert_int_equal(study_folder_make(&f->folder, &f->err), 0); /* it may be there */
}

static void older_studies_are_set_aside_one_after_the_other(void **state)
{
    struct fixture *f = *state;
    char *moved;
    assert_int_equal(study_folder_set_aside(&f->folder, &moved, &f->err), 0);
    assert_null(moved);
    for (int i = 1; i <= 3; i++) {
        char *expected = text_format("%s.%d", f->path, i);
        assert_int_equal(study_folder_make(&f->folder, &f->err), 0);
        assert_int_equal(study_folder_set_aside(&f->folder, &moved, &f->err), 0);
        assert_string_equal(moved, expected);
        assert_true(file_exists(moved));
        assert_false(file_exists(f->path));
        free(expected);
        free(moved);
    }
}

static void set_time(const char *path, time_t seconds)
{
    struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void results_are_stale_when_a_record_is_newer(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(study_folder_make(&f->folder, &f->err), 0);
    char *records = path_join(f->path, "records");
    char *record = path_join(records, "local.1.jsonl");
    put(records, "local.1.jsonl");
    assert_true(study_folder_is_stale(&f->folder)); /* there are no results */
    put(f->path, "results.csv");
    set_time(f->folder.results, 2000);
    set_time(record, 1000);
    assert_false(study_folder_is_stale(&f->folder));
    set_time(record, 3000);
    assert_true(study_folder_is_stale(&f->folder));
    free(records);
    free(record);
}

/* A folder below the study's with `file` of that time in it. */
static void put_below(struct fixture *f, const char *name, const char *file, time_t seconds)
{
    struct error err = ERROR_INIT;
    char *folder = path_join(f->path, name), *path = path_join(folder, file);
    assert_int_equal(folder_make(folder, &err), 0);
    put(folder, file);
    set_time(path, seconds);
    free(path);
    free(folder);
}

static void one_folder_too_high_the_newest_study_below_is_meant(void **state)
{
    struct fixture *f = *state;
    put_below(f, "notes", "thesis.tex", 9000);
    assert_refused(f, study_folder_refuse_other(&f->folder, &f->err), STATUS_INPUT,
                   "PATH is no study's folder: it has no plan.json; `scalestudy run STUDY.json` "
                   "makes one");
    put_below(f, "local", "plan.json", 3000);
    put_below(f, "local.1", "plan.json", 2000);
    put_below(f, ".hidden", "plan.json", 8000);
    assert_refused(f, study_folder_refuse_other(&f->folder, &f->err), STATUS_INPUT,
                   "PATH is no study's folder; did you mean PATH/local?");
    put_below(f, "dardel", "results.csv", 4000); /* its plan is lost */
    assert_refused(f, study_folder_check(&f->folder, &f->err), STATUS_INPUT,
                   "PATH is no study's folder; did you mean PATH/dardel?");
    put(f->path, "results.csv");
    assert_int_equal(study_folder_refuse_other(&f->folder, &f->err), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_folder_that_is_not_there_is_told_with_the_way_to_make_it),
        TEST(a_folder_without_a_plan_is_no_study),
        TEST(a_folder_with_other_things_is_neither_used_nor_moved),
        TEST(a_file_is_no_folder),
        TEST(a_folder_that_others_may_write_is_refused),
        TEST(a_folder_of_another_user_is_refused),
        TEST(a_folder_in_use_is_not_moved),
        TEST(below_a_file_nothing_can_be_made),
        TEST(its_place_follows_from_study_and_cluster),
        TEST(it_is_made_for_us_alone_whatever_the_umask),
        TEST(older_studies_are_set_aside_one_after_the_other),
        TEST(one_folder_too_high_the_newest_study_below_is_meant),
        TEST(results_are_stale_when_a_record_is_newer),
    };
    return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
