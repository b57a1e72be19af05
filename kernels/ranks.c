#include "ranks.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#define COUNTERS_BYTES 128
#define MESSAGE_MAX ((size_t)1 << 30) /* MPI counts in int */
#define GATHER_MAX                                                                                 \
    65536 /* bytes of all ranks' values, up to which they are added in order of rank */

bool ranks_speak(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK",
                                        "SLURM_PROCID"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *rank = getenv(names[i]);
        if (rank != NULL)
            return strcmp(rank, "0") == 0;
    }
    return true;
}

static _Noreturn void no_memory(void)
{
    fputs("out of memory\n", stderr);
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

static void *allocate(size_t count, size_t bytes)
{
    void *memory = calloc(count > 0 ? count : 1, bytes);
    if (memory == NULL)
        no_memory();
    return memory;
}

/*
 * One machine can play several nodes for the tests: SCALESTUDY_TEST_NODES deals
 * its ranks out to so many, in turns, which is also the hardest placement.
 */
static void split_nodes(struct rank_team *ranks)
{
    const char *test = getenv("SCALESTUDY_TEST_NODES");
    int pretend = test != NULL ? atoi(test) : 0, node_rank, size = ranks->team.size;

    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &ranks->node);
    if (pretend > 1) {
        MPI_Comm whole = ranks->node;
        MPI_Comm_rank(whole, &node_rank);
        MPI_Comm_split(whole, node_rank % pretend, node_rank, &ranks->node);
        MPI_Comm_free(&whole);
    }
    MPI_Comm_rank(ranks->node, &ranks->team.local_rank);
    MPI_Comm_size(ranks->node, &ranks->team.local_size);

    MPI_Comm_split(MPI_COMM_WORLD, ranks->team.local_rank == 0 ? 0 : MPI_UNDEFINED,
                   ranks->team.rank, &ranks->leaders);
    int about[2] = {0, 1};
    if (ranks->leaders != MPI_COMM_NULL) {
        MPI_Comm_rank(ranks->leaders, &about[0]);
        MPI_Comm_size(ranks->leaders, &about[1]);
    }
    MPI_Bcast(about, 2, MPI_INT, 0, ranks->node);
    ranks->node_index = about[0];
    ranks->team.nodes = about[1];
    ranks->node_of = allocate((size_t)size, sizeof *ranks->node_of);
    MPI_Allgather(&ranks->node_index, 1, MPI_INT, ranks->node_of, 1, MPI_INT, MPI_COMM_WORLD);
    for (int i = 0; i < size; i++)
        ranks->before += ranks->node_of[i] < ranks->node_index;
}

/*
 * A launcher that binds gives ranks masks of their own; one that does not gives
 * several ranks the same mask, and then they divide it among themselves.
 */
static void find_place(struct rank_team *ranks, const struct cpu_mask *own)
{
    int size = ranks->team.local_size;
    struct cpu_mask *masks = allocate((size_t)size, sizeof *masks);

    MPI_Allgather(own, (int)sizeof *own, MPI_BYTE, masks, (int)sizeof *own, MPI_BYTE, ranks->node);
    for (int i = 0; i < size; i++)
        if (memcmp(&masks[i], own, sizeof *own) == 0) {
            ranks->sharers++;
            ranks->place += i < ranks->team.local_rank;
        }
    free(masks);
    if (cpu_order_read(&ranks->cores, own) != 0)
        no_memory();
}

int ranks_start(struct rank_team *ranks)
{
    struct cpu_mask own;
    int provided;

    memset(ranks, 0, sizeof *ranks);
    cpu_mask_read(&own);
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
        fputs("MPI does not start; start the program with mpirun or srun\n", stderr);
        return -1;
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks->team.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks->team.size);
    ranks->team.ranks = ranks->team.size;
    if (provided < MPI_THREAD_FUNNELED) {
        if (ranks->team.rank == 0)
            fputs("this MPI is built without threads (MPI_THREAD_FUNNELED); use another one\n",
                  stderr);
        MPI_Finalize();
        return -1;
    }
    split_nodes(ranks);
    find_place(ranks, &own);
    ranks->counters = ranks_share(ranks, COUNTERS_BYTES);
    if (ranks->team.local_rank == 0)
        memset(ranks->counters, 0, COUNTERS_BYTES);
    ranks_node_barrier(ranks);
    return 0;
}

