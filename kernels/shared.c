/*
 * Memory layout of a group: the barrier and the loop counters, then for each
 * worker an outbox and two pieces of SHARED_PIECE bytes, then the arena from
 * which team_share() gives. Everything is mapped before the workers start, so
 * that forked workers see it at the same address; pages cost nothing until they
 * are touched.
 */
#include "shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a worker shows to one peer at a time. `posted` counts pieces shown, `taken` pieces the peer
 * is done with. */
struct outbox {
    struct gate_count posted, taken;
    _Atomic int to;
    const void *data;
};

struct member {
    struct outbox outbox;
    _Alignas(64) unsigned char pieces[2][SHARED_PIECE];
    unsigned char outgoing[SHARED_PIECE];  /* what the outbox shows to another process */
    unsigned char result[2][SHARED_PIECE]; /* used in the first member only */
};

struct shared_group {
    struct gate_barrier barrier;
    _Alignas(64) _Atomic int64_t counters[2][8]; /* a cache line each */
    struct gate_manner manner;
    int workers;
    size_t bytes; /* of the whole mapping */
    size_t arena_bytes;
    unsigned char *arena;
    struct member members[];
};

static const struct team_operations operations;

static size_t round_up(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

static size_t page_round(size_t bytes)
{
    return round_up(bytes, (size_t)sysconf(_SC_PAGESIZE));
}

/*
 * `head` bytes and an arena as large as the machine's memory, since nobody knows
 * yet what a workload will ask for; where a limit forbids that, half, and so on.
 * Threads need no shared mapping, and get large pages more easily without.
 */
static void *map_memory(size_t head, size_t *arena, bool one_process)
{
    int flags = MAP_ANONYMOUS | MAP_NORESERVE | (one_process ? MAP_PRIVATE : MAP_SHARED);
    size_t most = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);

    for (size_t bytes = most; bytes >= ((size_t)1 << 16); bytes /= 2) {
        *arena = page_round(bytes);
        void *memory = mmap(NULL, head + *arena, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (memory != MAP_FAILED)
            return memory;
    }
    return NULL;
}

struct shared_group *shared_group_new(int workers, bool one_process, bool spare)
{
    size_t head = page_round(sizeof(struct shared_group) + (size_t)workers * sizeof(struct member));
    size_t arena = 0;
    struct shared_group *group = map_memory(head, &arena, one_process);

    if (group == NULL)
        return NULL;
    group->workers = workers;
    group->manner.one_process = one_process;
    /* 2000 pauses are 20 to 80 us, about what a block and a wake-up cost. */
    group->manner.spins = spare ? 2000 : 0;
    group->bytes = head + arena;
    group->arena = (unsigned char *)group + head;
    group->arena_bytes = arena;
    return group;
}

void shared_group_free(struct shared_group *group)
{
    if (group != NULL)
        munmap(group, group->bytes);
}

void shared_join(struct shared_team *team, struct shared_group *group, int rank)
{
    memset(team, 0, sizeof *team);
    team->team.rank = team->team.local_rank = rank;
    team->team.size = team->team.local_size = group->workers;
    team->team.nodes = team->team.ranks = 1;
    team->team.operations = &operations;
    team->group = group;
}

void shared_barrier(struct shared_team *team)
{
    struct shared_group *group = team->group;

    if (group->workers > 1)
        gate_barrier_wait(&group->barrier, (uint32_t)group->workers, group->manner);
}

/*
 * Each use of the pieces takes the other of two sets. A worker can come to use
 * a set again only after the barrier of the use between, and that one lets
 * nobody pass who has not finished reading the first: one barrier a use is enough.
 */
static unsigned next_turn(struct shared_team *team)
{
    return team->turn++ % 2;
}

void shared_broadcast(struct shared_team *team, void *data, size_t bytes, int root)
{
    struct shared_group *group = team->group;
    unsigned char *place = data;

    if (group->workers == 1)
        return;
    while (bytes > 0) {
        size_t now = bytes < SHARED_PIECE ? bytes : SHARED_PIECE;
        unsigned char *piece = group->members[root].pieces[next_turn(team)];

        if (team->team.rank == root)
            memcpy(piece, place, now);
        shared_barrier(team);
        if (team->team.rank != root)
            memcpy(place, piece, now);
        place += now;
        bytes -= now;
    }
}

/* The values of all workers, in order of rank, from the pieces of this turn: elements [begin, end)
 * to `out`. */
static void combine_pieces(const struct shared_group *group, unsigned turn, void *out, size_t begin,
                           size_t end, enum team_type type, enum team_operation operation)
{
    size_t width = team_type_bytes(type);

    memcpy(out, group->members[0].pieces[turn] + begin * width, (end - begin) * width);
    for (int i = 1; i < group->workers; i++)
        team_combine(out, group->members[i].pieces[turn] + begin * width, end - begin, type,
                     operation);
}

/*
 * Few values: everybody adds up everything, which needs one barrier. Many:
 * everybody adds up its own part for all, a barrier more and p times less work.
 */
void shared_allreduce(struct shared_team *team, void *values, size_t count, enum team_type type,
                      enum team_operation operation)
{
    struct shared_group *group = team->group;
    size_t width = team_type_bytes(type), few = 64;
    unsigned char *place = values;

    if (group->workers == 1)
        return;
    while (count > 0) {
        size_t now = count < SHARED_PIECE / width ? count : SHARED_PIECE / width;
        unsigned turn = next_turn(team);
        unsigned char *result = group->members[0].result[turn];

        memcpy(group->members[team->team.rank].pieces[turn], place, now * width);
        shared_barrier(team);
        if (now <= few) {
            combine_pieces(group, turn, place, 0, now, type, operation);
        } else {
            int64_t begin, end;

            team_part(&team->team, (int64_t)now, &begin, &end);
            if (begin < end)
                combine_pieces(group, turn, result + (size_t)begin * width, (size_t)begin,
                               (size_t)end, type, operation);
            shared_barrier(team);
            memcpy(place, result, now * width);
        }
        place += now * width;
        count -= now;
    }
}

/*
 * Waits for a piece from `box` to `rank`; what is in it for others is left to
 * them. The order of the three loads matters: the owner names the next reader
 * only when the last piece was taken, so with `to` comes a count of `taken` at
 * least that new.
 */
static void await_piece(struct outbox *box, int rank, struct gate_manner manner)
{
    for (;;) {
        uint32_t posted = atomic_load(&box->posted.value);

        if (atomic_load(&box->to) == rank && posted - atomic_load(&box->taken.value) == 1)
            return;
        gate_wait_change(&box->posted, posted, manner);
    }
}

/*
 * Only the two peers wait for each other. Threads read each other's memory
 * where it is; processes show it piece by piece.
 */
void shared_exchange(struct shared_team *team, int peer, const void *send, void *receive,
                     size_t bytes)
{
    struct shared_group *group = team->group;
    bool direct = group->manner.one_process;

    if (peer < 0 || bytes == 0)
        return;
    if (peer == team->team.rank) {
        memcpy(receive, send, bytes);
        return;
    }
    struct member *mine = &group->members[team->team.rank], *theirs = &group->members[peer];
    const unsigned char *from = send;
    unsigned char *into = receive;

    while (bytes > 0) {
        size_t now = direct || bytes < SHARED_PIECE ? bytes : SHARED_PIECE;
        uint32_t taken = atomic_load(&mine->outbox.taken.value);

        atomic_store(&mine->outbox.to, peer);
        if (direct)
            mine->outbox.data = from;
        else
            memcpy(mine->outgoing, from, now);
        gate_advance(&mine->outbox.posted, group->manner);

        await_piece(&theirs->outbox, team->team.rank, group->manner);
        memcpy(into, direct ? theirs->outbox.data : theirs->outgoing, now);
        gate_advance(&theirs->outbox.taken, group->manner);

        gate_wait_change(&mine->outbox.taken, taken, group->manner);
        from += now;
        into += now;
        bytes -= now;
    }
}

/* ---- the operations of a team that is one group ---- */

static void barrier(struct team *team)
{
    shared_barrier((struct shared_team *)team);
}

static void allreduce(struct team *team, void *values, size_t count, enum team_type type,
                      enum team_operation operation)
{
    shared_allreduce((struct shared_team *)team, values, count, type, operation);
}

static void broadcast(struct team *team, void *data, size_t bytes, int root)
{
    shared_broadcast((struct shared_team *)team, data, bytes, root);
}

static void exchange(struct team *team, int peer, const void *send, void *receive, size_t bytes)
{
    shared_exchange((struct shared_team *)team, peer, send, receive, bytes);
}

/* Nothing to copy: the array is the same memory for all. */
static void collect(struct team *team, void *array, size_t element_bytes, int64_t begin,
                    int64_t end)
{
    (void)array, (void)element_bytes, (void)begin, (void)end;
    barrier(team);
}

/*
 * All ask for the same sizes in the same order, so each finds the place without
 * asking the others. Large arrays begin at a large page and ask for more of them.
 */
static void *share(struct team *team, size_t bytes)
{
    static const size_t huge = (size_t)2 << 20;
    struct shared_team *own = (struct shared_team *)team;
    struct shared_group *group = own->group;
    size_t place = own->arena_used;

    if (bytes >= 2 * huge) {
        size_t from = (size_t)((uintptr_t)group->arena % huge);
        place = round_up(from + place, huge) - from;
    }
    if (place > group->arena_bytes || bytes > group->arena_bytes - place)
        team_fail(team, "this machine has no %zu bytes of memory to share; give a smaller --size",
                  bytes);
    own->arena_used = page_round(place + bytes);
    if (bytes >= 2 * huge)
        madvise(group->arena + place, page_round(bytes), MADV_HUGEPAGE); /* only ever a wish */
    return group->arena + place;
}

static void node_part(const struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    (void)team;
    *begin = 0;
    *end = count;
}

/*
 * Two counters take turns, and the one of the next loop is set back here: the
 * barrier shows that nobody is in the loop before this one any more.
 */
static void *counter(struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    struct shared_team *own = (struct shared_team *)team;
    struct shared_group *group = own->group;
    unsigned now = own->loop++ % 2;

    node_part(team, count, begin, end);
    barrier(team);
    atomic_store_explicit(&group->counters[1 - now][0], 0, memory_order_relaxed);
    return &group->counters[now][0];
}

/* Threads end with their process; of processes the parent sees one leave early and ends the others.
 */
static void end(struct team *team)
{
    (void)team;
    _exit(1);
}

static const struct team_operations operations = {
    .barrier = barrier,
    .allreduce = allreduce,
    .broadcast = broadcast,
    .share = share,
    .collect = collect,
    .exchange = exchange,
    .counter = counter,
    .node_part = node_part,
    .end = end,
};
