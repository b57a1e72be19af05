#define _GNU_SOURCE
#include "fates.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

struct task_fate *task_fates_add(struct task_fates *fates, const char *task, const char *job)
{
    array_grow(&fates->list, fates->count, &fates->capacity, sizeof *fates->list);
    struct task_fate *fate = &fates->list[fates->count++];
    *fate = (struct task_fate){.task = xstrdup(task), .job = xstrdup(job), .status = "missing",
                               .reason = xstrdup(""), .cpu_seconds = NAN, .memory_bytes = NAN,
                               .energy_joules = NAN};
    return fate;
}

/* Equal ones in the order of their addition. */
static int compare(const struct task_fates *fates, size_t a, size_t b, bool of_task)
{
    const struct task_fate *x = &fates->list[a], *y = &fates->list[b];
    int order = of_task ? strcmp(x->task, y->task) : strcmp(x->job, y->job);
    return order != 0 ? order : (a > b) - (a < b);
}

static int by_task(const void *a, const void *b, void *fates)
{
    return compare(fates, *(const size_t *)a, *(const size_t *)b, true);
}

static int by_job(const void *a, const void *b, void *fates)
{
    return compare(fates, *(const size_t *)a, *(const size_t *)b, false);
}

static size_t *sorted(struct task_fates *fates, int (*order)(const void *, const void *, void *))
{
    size_t *indexes = xcalloc(fates->count + 1, sizeof *indexes);
    for (size_t i = 0; i < fates->count; i++)
        indexes[i] = i;
    if (fates->count > 1)
        qsort_r(indexes, fates->count, sizeof *indexes, order, fates);
    return indexes;
}

void task_fates_sort(struct task_fates *fates)
{
    free(fates->by_task);
    free(fates->by_job);
    fates->by_task = sorted(fates, by_task);
    fates->by_job = sorted(fates, by_job);
}

/* The last of those that have this text. */
static const struct task_fate *find(const struct task_fates *fates, const size_t *order,
                                    const char *text, bool of_task)
{
    size_t low = 0, high = fates->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct task_fate *fate = &fates->list[order[middle]];
        if (strcmp(of_task ? fate->task : fate->job, text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct task_fate *last = &fates->list[order[low - 1]];
    return strcmp(of_task ? last->task : last->job, text) == 0 ? last : NULL;
}

const struct task_fate *task_fates_of_task(const struct task_fates *fates, const char *task)
{
    return find(fates, fates->by_task, task, true);
}

const struct task_fate *task_fates_of_job(const struct task_fates *fates, const char *job)
{
    return find(fates, fates->by_job, job, false);
}

void task_fates_free(struct task_fates *fates)
{
    for (size_t i = 0; i < fates->count; i++) {
        free(fates->list[i].task);
        free(fates->list[i].job);
        free(fates->list[i].reason);
    }
    free(fates->list);
    free(fates->by_task);
    free(fates->by_job);
    *fates = (struct task_fates){0};
}
