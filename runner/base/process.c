#define _GNU_SOURCE /* ppoll, pipe2, memfd_create, sched_setaffinity, wait4 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "process_memory.h"
#include "process_output.h"
#include "process_start.h"
#include "process_tree.h"

/* Seconds. */
static const double grace = 2.0;            /* between SIGTERM and SIGKILL */
static const double patience = 10.0;        /* after SIGKILL, for what hangs in the kernel */
static const double cancel_interval = 0.2;  /* a signal may come just before we sleep */
static const double reap_interval = 1.0;    /* orphans that end meanwhile */
static const double blind_interval = 0.001; /* without pidfd: between looks at the child */

enum phase { RUNNING, TERMINATING, KILLING };

struct execution {
    const struct process_request *request;
    struct process_result *result;
    struct process_tree tree;
    struct tree_usage usage;
    struct capture output, errors;
    pid_t child;
    int pidfd; /* -1: the kernel has none */
    double started;
    struct memory_sampler memory;
    double next_reap;
    enum phase phase;
    double phase_ends; /* of TERMINATING and KILLING */
};

/* Moves a descriptor above the standard three, which the child's are put upon. */
static int above_standard(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return moved;
}

static int open_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0) {
        ends[0] = ends[1] = -1;
        return -1;
    }
    ends[0] = above_standard(ends[0]);
    ends[1] = above_standard(ends[1]);
    if (ends[0] < 0 || ends[1] < 0)
        return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK); /* the child's end blocks, as programs expect */
}

