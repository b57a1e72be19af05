/*
 * openmp: the threads of one parallel region, which lasts for the whole work.
 */
#include "local_team.h"

#include <omp.h>
#include <stdio.h>

/* The same team with loops in another language is another backend. */
#ifndef BACKEND_NAME
#define BACKEND_NAME "openmp"
#endif

/* Where OMP_PROC_BIND is set, the runtime has bound its threads, and this process's own mask is no
 * longer whole. */
static bool runtime_binds(void)
{
    return omp_get_proc_bind() != omp_proc_bind_false;
}

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct team_request own = *request;
    struct local_team local;
    int started = 0;

    if (runtime_binds()) {
        own.bind = false;
        if (own.workers == 0)
            own.workers = omp_get_num_procs();
    }
    int status = local_team_new(&local, &own, true, work, context);
    if (status != 0)
        return status;
    omp_set_dynamic(0);
#pragma omp parallel num_threads(local.workers) default(none) shared(local, started)
    {
        int rank = omp_get_thread_num();

        /* Fewer than asked for would wait for the missing ones for ever. */
        if (omp_get_num_threads() == local.workers) {
            int result = local_team_run(&local, rank);
            if (rank == 0)
                local.status = result;
        }
        if (rank == 0)
            started = omp_get_num_threads();
    }
    status = local.status;
    if (started != local.workers) {
        fprintf(stderr,
                "OpenMP started %d threads instead of %d; raise OMP_THREAD_LIMIT or ask for fewer "
                "workers\n",
                started, local.workers);
        status = 2;
    }
    local_team_free(&local);
    return status;
}

const struct backend backend = {
    .name = BACKEND_NAME,
    .parallel = "threads",
    .workers = "OpenMP threads; all cores that this process may use",
    .run = run,
};
