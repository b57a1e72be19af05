#define _GNU_SOURCE /* sched_setaffinity, syscall filters */
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "clock.h"
#include "files.h"
#include "process_proc.h"

struct fixture {
    struct process_request request;
    struct process_result result;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->request.output_limit = 1 << 20;
    f->request.time_limit = 300; /* so that a test never hangs */
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    process_result_free(&f->result);
    free(f);
    return 0;
}

#define RUN(f, ...) run((f), (char *[]){__VA_ARGS__, NULL})
#define CHILD(...) TEST_CHILD, __VA_ARGS__

static void run(struct fixture *f, char **argv)
{
    process_result_free(&f->result);
    f->request.argv = argv;
    assert_int_equal(process_run(&f->request, &f->result, &f->err), 0);
}

static void assert_described(const struct fixture *f, const char *expected)
{
    char *text = process_describe(&f->result);
    assert_string_equal(text, expected);
    free(text);
}

static bool have_children(void)
{
    siginfo_t about;
    return waitid(P_ALL, 0, &about, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/*
 * Runs `body` in a process of its own, since it changes what a process may do
 * or has. 0 is fine, SKIPPED where the system forbids the preparation.
 */
enum { SKIPPED = 255 };
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            dprintf(2, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                     \
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

static int run_quietly(struct fixture *f, char **argv)
{
    f->request.argv = argv;
    return process_run(&f->request, &f->result, &f->err);
}
#define TRY(f, ...) run_quietly((f), (char *[]){__VA_ARGS__, NULL})

/* --- what cannot be started --- */

static void a_program_that_is_not_there_is_a_result_with_a_remedy(void **state)
{
    struct fixture *f = *state;
    RUN(f, "scalestudy-no-such-program");
    assert_false(f->result.started);
    assert_int_equal(f->result.spawn_error, ENOENT);
    assert_described(
        f, "was not found; load its module, add its folder to PATH or give its full path");
    RUN(f, "/nowhere/program");
    assert_described(f, "was not found");
    RUN(f, "");
    assert_false(f->result.started);
    assert_false(have_children());
}

/* A file of that content and mode in a folder of its own; the caller frees the path. */
static char *make_file(const char *content, mode_t mode)
{
    struct error err;
    const char *base = getenv("TMPDIR");
    char *folder = path_join(base != NULL ? base : "/tmp", "scalestudy-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    char *path = path_join(folder, "program");
    assert_int_equal(file_write(path, content, strlen(content), &err), 0);
    assert_int_equal(chmod(path, mode), 0);
    free(folder);
    return path;
}

static void remove_file(char *path)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    free(path);
}

static int run_with_a_closed_folder_in_path(struct fixture *f)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return SKIPPED;
    CHECK(TRY(f, "scalestudy-no-such-program") == 0);
    CHECK(f->result.spawn_error == ENOENT);
    return 0;
}

static void a_closed_folder_in_path_does_not_change_what_is_said(void **state)
{
    struct fixture *f = *state;
    char *program = make_file("", 0644), *before = xstrdup(getenv("PATH"));
    char *folder = xstrndup(program, (size_t)(strrchr(program, '/') - program));
    char *path = text_format("%s:%s", folder, before);

    assert_int_equal(chmod(folder, 0), 0);
    setenv("PATH", path, 1);
    run_apart(run_with_a_closed_folder_in_path, f);
    setenv("PATH", before, 1);
    assert_int_equal(chmod(folder, 0700), 0);
    remove_file(program);
    free(folder);
    free(before);
    free(path);
}

static void assert_run_describes(struct fixture *f, char *path, const char *format)
{
    char *expected = text_format("%s", format), *at;
    RUN(f, path);
    assert_false(f->result.started);
    while ((at = strchr(expected, '@')) != NULL) { /* stands for the path */
        char *longer = text_format("%.*s%s%s", (int)(at - expected), expected, path, at + 1);
        free(expected);
        expected = longer;
    }
    assert_described(f, expected);
    free(expected);
}

static void a_file_that_is_no_program_is_told_apart_from_one_that_is_not_there(void **state)
{
    struct fixture *f = *state;
    char *plain = make_file("text", 0644), *headless = make_file("echo hello\n", 0755);
    char *lost = make_file("#! /nowhere/python3 -u\n", 0755);

    assert_run_describes(f, plain,
                         "is not executable; make it so with chmod +x @, if its file system "
                         "allows programs");
    assert_int_equal(f->result.spawn_error, EACCES);
    assert_run_describes(f, headless,
                         "is not executable on this machine: it is built for another one, or a "
                         "script without a first line such as #!/bin/sh");
    assert_run_describes(f, lost,
                         "needs the interpreter /nowhere/python3, which was not found; correct "
                         "the first line of @");
    assert_run_describes(f, "/", "is not executable: it is a folder");
    remove_file(plain);
    remove_file(headless);
    remove_file(lost);
}

static void arguments_beyond_the_system_limit_are_told(void **state)
{
    struct fixture *f = *state;
    size_t length = 64 << 20;
    char *huge = xmalloc(length + 1);
    memset(huge, 'x', length);
    huge[length] = '\0';
    RUN(f, "true", huge);
    assert_int_equal(f->result.spawn_error, E2BIG);
    assert_described(f, "could not be started: its arguments and environment are longer than the "
                        "system allows; pass long lists in a file");
    free(huge);
}

static void a_working_folder_that_is_not_there_is_named_and_not_the_program(void **state)
{
    struct fixture *f = *state;
    f->request.workdir = "/nowhere/at/all";
    RUN(f, "true");
    assert_described(
        f, "could not be started in the folder /nowhere/at/all: No such file or directory");
    f->request.workdir = "/dev/null";
    RUN(f, "true");
    assert_described(f, "could not be started in /dev/null: it is not a folder");
}

static void cpus_that_do_not_exist_are_an_error(void **state)
{
    struct fixture *f = *state;
    cpu_set_t before, after, none;
    CPU_ZERO(&none);
    sched_getaffinity(0, sizeof before, &before);
    f->request.affinity = &none;
    f->request.affinity_size = sizeof none;
    f->request.argv = (char *[]){"true", NULL};
    assert_int_equal(process_run(&f->request, &f->result, &f->err), -1);
    assert_string_equal(f->err.text, "cannot start true on the CPUs chosen for it: "
                                     "Invalid argument");
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    sched_getaffinity(0, sizeof after, &after);
    assert_true(CPU_EQUAL(&before, &after));
}

static int run_without_descriptors(struct fixture *f)
{
    struct rlimit few = {.rlim_cur = 4, .rlim_max = 4};
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK(TRY(f, "true") == -1);
    CHECK(strcmp(f->err.text, "cannot start true: no pipe to read its output from: "
                              "Too many open files") == 0);
    return 0;
}

static void no_descriptors_for_pipes_is_an_error(void **state)
{
    run_apart(run_without_descriptors, *state);
}

/* --- how it ends --- */

static void exit_status_and_signal_are_told(void **state)
{
    struct fixture *f = *state;
    RUN(f, "true");
    assert_true(f->result.started);
    assert_int_equal(f->result.exit_status, 0);
    assert_described(f, "exit status 0");
    RUN(f, "sh", "-c", "exit 3");
    assert_int_equal(f->result.exit_status, 3);
    assert_int_equal(f->result.signal, 0);
    assert_described(f, "exit status 3");
    RUN(f, CHILD("kill", "15"));
    assert_int_equal(f->result.exit_status, -1);
    assert_int_equal(f->result.signal, SIGTERM);
    assert_described(f, "ended by signal 15 (Terminated)");
}

static void time_and_cpu_time_are_measured(void **state)
{
    struct fixture *f = *state;
    RUN(f, "sleep", "0.2");
    assert_true(f->result.wall_seconds >= 0.2 && f->result.wall_seconds < 200);
    assert_true(f->result.user_seconds + f->result.system_seconds < 0.2);
    RUN(f, CHILD("spin", "0.2"));
    assert_true(f->result.user_seconds + f->result.system_seconds >= 0.19);
    assert_true(f->result.wall_seconds >= 0.19);
}

static void cpu_time_of_what_lost_its_parent_counts(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("daemon", "0.3", "0"));
    assert_int_equal(f->result.exit_status, 0);
    assert_true(f->result.user_seconds + f->result.system_seconds >= 0.29);
}

static void the_time_limit_ends_it_and_says_so(void **state)
{
    struct fixture *f = *state;
    f->request.time_limit = 0.2;
    RUN(f, "sleep", "600");
    assert_true(f->result.timed_out);
    assert_false(f->result.cancelled);
    assert_int_equal(f->result.signal, SIGTERM);
    assert_true(f->result.wall_seconds >= 0.2 && f->result.wall_seconds < 200);
    char *text = process_describe(&f->result);
    assert_memory_equal(text, "stopped at its time limit after ", 32);
    free(text);
}

static void at_the_time_limit_a_program_may_tidy_up_and_is_told_once(void **state)
{
    struct fixture *f = *state;
    f->request.time_limit = 1.5; /* long enough to get ready on a busy machine */
    RUN(f, CHILD("tidy"));
    assert_true(f->result.timed_out);
    assert_int_equal(f->result.exit_status, 7);
    assert_string_equal(f->result.output.str, "ready\ntold 1 times\n");
}

static void at_the_time_limit_nothing_of_the_tree_survives(void **state)
{
    struct fixture *f = *state;
    char *value = text_format("%ld.stubborn", (long)getpid());
    setenv("SCALESTUDY_TEST", value, 1);
    f->request.time_limit = 1;
    RUN(f, CHILD("stubborn", "600"));
    unsetenv("SCALESTUDY_TEST");
    assert_true(f->result.timed_out);
    assert_int_equal(f->result.signal, SIGKILL);
    assert_true(f->result.wall_seconds >= 3); /* two seconds between the signals */
    assert_int_equal(process_end_strays("SCALESTUDY_TEST", value), 0);
    assert_false(have_children());
    free(value);
}

static void a_stopped_program_ends_at_its_time_limit_too(void **state)
{
    struct fixture *f = *state;
    f->request.time_limit = 0.2;
    RUN(f, CHILD("stop"));
    assert_true(f->result.timed_out);
    assert_int_equal(f->result.signal, SIGTERM);
}

static void what_forks_faster_than_it_is_listed_is_ended_all_the_same(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("restless", "40"));
    assert_int_equal(f->result.exit_status, 0);
    assert_false(have_children());
}

