/*
 * What a study measures: core counts, sizes, backends, clusters.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "study_check.h"
#include "study_read.h"
#include "study_text.h"

#define AT(type, object, field) ((type *)(void *)((char *)(object) + (field)->offset))

/* More is a slip, and every one is compared with every other. */
enum { MOST_ENTRIES = 1000 };

static bool is_text(const cJSON *item, const char *text)
{
    return cJSON_IsString(item) && strcmp(item->valuestring, text) == 0;
}

/* An array of 1 to MOST_ENTRIES; `instead` is the remedy for an empty one. */
static int check_entries(const struct study_node *node, const struct study_field *field,
                         const char *instead)
{
    int count = cJSON_GetArraySize(node->item);
    if (count == 0)
        return study_node_error(node, "\"%s\" is empty; %s", field->key, instead);
    if (count > MOST_ENTRIES)
        return study_node_error(node, "\"%s\" has %d entries; it may have %d", field->key, count,
                                MOST_ENTRIES);
    return 0;
}

/* --- cores ----------------------------------------------------------------- */

static int refuse_cores(const struct study_node *node, const struct study_field *field)
{
    struct strbuf found = STRBUF_INIT;
    json_add_found(&found, node->item);
    study_node_error(node,
                     "\"%s\" must hold whole numbers from 1 to %d, or \"1_core\", \"1_4_node\", "
                     "\"1_node\", \"2_nodes\" and the like, got %s%s",
                     field->key, STUDY_MAX_CORES, found.str,
                     study_is_quoted_number(node) ? "; write it without quotes" : "");
    strbuf_free(&found);
    return -1;
}

static int read_core_count(const struct study_node *node, const struct study_field *field,
                           struct study_cores *cores)
{
    double number = cJSON_IsNumber(node->item) ? node->item->valuedouble : 0;
    if (is_text(node->item, "auto"))
        return study_node_error(node, "\"auto\" stands alone; write \"%s\": \"auto\"", field->key);
    if (cJSON_IsString(node->item)) {
        if (!study_scale_parse(node->item->valuestring, cores))
            return refuse_cores(node, field);
    } else if (number >= 1 && number <= STUDY_MAX_CORES && number == floor(number)) {
        cores->count = (int64_t)number;
    } else {
        return refuse_cores(node, field);
    }
    study_node_place(node, &cores->place);
    return 0;
}

/* "1_2_node" and "2_4_node" are the same. */
static bool same_cores(const struct study_cores *a, const struct study_cores *b)
{
    if (a->node_parts == 0 || b->node_parts == 0)
        return a->node_parts == b->node_parts && a->count == b->count;
    return a->node_count * b->node_parts == b->node_count * a->node_parts;
}

static int add_core_count(const struct study_node *node, const struct study_field *field,
                          struct study_cores_list *cores)
{
    struct study_cores *added = &cores->list[cores->count];
    if (read_core_count(node, field, added) != 0)
        return -1;
    for (size_t i = 0; i < cores->count; i++) {
        if (!same_cores(&cores->list[i], added))
            continue;
        if (cJSON_IsString(node->item))
            return study_node_error(node, "\"%s\" holds \"%s\" a second time", field->key,
                                    node->item->valuestring);
        return study_node_error(node, "\"%s\" holds %lld a second time", field->key,
                                (long long)added->count);
    }
    cores->count++;
    return 0;
}

int study_read_cores(const struct study_node *node, const struct study_field *field, void *object)
{
    struct study_cores_list *cores = AT(struct study_cores_list, object, field);
    const cJSON *item;
    cores->given = true;
    cores->automatic = is_text(node->item, "auto");
    if (cores->automatic)
        return 0;
    struct study_cores one = {0};
    if (cJSON_IsNumber(node->item) ||
        (cJSON_IsString(node->item) && study_scale_parse(node->item->valuestring, &one))) {
        cores->list = xcalloc(1, sizeof *cores->list);
        return add_core_count(node, field, cores);
    }
    if (!cJSON_IsArray(node->item))
        return study_refuse_type(node, field);
    if (check_entries(node, field, "write core counts, [1, 2, 4], or \"auto\"") != 0)
        return -1;
    cores->list = xcalloc((size_t)cJSON_GetArraySize(node->item), sizeof *cores->list);
    cJSON_ArrayForEach(item, node->item)
    {
        struct study_node element = study_node_element(node, item);
        if (add_core_count(&element, field, cores) != 0)
            return -1;
    }
    return 0;
}

/* --- size, request_cores --------------------------------------------------- */