void ranks_stop(struct rank_team *ranks)
{
    while (ranks->windows != NULL) {
        struct rank_window *window = ranks->windows;
        ranks->windows = window->next;
        MPI_Win_unlock_all(window->window);
        MPI_Win_free(&window->window);
        free(window);
    }
    if (ranks->leaders != MPI_COMM_NULL)
        MPI_Comm_free(&ranks->leaders);
    MPI_Comm_free(&ranks->node);
    free(ranks->node_of);
    cpu_order_free(&ranks->cores);
    MPI_Finalize();
}

void ranks_barrier(struct rank_team *ranks)
{
    (void)ranks;
    MPI_Barrier(MPI_COMM_WORLD);
}

static void sync_windows(struct rank_team *ranks)
{
    for (struct rank_window *window = ranks->windows; window != NULL; window = window->next)
        MPI_Win_sync(window->window);
}

void ranks_node_barrier(struct rank_team *ranks)
{
    sync_windows(ranks);
    MPI_Barrier(ranks->node);
    sync_windows(ranks);
}

/* MPI may add in any order it likes, but the same order for the same team. */
static void reduce_by_mpi(void *values, size_t count, enum team_type type,
                          enum team_operation operation)
{
    static const int piece = 1 << 26;
    MPI_Datatype of = type == TEAM_DOUBLE  ? MPI_DOUBLE
                      : type == TEAM_FLOAT ? MPI_FLOAT
                                           : MPI_INT64_T;

    for (unsigned char *place = values; count > 0;) {
        int now = count < (size_t)piece ? (int)count : piece;
        MPI_Allreduce(MPI_IN_PLACE, place, now, of, operation == TEAM_SUM ? MPI_SUM : MPI_MAX,
                      MPI_COMM_WORLD);
        place += (size_t)now * team_type_bytes(type);
        count -= (size_t)now;
    }
}

/* Few values are added in order of rank, as the other backends do: the same bits as theirs. */
void ranks_allreduce(struct rank_team *ranks, void *values, size_t count, enum team_type type,
                     enum team_operation operation)
{
    size_t bytes = count * team_type_bytes(type), size = (size_t)ranks->team.size;

    if (count == 0)
        return;
    if (bytes > GATHER_MAX / size) {
        reduce_by_mpi(values, count, type, operation);
        return;
    }
    unsigned char *all = allocate(size, bytes);
    MPI_Allgather(values, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, MPI_COMM_WORLD);
    memcpy(values, all, bytes);
    for (size_t i = 1; i < size; i++)
        team_combine(values, all + i * bytes, count, type, operation);
    free(all);
}

void ranks_broadcast(struct rank_team *ranks, void *data, size_t bytes, int root)
{
    (void)ranks;
    for (unsigned char *place = data; bytes > 0;) {
        size_t now = bytes < MESSAGE_MAX ? bytes : MESSAGE_MAX;
        MPI_Bcast(place, (int)now, MPI_BYTE, root, MPI_COMM_WORLD);
        place += now;
        bytes -= now;
    }
}

/* The node's first rank asks for all of it and the others for nothing; then each asks where it lies
 * for itself. */
void *ranks_share(struct rank_team *ranks, size_t bytes)
{
    struct rank_window *window = allocate(1, sizeof *window);
    void *base = NULL;
    MPI_Aint size = ranks->team.local_rank == 0 ? (MPI_Aint)bytes + 4096 : 0;
    int unit;

    if (MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, ranks->node, &base, &window->window) !=
        MPI_SUCCESS)
        team_fail(&ranks->team, "MPI gives no %zu bytes of shared memory; give a smaller --size",
                  bytes);
    MPI_Win_shared_query(window->window, 0, &size, &unit, &base);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window->window);
    window->next = ranks->windows;
    ranks->windows = window;
    /* Windows begin at the same offset within a page in every rank, so all round up alike. */
    return (void *)(((uintptr_t)base + 4095) & ~(uintptr_t)4095);
}

/*
 * The ranges of all ranks, in order of rank, those of one node that touch joined
 * into one. `all` is overwritten; gives how many are left, with the node of each.
 */