static volatile int cancelled;

static void on_alarm(int signal)
{
    (void)signal;
    cancelled = 1;
}

static void a_signal_that_sets_the_flag_cancels_it(void **state)
{
    struct fixture *f = *state;
    struct itimerval soon = {.it_value = {.tv_usec = 200000}};
    cancelled = 0;
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &soon, NULL);
    f->request.cancel = &cancelled;
    RUN(f, "sh", "-c", "sleep 600 & sleep 600");
    signal(SIGALRM, SIG_DFL);
    assert_true(f->result.cancelled);
    assert_false(f->result.timed_out);
    assert_false(have_children());
    char *text = process_describe(&f->result);
    assert_memory_equal(text, "stopped on request after ", 25);
    free(text);
}

static void *set_flag_later(void *flag)
{
    usleep(150000);
    *(volatile int *)flag = 1;
    return NULL;
}

static void a_flag_that_another_thread_sets_cancels_it(void **state)
{
    struct fixture *f = *state;
    volatile int flag = 0;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, set_flag_later, (void *)&flag), 0);
    f->request.cancel = &flag;
    RUN(f, "sleep", "600");
    pthread_join(thread, NULL);
    assert_true(f->result.cancelled);
}

/* --- what it leaves behind --- */

static void what_daemonised_is_ended_and_does_not_hold_us_by_the_pipe(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("daemon", "0", "600"));
    assert_int_equal(f->result.exit_status, 0);
    assert_int_equal(f->result.orphans, 1);
    assert_true(f->result.wall_seconds < 200);
    assert_false(have_children());
}

