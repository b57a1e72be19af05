/*
 * hybrid: OpenMP threads in each MPI rank. Every operation is one among the
 * threads, then one among the ranks by each rank's first thread, then again one
 * among the threads.
 */
#include "ranks.h"
#include "shared.h"

#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* What the threads of one rank share. */
struct crew {
    struct rank_team ranks;
    struct shared_group *group;
    int threads;
    bool bind;
    team_work *work;
    void *context;
    int status;
    int64_t *slices;               /* two for each thread: see collect() */
    struct rank_message *messages; /* one for each thread */
};

struct hybrid_team {
    struct team team;
    struct shared_team inner; /* the threads of this rank */
    struct crew *crew;
    unsigned loop;
};

static struct hybrid_team *hybrid_of(struct team *team)
{
    return (struct hybrid_team *)team;
}

static bool is_first(const struct hybrid_team *hybrid)
{
    return hybrid->inner.team.rank == 0;
}

static void barrier(struct team *team)
{
    struct hybrid_team *hybrid = hybrid_of(team);

    shared_barrier(&hybrid->inner);
    if (is_first(hybrid))
        ranks_barrier(&hybrid->crew->ranks);
    shared_barrier(&hybrid->inner);
}

static void allreduce(struct team *team, void *values, size_t count, enum team_type type,
                      enum team_operation operation)
{
    struct hybrid_team *hybrid = hybrid_of(team);

    shared_allreduce(&hybrid->inner, values, count, type, operation);
    if (is_first(hybrid))
        ranks_allreduce(&hybrid->crew->ranks, values, count, type, operation);
    shared_broadcast(&hybrid->inner, values, count * team_type_bytes(type), 0);
}

static void broadcast(struct team *team, void *data, size_t bytes, int root)
{
    struct hybrid_team *hybrid = hybrid_of(team);
    struct rank_team *ranks = &hybrid->crew->ranks;
    int rank = root / hybrid->crew->threads;

    if (rank == ranks->team.rank)
        shared_broadcast(&hybrid->inner, data, bytes, root % hybrid->crew->threads);
    if (is_first(hybrid))
        ranks_broadcast(ranks, data, bytes, rank);
    if (rank != ranks->team.rank)
        shared_broadcast(&hybrid->inner, data, bytes, 0);
}

static void *share(struct team *team, size_t bytes)
{
    struct hybrid_team *hybrid = hybrid_of(team);
    void *memory = NULL;

    if (is_first(hybrid))
        memory = ranks_share(&hybrid->crew->ranks, bytes);
    shared_broadcast(&hybrid->inner, &memory, sizeof memory, 0);
    return memory;
}

static void collect(struct team *team, void *array, size_t element_bytes, int64_t begin,
                    int64_t end)
{
    struct hybrid_team *hybrid = hybrid_of(team);
    struct crew *crew = hybrid->crew;

    crew->slices[2 * hybrid->inner.team.rank] = begin;
    crew->slices[2 * hybrid->inner.team.rank + 1] = end;
    shared_barrier(&hybrid->inner);
    if (is_first(hybrid))
        ranks_collect(&crew->ranks, array, element_bytes, crew->slices, crew->threads);
    shared_barrier(&hybrid->inner);
}

/*
 * Threads of one rank serve themselves; messages to other ranks are left for
 * the first thread. A message is told from others between the same two ranks
 * by the thread that receives it, who has but one peer at a time.
 */
static void exchange(struct team *team, int peer, const void *send, void *receive, size_t bytes)
{
    struct hybrid_team *hybrid = hybrid_of(team);
    struct crew *crew = hybrid->crew;
    int thread = hybrid->inner.team.rank;
    bool inside = peer >= 0 && peer / crew->threads == crew->ranks.team.rank;

    crew->messages[thread] = (struct rank_message){
        .peer = peer < 0 || inside ? TEAM_NOBODY : peer / crew->threads,
        .send_tag = peer < 0 ? 0 : peer % crew->threads,
        .receive_tag = thread,
        .send = send,
        .receive = receive,
        .bytes = bytes,
    };
    if (inside)
        shared_exchange(&hybrid->inner, peer % crew->threads, send, receive, bytes);
    shared_barrier(&hybrid->inner);
    if (is_first(hybrid))
        ranks_exchange(&crew->ranks, crew->messages, crew->threads);
    shared_barrier(&hybrid->inner);
}

static void node_part(const struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    ranks_node_part(&((const struct hybrid_team *)team)->crew->ranks, count, begin, end);
}

/* As in mpi; the barrier among the threads before keeps a slow one from losing its loop's counter.
 */
