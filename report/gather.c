#include "gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* A setting with what its place in the report depends on. */
struct candidate {
    const struct setting *setting;
    uint32_t index;       /* of the setting */
    uint32_t model;       /* text id of the CPU type whose series it joins */
    size_t ok, rows;      /* warm-ups excluded */
    size_t backend_order; /* in the plan; behind all of them where it is not there */
};

/* Where each row belongs: the series of its setting, the place of its shape. */
struct sorting {
    uint32_t *series_of; /* per setting */
    uint32_t *place_of;  /* per shape: ascending with cores, nodes, ranks, threads */
    size_t series, places;
    uint32_t *row_series, *row_place; /* per row */
};

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* An unknown size comes first. */
static int compare_size(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(b) - isnan(a);
    return (a > b) - (a < b);
}

/* All but the CPU type. */
static int compare_curve(const struct candidate *a, const struct candidate *b)
{
    const struct setting *x = a->setting, *y = b->setting;
    int order = compare_u64(x->cluster_id, y->cluster_id);
    if (order == 0)
        order = compare_u64(x->kernel_id, y->kernel_id);
    if (order == 0)
        order = compare_size(x->size, y->size);
    if (order == 0)
        order = compare_u64(a->backend_order, b->backend_order);
    if (order == 0)
        order = compare_u64(x->backend_id, y->backend_id);
    return order == 0 ? compare_u64(x->scaling_id, y->scaling_id) : order;
}

static int by_curve(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    int order = compare_curve(a, b);
    return order == 0 ? compare_u64(a->index, b->index) : order;
}

static int by_curve_and_model(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    int order = compare_curve(a, b);
    if (order == 0)
        order = compare_u64(a->model, b->model);
    return order == 0 ? compare_u64(a->index, b->index) : order;
}

static size_t backend_order(const struct plan *plan, const char *name)
{
    size_t i = 0;
    while (plan != NULL && i < plan->backend_count && strcmp(plan->backends[i].name, name) != 0)
        i++;
    return i;
}

static struct candidate *list_candidates(const struct observations *all, const struct plan *plan,
                                         size_t *count)
{
    struct candidate *list = xcalloc(all->setting_count, sizeof *list);
    for (size_t i = 0; i < all->setting_count; i++) {
        const struct setting *setting = &all->settings[i];
        list[i] = (struct candidate){.setting = setting,
                                     .index = (uint32_t)i,
                                     .model = setting->cpu_id,
                                     .backend_order = backend_order(plan, setting->backend)};
    }
    for (size_t i = 0; i < all->count; i++)
        if (!all->rows[i].warmup) {
            list[all->rows[i].setting].rows++;
            list[all->rows[i].setting].ok += all->rows[i].status == RUN_OK;
        }
    *count = 0;
    for (size_t i = 0; i < all->setting_count; i++)
        if (list[i].rows > 0)
            list[(*count)++] = list[i];
    return list;
}

/* [begin, end) differ in their CPU type only. */
static void join_models(struct candidate *begin, const struct candidate *end)
{
    const struct candidate *most = begin;
    for (const struct candidate *c = begin; c < end; c++) {
        bool named = c->setting->cpu_id != 0, most_named = most->setting->cpu_id != 0;
        if (c->ok > 0 && named >= most_named &&
            (c->ok > most->ok || (named && !most_named) || most->ok == 0))
            most = c;
    }
    for (struct candidate *c = begin; c < end; c++)
        if (c->ok == 0 || c->setting->cpu_id == 0)
            c->model = most->setting->cpu_id;
}

static void join_all_models(struct candidate *list, size_t count)
{
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && compare_curve(&list[begin], &list[end]) == 0; end++)
            continue;
        join_models(&list[begin], &list[end]);
    }
}

static int by_text_id(const void *x, const void *y)
{
    const struct candidate *const *a = x, *const *b = y;
    int order = compare_u64((*a)->backend_order, (*b)->backend_order);
    return order == 0 ? compare_u64((*a)->setting->backend_id, (*b)->setting->backend_id) : order;
}

/* Backends numbered in their order, whatever the series. `ranks` is per candidate. */
static void rank_backends(const struct candidate *list, size_t count, size_t *ranks)
{
    const struct candidate **sorted = xcalloc(count, sizeof *sorted);
    size_t rank = 0;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &list[i];
    qsort(sorted, count, sizeof *sorted, by_text_id);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_text_id(&sorted[i - 1], &sorted[i]) != 0)
            rank++;
        ranks[sorted[i] - list] = rank;
    }
    free(sorted);
}

/* Opens a series for each curve and CPU type. */
static void list_series(const struct observations *all, const struct candidate *list, size_t count,
                        struct sorting *sorting, struct gathering *out, struct pool *pool)
{
    size_t *ranks = xcalloc(count, sizeof *ranks);
    rank_backends(list, count, ranks);
    out->series = pool_alloc(pool, count, sizeof *out->series);
    sorting->series_of = xcalloc(all->setting_count, sizeof *sorting->series_of);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_curve(&list[i - 1], &list[i]) != 0 ||
            list[i - 1].model != list[i].model) {
            struct gathered_series *series = &out->series[out->series_count++];
            series->setting = *list[i].setting;
            series->setting.cpu_id = list[i].model;
            series->setting.cpu_model = all->texts[list[i].model];
            series->backend_rank = ranks[i];
        }
        sorting->series_of[list[i].index] = (uint32_t)(out->series_count - 1);
    }
    sorting->series = out->series_count;
    free(ranks);
}