static int add_size(const struct study_node *node, const struct study_field *field,
                    struct study_sizes *sizes)
{
    int64_t size;
    char number[NUMBER_TEXT_SIZE];
    if (is_text(node->item, "auto"))
        return study_node_error(node, "\"auto\" stands alone; write \"%s\": \"auto\"", field->key);
    if (study_read_whole(node, field, &size) != 0)
        return -1;
    for (size_t i = 0; i < sizes->count; i++)
        if (sizes->list[i] == (double)size)
            return study_node_error(node, "\"%s\" holds %s a second time", field->key,
                                    number_format(number, (double)size));
    study_node_place(node, &sizes->places[sizes->count]);
    sizes->list[sizes->count++] = (double)size;
    return 0;
}

int study_read_sizes(const struct study_node *node, const struct study_field *field, void *object)
{
    struct study_sizes *sizes = AT(struct study_sizes, object, field);
    const cJSON *item;
    sizes->given = true;
    study_node_place(node, &sizes->place);
    sizes->automatic = is_text(node->item, "auto");
    if (sizes->automatic)
        return 0;
    if (cJSON_IsArray(node->item) &&
        check_entries(node, field, "write a size, or several, [1000, 10000]") != 0)
        return -1;
    size_t most = (size_t)cJSON_GetArraySize(node->item) + 1;
    sizes->list = xcalloc(most, sizeof *sizes->list);
    sizes->places = xcalloc(most, sizeof *sizes->places);
    if (!cJSON_IsArray(node->item))
        return add_size(node, field, sizes);
    cJSON_ArrayForEach(item, node->item)
    {
        struct study_node element = study_node_element(node, item);
        if (add_size(&element, field, sizes) != 0)
            return -1;
    }
    return 0;
}

int study_read_request(const struct study_node *node, const struct study_field *field, void *object)
{
    struct study *study = object;
    study_node_place(node, &study->request_place);
    if (cJSON_IsNumber(node->item))
        return study_read_whole(node, field, &study->request_cores);
    double extra = 0;
    const char *text = cJSON_IsString(node->item) ? node->item->valuestring : "";
    size_t digits = *text == '+' ? strspn(text + 1, "0123456789") : 0;
    if (digits == 0 || text[digits + 1] != '\0')
        return study_refuse_type(node, field);
    if (digits > 9 || !number_parse(text + 1, digits, &extra) || extra < field->minimum ||
        extra > field->maximum)
        return study_node_error(node, "\"%s\" must be from \"+1\" to \"+%d\", got \"%s\"",
                                field->key, STUDY_MAX_CORES, text);
    study->request_extra_cores = (int64_t)extra;
    return 0;
}

/* --- backends -------------------------------------------------------------- */

/* The name by which settings and messages find an entry: its "name", else its
 * "backend"; NULL where it has none that could be one. */
static const char *backend_name(const cJSON *item)
{
    const cJSON *name = item;
    if (cJSON_IsObject(item)) {
        name = cJSON_GetObjectItemCaseSensitive(item, "name");
        if (name == NULL)
            name = cJSON_GetObjectItemCaseSensitive(item, "backend");
    }
    return cJSON_IsString(name) && study_name_is_valid(name->valuestring) ? name->valuestring
                                                                          : NULL;
}

static int read_backend(const struct study_node *node, struct study_backend *backend)
{
    study_node_place(node, &backend->place);
    if (is_text(node->item, "auto") || is_text(node->item, "all"))
        return study_node_error(node, "\"%s\" stands alone; write \"backends\": \"%s\"",
                                node->item->valuestring, node->item->valuestring);
    if (cJSON_IsString(node->item) &&
        study_check_name(node, "a backend's name", node->item->valuestring) != 0)
        return -1;
    if (study_read_members(node, &study_backend_table, backend) != 0)
        return -1;
    if (backend->name == NULL && cJSON_IsString(node->item))
        backend->name = xstrdup(node->item->valuestring);
    return study_finish_backend(node, backend);
}

static int add_backend(const struct study_node *list, const cJSON *item, struct study *study)
{
    struct study_node node = study_node_element(list, item), set;
    struct study_backend *backend = &study->backends[study->backend_count];
    const char *name = backend_name(item);
    if (!cJSON_IsString(item) && !cJSON_IsObject(item)) {
        struct strbuf found = STRBUF_INIT;
        json_add_found(&found, item);
        study_node_error(&node, "\"backends\" must hold names and objects, got %s", found.str);
        strbuf_free(&found);
        return -1;
    }
    study_node_rename(&node, name == NULL ? "?" : name);
    if (name != NULL && study_node_member(list, name, &set) && set.source != list->source)
        return study_node_error(&set, "a backend is changed key by key; write %s.KEY=VALUE",
                                set.path);
    study->backend_count++; /* study_release() frees a half-read one too */
    if (read_backend(&node, backend) != 0)
        return -1;
    for (size_t i = 0; i + 1 < study->backend_count; i++)
        if (strcmp(study->backends[i].name, backend->name) == 0)
            return study_node_error(&node,
                                    "\"backends\" holds \"%s\" a second time; give each a \"name\" "
                                    "of its own",
                                    backend->name);
    return 0;
}

