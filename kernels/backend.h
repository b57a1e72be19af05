/*
 * What a backend is to main(): how it starts its workers. Each executable is
 * linked with exactly one `backend`, in team_<name>.c.
 */
#ifndef SCALESTUDY_BACKEND_H
#define SCALESTUDY_BACKEND_H

#include "team.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct team_request {
    int workers; /* 0: one for each core that this process may use */
    int threads; /* hybrid only, threads of each rank; 0: the rank's share of the cores */
    bool bind;   /* each worker to a core of its own */
};

/* What every worker runs; the result of rank 0 becomes that of backend.run(). */
typedef int team_work(struct team *team, void *context);

struct backend {
    const char *name;
    const char *parallel; /* serial, threads, processes, ranks or hybrid */
    const char *workers;  /* what --workers means here, for --help */
    bool takes_threads;   /* whether --threads has a meaning */

    /*
     * Starts the workers, runs `work` on each, ends them. Gives the exit status:
     * what rank 0 returned, 1 if a worker died, 2 if the request cannot be met
     * (then it has said so on stderr).
     */
    int (*run)(const struct team_request *request, team_work *work, void *context);

    /* Whether this process is the one to speak before the team stands. NULL: there is but one. */
    bool (*speaks)(void);
};

extern const struct backend backend;

/*
 * How a team does what team.h promises. The number of bytes of an element
 * selects the type of a reduction together with `type`.
 */
enum team_type { TEAM_DOUBLE, TEAM_FLOAT, TEAM_INT64 };

struct team_operations {
    void (*barrier)(struct team *team);
    void (*allreduce)(struct team *team, void *values, size_t count, enum team_type type,
                      enum team_operation operation);
    void (*broadcast)(struct team *team, void *data, size_t bytes, int root);
    void *(*share)(struct team *team, size_t bytes);
    double (*shareable)(void); /* no function: as far as memory goes */
    void (*collect)(struct team *team, void *array, size_t element_bytes, int64_t begin,
                    int64_t end);
    void (*exchange)(struct team *team, int peer, const void *send, void *receive, size_t bytes);

    /*
     * This node's part of [0, count), and a counter that its workers share, set
     * to `begin` before any of them returns.
     */
    void *(*counter)(struct team *team, int64_t count, int64_t *begin, int64_t *end);
    void (*node_part)(const struct team *team, int64_t count, int64_t *begin, int64_t *end);

    void (*end)(struct team *team); /* the whole team, exit status 1; does not return */
};

size_t team_type_bytes(enum team_type type);

/* into[i] = into[i] (+ or max) from[i] */
void team_combine(void *into, const void *from, size_t count, enum team_type type,
                  enum team_operation operation);

#endif