static int compare_shapes(const struct shape *a, const struct shape *b)
{
    int order = compare_i64(a->cores, b->cores);
    if (order == 0)
        order = compare_i64(a->nodes, b->nodes);
    if (order == 0)
        order = compare_i64(a->ranks, b->ranks);
    return order == 0 ? compare_i64(a->threads, b->threads) : order;
}

static int by_shape(const void *x, const void *y)
{
    const struct shape *const *a = x, *const *b = y;
    return compare_shapes(*a, *b);
}

static void place_shapes(const struct observations *all, struct sorting *sorting)
{
    const struct shape **sorted = xcalloc(all->shape_count, sizeof *sorted);
    sorting->place_of = xcalloc(all->shape_count, sizeof *sorting->place_of);
    for (size_t i = 0; i < all->shape_count; i++)
        sorted[i] = &all->shapes[i];
    qsort(sorted, all->shape_count, sizeof *sorted, by_shape);
    for (size_t i = 0; i < all->shape_count; i++) {
        if (i == 0 || compare_shapes(sorted[i - 1], sorted[i]) != 0)
            sorting->places++;
        sorting->place_of[sorted[i] - all->shapes] = (uint32_t)(sorting->places - 1);
    }
    free(sorted);
}

/* A counting sort of rows by their key, which keeps the order of equals. */
static void sort_rows(const uint32_t *key_of, size_t keys, const uint32_t *from, uint32_t *to,
                      size_t count)
{
    size_t *next = xcalloc(keys + 1, sizeof *next);
    for (size_t i = 0; i < count; i++)
        next[key_of[from[i]] + 1]++;
    for (size_t i = 0; i < keys; i++)
        next[i + 1] += next[i];
    for (size_t i = 0; i < count; i++)
        to[next[key_of[from[i]]]++] = from[i];
    free(next);
}

/* Keys are copied out of the rows first: they are met often and in any order. */
static uint32_t *sorted_rows(const struct observations *all, struct sorting *sorting,
                             struct pool *pool, size_t *count)
{
    uint32_t *rows = pool_alloc(pool, all->count, sizeof *rows);
    uint32_t *other = xcalloc(all->count, sizeof *other);
    sorting->row_series = xcalloc(all->count, sizeof *sorting->row_series);
    sorting->row_place = xcalloc(all->count, sizeof *sorting->row_place);
    *count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (!all->rows[i].warmup) {
            rows[(*count)++] = (uint32_t)i;
            sorting->row_series[i] = sorting->series_of[all->rows[i].setting];
            sorting->row_place[i] = sorting->place_of[all->rows[i].shape];
        }
    sort_rows(sorting->row_place, sorting->places, rows, other, *count);
    sort_rows(sorting->row_series, sorting->series, other, rows, *count);
    free(other);
    return rows;
}

static const struct shape *shape_of_point(const struct observations *all,
                                          const struct gathered_point *point)
{
    for (size_t i = 0; i < point->row_count; i++)
        if (all->rows[point->rows[i]].status == RUN_OK)
            return &all->shapes[all->rows[point->rows[i]].shape];
    return &all->shapes[all->rows[point->rows[0]].shape];
}

static bool same_point(const struct sorting *sorting, uint32_t a, uint32_t b)
{
    return sorting->row_series[a] == sorting->row_series[b] &&
           sorting->row_place[a] == sorting->row_place[b];
}

/* `rows` is sorted by series, then place: every stretch is a point. */
static void cut_points(const struct observations *all, const struct sorting *sorting,
                       const uint32_t *rows, size_t count, struct gathering *out,
                       struct pool *pool)
{
    size_t stretches = 0, made = 0;
    for (size_t i = 0; i < count; i++)
        stretches += i == 0 || !same_point(sorting, rows[i - 1], rows[i]);
    struct gathered_point *points = pool_alloc(pool, stretches, sizeof *points);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !same_point(sorting, rows[i - 1], rows[i])) {
            struct gathered_series *series = &out->series[sorting->row_series[rows[i]]];
            if (series->point_count++ == 0)
                series->points = &points[made];
            points[made++].rows = &rows[i];
        }
        points[made - 1].row_count++;
    }
    for (size_t i = 0; i < stretches; i++)
        points[i].shape = shape_of_point(all, &points[i]);
}

struct gathering gather(const struct observations *observations, const struct plan *plan,
                        struct pool *pool)
{
    struct gathering out = {0};
    struct sorting sorting = {0};
    size_t candidates, rows;
    struct candidate *list = list_candidates(observations, plan, &candidates);
    qsort(list, candidates, sizeof *list, by_curve);
    join_all_models(list, candidates);
    qsort(list, candidates, sizeof *list, by_curve_and_model);
    list_series(observations, list, candidates, &sorting, &out, pool);
    place_shapes(observations, &sorting);
    const uint32_t *sorted = sorted_rows(observations, &sorting, pool, &rows);
    cut_points(observations, &sorting, sorted, rows, &out, pool);
    free(sorting.series_of);
    free(sorting.place_of);
    free(sorting.row_series);
    free(sorting.row_place);
    free(list);
    return out;
}
