/*
 * What the backends inside one machine do alike before they start workers:
 * count the cores, settle how many workers there are, make their group.
 */
#ifndef SCALESTUDY_LOCAL_TEAM_H
#define SCALESTUDY_LOCAL_TEAM_H

#include "binding.h"
#include "shared.h"

struct local_team {
    struct shared_group *group;
    struct cpu_order cores;
    bool bind;
    int workers;
    team_work *work;
    void *context;
    int status; /* what rank 0 returned, for backends whose threads cannot return it */
};

/* 0, or an exit status after a sentence on stderr. */
int local_team_new(struct local_team *local, const struct team_request *request, bool one_process,
                   team_work *work, void *context);
void local_team_free(struct local_team *local);

/* Runs in the new worker: binds it, joins the group, does the work. */
int local_team_run(struct local_team *local, int rank);

#endif
