#define _GNU_SOURCE /* unshare */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"

struct fixture {
    char *folder; /* empty at the start, removed at the end */
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    const char *base = getenv("TMPDIR");
    f->folder = path_join(base != NULL ? base : "/tmp", "scalestudy-test-XXXXXX");
    *state = f;
    return mkdtemp(f->folder) == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("chmod -R u+rwx '%s' && rm -rf '%s'", f->folder, f->folder);
    int rc = system(command);
    free(command);
    free(f->folder);
    free(f);
    return rc;
}

static void assert_content(const char *path, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    assert_int_equal(file_read(path, 1 << 20, &text, &err), 0);
    assert_string_equal(text.str, expected);
    strbuf_free(&text);
}

/* Entries of a folder other than . and .. */
static int count_entries(const char *folder)
{
    char *command = text_format("ls -A '%s' | wc -l", folder);
    FILE *pipe = popen(command, "r");
    int count = -1;
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%d", &count), 1);
    pclose(pipe);
    free(command);
    return count;
}

/*
 * Runs `body` in a process of its own, since it changes what a process may do.
 * Its result is the exit status: 0 fine, SKIPPED where the system forbids the
 * preparation, else the line that failed.
 */
enum { SKIPPED = 255 };
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

static void run_apart(int (*body)(struct fixture *f), struct fixture *f)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(body(f));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == SKIPPED)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* As an ordinary user, whom permissions stop. */
static int give_up_root(const struct fixture *f)
{
    if (geteuid() != 0)
        return 0;
    return chown(f->folder, 65534, 65534) != 0 || setgid(65534) != 0 || setuid(65534) != 0;
}

static void paths_are_joined_with_one_slash(void **state)
{
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}, {"a", "", "a/"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *joined = path_join(cases[i][0], cases[i][1]);
        assert_string_equal(joined, cases[i][2]);
        free(joined);
    }
}

static void reading_says_what_is_wrong_and_leaves_the_text_alone(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    char *path = path_join(f->folder, "file"), expected[8192];

    strbuf_add(&text, "before");
    assert_int_equal(file_read(path, 10, &text, &f->err), -1);
    snprintf(expected, sizeof expected, "cannot read %s: No such file or directory", path);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(f->err.status, STATUS_INPUT);

    assert_int_equal(file_read(f->folder, 10, &text, &f->err), -1);
    snprintf(expected, sizeof expected, "%s is a folder, not a file", f->folder);
    assert_string_equal(f->err.text, expected);

    assert_int_equal(file_write(path, "01234567890", 11, &f->err), 0);
    assert_int_equal(file_read(path, 10, &text, &f->err), -1);
    snprintf(expected, sizeof expected, "%s is longer than 10 bytes, the most that is read", path);
    assert_string_equal(f->err.text, expected);

    assert_int_equal(file_read("/dev/zero", 1 << 20, &text, &f->err), -1);
    assert_string_equal(text.str, "before");
    assert_int_equal(file_read(path, 11, &text, &f->err), 0);
    assert_string_equal(text.str, "before01234567890");
    strbuf_free(&text);
    free(path);
}