static void a_daemon_that_ignores_sigterm_is_killed(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("daemon", "-1", "600"));
    assert_int_equal(f->result.exit_status, 0);
    assert_int_equal(f->result.orphans, 1);
    assert_true(f->result.wall_seconds < 200);
    assert_false(have_children());
}

static void what_it_printed_before_its_end_is_there_although_a_grandchild_has_the_pipe(void **state)
{
    struct fixture *f = *state;
    RUN(f, "sh", "-c", "sleep 600 & sleep 600 & echo done");
    assert_string_equal(f->result.output.str, "done\n");
    assert_int_equal(f->result.orphans, 2);
    assert_false(have_children());
}

static void orphans_that_end_meanwhile_are_reaped_and_not_counted_as_left(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("zombies", "20", "0.3"));
    assert_int_equal(f->result.orphans, 0);
    assert_false(have_children());
}

static void orphans_are_reaped_while_a_long_run_goes_on(void **state)
{
    struct fixture *f = *state;
    static char script[] = "\"$0\" zombies 20 0; sleep 2.5; ps -o stat= --ppid $PPID | grep -c Z";
    if (system("ps --ppid 1 >/dev/null 2>&1") == 127 * 256)
        skip();
    RUN(f, "sh", "-c", script, TEST_CHILD);
    assert_string_equal(f->result.output.str, "0\n");
}

static void children_of_the_caller_are_left_alone(void **state)
{
    struct fixture *f = *state;
    int status;
    siginfo_t about;
    pid_t running = fork();
    if (running == 0) {
        pause();
        _exit(0);
    }
    pid_t ended = fork();
    if (ended == 0)
        _exit(42);
    assert_int_equal(waitid(P_PID, (id_t)ended, &about, WEXITED | WNOWAIT), 0);

    RUN(f, CHILD("daemon", "0", "600"));
    assert_int_equal(f->result.orphans, 1);
    f->request.time_limit = 0.1;
    RUN(f, "sleep", "600");

    assert_int_equal(waitpid(ended, &status, 0), ended);
    assert_int_equal(WEXITSTATUS(status), 42);
    assert_int_equal(waitpid(running, &status, WNOHANG), 0);
    assert_int_equal(kill(running, SIGKILL), 0);
    assert_int_equal(waitpid(running, &status, 0), running);
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_false(have_children());
}

