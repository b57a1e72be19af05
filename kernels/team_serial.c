/*
 * serial: one worker, the process itself.
 */
#include "local_team.h"

#include <stdio.h>

/* The same team with loops in another language is another backend. */
#ifndef BACKEND_NAME
#define BACKEND_NAME "serial"
#endif

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct team_request one = *request;
    struct local_team local;

    if (request->workers > 1) {
        fprintf(stderr,
                "scalestudy-" BACKEND_NAME " has one worker, not %d; leave out --workers or take another "
                "backend\n",
                request->workers);
        return 2;
    }
    one.workers = 1;
    int status = local_team_new(&local, &one, true, work, context);
    if (status != 0)
        return status;
    status = local_team_run(&local, 0);
    local_team_free(&local);
    return status;
}

const struct backend backend = {
    .name = BACKEND_NAME,
    .parallel = "serial",
    .workers = "1, the process itself",
    .run = run,
};