int study_read_backends(const struct study_node *node, const struct study_field *field,
                        void *object)
{
    struct study *study = object;
    const cJSON *item;
    study->backends_all = is_text(node->item, "all");
    study->backends_auto = study->backends_all || is_text(node->item, "auto");
    if (study->backends_auto)
        return 0;
    if (!cJSON_IsArray(node->item))
        return study_refuse_type(node, field);
    if (check_entries(node, field, "write names, [\"serial\", \"openmp\"], \"auto\" or \"all\"") != 0)
        return -1;
    study->backends = xcalloc((size_t)cJSON_GetArraySize(node->item), sizeof *study->backends);
    cJSON_ArrayForEach(item, node->item)
    {
        if (add_backend(node, item, study) != 0)
            return -1;
    }
    return 0;
}

/* --- clusters -------------------------------------------------------------- */

static void keep_places(const struct study_node *node, struct study_cluster *cluster)
{
    const struct study_table *table = &study_cluster_table;
    struct study_node member;
    cluster->places = xcalloc(table->count, sizeof *cluster->places);
    for (size_t i = 0; i < table->count; i++)
        if (study_node_member(node, table->fields[i].key, &member))
            study_node_place(&member, &cluster->places[i]);
}

const char *study_cluster_place(const struct study_cluster *cluster, const char *key)
{
    const struct study_field *field = study_field_find(&study_cluster_table, key);
    if (field == NULL || cluster->places == NULL)
        return cluster->place.text;
    const char *place = cluster->places[field - study_cluster_table.fields].text;
    return *place == '\0' ? cluster->place.text : place;
}

/* An array holds names; an object, and a setting of a whole entry, overrides. */
static int check_cluster(const struct study_node *node, bool is_name)
{
    struct strbuf found = STRBUF_INIT;
    int rc = 0;
    json_add_found(&found, node->item);
    if (is_name && !cJSON_IsString(node->item))
        rc = study_node_error(node,
                              "\"clusters\" must hold names, got %s; overrides go into an "
                              "object, {\"NAME\": {…}}",
                              found.str);
    else if (!is_name && !cJSON_IsObject(node->item))
        rc = study_node_error(node,
                              "a cluster must be an object of overrides, got %s; {} "
                              "overrides nothing",
                              found.str);
    strbuf_free(&found);
    return rc;
}

static int check_folder(const struct study_node *node, const struct study *study, const char *folder)
{
    if (study_check_name(node, "a cluster's name", folder) != 0)
        return -1;
    if (strcmp(folder, "local") == 0)
        return study_node_error(node, "\"local\" is the folder of runs on this machine; leave it "
                                      "out, and run with --local");
    for (size_t i = 0; i < study->cluster_count; i++)
        if (strcmp(study->clusters[i].folder, folder) == 0)
            return study_node_error(node, "\"clusters\" holds \"%s\" a second time", folder);
    return 0;
}

static int add_cluster(const struct study_node *list, const cJSON *item, struct study *study)
{
    struct study_node node = study_node_element(list, item), set;
    struct study_cluster *cluster = &study->clusters[study->cluster_count];
    const char *folder = item->string; /* NULL in an array of names */
    if (check_cluster(&node, folder == NULL) != 0)
        return -1;
    if (folder == NULL)
        folder = item->valuestring;
    if (check_folder(&node, study, folder) != 0)
        return -1;
    study_node_rename(&node, folder);
    if (study_node_member(list, folder, &set) && set.source != list->source) {
        node = set;
        if (check_cluster(&node, false) != 0)
            return -1;
    }
    study_node_place(&node, &cluster->place);
    cluster->folder = xstrdup(folder);
    study->cluster_count++;
    keep_places(&node, cluster);
    if (study_read_members(&node, &study_cluster_table, cluster) != 0)
        return -1;
    if (cluster->cluster == NULL)
        cluster->cluster = xstrdup(folder);
    return 0;
}

int study_read_clusters(const struct study_node *node, const struct study_field *field,
                        void *object)
{
    struct study *study = object;
    const cJSON *item;
    if (!cJSON_IsArray(node->item) && !cJSON_IsObject(node->item))
        return study_refuse_type(node, field);
    if (check_entries(node, field, "leave the key out to run anywhere") != 0)
        return -1;
    study->clusters = xcalloc((size_t)cJSON_GetArraySize(node->item), sizeof *study->clusters);
    cJSON_ArrayForEach(item, node->item)
    {
        if (add_cluster(node, item, study) != 0)
            return -1;
    }
    return 0;
}