static void *run_some(void *context)
{
    struct fixture *f = context;
    for (int i = 0; i < 40; i++) {
        process_result_free(&f->result);
        if (TRY(f, CHILD("daemon", "0", "20")) != 0 || f->result.exit_status != 0)
            return f;
    }
    return NULL;
}

static void threads_that_run_children_do_not_end_each_others(void **state)
{
    struct fixture *f = *state, *other;
    pthread_t thread;
    void *failed;
    setup((void **)&other);
    assert_int_equal(pthread_create(&thread, NULL, run_some, other), 0);
    RUN(f, "sh", "-c", "(setsid sleep 0.5; echo finished) & wait");
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_string_equal(f->result.output.str, "finished\n");
    teardown((void **)&other);
    assert_false(have_children()); /* the last to end took what nobody could be sure of */
}

static int run_with_ignored_sigchld(struct fixture *f)
{
    signal(SIGCHLD, SIG_IGN);
    CHECK(TRY(f, "sh", "-c", "exit 5") == 0);
    CHECK(f->result.exit_status == 5);
    return 0;
}

static void a_caller_whose_parent_ignored_sigchld_still_gets_the_exit_status(void **state)
{
    run_apart(run_with_ignored_sigchld, *state);
}

/* --- what goes in and out --- */

static void standard_input_is_empty_or_the_text_however_long(void **state)
{
    struct fixture *f = *state;
    RUN(f, "cat");
    assert_string_equal(f->result.output.str, "");
    assert_int_equal(f->result.exit_status, 0);

    char *text = xmalloc(900001);
    memset(text, 'y', 900000);
    text[900000] = '\0';
    f->request.input = text;
    RUN(f, "cat");
    assert_string_equal(f->result.output.str, text);
    RUN(f, "true"); /* which does not read it */
    assert_int_equal(f->result.exit_status, 0);
    free(text);
}

static void both_outputs_are_read_whichever_fills_first(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("print", "300000", "400000"));
    assert_int_equal(f->result.output.len, 300000);
    assert_int_equal(f->result.errors.len, 400000);
    assert_int_equal(f->result.output_dropped + f->result.errors_dropped, 0);
}

static void merged_output_is_in_the_order_written(void **state)
{
    struct fixture *f = *state;
    struct strbuf expected = STRBUF_INIT;
    for (int i = 0; i < 200; i++)
        strbuf_addf(&expected, "line %d\n", i);
    f->request.merge_stderr = true;
    RUN(f, CHILD("both", "200"));
    assert_string_equal(f->result.output.str, expected.str);
    assert_string_equal(f->result.errors.str, "");
    strbuf_free(&expected);
}

static void of_too_much_output_head_and_tail_are_kept(void **state)
{
    static const size_t limits[] = {0, 1, 2, 7, 100, 4096, 99999, 100000, 100001};
    struct fixture *f = *state;
    struct strbuf all = STRBUF_INIT, expected = STRBUF_INIT;

    f->request.output_limit = 1 << 20;
    RUN(f, CHILD("print", "100000", "0"));
    strbuf_add(&all, f->result.output.str);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        size_t limit = limits[i], tail = limit / 2, head = limit - tail;
        f->request.output_limit = limit;
        RUN(f, CHILD("print", "100000", "0"));
        strbuf_clear(&expected);
        if (limit >= all.len) {
            strbuf_add(&expected, all.str);
            assert_int_equal(f->result.output_dropped, 0);
        } else {
            strbuf_add_bytes(&expected, all.str, head);
            strbuf_addf(&expected, "\n[… %zu bytes left out …]\n", all.len - limit);
            strbuf_add_bytes(&expected, all.str + all.len - tail, tail);
            assert_int_equal(f->result.output_dropped, all.len - limit);
        }
        assert_int_equal(f->result.output.len, expected.len);
        assert_memory_equal(f->result.output.str, expected.str, expected.len);
    }
    strbuf_free(&all);
    strbuf_free(&expected);
}

static void hundreds_of_megabytes_are_read_and_dropped(void **state)
{
    struct fixture *f = *state;
    f->request.output_limit = 1000;
    RUN(f, "sh", "-c", "head -c 200000000 /dev/zero; echo end");
    assert_int_equal(f->result.exit_status, 0);
    assert_int_equal(f->result.output_dropped, 200000004 - 1000);
    assert_memory_equal(f->result.output.str + f->result.output.len - 4, "end\n", 5);
}

