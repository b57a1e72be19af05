/*
 * MPI ranks as a team: all of the mpi backend, and what the first threads of
 * hybrid's ranks do for their threads. Ranks of one node share memory through
 * MPI-3 windows, ranks of different nodes send messages.
 *
 * All functions are for each rank's first thread, the only one that may call MPI.
 */
#ifndef SCALESTUDY_RANKS_H
#define SCALESTUDY_RANKS_H

#include "backend.h"
#include "binding.h"

#include <mpi.h>

struct rank_window {
    MPI_Win window;
    struct rank_window *next;
};

/* `team` is first, so that a team of ranks is one of these; its rank and size count ranks. */
struct rank_team {
    struct team team;
    MPI_Comm node;    /* the ranks of this node */
    MPI_Comm leaders; /* the first rank of each node, else MPI_COMM_NULL */
    int node_index;   /* of this node, in `leaders` */
    int *node_of;     /* node index of each rank */
    int before;       /* ranks on nodes before this one */
    struct rank_window *windows;
    void *counters; /* two loop counters in shared memory, 64 bytes apart */
    unsigned loop;
    struct cpu_order cores; /* that this rank may use */
    int sharers; /* ranks of this node with the same mask: the launcher left them to share it */
    int place;   /* of this rank among those */
};

/* Whether this process has rank 0, from the launcher's environment: MPI is not started yet. */
bool ranks_speak(void);

/* Starts MPI. -1 after a sentence on stderr if it does not offer what is needed. */
int ranks_start(struct rank_team *ranks);
void ranks_stop(struct rank_team *ranks); /* ends MPI */

void ranks_barrier(struct rank_team *ranks);
void ranks_node_barrier(
    struct rank_team *ranks); /* and what was written to shared memory is seen */
void ranks_allreduce(struct rank_team *ranks, void *values, size_t count, enum team_type type,
                     enum team_operation operation);
void ranks_broadcast(struct rank_team *ranks, void *data, size_t bytes, int root);
void *ranks_share(struct rank_team *ranks, size_t bytes);

/* MPI keeps windows that several ranks share in files of /dev/shm, which containers make small. */
double ranks_shareable(void);

/* team_collect() with several ranges of each rank: `slices` holds `count` pairs of begin and end.
 */
void ranks_collect(struct rank_team *ranks, void *array, size_t element_bytes,
                   const int64_t *slices, int count);

/* One message each way with rank `peer`; both sides number it alike for each direction. */
struct rank_message {
    int peer; /* TEAM_NOBODY: none */
    int send_tag, receive_tag;
    const void *send;
    void *receive;
    size_t bytes;
};
void ranks_exchange(struct rank_team *ranks, const struct rank_message *messages, int count);

/* The part of [0, count) for the nodes, each by its number of ranks. */
void ranks_node_part(const struct rank_team *ranks, int64_t count, int64_t *begin, int64_t *end);

void ranks_end(struct team *team);

#endif
