/*
 * mpi: each worker is one MPI rank.
 */
#include "ranks.h"

#include <stdatomic.h>
#include <stdio.h>

static struct rank_team *ranks_of(struct team *team)
{
    return (struct rank_team *)team;
}

static void barrier(struct team *team)
{
    ranks_barrier(ranks_of(team));
}

static void allreduce(struct team *team, void *values, size_t count, enum team_type type,
                      enum team_operation operation)
{
    ranks_allreduce(ranks_of(team), values, count, type, operation);
}

static void broadcast(struct team *team, void *data, size_t bytes, int root)
{
    ranks_broadcast(ranks_of(team), data, bytes, root);
}

static void *share(struct team *team, size_t bytes)
{
    return ranks_share(ranks_of(team), bytes);
}

static void collect(struct team *team, void *array, size_t element_bytes, int64_t begin,
                    int64_t end)
{
    int64_t slice[2] = {begin, end};

    ranks_collect(ranks_of(team), array, element_bytes, slice, 1);
}

static void exchange(struct team *team, int peer, const void *send, void *receive, size_t bytes)
{
    struct rank_message message = {.peer = peer, .send = send, .receive = receive, .bytes = bytes};

    ranks_exchange(ranks_of(team), &message, 1);
}

static void node_part(const struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    ranks_node_part((const struct rank_team *)team, count, begin, end);
}

/*
 * Two counters take turns: after the barrier nobody is in the loop before this
 * one, so that its counter can be made ready for the next. A counter holds
 * indices, so it is set by one rank before that barrier, where nobody reads it.
 */
static void *counter(struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    struct rank_team *ranks = ranks_of(team);
    _Atomic int64_t *now =
        (_Atomic int64_t *)((unsigned char *)ranks->counters + 64 * (size_t)(ranks->loop++ % 2));

    node_part(team, count, begin, end);
    if (team->local_rank == 0)
        atomic_store(now, *begin);
    ranks_node_barrier(ranks);
    return (void *)now;
}

static const struct team_operations operations = {
    .barrier = barrier,
    .allreduce = allreduce,
    .broadcast = broadcast,
    .share = share,
    .shareable = ranks_shareable,
    .collect = collect,
    .exchange = exchange,
    .counter = counter,
    .node_part = node_part,
    .end = ranks_end,
};

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct rank_team ranks;
    int status;

    if (ranks_start(&ranks) != 0)
        return 2;
    ranks.team.operations = &operations;
    if (request->workers > 0 && request->workers != ranks.team.size) {
        if (ranks.team.rank == 0)
            fprintf(stderr,
                    "--workers %d, but there %s %d MPI rank%s; start it with mpirun -n %d\n",
                    request->workers, ranks.team.size == 1 ? "is" : "are", ranks.team.size,
                    ranks.team.size == 1 ? "" : "s", request->workers);
        status = 2;
    } else {
        if (request->bind)
            cpu_order_bind(&ranks.cores, ranks.place);
        status = work(&ranks.team, context);
    }
    ranks_stop(&ranks);
    return status;
}

const struct backend backend = {
    .name = "mpi",
    .parallel = "ranks",
    .workers = "MPI ranks: start it with mpirun or srun, and give the number there",
    .run = run,
    .speaks = ranks_speak,
};