static int join_ranges(const struct rank_team *ranks, int64_t *all, int count, int *node)
{
    int joined = 0;

    for (int i = 0; i < ranks->team.size * count; i++) {
        int64_t begin = all[2 * i], end = all[2 * i + 1];
        int of = ranks->node_of[i / count];
        if (begin >= end)
            continue;
        if (joined > 0 && node[joined - 1] == of && all[2 * joined - 1] == begin) {
            all[2 * joined - 1] = end;
            continue;
        }
        all[2 * joined] = begin;
        all[2 * joined + 1] = end;
        node[joined++] = of;
    }
    return joined;
}

/* Every node's leader sends its ranges to the others, straight from and into the array. */
static void send_ranges(struct rank_team *ranks, unsigned char *array, size_t element_bytes,
                        const int64_t *all, const int *node, int count)
{
    size_t piece = MESSAGE_MAX / element_bytes > 0 ? MESSAGE_MAX / element_bytes : 1, requests = 0;

    for (int i = 0; i < count; i++)
        requests += ((size_t)(all[2 * i + 1] - all[2 * i]) + piece - 1) / piece;
    MPI_Request *request = allocate(requests, sizeof *request);
    requests = 0;
    for (int i = 0; i < count; i++)
        for (size_t begin = (size_t)all[2 * i], end = (size_t)all[2 * i + 1]; begin < end;) {
            size_t now = end - begin < piece ? end - begin : piece;
            MPI_Ibcast(array + begin * element_bytes, (int)(now * element_bytes), MPI_BYTE, node[i],
                       ranks->leaders, &request[requests++]);
            begin += now;
        }
    MPI_Waitall((int)requests, request, MPI_STATUSES_IGNORE);
    free(request);
}

double ranks_shareable(void)
{
    struct statvfs about;

    return statvfs("/dev/shm", &about) == 0 ? (double)about.f_bavail * (double)about.f_frsize
                                            : HUGE_VAL;
}

void ranks_collect(struct rank_team *ranks, void *array, size_t element_bytes,
                   const int64_t *slices, int count)
{
    ranks_node_barrier(ranks);
    if (ranks->team.nodes == 1)
        return;
    size_t ranges = (size_t)ranks->team.size * (size_t)count;
    int64_t *all = allocate(2 * ranges, sizeof *all);
    int *node = allocate(ranges, sizeof *node);
    MPI_Allgather(slices, 2 * count, MPI_INT64_T, all, 2 * count, MPI_INT64_T, MPI_COMM_WORLD);
    int joined = join_ranges(ranks, all, count, node);
    if (ranks->leaders != MPI_COMM_NULL)
        send_ranges(ranks, array, element_bytes, all, node, joined);
    free(node);
    free(all);
    ranks_node_barrier(ranks);
}

void ranks_exchange(struct rank_team *ranks, const struct rank_message *messages, int count)
{
    MPI_Request *requests = allocate(2 * (size_t)count, sizeof *requests);
    size_t done = 0;
    int posted;

    (void)ranks;
    do {
        posted = 0;
        for (int i = 0; i < count; i++) {
            const struct rank_message *message = &messages[i];
            if (message->peer < 0 || message->bytes <= done)
                continue;
            size_t left = message->bytes - done, now = left < MESSAGE_MAX ? left : MESSAGE_MAX;
            MPI_Irecv((unsigned char *)message->receive + done, (int)now, MPI_BYTE, message->peer,
                      message->receive_tag, MPI_COMM_WORLD, &requests[posted++]);
            MPI_Isend((const unsigned char *)message->send + done, (int)now, MPI_BYTE,
                      message->peer, message->send_tag, MPI_COMM_WORLD, &requests[posted++]);
        }
        MPI_Waitall(posted, requests, MPI_STATUSES_IGNORE);
        done += MESSAGE_MAX;
    } while (posted > 0);
    free(requests);
}

static int64_t boundary(int64_t count, int ranks, int before)
{
    int64_t share = count / ranks, left = count % ranks;
    return share * before + (before < left ? before : left);
}

void ranks_node_part(const struct rank_team *ranks, int64_t count, int64_t *begin, int64_t *end)
{
    *begin = boundary(count, ranks->team.ranks, ranks->before);
    *end = boundary(count, ranks->team.ranks, ranks->before + ranks->team.local_size);
}

/* A hybrid thread may come here too; that MPI is not meant for it matters no more. */
void ranks_end(struct team *team)
{
    (void)team;
    MPI_Abort(MPI_COMM_WORLD, 1);
    _Exit(1);
}