static void endless_output_ends_at_the_time_limit(void **state)
{
    struct fixture *f = *state;
    f->request.output_limit = 1000;
    f->request.time_limit = 0.3;
    RUN(f, "cat", "/dev/zero");
    assert_true(f->result.timed_out);
    assert_true(f->result.output_dropped > 0);
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

static void a_child_starts_clean_and_nothing_leaks(void **state)
{
    struct fixture *f = *state;
    sigset_t blocked, before;
    int descriptors = count_descriptors();

    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    sigfillset(&blocked);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    f->request.input = "text";
    RUN(f, CHILD("state"));
    sigprocmask(SIG_SETMASK, &before, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    assert_non_null(
        strstr(f->result.output.str, "group own\nblocked 0\nignored 0\ndescriptors 0 1 2"));
    RUN(f, "scalestudy-no-such-program");
    assert_int_equal(count_descriptors(), descriptors);
}

static int run_without_standard_files(struct fixture *f)
{
    close(0);
    close(1);
    f->request.input = "in";
    CHECK(TRY(f, "sh", "-c", "cat; echo out; echo err >&2") == 0);
    CHECK(strcmp(f->result.output.str, "inout\n") == 0);
    CHECK(strcmp(f->result.errors.str, "err\n") == 0);
    CHECK(fcntl(0, F_GETFD) == -1 && fcntl(1, F_GETFD) == -1);
    return 0;
}

static void a_caller_without_standard_files_is_fine(void **state)
{
    run_apart(run_without_standard_files, *state);
}

static void environment_and_folder_are_the_request_s(void **state)
{
    struct fixture *f = *state;
    f->request.environment = (char *[]){"A=1", "B=x y", NULL};
    f->request.workdir = "/usr";
    RUN(f, "/bin/sh", "-c", "echo \"$A $B $HOME\"; pwd");
    assert_string_equal(f->result.output.str, "1 x y \n/usr\n");
    RUN(f, "bin/env");
    assert_string_equal(f->result.output.str, "A=1\nB=x y\n");
    RUN(f, "bin/nothing");
    assert_described(f, "was not found");
}

static void the_child_has_its_cpus_from_the_start_and_we_have_ours_again(void **state)
{
    struct fixture *f = *state;
    cpu_set_t before, after, one;
    char expected[32];

    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &before))
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        f->request.affinity = &one;
        f->request.affinity_size = sizeof one;
        RUN(f, CHILD("state"));
        snprintf(expected, sizeof expected, "cpus %zu\n", cpu);
        assert_memory_equal(f->result.output.str, expected, strlen(expected));
        assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
        assert_true(CPU_EQUAL(&before, &after));
    }
}

/* Makes one system call fail with ENOSYS from here on, also in children. */
static int forbid(unsigned number)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0;
}

static int run_without_pidfd(struct fixture *f)
{
    if (forbid(SYS_pidfd_open) != 0 || syscall(SYS_pidfd_open, getpid(), 0) != -1)
        return SKIPPED;
    CHECK(TRY(f, "sh", "-c", "sleep 0.2; echo out; exit 4") == 0);
    CHECK(f->result.exit_status == 4 && strcmp(f->result.output.str, "out\n") == 0);
    CHECK(f->result.wall_seconds >= 0.2 && f->result.wall_seconds < 200);
    process_result_free(&f->result);
    CHECK(TRY(f, "sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 6") == 0);
    CHECK(f->result.exit_status == 6);
    process_result_free(&f->result);
    CHECK(TRY(f, CHILD("daemon", "0", "600")) == 0);
    CHECK(f->result.orphans == 1);
    process_result_free(&f->result);
    f->request.time_limit = 0.1;
    CHECK(TRY(f, "sleep", "600") == 0);
    CHECK(f->result.timed_out);
    return 0;
}

static void a_kernel_without_pidfd_will_do(void **state)
{
    run_apart(run_without_pidfd, *state);
}

/* --- memory --- */

enum { MIB = 1 << 20 };

static void *make_fat(size_t bytes)
{
    char *memory = xmalloc(bytes);
    for (size_t i = 0; i < bytes; i += 4096)
        ((volatile char *)memory)[i] = 1;
    return memory;
}

