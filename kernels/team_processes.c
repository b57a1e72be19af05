/*
 * processes: forked workers that share anonymous memory. The parent works not
 * at all: it waits, so that it sees at once when a worker dies, and then ends
 * the others, who would wait for it for ever.
 */
#include "local_team.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A worker that has done its work exits with 0; what rank 0 found comes back through `status`. */
static _Noreturn void worker(struct local_team *local, int rank, pid_t parent, int *status)
{
    /* A parent that is killed takes its workers along; it may have died before this was asked for.
     */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    int own = local_team_run(local, rank);
    if (rank == 0)
        *status = own;
    _exit(fflush(stdout) == 0 ? 0 : 1);
}

static void end_all(const pid_t *workers, int count)
{
    for (int i = 0; i < count; i++)
        if (workers[i] > 0)
            kill(workers[i], SIGKILL);
}

static int rank_of(const pid_t *workers, int count, pid_t pid)
{
    for (int i = 0; i < count; i++)
        if (workers[i] == pid)
            return i;
    return -1;
}

/* 0 if all ended well. Only the first death is told, since the others follow from it; none if it is
 * known already. */
static int wait_for(pid_t *workers, int count, int failed)
{
    int left = count, how;

    while (left > 0) {
        pid_t pid = waitpid(-1, &how, 0);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0)
            return 1;
        int rank = rank_of(workers, count, pid);
        if (rank < 0)
            continue;
        workers[rank] = 0;
        left--;
        if ((WIFEXITED(how) && WEXITSTATUS(how) == 0) || failed)
            continue;
        failed = 1;
        if (WIFSIGNALED(how))
            fprintf(stderr, "worker %d was ended by signal %d (%s), so the team ends\n", rank,
                    WTERMSIG(how), strsignal(WTERMSIG(how)));
        end_all(workers, count);
    }
    return failed;
}

static int fork_all(struct local_team *local, pid_t *workers, int *status)
{
    pid_t parent = getpid();

    fflush(stdout);
    for (int i = 0; i < local->workers; i++) {
        workers[i] = fork();
        if (workers[i] == 0)
            worker(local, i, parent, status);
        if (workers[i] < 0) {
            fprintf(stderr, "cannot start process %d of %d (%s); ask for fewer with --workers\n",
                    i + 1, local->workers, strerror(errno));
            end_all(workers, i);
            wait_for(workers, i, 1);
            return 1;
        }
    }
    return wait_for(workers, local->workers, 0);
}

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct local_team local;
    int result = local_team_new(&local, request, false, work, context);

    if (result != 0)
        return result;
    pid_t *workers = calloc((size_t)local.workers, sizeof *workers);
    int *status =
        mmap(NULL, sizeof *status, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (workers == NULL || status == MAP_FAILED) {
        fputs("out of memory\n", stderr);
        result = 1;
    } else {
        result = fork_all(&local, workers, status);
        if (result == 0)
            result = *status;
    }
    if (status != MAP_FAILED)
        munmap(status, sizeof *status);
    free(workers);
    local_team_free(&local);
    return result;
}

const struct backend backend = {
    .name = "processes",
    .parallel = "processes",
    .workers = "forked processes; all cores that this process may use",
    .run = run,
};
