/*
 * A team whose workers share memory: what the serial, openmp, pthreads and
 * processes backends have in common, and the threads of one rank of hybrid.
 * A backend starts the workers; each then joins the group.
 */
#ifndef SCALESTUDY_SHARED_H
#define SCALESTUDY_SHARED_H

#include "backend.h"
#include "gate.h"

#define SHARED_PIECE 65536 /* bytes that a worker can show to others at once */

struct shared_group; /* lives in memory that all workers see at the same address */

/* One worker's own side. `team` is first, so that a team is one of these. */
struct shared_team {
    struct team team;
    struct shared_group *group;
    unsigned turn; /* which of two sets of pieces is in use: see shared.c */
    unsigned loop; /* likewise, of two loop counters */
    size_t arena_used;
};

/*
 * A group for `workers`, NULL without memory. `one_process`: the workers are
 * threads and see each other's private memory too. `spare` is whether each has a
 * core to itself. Freed with shared_group_free(), or with the process.
 */
struct shared_group *shared_group_new(int workers, bool one_process, bool spare);
void shared_group_free(struct shared_group *group);

/* Fills in `team` for the worker `rank` of the group. */
void shared_join(struct shared_team *team, struct shared_group *group, int rank);

/* For backends built on a group. */
void shared_barrier(struct shared_team *team);
void shared_broadcast(struct shared_team *team, void *data, size_t bytes, int root);
void shared_allreduce(struct shared_team *team, void *values, size_t count, enum team_type type,
                      enum team_operation operation);
void shared_exchange(struct shared_team *team, int peer, const void *send, void *receive,
                     size_t bytes);

#endif