static void any_bytes_are_written_and_read_back(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    char *path = path_join(f->folder, "bytes"), *bytes = xmalloc(300000);

    for (size_t i = 0; i < 300000; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    assert_int_equal(file_write(path, bytes, 300000, &f->err), 0);
    assert_int_equal(file_read(path, 300000, &text, &f->err), 0);
    assert_int_equal(text.len, 300000);
    assert_memory_equal(text.str, bytes, 300000);
    assert_int_equal(file_write(path, "", 0, &f->err), 0);
    strbuf_clear(&text);
    assert_int_equal(file_read(path, 0, &text, &f->err), 0);
    assert_int_equal(text.len, 0);
    strbuf_free(&text);
    free(bytes);
    free(path);
}

static void folders_are_made_with_those_above_and_may_be_there_already(void **state)
{
    struct fixture *f = *state;
    char *deep = path_join(f->folder, "a/b//c/"), *file = path_join(f->folder, "file");
    char *below = path_join(file, "d"), expected[4096];

    assert_int_equal(folder_make(deep, &f->err), 0);
    assert_true(file_exists(deep));
    assert_int_equal(folder_make(deep, &f->err), 0);
    assert_int_equal(folder_make("/", &f->err), 0);
    assert_int_equal(folder_make(".", &f->err), 0);

    assert_int_equal(file_write(file, "x", 1, &f->err), 0);
    snprintf(expected, sizeof expected, "cannot make the folder %s: a file of that name is there",
             file);
    assert_int_equal(folder_make(file, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(folder_make(below, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    assert_int_equal(folder_make("", &f->err), -1);
    free(deep);
    free(below);
    free(file);
}

static void a_file_appears_whole_and_nothing_stays_beside_it(void **state)
{
    struct fixture *f = *state;
    struct file_writer w;
    char *path = path_join(f->folder, "report.md");

    assert_int_equal(file_write(path, "old", 3, &f->err), 0);
    assert_int_equal(file_begin(&w, path, &f->err), 0);
    fputs("new", w.stream);
    fflush(w.stream);
    assert_content(path, "old");
    assert_int_equal(count_entries(f->folder), 2);
    assert_int_equal(file_finish(&w, &f->err), 0);
    assert_content(path, "new");
    assert_int_equal(count_entries(f->folder), 1);
    free(path);
}

static void an_abandoned_file_leaves_the_old_one(void **state)
{
    struct fixture *f = *state;
    struct file_writer w;
    char *path = path_join(f->folder, "file");

    assert_int_equal(file_write(path, "old", 3, &f->err), 0);
    assert_int_equal(file_begin(&w, path, &f->err), 0);
    fputs("new", w.stream);
    file_abandon(&w);
    file_abandon(&w); /* and again is fine */
    assert_content(path, "old");
    assert_int_equal(count_entries(f->folder), 1);
    free(path);
}

static void two_writers_of_one_file_do_not_mix(void **state)
{
    struct fixture *f = *state;
    struct file_writer first, second;
    char *path = path_join(f->folder, "file");

    assert_int_equal(file_begin(&first, path, &f->err), 0);
    assert_int_equal(file_begin(&second, path, &f->err), 0);
    fputs("first", first.stream);
    fputs("second", second.stream);
    assert_int_equal(file_finish(&second, &f->err), 0);
    assert_content(path, "second");
    assert_int_equal(file_finish(&first, &f->err), 0);
    assert_content(path, "first");
    assert_int_equal(count_entries(f->folder), 1);
    free(path);
}

static void any_name_that_a_file_can_have_is_fine(void **state)
{
    struct fixture *f = *state;
    char longest[256];
    memset(longest, 'n', 255);
    longest[255] = '\0';
    const char *const names[] = {" ",        "-rf",      "a\nb", "%s%n", "'\"$(id)`",
                                 "\x80\xff", "\033[31m", "...",  longest};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_join(f->folder, names[i]);
        assert_int_equal(file_write(path, names[i], strlen(names[i]), &f->err), 0);
        assert_content(path, names[i]);
        free(path);
    }
    assert_int_equal(count_entries(f->folder), sizeof names / sizeof *names + 1); /* one LF */
}

static void permissions_are_what_umask_leaves(void **state)
{
    static const mode_t masks[] = {022, 077, 002};
    struct fixture *f = *state;
    struct stat about;
    char *path = path_join(f->folder, "file");
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        mode_t before = umask(masks[i]);
        int rc = file_write(path, "x", 1, &f->err);
        umask(before);
        assert_int_equal(rc, 0);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0666 & ~masks[i]);
    }
    free(path);
}

static void a_folder_or_a_missing_folder_is_told_before_anything_is_written(void **state)
{
    struct fixture *f = *state;
    struct file_writer w;
    char expected[8192], *missing = path_join(f->folder, "none/file");

    snprintf(expected, sizeof expected, "could not write %s: it is a folder", f->folder);
    assert_int_equal(file_begin(&w, f->folder, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    snprintf(expected, sizeof expected, "could not write %s: No such file or directory", missing);
    assert_int_equal(file_begin(&w, missing, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    free(missing);
}

static int write_beyond_the_size_limit(struct fixture *f)
{
    struct rlimit limit = {.rlim_cur = 10000, .rlim_max = 10000};
    char *path = path_join(f->folder, "file"), *bytes = xcalloc(1, 100000);
    struct file_writer w;

    CHECK(file_write(path, "old", 3, &f->err) == 0);
    signal(SIGXFSZ, SIG_IGN);
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(file_write(path, bytes, 100000, &f->err) == -1);
    CHECK(strncmp(f->err.text, "could not write ", 16) == 0);
    CHECK(strstr(f->err.text, "file: File too large; raise the limit on file sizes") != NULL);
    CHECK(f->err.status == STATUS_SYSTEM);

    /* Early in a long file, with successful calls behind it: still told. */
    CHECK(file_begin(&w, path, &f->err) == 0);
    fwrite(bytes, 1, 100000, w.stream);
    clearerr(w.stream);
    errno = 0;
    CHECK(file_finish(&w, &f->err) == -1);
    CHECK(strstr(f->err.text, "File too large") != NULL);
    free(path);
    free(bytes);
    return 0;
}

static void a_write_that_fails_is_told_and_the_old_file_stays(void **state)
{
    struct fixture *f = *state;
    char *path = path_join(f->folder, "file");
    run_apart(write_beyond_the_size_limit, f);
    assert_content(path, "old");
    assert_int_equal(count_entries(f->folder), 1);
    free(path);
}

static int write_text(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    if (stream == NULL)
        return -1;
    fputs(text, stream);
    return fclose(stream);
}

/* A namespace in which we may mount, ending with the process. */
static int enter_mount_namespace(void)
{
    char *users = text_format("0 %ld 1", (long)geteuid());
    char *groups = text_format("0 %ld 1", (long)getegid());
    int rc = geteuid() == 0 ? unshare(CLONE_NEWNS) : unshare(CLONE_NEWUSER | CLONE_NEWNS);
    if (rc == 0 && strcmp(users, "0 0 1") != 0)
        rc = write_text("/proc/self/uid_map", users) != 0 ||
             write_text("/proc/self/setgroups", "deny") != 0 ||
             write_text("/proc/self/gid_map", groups) != 0;
    if (rc == 0)
        rc = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    free(users);
    free(groups);
    return rc;
}

/* A file system of a few pages. */
static int fill_a_small_disk(struct fixture *f)
{
    char *path = path_join(f->folder, "file"), *bytes = xcalloc(1, 200000);
    if (enter_mount_namespace() != 0 || mount("tmpfs", f->folder, "tmpfs", 0, "size=64k") != 0)
        return SKIPPED;

    CHECK(file_write(path, "old", 3, &f->err) == 0);
    for (size_t length = 100000; length <= 200000; length += 100000) {
        CHECK(file_write(path, bytes, length, &f->err) == -1);
        CHECK(strstr(f->err.text, "file: No space left on device; free space there, or name "
                                  "another folder with -o DIR") != NULL);
        CHECK(f->err.status == STATUS_SYSTEM);
    }
    struct strbuf text = STRBUF_INIT;
    CHECK(file_read(path, 10, &text, &f->err) == 0 && strcmp(text.str, "old") == 0);
    strbuf_free(&text);
    /* What was written in vain does not fill the disk for the next one. */
    CHECK(file_write(path, bytes, 30000, &f->err) == 0);
    free(path);
    free(bytes);
    return 0;
}

static void a_full_disk_is_told_with_its_remedy(void **state)
{
    run_apart(fill_a_small_disk, *state);
}

static int write_where_nothing_may_be_written(struct fixture *f)
{
    struct folder_lock lock;
    struct file_writer w;
    char expected[4096], *path = path_join(f->folder, "file");
    char *below = path_join(f->folder, "below");

    if (give_up_root(f) != 0)
        return SKIPPED;
    CHECK(chmod(f->folder, 0555) == 0);
    CHECK(folder_lock(&lock, f->folder, &f->err) == -1);
    snprintf(expected, sizeof expected,
             "cannot lock the folder %s: Permission denied; name another folder with -o DIR",
             f->folder);
    CHECK(strcmp(f->err.text, expected) == 0);
    CHECK(file_begin(&w, path, &f->err) == -1);
    snprintf(expected, sizeof expected,
             "could not write %s: Permission denied; name another folder with -o DIR", path);
    CHECK(strcmp(f->err.text, expected) == 0);
    CHECK(folder_make(below, &f->err) == -1);
    CHECK(strstr(f->err.text, "below: Permission denied") != NULL);
    free(path);
    free(below);
    return 0;
}

static void a_folder_that_may_not_be_written_gives_a_sentence(void **state)
{
    run_apart(write_where_nothing_may_be_written, *state);
}

static void a_second_owner_is_told_who_has_the_folder(void **state)
{
    struct fixture *f = *state;
    struct folder_lock first = {.fd = -1}, second = {.fd = -1};
    char host[256] = "", expected[4096];

    gethostname(host, sizeof host - 1);
    snprintf(expected, sizeof expected, "%s is in use by process %ld on %s; wait for it or stop it",
             f->folder, (long)getpid(), host);
    assert_int_equal(folder_lock(&first, f->folder, &f->err), 0);
    assert_int_equal(folder_lock(&second, f->folder, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    assert_int_equal(second.fd, -1);

    folder_unlock(&first);
    folder_unlock(&first); /* and again is fine */
    assert_int_equal(folder_lock(&second, f->folder, &f->err), 0);
    assert_true((fcntl(second.fd, F_GETFD) & FD_CLOEXEC) != 0);
    folder_unlock(&second);
}

static void a_folder_that_is_not_there_cannot_be_locked(void **state)
{
    struct fixture *f = *state;
    struct folder_lock lock = {.fd = -1};
    char expected[8192], *missing = path_join(f->folder, "none");
    snprintf(expected, sizeof expected, "cannot lock the folder %s: No such file or directory",
             missing);
    assert_int_equal(folder_lock(&lock, missing, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(lock.fd, -1);
    free(missing);
}

static void a_killed_owner_does_not_keep_the_folder(void **state)
{
    struct fixture *f = *state;
    struct folder_lock lock = {.fd = -1};
    char expected[64];
    int ready[2], status;
    char byte;

    assert_int_equal(pipe(ready), 0);
    pid_t owner = fork();
    assert_true(owner >= 0);
    if (owner == 0) {
        if (folder_lock(&lock, f->folder, &f->err) == 0 && write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(folder_lock(&lock, f->folder, &f->err), -1);
    snprintf(expected, sizeof expected, "in use by process %ld on ", (long)owner);
    assert_non_null(strstr(f->err.text, expected));

    kill(owner, SIGKILL);
    assert_int_equal(waitpid(owner, &status, 0), owner);
    assert_int_equal(folder_lock(&lock, f->folder, &f->err), 0);
    folder_unlock(&lock);
    close(ready[0]);
    close(ready[1]);
}

static void a_program_started_meanwhile_does_not_keep_the_folder(void **state)
{
    struct fixture *f = *state;
    struct folder_lock lock = {.fd = -1}, again = {.fd = -1};
    int started[2], status;
    char byte;

    assert_int_equal(pipe(started), 0);
    assert_int_equal(folder_lock(&lock, f->folder, &f->err), 0);
    pid_t program = fork();
    assert_true(program >= 0);
    if (program == 0) {
        dup2(started[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", "echo; exec sleep 60", (char *)NULL);
        _exit(1);
    }
    assert_int_equal(read(started[0], &byte, 1), 1);
    folder_unlock(&lock);
    assert_int_equal(folder_lock(&again, f->folder, &f->err), 0);
    folder_unlock(&again);
    kill(program, SIGKILL);
    assert_int_equal(waitpid(program, &status, 0), program);
    close(started[0]);
    close(started[1]);
}

static void a_lock_file_that_is_a_link_is_refused(void **state)
{
    struct fixture *f = *state;
    struct folder_lock lock = {.fd = -1};
    char *victim = path_join(f->folder, "victim"), *link = path_join(f->folder, ".lock");

    assert_int_equal(file_write(victim, "precious", 8, &f->err), 0);
    assert_int_equal(symlink(victim, link), 0);
    assert_int_equal(folder_lock(&lock, f->folder, &f->err), -1);
    assert_content(victim, "precious");
    free(victim);
    free(link);
}

static void writing_to_a_link_replaces_the_link(void **state)
{
    struct fixture *f = *state;
    char *victim = path_join(f->folder, "victim"), *link = path_join(f->folder, "link");
    struct stat about;

    assert_int_equal(file_write(victim, "old", 3, &f->err), 0);
    assert_int_equal(symlink(victim, link), 0);
    assert_int_equal(file_write(link, "new", 3, &f->err), 0);
    assert_content(victim, "old");
    assert_content(link, "new");
    assert_int_equal(lstat(link, &about), 0);
    assert_true(S_ISREG(about.st_mode));
    free(victim);
    free(link);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(paths_are_joined_with_one_slash),
        TEST(reading_says_what_is_wrong_and_leaves_the_text_alone),
        TEST(any_bytes_are_written_and_read_back),
        TEST(folders_are_made_with_those_above_and_may_be_there_already),
        TEST(a_file_appears_whole_and_nothing_stays_beside_it),
        TEST(an_abandoned_file_leaves_the_old_one),
        TEST(two_writers_of_one_file_do_not_mix),
        TEST(any_name_that_a_file_can_have_is_fine),
        TEST(permissions_are_what_umask_leaves),
        TEST(a_folder_or_a_missing_folder_is_told_before_anything_is_written),
        TEST(a_write_that_fails_is_told_and_the_old_file_stays),
        TEST(a_full_disk_is_told_with_its_remedy),
        TEST(a_folder_that_may_not_be_written_gives_a_sentence),
        TEST(a_second_owner_is_told_who_has_the_folder),
        TEST(a_folder_that_is_not_there_cannot_be_locked),
        TEST(a_killed_owner_does_not_keep_the_folder),
        TEST(a_program_started_meanwhile_does_not_keep_the_folder),
        TEST(a_lock_file_that_is_a_link_is_refused),
        TEST(writing_to_a_link_replaces_the_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