/* A file without a name: unlike a pipe it takes any length without a reader. */
static int open_input(const char *text)
{
    if (text == NULL)
        return above_standard(open("/dev/null", O_RDONLY | O_CLOEXEC));
    int fd = above_standard(memfd_create("input", MFD_CLOEXEC));
    size_t length = strlen(text), done = 0;
    while (fd >= 0 && done < length) {
        ssize_t n = write(fd, text + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            return -1;
        }
        done += (size_t)n;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static void close_all(const int *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (files[i] >= 0)
            close(files[i]);
}

/* The CPUs of this thread, in *size bytes; the caller frees it. All bits where
 * they cannot be told: the kernel takes of them what is allowed. */
static cpu_set_t *own_affinity(size_t *size)
{
    cpu_set_t *own = NULL;
    for (*size = 1024 / 8; *size <= 1 << 20; *size *= 2) { /* until the kernel's own size fits */
        own = xrealloc(own, *size);
        memset(own, 0xff, *size);
        if (sched_getaffinity(0, *size, own) == 0 || errno != EINVAL)
            break;
    }
    return own;
}

/*
 * posix_spawn has no attribute for the affinity, and setting it on the running
 * child would come too late for a program that looks at once. So this thread
 * takes it for the moment of the start, and the child inherits it.
 */
static int start_bound(struct execution *x, const int files[3], int *affinity_error)
{
    const struct process_request *request = x->request;
    cpu_set_t *own = NULL;
    size_t size;

    *affinity_error = 0;
    if (request->affinity != NULL) {
        own = own_affinity(&size);
        if (sched_setaffinity(0, request->affinity_size, request->affinity) != 0) {
            *affinity_error = errno;
            free(own);
            return 0;
        }
    }
    x->started = clock_seconds();
    int failed = process_start(request, files, &x->child);
    if (own != NULL && sched_setaffinity(0, size, own) != 0) {
        /* The CPUs we had are no longer allowed. All that are allowed is what
         * the kernel makes of a full mask; staying on the child's CPUs would
         * disturb it and bind whatever comes next. */
        memset(own, 0xff, size);
        sched_setaffinity(0, size, own);
    }
    free(own);
    return failed;
}

/* Starts the child with `files`, which hold both ends of all pipes. */
static int start(struct execution *x, int input, const int output[2], const int errors[2],
                 struct error *err)
{
    struct process_result *result = x->result;
    int files[3] = {input, output[1], x->request->merge_stderr ? output[1] : errors[1]};
    int affinity_error;

    int failed = start_bound(x, files, &affinity_error);
    if (affinity_error != 0)
        return error_system(err, "cannot start %s on the CPUs chosen for it: %s",
                            x->request->argv[0], strerror(affinity_error));
    if (failed != 0) {
        result->spawn_error = failed;
        result->start_problem = process_start_problem(x->request, failed);
        return 0;
    }
    result->started = true;
    return 0;
}

static int open_and_start(struct execution *x, struct error *err)
{
    int input = -1, output[2] = {-1, -1}, errors[2] = {-1, -1};
    int rc = 0;

    input = open_input(x->request->input);
    if (input < 0 || open_pipe(output) != 0 ||
        (!x->request->merge_stderr && open_pipe(errors) != 0))
        rc = error_system(err, "cannot start %s: no pipe to read its output from: %s",
                          x->request->argv[0], strerror(errno));
    if (rc == 0)
        rc = start(x, input, output, errors, err);

    int ours[] = {input, output[1], errors[1]};
    close_all(ours, 3);
    x->output.fd = output[0];
    x->errors.fd = errors[0];
    return rc;
}

static void change_phase(struct execution *x, enum phase phase)
{
    x->phase = phase;
    x->phase_ends = clock_seconds() + (phase == TERMINATING ? grace : patience);
    tree_signal(&x->tree, phase == TERMINATING ? SIGTERM : SIGKILL);
}

/* Does what is due; returns when to look again (clock_seconds). */
static double do_what_is_due(struct execution *x)
{
    const struct process_request *request = x->request;
    double now = clock_seconds(), next = INFINITY;

    if (x->phase == RUNNING) {
        bool cancelled = request->cancel != NULL && *request->cancel != 0;
        double limit = request->time_limit > 0 ? x->started + request->time_limit : INFINITY;
        if (cancelled || now >= limit) {
            x->result->cancelled = cancelled;
            x->result->timed_out = !cancelled;
            change_phase(x, TERMINATING);
        } else {
            next = request->cancel != NULL ? fmin(limit, now + cancel_interval) : limit;
        }
    } else if (x->phase == TERMINATING && now >= x->phase_ends) {
        change_phase(x, KILLING);
    } else if (x->phase == KILLING) { /* again: a fork may have slipped through */
        tree_signal(&x->tree, SIGKILL);
        next = now + 0.05;
    }
    if (x->phase != RUNNING)
        next = fmin(next, x->phase_ends);

    if (now >= x->memory.next) {
        sampler_take(&x->memory, &x->tree, now, x->usage.user_seconds + x->usage.system_seconds);
        if (request->look != NULL && x->phase == RUNNING)
            request->look(request->look_context);
    }
    if (now >= x->next_reap) {
        tree_reap(&x->tree, &x->usage);
        x->next_reap = now + reap_interval;
    }
    return fmin(next, fmin(x->memory.next, x->next_reap));
}

/* Sleeps until `until`, or the child ends, or output is there, which is read. */
static void wait_and_read(struct execution *x, double until)
{
    struct pollfd polled[3] = {{.fd = x->pidfd, .events = POLLIN},
                               {.fd = x->output.fd, .events = POLLIN},
                               {.fd = x->errors.fd, .events = POLLIN}};
    double seconds = fmax(0, until - clock_seconds());
    struct timespec timeout = {.tv_sec = (time_t)seconds};
    timeout.tv_nsec = (long)(1e9 * (seconds - (double)timeout.tv_sec));

    if (ppoll(polled, 3, &timeout, NULL) <= 0)
        return;
    /* One buffer full each, so that the end of the child is noticed in time. */
    if (polled[1].revents != 0)
        capture_read(&x->output);
    if (polled[2].revents != 0)
        capture_read(&x->errors);
}

static bool child_ended(const struct execution *x)
{
    siginfo_t about = {.si_pid = 0};
    /* Looks without reaping: wait4() then takes status and usage in one. */
    return waitid(P_PID, (id_t)x->child, &about, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           about.si_pid != 0;
}

/* Until the child has ended, or cannot be ended. */
static void watch(struct execution *x)
{
    double now = x->started;
    while (!child_ended(x)) {
        double until = do_what_is_due(x);
        now = clock_seconds();
        if (x->phase == KILLING && now >= x->phase_ends)
            break;
        if (x->pidfd < 0)
            until = fmin(until, now + blind_interval);
        wait_and_read(x, until);
    }
    x->result->wall_seconds = clock_seconds() - x->started;
}

/*
 * The largest single process of the tree that wait4() knows, where that says
 * anything: exec hands on the peak of the memory that was there before, which
 * is ours, since the child was started out of it. The kernel keeps these
 * figures only roughly, so what is hardly above ours is not believed either.
 */
static double reaped_peak(const struct rusage *used)
{
    struct rusage own;
    double peak = 1024.0 * (double)used->ru_maxrss;

    if (getrusage(RUSAGE_SELF, &own) != 0)
        return NAN;
    double ours = 1024.0 * (double)own.ru_maxrss, margin = 1048576 + ours / 16;
    if (peak > ours + margin)
        return peak;
    /* What getrusage() tells of us holds what we inherited ourselves, and the
     * child got nothing of that. */
    if (peak < ours - margin && peak > proc_memory_peak(getpid()) + margin)
        return peak;
    return NAN;
}

static void reap_child(struct execution *x)
{
    struct process_result *result = x->result;
    struct rusage used;
    int status;
    pid_t reaped;

    do {
        reaped = wait4(x->child, &status, WNOHANG, &used);
    } while (reaped < 0 && errno == EINTR);
    tree_set_root(&x->tree, 0);
    if (reaped != x->child) { /* hangs in the kernel; killed all the same */
        result->signal = SIGKILL;
        return;
    }
    if (WIFSIGNALED(status))
        result->signal = WTERMSIG(status);
    else
        result->exit_status = WEXITSTATUS(status);
    usage_add(&x->usage, &used);
    x->usage.peak_memory_bytes = reaped_peak(&used);
}

/* Ends and reaps what the child left behind. */
static void end_orphans(struct execution *x)
{
    double pause = 0.0005;

    if (!tree_reap(&x->tree, &x->usage))
        return;
    x->result->orphans = tree_signal(&x->tree, x->phase == KILLING ? SIGKILL : SIGTERM);
    if (x->phase == RUNNING) {
        x->phase = TERMINATING;
        x->phase_ends = clock_seconds() + grace;
    }
    while (tree_reap(&x->tree, &x->usage)) {
        double now = clock_seconds();
        if (now >= x->phase_ends) {
            if (x->phase == KILLING)
                return;
            change_phase(x, KILLING);
        } else if (x->phase == KILLING) {
            tree_signal(&x->tree, SIGKILL);
        }
        wait_and_read(x, fmin(now + pause, x->phase_ends));
        pause = fmin(2 * pause, 0.02);
    }
}

static void run_to_the_end(struct execution *x)
{
    struct process_result *result = x->result;

    tree_set_root(&x->tree, x->child);
    x->pidfd = (int)syscall(SYS_pidfd_open, x->child, 0);
    x->next_reap = x->started + reap_interval;
    x->memory = sampler_begin(x->started, x->request->sample_interval);
    watch(x);
    if (x->pidfd >= 0)
        close(x->pidfd);
    x->pidfd = -1;
    reap_child(x);
    end_orphans(x);
    capture_drain(&x->output);
    capture_drain(&x->errors);
    result->user_seconds = x->usage.user_seconds;
    result->system_seconds = x->usage.system_seconds;
    result->samples = x->memory.samples;
    samples_end(&result->samples, result->wall_seconds,
                result->user_seconds + result->system_seconds);
    result->peak_memory_bytes = fmax(sampler_peak(&x->memory), x->usage.peak_memory_bytes);
    samples_limit_memory(&result->samples, result->peak_memory_bytes);
}

int process_run(const struct process_request *request, struct process_result *result,
                struct error *err)
{
    struct execution x = {.request = request,
                          .result = result,
                          .output = CAPTURE_INIT,
                          .errors = CAPTURE_INIT,
                          .pidfd = -1,
                          .usage = {.peak_memory_bytes = NAN}};

    *result = (struct process_result){
        .output = STRBUF_INIT, .errors = STRBUF_INIT, .exit_status = -1, .peak_memory_bytes = NAN};
    x.output.limit = x.errors.limit = request->output_limit;
    tree_begin(&x.tree);
    int rc = open_and_start(&x, err);
    if (result->started)
        run_to_the_end(&x);
    tree_end(&x.tree);
    result->output_dropped = capture_finish(&x.output, &result->output);
    result->errors_dropped = capture_finish(&x.errors, &result->errors);
    return rc;
}

void process_result_free(struct process_result *result)
{
    strbuf_free(&result->output);
    strbuf_free(&result->errors);
    free(result->start_problem);
    result->start_problem = NULL;
}

char *process_describe(const struct process_result *result)
{
    if (!result->started) {
        if (result->start_problem != NULL)
            return xstrdup(result->start_problem);
        return text_format("could not be started: %s", strerror(result->spawn_error));
    }
    if (result->cancelled)
        return text_format("stopped on request after %.1f s", result->wall_seconds);
    if (result->timed_out)
        return text_format("stopped at its time limit after %.1f s", result->wall_seconds);
    if (result->signal != 0)
        return text_format("ended by signal %d (%s)", result->signal, strsignal(result->signal));
    return text_format("exit status %d", result->exit_status);
}
