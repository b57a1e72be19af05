#include "observations_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return mix(hash, 0);
}

/* Same bits for the same number: there is one NAN and one zero. */
double observations_canonical(double value)
{
    return isnan(value) ? NAN : value + 0.0;
}

static uint64_t hash_setting(const struct setting *setting)
{
    const char *const texts[] = {setting->cluster, setting->cpu_model, setting->kernel,
                                 setting->backend, setting->scaling};
    uint64_t hash = 0, bits;
    memcpy(&bits, &setting->size, sizeof bits);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        hash = mix(hash, hash_text(texts[i]));
    return mix(hash, bits);
}

static uint64_t hash_shape(const struct shape *shape)
{
    uint64_t words[sizeof *shape / sizeof(uint64_t)], hash = 0;
    memcpy(words, shape, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        hash = mix(hash, words[i]);
    return hash;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_setting(const struct setting *a, const struct setting *b)
{
    return same_number(a->size, b->size) && strcmp(a->backend, b->backend) == 0 &&
           strcmp(a->kernel, b->kernel) == 0 && strcmp(a->cluster, b->cluster) == 0 &&
           strcmp(a->cpu_model, b->cpu_model) == 0 && strcmp(a->scaling, b->scaling) == 0;
}

/* A place for one more in a table that is at most half full. */
static void table_put(struct table *table, uint64_t hash, uint32_t index)
{
    size_t at = (size_t)hash & (table->size - 1);
    while (table->slots[at] != 0)
        at = (at + 1) & (table->size - 1);
    table->slots[at] = index + 1;
    table->count++;
}

static bool table_is_full(const struct table *table)
{
    return 2 * (table->count + 1) > table->size;
}

static void table_enlarge(struct table *table)
{
    size_t size = table->size == 0 ? 64 : 2 * table->size;
    free(table->slots);
    *table = (struct table){xcalloc(size, sizeof *table->slots), size, 0};
}

uint32_t observations_find_text(struct observations *all, const char *text)
{
    struct table *table = &all->index->texts;
    uint64_t hash = hash_text(text);
    if (table_is_full(table)) {
        table_enlarge(table);
        for (size_t i = 0; i < all->text_count; i++)
            table_put(table, hash_text(all->texts[i]), (uint32_t)i);
    }
    for (size_t at = (size_t)hash & (table->size - 1); table->slots[at] != 0;
         at = (at + 1) & (table->size - 1))
        if (strcmp(all->texts[table->slots[at] - 1], text) == 0)
            return table->slots[at] - 1;
    array_grow(&all->texts, all->text_count, &all->text_capacity, sizeof *all->texts);
    all->texts[all->text_count] = pool_copy(&all->pool, text);
    table_put(table, hash, (uint32_t)all->text_count);
    return (uint32_t)all->text_count++;
}

const char *observations_store_text(struct observations *all, const char *text, uint32_t *id)
{
    *id = observations_find_text(all, text);
    return all->texts[*id];
}

uint32_t observations_find_text_again(struct observations *all, uint32_t *last, const char *text)
{
    if (strcmp(all->texts[*last], text) != 0)
        *last = observations_find_text(all, text);
    return *last;
}

static uint32_t find_setting(struct observations *all, const struct setting *wanted)
{
    struct table *table = &all->index->settings;
    uint64_t hash = hash_setting(wanted);
    if (table_is_full(table)) {
        table_enlarge(table);
        for (size_t i = 0; i < all->setting_count; i++)
            table_put(table, hash_setting(&all->settings[i]), (uint32_t)i);
    }
    for (size_t at = (size_t)hash & (table->size - 1); table->slots[at] != 0;
         at = (at + 1) & (table->size - 1))
        if (same_setting(&all->settings[table->slots[at] - 1], wanted))
            return table->slots[at] - 1;
    array_grow(&all->settings, all->setting_count, &all->setting_capacity, sizeof *all->settings);
    struct setting *kept = &all->settings[all->setting_count];
    *kept = (struct setting){.size = wanted->size};
    kept->cluster = observations_store_text(all, wanted->cluster, &kept->cluster_id);
    kept->cpu_model = observations_store_text(all, wanted->cpu_model, &kept->cpu_id);
    kept->kernel = observations_store_text(all, wanted->kernel, &kept->kernel_id);
    kept->backend = observations_store_text(all, wanted->backend, &kept->backend_id);
    kept->scaling = observations_store_text(all, wanted->scaling, &kept->scaling_id);
    table_put(table, hash, (uint32_t)all->setting_count);
    return (uint32_t)all->setting_count++;
}

static uint32_t find_shape(struct observations *all, const struct shape *wanted)
{
    struct table *table = &all->index->shapes;
    uint64_t hash = hash_shape(wanted);
    if (table_is_full(table)) {
        table_enlarge(table);
        for (size_t i = 0; i < all->shape_count; i++)
            table_put(table, hash_shape(&all->shapes[i]), (uint32_t)i);
    }
    for (size_t at = (size_t)hash & (table->size - 1); table->slots[at] != 0;
         at = (at + 1) & (table->size - 1))
        if (memcmp(&all->shapes[table->slots[at] - 1], wanted, sizeof *wanted) == 0)
            return table->slots[at] - 1;
    array_grow(&all->shapes, all->shape_count, &all->shape_capacity, sizeof *all->shapes);
    all->shapes[all->shape_count] = *wanted;
    table_put(table, hash, (uint32_t)all->shape_count);
    return (uint32_t)all->shape_count++;
}

uint32_t observations_find_setting(struct observations *all, const struct setting *wanted)
{
    uint32_t *last = &all->index->last_setting;
    if (all->setting_count == 0 || !same_setting(&all->settings[*last], wanted))
        *last = find_setting(all, wanted);
    return *last;
}

uint32_t observations_find_shape(struct observations *all, const struct shape *wanted)
{
    uint32_t *last = &all->index->last_shape;
    if (all->shape_count == 0 || memcmp(&all->shapes[*last], wanted, sizeof *wanted) != 0)
        *last = find_shape(all, wanted);
    return *last;
}

struct observations_index *observations_index_new(void)
{
    return xcalloc(1, sizeof(struct observations_index));
}

void observations_index_free(struct observations_index *index)
{
    free(index->texts.slots);
    free(index->settings.slots);
    free(index->shapes.slots);
    free(index);
}
