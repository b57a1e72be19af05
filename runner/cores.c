#include "cores.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { GRID_LEAST = 8, GRID_MOST = 14 };

/* Ascending and unique at any time. */
struct grid {
    int64_t counts[32];
    size_t count;
    int64_t node;
};

static void add(struct grid *grid, int64_t cores)
{
    size_t place = 0;

    while (place < grid->count && grid->counts[place] < cores)
        place++;
    if (place < grid->count && grid->counts[place] == cores)
        return;
    memmove(&grid->counts[place + 1], &grid->counts[place],
            (grid->count - place) * sizeof grid->counts[0]);
    grid->counts[place] = cores;
    grid->count++;
}

/* A count that is welcome but not needed: only while there is room, and not
 * where a neighbour within a sixteenth of the node says the same. */
static void offer(struct grid *grid, int64_t cores)
{
    if (cores < 1 || cores > grid->node || grid->count >= GRID_MOST)
        return;
    for (size_t i = 0; i < grid->count; i++)
        if (16 * llabs(grid->counts[i] - cores) < grid->node)
            return;
    add(grid, cores);
}

/* Beyond 512 cores powers of four: with those of two there would be no room
 * for the upper half, where models differ. */
static void add_powers(struct grid *grid)
{
    int64_t step = grid->node > 512 ? 4 : 2;

    for (int64_t power = 1; power < grid->node; power *= step)
        add(grid, power);
    add(grid, grid->node);
}

/* The first socket's border from both sides, where memory becomes remote; of
 * the other sockets the full ones. */
static void add_borders(struct grid *grid, int64_t packages)
{
    int64_t socket = packages > 1 && grid->node % packages == 0 ? grid->node / packages : 0;

    if (socket < 2) /* virtual machines call every CPU a socket */
        return;
    add(grid, socket);
    add(grid, socket + 1);
    for (int64_t full = packages - 1; full > 1 && grid->count < GRID_MOST - 2; full--)
        add(grid, full * socket);
}

/*
 * Multiples of this fill the grid: an eighth of the node where that is an even
 * number (halves and quarters of sockets and NUMA nodes are among them), else
 * the power of two nearest to it (2^k to 2^(k+1) by their geometric mean).
 */
static int64_t granule(int64_t node)
{
    int64_t power = 1;

    if (node % 16 == 0)
        return node / 8;
    while (node * node > 128 * power * power)
        power *= 2;
    return power;
}

static void fill_by_eighths(struct grid *grid)
{
    static const int64_t eighths[] = {6, 4, 7, 5, 3, 2}; /* most telling first */
    int64_t unit = granule(grid->node);

    for (size_t i = 0; i < sizeof eighths / sizeof *eighths; i++)
        offer(grid, (eighths[i] * grid->node + 4 * unit) / (8 * unit) * unit);
}

/* The middle of the widest gap by ratio; of equals the upper one. */
static void fill_widest_gap(struct grid *grid)
{
    size_t widest = 0; /* the gap below counts[widest]; 0 none */

    for (size_t i = 1; i < grid->count; i++) {
        const int64_t *c = grid->counts;
        bool has_room = c[i] - c[i - 1] > 1;
        if (has_room && (widest == 0 || c[i] * c[widest - 1] >= c[widest] * c[i - 1]))
            widest = i;
    }
    if (widest > 0)
        add(grid, (grid->counts[widest - 1] + grid->counts[widest] + 1) / 2);
}

int64_t *cores_grid(int64_t cores, int64_t packages, size_t *count)
{
    struct grid grid = {.node = cores < 1 ? 1 : cores > STUDY_MAX_CORES ? STUDY_MAX_CORES : cores};

    add_powers(&grid);
    add_borders(&grid, packages);
    fill_by_eighths(&grid);
    while (grid.count < GRID_LEAST && (int64_t)grid.count < grid.node)
        fill_widest_gap(&grid);

    int64_t *counts = xreallocarray(NULL, grid.count, sizeof *counts);
    memcpy(counts, grid.counts, grid.count * sizeof *counts);
    *count = grid.count;
    return counts;
}

static int resolve_one(const struct study_cores *entry, int64_t cores_per_node, int64_t *cores,
                       struct error *err)
{
    if (entry->node_parts <= 0) {
        *cores = entry->count;
    } else if (cores_per_node < 1) {
        return error_set(err, "%s: a part of a node is asked for, and the cores of a node are not known",
                         entry->place.text);
    } else if (entry->node_count > INT64_MAX / cores_per_node) {
        *cores = INT64_MAX;
    } else {
        *cores = entry->node_count * cores_per_node / entry->node_parts;
        if (*cores == 0)
            *cores = 1;
    }
    if (*cores < 1)
        return error_set(err, "%s: a core count must be 1 or more", entry->place.text);
    if (*cores > STUDY_MAX_CORES)
        return error_set(err, "%s: more than %d cores are asked for, and that is the most",
                         entry->place.text, STUDY_MAX_CORES);
    return 0;
}

static int ascending(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int64_t *cores_resolve(const struct study_cores_list *list, int64_t cores_per_node,
                       int64_t packages, size_t *count, struct error *err)
{
    if (list->automatic && cores_per_node < 1) {
        error_set(err, "\"cores\": \"auto\" needs the cores of a node, which are not known");
        return NULL;
    }
    if (list->automatic)
        return cores_grid(cores_per_node, packages, count);

    int64_t *counts = xcalloc(list->count, sizeof *counts);
    for (size_t i = 0; i < list->count; i++)
        if (resolve_one(&list->list[i], cores_per_node, &counts[i], err) != 0) {
            free(counts);
            return NULL;
        }
    qsort(counts, list->count, sizeof *counts, ascending);

    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || counts[i] != counts[kept - 1])
            counts[kept++] = counts[i];
    *count = kept;
    return counts;
}
