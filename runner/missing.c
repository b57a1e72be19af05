#include "missing.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "records.h"
#include "schedule.h"

static void mark(struct missing *missing, const struct plan *plan, const size_t *array_of,
                 const struct records_index *index, bool retry_failed)
{
    struct schedule schedule;
    struct planned_run run;
    schedule_begin(&schedule, plan);
    while (schedule_next(&schedule, &run)) {
        const struct record_place *place = &index->places[run.order];
        if (retry_failed ? place->ok : place->file != UINT32_MAX) {
            missing->runs_recorded++;
            continue;
        }
        missing->runs_lacking++;
        if (run.warmup || missing->count == 0)
            continue;
        struct missing_array *array =
            &missing->arrays[array_of[run.wave * plan->point_count + run.point]];
        array->lacks[run.block - array->array.first_block] = true;
    }
    schedule_end(&schedule);
}

int missing_find(struct missing *missing, const char *folder, const struct plan *plan,
                 bool retry_failed, struct error *err)
{
    struct records_index index;
    if (records_index(&index, folder, NULL, schedule_count(plan), NULL, NULL, err) != 0)
        return -1;
    *missing = (struct missing){0};
    struct task_array *arrays = task_arrays(plan, &missing->count);
    missing->arrays = xcalloc(missing->count, sizeof *missing->arrays);
    for (size_t i = 0; i < missing->count; i++) {
        missing->arrays[i].array = arrays[i];
        missing->arrays[i].lacks = xcalloc((size_t)arrays[i].blocks, sizeof(bool));
    }
    size_t *array_of = task_map(plan, arrays, missing->count);
    mark(missing, plan, array_of, &index, retry_failed);
    free(array_of);
    free(arrays);
    records_index_free(&index);
    return 0;
}

void missing_free(struct missing *missing)
{
    for (size_t i = 0; i < missing->count; i++)
        free(missing->arrays[i].lacks);
    free(missing->arrays);
    *missing = (struct missing){0};
}

const struct missing_array *missing_array(const struct missing *missing, const char *key)
{
    for (size_t i = 0; i < missing->count; i++)
        if (strcmp(missing->arrays[i].array.key, key) == 0)
            return &missing->arrays[i];
    return NULL;
}