/* These run as processes of their own, whose peak is not that of tests before. */
static int measure_from_a_fat_parent(void)
{
    struct fixture f = {.request = {.output_limit = 1000, .time_limit = 300}};
    void *memory = make_fat(200 * MIB);

    f.request.sample_interval = 0.05;
    CHECK(TRY(&f, CHILD("hold", "20", "1.5")) == 0);
    CHECK(f.result.peak_memory_bytes >= 20.0 * MIB && f.result.peak_memory_bytes < 100.0 * MIB);
    CHECK(TRY(&f, CHILD("hold", "1", "1.5")) == 0);
    CHECK(f.result.peak_memory_bytes >= 1.0 * MIB && f.result.peak_memory_bytes < 80.0 * MIB);
    f.request.sample_interval = 0;
    CHECK(TRY(&f, CHILD("hold", "1", "0")) == 0);
    CHECK(isnan(f.result.peak_memory_bytes));
    CHECK(TRY(&f, CHILD("hold", "400", "0")) == 0);
    CHECK(f.result.peak_memory_bytes >= 400.0 * MIB && f.result.peak_memory_bytes < 500.0 * MIB);
    process_result_free(&f.result);
    free(memory);
    return 0;
}

static void a_fat_parent_is_not_taken_for_its_child(void **state)
{
    struct fixture *f = *state;
    RUN(f, "/proc/self/exe", "--fat-parent");
    assert_string_equal(f->result.errors.str, "");
    assert_described(f, "exit status 0");
}

/* Slim, but started by something fat: what we inherited is not handed on. */
static int measure_from_a_fat_grandparent(void)
{
    struct fixture f = {.request = {.output_limit = 1000, .time_limit = 300}};
    struct rusage own;
    CHECK(getrusage(RUSAGE_SELF, &own) == 0 && own.ru_maxrss >= 200 * 1024);
    CHECK(TRY(&f, CHILD("hold", "80", "0")) == 0);
    CHECK(f.result.peak_memory_bytes >= 80.0 * MIB && f.result.peak_memory_bytes < 180.0 * MIB);
    process_result_free(&f.result);
    return 0;
}

static int become_slim(struct fixture *f)
{
    char *argv[] = {"/proc/self/exe", "--fat-grandparent", NULL};
    (void)f;
    make_fat(200 * MIB);
    execv(argv[0], argv);
    return 1;
}

static void a_fat_grandparent_does_not_hide_the_child(void **state)
{
    run_apart(become_slim, *state);
}

static void memory_of_several_processes_adds_up(void **state)
{
    struct fixture *f = *state;
    f->request.sample_interval = 0.05;
    RUN(f, CHILD("family", "3", "40", "private", "1.5"));
    assert_true(f->result.peak_memory_bytes >= 120.0 * MIB);
    assert_true(f->result.peak_memory_bytes < 250.0 * MIB);
}

/* CPU seconds that the samples hold together. */
static double cpu_of_samples(const struct samples *samples)
{
    double sum = 0, begin = 0;
    for (size_t i = 0; i < samples->count; i++) {
        sum += samples->list[i].cores * (samples->list[i].seconds - begin);
        begin = samples->list[i].seconds;
    }
    return sum;
}

static void use_over_time_follows_the_tree(void **state)
{
    struct fixture *f = *state;
    f->request.sample_interval = 0.05;
    RUN(f, CHILD("phases", "0.5", "40", "1.2"));
    const struct samples *samples = &f->result.samples;
    const struct sample *last = &samples->list[samples->count - 1];
    double cpu = f->result.user_seconds + f->result.system_seconds;
    assert_true(samples->count >= 4);
    assert_true(last->seconds == f->result.wall_seconds);
    /* Nothing is lost when the child that worked has ended. */
    assert_true(cpu >= 0.5);
    assert_true(fabs(cpu_of_samples(samples) - cpu) < 0.05);
    assert_true(samples->list[1].memory_bytes < 40.0 * MIB);
    double most = 0, idle = INFINITY, busy = 0;
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *sample = &samples->list[i];
        bool second = sample->memory_bytes >= 40.0 * MIB;
        most = fmax(most, sample->memory_bytes);
        idle = second ? fmin(idle, sample->cores) : idle;
        busy = second ? busy : fmax(busy, sample->cores);
    }
    assert_true(most >= 40.0 * MIB && most < 80.0 * MIB);
    assert_true(idle < 0.05 && busy > idle + 0.1);
}

static void a_short_run_has_no_samples(void **state)
{
    struct fixture *f = *state;
    RUN(f, CHILD("spin", "0.6"));
    assert_int_equal(f->result.samples.count, 0); /* not asked for */
    f->request.sample_interval = 0.2;
    RUN(f, CHILD("spin", "0"));
    assert_int_equal(f->result.samples.count, 0);
}

static void memory_that_they_share_counts_once(void **state)
{
    struct fixture *f = *state;
    struct strbuf rollup = STRBUF_INIT;
    bool told = proc_read(getpid(), "smaps_rollup", &rollup);
    strbuf_free(&rollup);
    if (!told)
        skip();
    f->request.sample_interval = 0.05;
    RUN(f, CHILD("family", "4", "60", "shared", "1.5"));
    assert_true(f->result.peak_memory_bytes >= 60.0 * MIB);
    assert_true(f->result.peak_memory_bytes < 180.0 * MIB);
}