static void *counter(struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    struct hybrid_team *hybrid = hybrid_of(team);
    struct rank_team *ranks = &hybrid->crew->ranks;
    _Atomic int64_t *now =
        (_Atomic int64_t *)((unsigned char *)ranks->counters + 64 * (size_t)(hybrid->loop++ % 2));

    node_part(team, count, begin, end);
    shared_barrier(&hybrid->inner);
    if (is_first(hybrid)) {
        if (ranks->team.local_rank == 0)
            atomic_store(now, *begin);
        ranks_node_barrier(ranks);
    }
    shared_barrier(&hybrid->inner);
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

static int thread_main(struct crew *crew, int thread)
{
    struct hybrid_team own = {.crew = crew};
    const struct team *ranks = &crew->ranks.team;

    if (crew->bind)
        cpu_order_bind(&crew->ranks.cores, crew->ranks.place * crew->threads + thread);
    shared_join(&own.inner, crew->group, thread);
    own.team = (struct team){
        .rank = ranks->rank * crew->threads + thread,
        .size = ranks->size * crew->threads,
        .local_rank = ranks->local_rank * crew->threads + thread,
        .local_size = ranks->local_size * crew->threads,
        .nodes = ranks->nodes,
        .ranks = ranks->ranks,
        .operations = &operations,
    };
    return crew->work(&own.team, crew->context);
}

/* The thread that started MPI is the one that OpenMP counts as 0. */
static int run_threads(struct crew *crew)
{
    int started = 0;

    omp_set_dynamic(0);
#pragma omp parallel num_threads(crew->threads) default(none) shared(crew, started)
    {
        int thread = omp_get_thread_num();

        if (omp_get_num_threads() == crew->threads) {
            int own = thread_main(crew, thread);
            if (thread == 0)
                crew->status = own;
        }
        if (thread == 0)
            started = omp_get_num_threads();
    }
    if (started == crew->threads)
        return crew->status;
    fprintf(stderr,
            "OpenMP started %d threads instead of %d; raise OMP_THREAD_LIMIT or ask for fewer "
            "threads\n",
            started, crew->threads);
    ranks_end(&crew->ranks.team);
    return 1;
}

/* The number of threads, the same for every rank; -1 after a sentence where --workers and --threads
 * do not fit. */
static int settle_threads(struct crew *crew, const struct team_request *request)
{
    struct rank_team *ranks = &crew->ranks;
    int size = ranks->team.size, share = ranks->cores.cores / ranks->sharers;
    int64_t least = share > 0 ? -share : -1;

    ranks_allreduce(ranks, &least, 1, TEAM_INT64, TEAM_MAX); /* the smallest share decides */
    int threads = request->threads > 0   ? request->threads
                  : request->workers > 0 ? request->workers / size
                                         : (int)-least;
    if (request->workers > 0 && (threads < 1 || request->workers != threads * size)) {
        if (ranks->team.rank == 0)
            fprintf(stderr,
                    "--workers %d is not the %d MPI rank%s times the threads of each; leave it out "
                    "and give --threads\n",
                    request->workers, size, size == 1 ? "" : "s");
        return -1;
    }
    return threads;
}

static int run(const struct team_request *request, team_work *work, void *context)
{
    struct crew crew = {.work = work, .context = context};
    int status = 2;

    if (ranks_start(&crew.ranks) != 0)
        return 2;
    crew.ranks.team.operations = &operations; /* for team_fail() only */
    crew.threads = settle_threads(&crew, request);
    if (crew.threads > 0) {
        crew.bind = request->bind && omp_get_proc_bind() == omp_proc_bind_false;
        crew.group = shared_group_new(crew.threads, true,
                                      crew.threads * crew.ranks.sharers <= crew.ranks.cores.count);
        crew.slices = calloc(2 * (size_t)crew.threads, sizeof *crew.slices);
        crew.messages = calloc((size_t)crew.threads, sizeof *crew.messages);
        if (crew.group == NULL || crew.slices == NULL || crew.messages == NULL)
            team_fail(&crew.ranks.team, "no memory for %d threads; ask for fewer with --threads",
                      crew.threads);
        status = run_threads(&crew);
    }
    free(crew.slices);
    free(crew.messages);
    shared_group_free(crew.group);
    ranks_stop(&crew.ranks);
    return status;
}

const struct backend backend = {
    .name = "hybrid",
    .parallel = "hybrid",
    .workers =
        "MPI ranks times OpenMP threads: start the ranks with mpirun or srun, and give --threads",
    .takes_threads = true,
    .run = run,
    .speaks = ranks_speak,
};
