/*
 * A team of workers, as a workload sees it: written once in SPMD style, every
 * worker runs the same function with its own `struct team`. The backend that
 * an executable is linked with decides what a worker is: a thread, a process,
 * an MPI rank, or a thread of a rank.
 *
 * Every function here is collective unless it says otherwise: all workers call
 * it, in the same order, with the same sizes. None of them can fail; where a
 * worker cannot go on the whole team ends (team_fail).
 */
#ifndef SCALESTUDY_TEAM_H
#define SCALESTUDY_TEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct team_operations;

struct team {
    int rank;       /* 0 to size - 1; rank 0 prints */
    int size;       /* workers in all */
    int local_rank; /* among the workers of this node; 0 is one of each node */
    int local_size; /* workers that see the memory of team_share() */
    int nodes;      /* distinct hosts */
    int ranks;      /* MPI ranks; 1 where there is no MPI */
    const struct team_operations *operations;
};

enum team_operation { TEAM_SUM, TEAM_MAX };

void team_barrier(struct team *team);

/*
 * Combines `count` values of all workers element by element; every worker gets
 * the same bits, and the same team gets the same bits every time.
 */
void team_allreduce_double(struct team *team, double *values, size_t count,
                           enum team_operation operation);
void team_allreduce_float(struct team *team, float *values, size_t count,
                          enum team_operation operation);
void team_allreduce_int64(struct team *team, int64_t *values, size_t count,
                          enum team_operation operation);

/* Copies `bytes` from the worker `root` to all. */
void team_broadcast(struct team *team, void *data, size_t bytes, int root);

/*
 * Memory that all workers of a node see at once, aligned to a page, one copy a
 * node however many workers it has. Not initialised: the local workers fill
 * it, each its part, so that pages lie near those who use them. Other workers
 * see what was written after the next barrier or team_collect(). Lasts as long
 * as the team.
 */
void *team_share(struct team *team, size_t bytes);

/* Not collective: bytes that team_share() can still give on this node; infinity where nothing but
 * the memory limits it. */
double team_shareable(const struct team *team);

/*
 * Makes elements [begin, end) of `array`, which this worker has written,
 * visible to every worker. `array` is from team_share(), elements are `element_bytes`
 * long and the ranges of different workers do not overlap; an empty range is
 * fine. Inside a node nothing is copied.
 */
void team_collect(struct team *team, void *array, size_t element_bytes, int64_t begin, int64_t end);

/*
 * Sends `bytes` to the worker `peer` and receives as many from it. The peer
 * names this worker in the same call. TEAM_NOBODY sits out, which a worker
 * without a neighbour must do too. `send` and `receive` do not overlap.
 */
#define TEAM_NOBODY (-1)
void team_exchange(struct team *team, int peer, const void *send, void *receive, size_t bytes);

/*
 * Shares the indices 0 to count - 1 out as workers ask for them, `chunk` at a
 * time: dynamic inside a node, a fixed part for each node. Who gets what is not
 * reproducible; results must not depend on it.
 *
 *     struct team_loop loop;
 *     int64_t begin, end;
 *     team_deal(team, &loop, count, chunk);             collective
 *     while (team_next_chunk(&loop, &begin, &end))      not collective
 *         work on [begin, end);
 */
struct team_loop {
    int64_t next, end; /* what the counter starts from, and this node's end */
    int64_t chunk;
    void *counter;
};
void team_deal(struct team *team, struct team_loop *loop, int64_t count, int64_t chunk);
bool team_next_chunk(struct team_loop *loop, int64_t *begin, int64_t *end);

/*
 * After such a loop over a shared array: makes all elements visible to every
 * worker, whoever computed them.
 */
void team_collect_dealt(struct team *team, void *array, size_t element_bytes, int64_t count);

/* Not collective: this worker's block of the indices 0 to count - 1, in order of rank, sizes at
 * most 1 apart. */
void team_part(const struct team *team, int64_t count, int64_t *begin, int64_t *end);

/* Not collective: says why on stderr, in one sentence, and ends the whole team with exit status 1.
 */
_Noreturn void team_fail(struct team *team, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