/* --- /proc --- */

static int compare_pids(const void *a, const void *b)
{
    return *(const pid_t *)a - *(const pid_t *)b;
}

static void children_are_found_the_same_by_both_ways(void **state)
{
    struct pid_list listed = PID_LIST_INIT, scanned = PID_LIST_INIT;
    pid_t children[5];
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            prctl(PR_SET_NAME, "a ) R 1 (b");
            pause();
            _exit(0);
        }
    }
    proc_children(getpid(), &listed);
    proc_children_by_scan(getpid(), &scanned);
    for (size_t i = 0; i < 5; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    assert_int_equal(listed.count, 5);
    assert_int_equal(scanned.count, 5);
    qsort(listed.pids, 5, sizeof(pid_t), compare_pids);
    qsort(scanned.pids, 5, sizeof(pid_t), compare_pids);
    assert_memory_equal(listed.pids, scanned.pids, 5 * sizeof(pid_t));
    pid_list_free(&listed);
    pid_list_free(&scanned);
}

/* Starts a program with that entry in its environment and waits until it is
 * there, or, if it says so itself, until it is ready. */
static pid_t start_marked(char *mark, char *const *argv)
{
    char *environment[] = {"PATH=/bin:/usr/bin", mark, NULL};
    int ready[2];
    char byte;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (strcmp(argv[0], TEST_CHILD) == 0)
            dup2(ready[1], STDOUT_FILENO);
        execve(argv[0], argv, environment);
        _exit(1);
    }
    close(ready[1]);
    assert_true(read(ready[0], &byte, 1) >= 0); /* 0: closed by exec */
    close(ready[0]);
    return pid;
}

static void strays_are_ended_by_their_mark_and_nobody_else_is(void **state)
{
    char *value = text_format("%ld", (long)getpid()), *mark = text_format("STRAY=%s", value);
    char *longer = text_format("%s0", mark), *other = text_format("NO%s", mark);
    char *sleeping[] = {"/bin/sleep", "600", NULL};
    char *stubborn[] = {TEST_CHILD, "stubborn", "600", NULL};
    int status;
    (void)state;

    pid_t first = start_marked(mark, sleeping), second = start_marked(mark, stubborn);
    pid_t third = start_marked(longer, sleeping), fourth = start_marked(other, sleeping);
    setenv("STRAY", value, 1);
    assert_int_equal(process_end_strays("STRAY", value), 4);
    unsetenv("STRAY");
    assert_int_equal(waitpid(first, &status, 0), first);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(waitpid(second, &status, 0), second);
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_int_equal(waitpid(third, &status, WNOHANG), 0);
    assert_int_equal(waitpid(fourth, &status, WNOHANG), 0);
    assert_int_equal(process_end_strays("STRAY", value), 0);
    kill(third, SIGKILL);
    kill(fourth, SIGKILL);
    while (waitpid(-1, &status, 0) > 0) /* the stubborn one's children, ours by now */
        ;
    free(value);
    free(mark);
    free(longer);
    free(other);
}

static int end_strays_from_within(struct fixture *f)
{
    (void)f;
    /* We and our parent carry the mark (a shell that the user set it in). */
    CHECK(process_end_strays("SCALESTUDY_MARK", "within") == 0);
    return 0;
}

static int start_within(void)
{
    struct fixture f = {.err = ERROR_INIT};
    pid_t pid = fork();
    int status;
    if (pid == 0)
        _exit(end_strays_from_within(&f));
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    return 0;
}

static void strays_are_never_the_caller_or_those_above_it(void **state)
{
    struct fixture *f = *state;
    setenv("SCALESTUDY_MARK", "within", 1);
    RUN(f, "/proc/self/exe", "--strays-within");
    unsetenv("SCALESTUDY_MARK");
    assert_described(f, "exit status 0");
}

static void programs_are_found_as_they_would_be_started(void **state)
{
    struct fixture *f = *state;
    char *program = make_file("#!/bin/sh\necho ours\n", 0755), *hidden = make_file("", 0644);
    char *folder = xstrndup(program, (size_t)(strrchr(program, '/') - program));
    char *behind = xstrndup(hidden, (size_t)(strrchr(hidden, '/') - hidden));
    char *before = xstrdup(getenv("PATH"));
    char *path = text_format("/nowhere:%s:%s:%s", behind, folder, before), *found;

    setenv("PATH", path, 1);
    found = process_find("program"); /* the one that may not be executed is passed over */
    assert_string_equal(found, program);
    free(found);
    RUN(f, "program");
    assert_string_equal(f->result.output.str, "ours\n");
    setenv("PATH", before, 1);

    assert_null(process_find("program"));
    assert_null(process_find(""));
    assert_null(process_find(hidden));
    assert_null(process_find("/tmp"));
    found = process_find(program);
    assert_string_equal(found, program);
    free(found);
    found = process_find("sh");
    assert_non_null(found);
    assert_int_equal(found[0], '/');
    free(found);
    remove_file(program);
    remove_file(hidden);
    free(folder);
    free(behind);
    free(before);
    free(path);
}

