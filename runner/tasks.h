/*
 * How a plan's runs are dealt out to jobs. An array is what sbatch is asked for
 * once: one shape (nodes, tasks, cores of a task), which Slurm keeps uniform in
 * a job array; a task is one of its elements: one block. With the layout
 * "array" a wave has an array for each shape of its points, all backends of
 * that shape inside; "packed" has one array of whole nodes with all points; on
 * this machine a single task, "local", holds everything.
 *
 * Arrays are computed from the plan, never stored: their order is that of the
 * waves, then of the first point of each shape.
 */
#ifndef SCALESTUDY_TASKS_H
#define SCALESTUDY_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "planfile.h"
#include "schedule.h"

struct task_shape {
    int64_t nodes;
    int64_t tasks; /* of all nodes: MPI ranks; 1 for threads and processes */
    int64_t cores; /* physical ones, of each task */
};

enum { TASK_NAME_SIZE = 128 };

struct task_array {
    char key[TASK_NAME_SIZE]; /* "w0-1x1x28": the wave and the shape; a file name */
    size_t wave;
    struct task_shape shape;
    int64_t first_block, blocks;
    bool packed;    /* holds all points of the wave, not those of its shape alone */
    int64_t points; /* that it holds */
};

/* All arrays of the plan; the caller frees the list. NULL with *count 0 for a local plan. */
struct task_array *task_arrays(const struct plan *plan, size_t *count);

/* By its key; false where the plan has none of that name. */
bool task_array_find(const struct plan *plan, const char *key, struct task_array *array);

/* "w0-1x1x28-b3": names the element's records and logs. In `name`, which is returned. */
const char *task_name(char name[TASK_NAME_SIZE], const char *key, int64_t block);

/* Whether the array's element of that block executes this run. */
bool task_holds(const struct plan *plan, const struct task_array *array, int64_t block,
                const struct planned_run *run);

/* The index in `arrays` (all of the plan's) that holds a wave's point:
 * map[wave * plan->point_count + point]. The caller frees it. */
size_t *task_map(const struct plan *plan, const struct task_array *arrays, size_t count);

/* What a point is asked for with, when it has an allocation of its own. */
struct task_shape task_shape_of_point(const struct plan *plan, const struct plan_point *point);

/* Seconds that a task can last if every run takes as long as it may. */
double task_longest(const struct plan *plan, const struct task_array *array);

/* The time limit that is asked for, in whole minutes: the study's, else the longest
 * that the task can last with a minute for starting, within the cluster's limit. */
int64_t task_time_limit_minutes(const struct plan *plan, const struct task_array *array);

/* Cores that are charged while a task runs, as the cluster counts them. */
double task_charged_cores(const struct plan *plan, const struct task_array *array);

#endif
