/*
 * The parts of a team that are the same for every backend.
 */
#include "team.h"

#include "backend.h"

#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

void team_barrier(struct team *team)
{
    team->operations->barrier(team);
}

void team_allreduce_double(struct team *team, double *values, size_t count,
                           enum team_operation operation)
{
    team->operations->allreduce(team, values, count, TEAM_DOUBLE, operation);
}

void team_allreduce_float(struct team *team, float *values, size_t count,
                          enum team_operation operation)
{
    team->operations->allreduce(team, values, count, TEAM_FLOAT, operation);
}

void team_allreduce_int64(struct team *team, int64_t *values, size_t count,
                          enum team_operation operation)
{
    team->operations->allreduce(team, values, count, TEAM_INT64, operation);
}

void team_broadcast(struct team *team, void *data, size_t bytes, int root)
{
    team->operations->broadcast(team, data, bytes, root);
}

void *team_share(struct team *team, size_t bytes)
{
    return team->operations->share(team, bytes == 0 ? 1 : bytes);
}

double team_shareable(const struct team *team)
{
    return team->operations->shareable != NULL ? team->operations->shareable() : HUGE_VAL;
}

void team_collect(struct team *team, void *array, size_t element_bytes, int64_t begin, int64_t end)
{
    team->operations->collect(team, array, element_bytes, begin, end > begin ? end : begin);
}

void team_exchange(struct team *team, int peer, const void *send, void *receive, size_t bytes)
{
    team->operations->exchange(team, peer, send, receive, bytes);
}

void team_deal(struct team *team, struct team_loop *loop, int64_t count, int64_t chunk)
{
    loop->chunk = chunk > 0 ? chunk : 1;
    loop->counter = team->operations->counter(team, count, &loop->next, &loop->end);
}

bool team_next_chunk(struct team_loop *loop, int64_t *begin, int64_t *end)
{
    _Atomic int64_t *counter = loop->counter;

    if (loop->next >= loop->end) /* seen to be empty: do not push the counter on for ever */
        return false;
    int64_t first = atomic_fetch_add_explicit(counter, loop->chunk, memory_order_relaxed);
    if (first >= loop->end) {
        loop->next = loop->end;
        return false;
    }
    *begin = first;
    *end = loop->end - first < loop->chunk ? loop->end : first + loop->chunk;
    return true;
}

void team_collect_dealt(struct team *team, void *array, size_t element_bytes, int64_t count)
{
    int64_t begin = 0, end = 0;

    if (team->local_rank == 0)
        team->operations->node_part(team, count, &begin, &end);
    team_collect(team, array, element_bytes, begin, end);
}

void team_part(const struct team *team, int64_t count, int64_t *begin, int64_t *end)
{
    int64_t share = count / team->size, left = count % team->size;

    *begin = share * team->rank + (team->rank < left ? team->rank : left);
    *end = *begin + share + (team->rank < left ? 1 : 0);
}

void team_fail(struct team *team, const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    fflush(stderr);
    team->operations->end(team);
    abort();
}

size_t team_type_bytes(enum team_type type)
{
    return type == TEAM_FLOAT   ? sizeof(float)
           : type == TEAM_INT64 ? sizeof(int64_t)
                                : sizeof(double);
}

/* One loop for each type and operation, each simple enough for a compiler to vectorise. */
#define COMBINE(type)                                                                              \
    static void combine_##type(type *into, const type *from, size_t count,                         \
                               enum team_operation operation)                                      \
    {                                                                                              \
        if (operation == TEAM_SUM)                                                                 \
            for (size_t i = 0; i < count; i++)                                                     \
                into[i] += from[i];                                                                \
        else                                                                                       \
            for (size_t i = 0; i < count; i++)                                                     \
                into[i] = into[i] < from[i] ? from[i] : into[i];                                   \
    }
COMBINE(double)
COMBINE(float)
COMBINE(int64_t)

void team_combine(void *into, const void *from, size_t count, enum team_type type,
                  enum team_operation operation)
{
    switch (type) {
    case TEAM_DOUBLE:
        combine_double(into, from, count, operation);
        break;
    case TEAM_FLOAT:
        combine_float(into, from, count, operation);
        break;
    case TEAM_INT64:
        combine_int64_t(into, from, count, operation);
        break;
    }
}