static void count_look(void *looks)
{
    ++*(int *)looks;
}

static void a_caller_may_look_on_while_the_child_runs(void **state)
{
    struct fixture *f = *state;
    int looks = 0;
    f->request.sample_interval = 0.05;
    f->request.look = count_look;
    f->request.look_context = &looks;
    RUN(f, "sleep", "0.5");
    assert_true(looks >= 1);
    looks = 0;
    f->request.sample_interval = 0; /* nothing is sampled */
    RUN(f, "sleep", "0.2");
    assert_int_equal(looks, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--fat-parent") == 0)
        return measure_from_a_fat_parent();
    if (argc == 2 && strcmp(argv[1], "--fat-grandparent") == 0)
        return measure_from_a_fat_grandparent();
    if (argc == 2 && strcmp(argv[1], "--strays-within") == 0)
        return start_within();
    const struct CMUnitTest tests[] = {
        TEST(a_program_that_is_not_there_is_a_result_with_a_remedy),
        TEST(a_closed_folder_in_path_does_not_change_what_is_said),
        TEST(a_file_that_is_no_program_is_told_apart_from_one_that_is_not_there),
        TEST(arguments_beyond_the_system_limit_are_told),
        TEST(a_working_folder_that_is_not_there_is_named_and_not_the_program),
        TEST(cpus_that_do_not_exist_are_an_error),
        TEST(no_descriptors_for_pipes_is_an_error),
        TEST(exit_status_and_signal_are_told),
        TEST(time_and_cpu_time_are_measured),
        TEST(cpu_time_of_what_lost_its_parent_counts),
        TEST(the_time_limit_ends_it_and_says_so),
        TEST(at_the_time_limit_a_program_may_tidy_up_and_is_told_once),
        TEST(at_the_time_limit_nothing_of_the_tree_survives),
        TEST(a_stopped_program_ends_at_its_time_limit_too),
        TEST(what_forks_faster_than_it_is_listed_is_ended_all_the_same),
        TEST(a_signal_that_sets_the_flag_cancels_it),
        TEST(a_flag_that_another_thread_sets_cancels_it),
        TEST(what_daemonised_is_ended_and_does_not_hold_us_by_the_pipe),
        TEST(a_daemon_that_ignores_sigterm_is_killed),
        TEST(what_it_printed_before_its_end_is_there_although_a_grandchild_has_the_pipe),
        TEST(orphans_that_end_meanwhile_are_reaped_and_not_counted_as_left),
        TEST(orphans_are_reaped_while_a_long_run_goes_on),
        TEST(children_of_the_caller_are_left_alone),
        TEST(threads_that_run_children_do_not_end_each_others),
        TEST(a_caller_whose_parent_ignored_sigchld_still_gets_the_exit_status),
        TEST(standard_input_is_empty_or_the_text_however_long),
        TEST(both_outputs_are_read_whichever_fills_first),
        TEST(merged_output_is_in_the_order_written),
        TEST(of_too_much_output_head_and_tail_are_kept),
        TEST(hundreds_of_megabytes_are_read_and_dropped),
        TEST(endless_output_ends_at_the_time_limit),
        TEST(a_child_starts_clean_and_nothing_leaks),
        TEST(a_caller_without_standard_files_is_fine),
        TEST(environment_and_folder_are_the_request_s),
        TEST(the_child_has_its_cpus_from_the_start_and_we_have_ours_again),
        TEST(a_kernel_without_pidfd_will_do),
        TEST(a_caller_may_look_on_while_the_child_runs),
        TEST(a_fat_parent_is_not_taken_for_its_child),
        TEST(a_fat_grandparent_does_not_hide_the_child),
        TEST(memory_of_several_processes_adds_up),
        TEST(memory_that_they_share_counts_once),
        TEST(use_over_time_follows_the_tree),
        TEST(a_short_run_has_no_samples),
        TEST(children_are_found_the_same_by_both_ways),
        TEST(strays_are_ended_by_their_mark_and_nobody_else_is),
        TEST(strays_are_never_the_caller_or_those_above_it),
        TEST(programs_are_found_as_they_would_be_started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
