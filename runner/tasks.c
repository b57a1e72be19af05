#include "tasks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { STARTING_SECONDS = 60 };

static int64_t divided_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

struct task_shape task_shape_of_point(const struct plan *plan, const struct plan_point *point)
{
    const char *parallel = plan->backends[point->backend].parallel;
    struct task_shape shape = {.nodes = point->nodes, .tasks = 1, .cores = point->allocated_cores};
    if (strcmp(parallel, "ranks") == 0 || strcmp(parallel, "hybrid") == 0) {
        shape.cores = point->threads;
        shape.tasks = divided_up(point->allocated_cores, point->threads);
        shape.nodes = divided_up(shape.tasks * shape.cores, plan->cluster.cores_per_node);
        if (shape.nodes < point->nodes)
            shape.nodes = point->nodes;
    }
    return shape;
}

static bool same_shape(const struct task_shape *a, const struct task_shape *b)
{
    return a->nodes == b->nodes && a->tasks == b->tasks && a->cores == b->cores;
}

/* Whole nodes for the largest of the points, a task for each core. */
static struct task_shape packed_shape(const struct plan *plan, const struct plan_wave *wave)
{
    int64_t nodes = 1, per_node = plan->cluster.cores_per_node;
    for (size_t i = 0; i < wave->points; i++) {
        struct task_shape one = task_shape_of_point(plan, &plan->points[plan_wave_point(wave, i)]);
        nodes = one.nodes > nodes ? one.nodes : nodes;
    }
    return (struct task_shape){.nodes = nodes, .tasks = nodes * per_node, .cores = 1};
}

struct array_list {
    struct task_array *list;
    size_t count, capacity;
};

static struct task_array *add_array(struct array_list *arrays, const struct plan *plan, size_t wave,
                                    struct task_shape shape)
{
    array_grow(&arrays->list, arrays->count, &arrays->capacity, sizeof *arrays->list);
    struct task_array *array = &arrays->list[arrays->count++];
    *array = (struct task_array){.wave = wave,
                                 .shape = shape,
                                 .first_block = plan->waves[wave].first_block,
                                 .blocks = plan->waves[wave].blocks};
    snprintf(array->key, sizeof array->key, "w%zu-%lldx%lldx%lld", wave, (long long)shape.nodes,
             (long long)shape.tasks, (long long)shape.cores);
    return array;
}

static void add_shapes(struct array_list *arrays, const struct plan *plan, size_t wave)
{
    size_t before = arrays->count;
    for (size_t i = 0; i < plan->waves[wave].points; i++) {
        const struct plan_point *point = &plan->points[plan_wave_point(&plan->waves[wave], i)];
        struct task_shape shape = task_shape_of_point(plan, point);
        size_t a = before;
        while (a < arrays->count && !same_shape(&arrays->list[a].shape, &shape))
            a++;
        if (a == arrays->count)
            add_array(arrays, plan, wave, shape);
        arrays->list[a].points++;
    }
}

struct task_array *task_arrays(const struct plan *plan, size_t *count)
{
    struct array_list arrays = {0};
    *count = 0;
    if (plan_is_local(plan))
        return NULL;
    bool packed = strcmp(plan->layout, "packed") == 0;
    for (size_t w = 0; w < plan->wave_count; w++) {
        const struct plan_wave *wave = &plan->waves[w];
        if (wave->blocks == 0 || wave->points == 0)
            continue;
        if (!packed) {
            add_shapes(&arrays, plan, w);
            continue;
        }
        struct task_array *array = add_array(&arrays, plan, w, packed_shape(plan, wave));
        array->packed = true;
        array->points = (int64_t)wave->points;
    }
    *count = arrays.count;
    return arrays.list;
}

bool task_array_find(const struct plan *plan, const char *key, struct task_array *array)
{
    size_t count;
    struct task_array *list = task_arrays(plan, &count);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = strcmp(list[i].key, key) == 0;
        if (found)
            *array = list[i];
    }
    free(list);
    return found;
}

const char *task_name(char name[TASK_NAME_SIZE], const char *key, int64_t block)
{
    snprintf(name, TASK_NAME_SIZE, "%.100s-b%lld", key, (long long)block);
    return name;
}

bool task_holds(const struct plan *plan, const struct task_array *array, int64_t block,
                const struct planned_run *run)
{
    if (run->wave != array->wave || run->block != block)
        return false;
    if (array->packed)
        return true;
    struct task_shape shape = task_shape_of_point(plan, &plan->points[run->point]);
    return same_shape(&shape, &array->shape);
}

size_t *task_map(const struct plan *plan, const struct task_array *arrays, size_t count)
{
    size_t *map = xcalloc(plan->wave_count * plan->point_count + 1, sizeof *map);
    for (size_t a = 0; a < count; a++) {
        const struct plan_wave *wave = &plan->waves[arrays[a].wave];
        for (size_t i = 0; i < wave->points; i++) {
            struct planned_run run = {.wave = arrays[a].wave, .point = plan_wave_point(wave, i),
                                      .block = arrays[a].first_block};
            if (task_holds(plan, &arrays[a], run.block, &run))
                map[run.wave * plan->point_count + run.point] = a;
        }
    }
    return map;
}

double task_longest(const struct plan *plan, const struct task_array *array)
{
    return (double)array->points * (double)(plan->runs + plan->warmups) * plan->timeout;
}

int64_t task_time_limit_minutes(const struct plan *plan, const struct task_array *array)
{
    const struct plan_cluster *cluster = &plan->cluster;
    double seconds = task_longest(plan, array) + STARTING_SECONDS;
    if (cluster->time_limit > 0) /* false for NAN */
        seconds = cluster->time_limit;
    else if (cluster->max_time > 0 && seconds > cluster->max_time)
        return (int64_t)floor(cluster->max_time / 60);
    return (int64_t)ceil(seconds / 60);
}

double task_charged_cores(const struct plan *plan, const struct task_array *array)
{
    const struct plan_cluster *cluster = &plan->cluster;
    double nodes = (double)array->shape.nodes, per_node = (double)cluster->cores_per_node;
    /* All nodes are asked for as many tasks, and 29 tasks on two nodes are granted 30's cores. */
    double cores =
        nodes * (double)(divided_up(array->shape.tasks, array->shape.nodes) * array->shape.cores);
    if (cluster->exclusive || cluster->whole_nodes || array->packed)
        cores = nodes * per_node;
    if (cluster->memory_mib > 0 && cluster->charge_memory_gib_per_core > 0)
        cores = fmax(cores, nodes * ceil(cluster->memory_mib / 1024 /
                                         cluster->charge_memory_gib_per_core));
    double granule = cluster->charge_granule > 0 ? (double)cluster->charge_granule : 1;
    double weight = cluster->charge_weight > 0 ? cluster->charge_weight : 1;
    return ceil(cores / granule) * granule * weight;
}
