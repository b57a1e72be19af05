/*
 * processes: forked workers that share anonymous memory. The process itself is
 * the first worker. It hears at once when another one dies, and then ends all,
 * who would wait for that one for ever.
 */
#include "local_team.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the signal handler needs; changed only while SIGCHLD is blocked, or by the handler. */
static struct {
    pid_t *workers; /* 0: the process itself, or one that has ended */
    int count;
    int left; /* forked and not ended yet */
} family;

static void end_all(void)
{
    for (int i = 0; i < family.count; i++)
        if (family.workers[i] > 0)
            kill(family.workers[i], SIGKILL);
}

/* In a signal handler, so without stdio. */
static _Noreturn void end_after_death(int rank, int how)
{
    char text[100] = "worker ";
    size_t used = strlen(text);

    if (WIFSIGNALED(how)) {
        for (int part = 10000; part > 0; part /= 10)
            if (rank >= part || part == 1)
                text[used++] = (char)('0' + rank / part % 10);
        strcpy(text + used, " was ended by signal ");
        used = strlen(text);
        if (WTERMSIG(how) >= 10)
            text[used++] = (char)('0' + WTERMSIG(how) / 10);
        text[used++] = (char)('0' + WTERMSIG(how) % 10);
        strcpy(text + used, ", so the team ends\n");
        if (write(STDERR_FILENO, text, strlen(text)) < 0)
            _exit(1); /* nobody to tell */
    }
    end_all();
    _exit(1);
}

/* Takes leave of all workers that have ended; `flags` as of waitpid(). */
static void take_leave(int flags)
{
    while (family.left > 0) {
        int how, rank = 0;
        pid_t pid = waitpid(-1, &how, flags);

        if (pid < 0 && errno == EINTR)
            continue;
        if (pid <= 0)
            return;
        while (rank < family.count && family.workers[rank] != pid)
            rank++;
        if (rank == family.count)
            continue;
        family.workers[rank] = 0;
        family.left--;
        if (!WIFEXITED(how) || WEXITSTATUS(how) != 0)
            end_after_death(rank, how);
    }
}

static void on_child(int signal_number)
{
    int before = errno;

    (void)signal_number;
    take_leave(WNOHANG);
    errno = before;
}

/* A worker that has done its work exits with 0. */
static _Noreturn void worker(struct local_team *local, int rank, pid_t parent, const sigset_t *mask)
{
    /* A parent that is killed takes its workers along; it may have died before this was asked for.
     */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    local_team_run(local, rank);
    _exit(fflush(stdout) == 0 ? 0 : 1);
}

/* SIGCHLD is blocked. */
static int fork_all(struct local_team *local, const sigset_t *mask)
{
    pid_t parent = getpid();

    fflush(stdout);
    for (int i = 1; i < local->workers; i++) {
        pid_t pid = fork();
        if (pid == 0)
            worker(local, i, parent, mask);
        if (pid < 0) {
            fprintf(stderr, "cannot start process %d of %d (%s); ask for fewer with --workers\n",
                    i + 1, local->workers, strerror(errno));
            end_all();
            return -1;
        }
        family.workers[i] = pid;
        family.left++;
    }
    return 0;
}

static int run_all(struct local_team *local)
{
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
    sigset_t child, before;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    sigdelset(&before, SIGCHLD); /* a parent may have left it blocked */
    sigaction(SIGCHLD, &action, NULL);
    if (fork_all(local, &before) != 0)
        return 1;
    sigprocmask(SIG_SETMASK, &before, NULL);
    int status = local_team_run(local, 0);
    sigprocmask(SIG_BLOCK, &child, NULL);
    take_leave(0);
    return status;
}

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct local_team local;
    int status = local_team_new(&local, request, false, work, context);

    if (status != 0)
        return status;
    family.count = local.workers;
    family.workers = calloc((size_t)local.workers, sizeof *family.workers);
    if (family.workers == NULL) {
        fputs("out of memory\n", stderr);
        status = 1;
    } else {
        status = run_all(&local);
    }
    free(family.workers);
    local_team_free(&local);
    return status;
}

const struct backend backend = {
    .name = "processes",
    .parallel = "processes",
    .workers = "forked processes; all cores that this process may use",
    .run = run,
};
