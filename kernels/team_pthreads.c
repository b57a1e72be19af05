/*
 * pthreads: POSIX threads of our own; the first worker is the process's own
 * thread.
 */
#include "local_team.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct thread {
    struct local_team *local;
    int rank;
    pthread_t id;
};

static void *thread_main(void *argument)
{
    struct thread *thread = argument;

    local_team_run(thread->local, thread->rank);
    return NULL;
}

/* A thread that cannot be started ends the program: those that run already wait for it. */
static void start(struct thread *threads, struct local_team *local)
{
    for (int i = 1; i < local->workers; i++) {
        threads[i].local = local;
        threads[i].rank = i;
        int error = pthread_create(&threads[i].id, NULL, thread_main, &threads[i]);
        if (error != 0) {
            fprintf(stderr, "cannot start thread %d of %d (%s); ask for fewer with --workers\n",
                    i + 1, local->workers, strerror(error));
            exit(1);
        }
    }
}

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct local_team local;
    int status = local_team_new(&local, request, true, work, context);

    if (status != 0)
        return status;
    struct thread *threads = calloc((size_t)local.workers, sizeof *threads);
    if (threads == NULL) {
        fputs("out of memory\n", stderr);
        status = 1;
    } else {
        start(threads, &local);
        status = local_team_run(&local, 0);
        for (int i = 1; i < local.workers; i++)
            pthread_join(threads[i].id, NULL);
    }
    free(threads);
    local_team_free(&local);
    return status;
}

const struct backend backend = {
    .name = "pthreads",
    .parallel = "threads",
    .workers = "POSIX threads; all cores that this process may use",
    .run = run,
};
