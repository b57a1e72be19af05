#include "local_team.h"

#include <stdio.h>
#include <string.h>

int local_team_new(struct local_team *local, const struct team_request *request, bool one_process,
                   team_work *work, void *context)
{
    struct cpu_mask allowed;

    memset(local, 0, sizeof *local);
    cpu_mask_read(&allowed);
    if (cpu_order_read(&local->cores, &allowed) != 0) {
        fputs("out of memory\n", stderr);
        return 1;
    }
    local->workers = request->workers > 0 ? request->workers : local->cores.cores;
    local->bind = request->bind;
    local->work = work;
    local->context = context;
    local->group =
        shared_group_new(local->workers, one_process, local->workers <= local->cores.count);
    if (local->group == NULL) {
        fprintf(stderr, "no memory for %d workers; ask for fewer with --workers\n", local->workers);
        cpu_order_free(&local->cores);
        return 1;
    }
    return 0;
}

void local_team_free(struct local_team *local)
{
    shared_group_free(local->group);
    cpu_order_free(&local->cores);
}

int local_team_run(struct local_team *local, int rank)
{
    struct shared_team own;

    if (local->bind)
        cpu_order_bind(&local->cores, rank);
    shared_join(&own, local->group, rank);
    return local->work(&own.team, local->context);
}
