#include "planfile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "jsonfield.h"
#include "jsontext.h"
#include "plural.h"

enum { LARGEST_PLAN = 64 * 1024 * 1024 }; /* bytes */

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define AT(type, member) .offset = offsetof(struct type, member)

static const char *const rule_names[] = {
    [RULE_FAST] = "fast",
    [RULE_EFFICIENT] = "efficient",
    [RULE_KNEE] = "knee",
    [RULE_CHEAPEST] = "cheapest",
};

/* What the file holds: one row a member, read and written by it. The seed, the
 * rule, `environment` and the lists of structs are done by hand below. */
static const char *const scalings[] = {"strong", "weak", NULL};
static const char *const timings[] = {"kernel", "total", NULL};
static const char *const binds[] = {"cores", "none", NULL};
static const char *const layouts[] = {"local", "array", "packed", NULL};
static const char *const backgrounds[] = {"idle", "fill", NULL};
static const char *const launchers[] = {"srun", "mpirun", "mpprun", NULL};
static const char *const parallels[] = {"serial", "threads", "processes", "ranks", "hybrid", NULL};

static const struct json_field plan_fields[] = {
    {"name", JSON_TEXT, AT(plan, name), .needed = true},
    {"title", JSON_TEXT, AT(plan, title)},
    {"description", JSON_TEXT, AT(plan, description)},
    {"kernel", JSON_TEXT, AT(plan, kernel)},
    {"scaling", JSON_TEXT, AT(plan, scaling), .choices = scalings},
    {"timing", JSON_TEXT, AT(plan, timing), .choices = timings},
    {"bind", JSON_TEXT, AT(plan, bind), .choices = binds},
    {"layout", JSON_TEXT, AT(plan, layout), .choices = layouts},
    {"background", JSON_TEXT, AT(plan, background), .choices = backgrounds},
    {"id", JSON_TEXT, AT(plan, id)},
    {"version", JSON_TEXT, AT(plan, version)},
    {"created", JSON_TEXT, AT(plan, created)},
    {"blocks", JSON_WHOLE, AT(plan, blocks)},
    {"precision", JSON_REAL, AT(plan, precision)},
    {"budget_core_hours", JSON_REAL, AT(plan, budget_core_hours)},
    {"runs", JSON_WHOLE, AT(plan, runs), .needed = true, .minimum = 1},
    {"warmups", JSON_WHOLE, AT(plan, warmups)},
    {"timeout", JSON_REAL, AT(plan, timeout)},
    {"budget_time", JSON_REAL, AT(plan, budget_time)},
    {"oversubscribe", JSON_FLAG, AT(plan, oversubscribe)},
    {"notes", JSON_TEXTS, AT(plan, notes)},
};
static const struct json_field optimum_fields[] = {
    {"tolerance", JSON_REAL, AT(plan_optimum, tolerance)},
    {"efficiency", JSON_REAL, AT(plan_optimum, efficiency)},
    {"deadline", JSON_REAL, AT(plan_optimum, deadline)},
};
static const struct json_field cluster_fields[] = {
    {"name", JSON_TEXT, AT(plan_cluster, name)},
    {"title", JSON_TEXT, AT(plan_cluster, title)},
    {"cores_per_node", JSON_WHOLE, AT(plan_cluster, cores_per_node)},
    {"charge_granule", JSON_WHOLE, AT(plan_cluster, charge_granule)},
    {"charge_weight", JSON_REAL, AT(plan_cluster, charge_weight)},
    {"profile", JSON_TEXT, AT(plan_cluster, profile)},
    {"cpu", JSON_TEXT, AT(plan_cluster, cpu)},
    {"account", JSON_TEXT, AT(plan_cluster, account)},
    {"partition", JSON_TEXT, AT(plan_cluster, partition)},
    {"constraint", JSON_TEXT, AT(plan_cluster, constraint)},
    {"qos", JSON_TEXT, AT(plan_cluster, qos)},
    {"reservation", JSON_TEXT, AT(plan_cluster, reservation)},
    {"time_limit", JSON_REAL, AT(plan_cluster, time_limit)},
    {"max_time", JSON_REAL, AT(plan_cluster, max_time)},
    {"memory_mib", JSON_REAL, AT(plan_cluster, memory_mib)},
    {"charge_memory_gib_per_core", JSON_REAL, AT(plan_cluster, charge_memory_gib_per_core)},
    {"exclusive", JSON_FLAG, AT(plan_cluster, exclusive)},
    {"whole_nodes", JSON_FLAG, AT(plan_cluster, whole_nodes)},
    {"gpus", JSON_WHOLE, AT(plan_cluster, gpus)},
    {"gpu_type", JSON_TEXT, AT(plan_cluster, gpu_type)},
    {"cpu_is_thread", JSON_FLAG, AT(plan_cluster, cpu_is_thread)},
    {"threads_per_core", JSON_WHOLE, AT(plan_cluster, threads_per_core)},
    {"shebang", JSON_TEXT, AT(plan_cluster, shebang)},
    {"purge", JSON_FLAG, AT(plan_cluster, purge)},
    {"pre", JSON_TEXTS, AT(plan_cluster, pre)},
    {"modules", JSON_TEXTS, AT(plan_cluster, modules)},
    {"setup", JSON_TEXTS, AT(plan_cluster, setup)},
    {"extra_sbatch", JSON_TEXTS, AT(plan_cluster, extra_sbatch)},
    {"launcher", JSON_TEXT, AT(plan_cluster, launcher), .choices = launchers},
    {"srun_mpi", JSON_TEXT, AT(plan_cluster, srun_mpi)},
    {"max_array", JSON_WHOLE, AT(plan_cluster, max_array)},
    {"max_queued", JSON_WHOLE, AT(plan_cluster, max_queued)},
    {"max_running", JSON_WHOLE, AT(plan_cluster, max_running)},
    {"poll_seconds", JSON_REAL, AT(plan_cluster, poll_seconds)},
    {"has_sacct", JSON_FLAG, AT(plan_cluster, has_sacct)},
    {"monitor", JSON_TEXT, AT(plan_cluster, monitor)},
};
static const struct json_field backend_fields[] = {
    {"name", JSON_TEXT, AT(plan_backend, name), .needed = true},
    {"backend", JSON_TEXT, AT(plan_backend, backend)},
    {"kernel", JSON_TEXT, AT(plan_backend, kernel)},
    {"parallel", JSON_TEXT, AT(plan_backend, parallel), .choices = parallels},
    {"argv", JSON_TEXTS, AT(plan_backend, argv)},
    {"seconds_pattern", JSON_TEXT, AT(plan_backend, seconds_pattern)},
    {"value_pattern", JSON_TEXT, AT(plan_backend, value_pattern)},
    {"has_expect", JSON_FLAG, AT(plan_backend, has_expect)},
    {"expect_value", JSON_REAL, AT(plan_backend, expect_value), .minimum = -1e308},
    {"expect_tolerance", JSON_REAL, AT(plan_backend, expect_tolerance)},
    {"setup", JSON_TEXTS, AT(plan_backend, setup)},
    {"modules", JSON_TEXTS, AT(plan_backend, modules)},
    {"workdir", JSON_TEXT, AT(plan_backend, workdir)},
    {"reports_seconds", JSON_FLAG, AT(plan_backend, reports_seconds)},
    {"unit", JSON_TEXT, AT(plan_backend, unit)},
};
static const struct json_field point_fields[] = {
    {"backend", JSON_INDEX, AT(plan_point, backend), .needed = true},
    {"size", JSON_REAL, AT(plan_point, size)},
    {"actual_size", JSON_REAL, AT(plan_point, actual_size)},
    {"work", JSON_REAL, AT(plan_point, work)},
    {"nodes", JSON_WHOLE, AT(plan_point, nodes), .needed = true, .minimum = 1},
    {"ranks", JSON_WHOLE, AT(plan_point, ranks), .needed = true, .minimum = 1},
    {"threads", JSON_WHOLE, AT(plan_point, threads), .needed = true, .minimum = 1},
    {"cores", JSON_WHOLE, AT(plan_point, cores), .needed = true, .minimum = 1},
    {"allocated_cores", JSON_WHOLE, AT(plan_point, allocated_cores)},
};
static const struct json_field wave_fields[] = {
    {"first_block", JSON_WHOLE, AT(plan_wave, first_block), .needed = true},
    {"blocks", JSON_WHOLE, AT(plan_wave, blocks), .needed = true},
    {"first_point", JSON_INDEX, AT(plan_wave, first_point), .needed = true},
    {"points", JSON_INDEX, AT(plan_wave, points), .needed = true},
};

const char *plan_kernel_of(const struct plan *plan, const struct plan_backend *backend)
{
    return backend->kernel != NULL && backend->kernel[0] != '\0' ? backend->kernel : plan->kernel;
}

const char *plan_rule_name(enum plan_rule rule)
{
    return rule_names[rule];
}

bool plan_rule_parse(const char *name, enum plan_rule *rule)
{
    for (size_t i = 0; i < COUNT(rule_names); i++) {
        if (strcmp(name, rule_names[i]) == 0) {
            *rule = (enum plan_rule)i;
            return true;
        }
    }
    return false;
}

/* --- writing --------------------------------------------------------------- */

static void write_backend(struct json_writer *w, const struct plan_backend *backend)
{
    json_begin_object(w, NULL);
    json_write_fields(w, backend_fields, COUNT(backend_fields), backend);
    json_begin_object(w, "environment");
    for (size_t i = 0; i < backend->environment_count; i++)
        json_string(w, backend->environment[i].name, backend->environment[i].value);
    json_end_object(w);
    json_end_object(w);
}

/* A small struct on a line of its own: there may be a hundred thousand. */
static void write_line(struct json_writer *w, const struct json_field *fields, size_t count,
                       const void *record)
{
    json_begin_object(w, NULL);
    w->pretty = false;
    json_write_fields(w, fields, count, record);
    json_end_object(w);
    w->pretty = true;
}

static void write_wave(struct json_writer *w, const struct plan_wave *wave)
{
    json_begin_object(w, NULL);
    w->pretty = false;
    json_write_fields(w, wave_fields, COUNT(wave_fields), wave);
    if (wave->chosen != NULL) {
        json_begin_array(w, "chosen");
        for (size_t i = 0; i < wave->points; i++)
            json_int(w, NULL, (int64_t)wave->chosen[i]);
        json_end_array(w);
    }
    json_end_object(w);
    w->pretty = true;
}

static void write_plan(struct json_writer *w, const struct plan *plan)
{
    char seed[32];
    snprintf(seed, sizeof seed, "0x%016" PRIx64, plan->seed);

    json_begin_object(w, NULL);
    json_write_fields(w, plan_fields, COUNT(plan_fields), plan);
    json_string(w, "seed", seed);
    json_begin_object(w, "optimum");
    json_string(w, "rule", plan_rule_name(plan->optimum.rule));
    json_write_fields(w, optimum_fields, COUNT(optimum_fields), &plan->optimum);
    json_end_object(w);
    json_begin_object(w, "cluster");
    json_write_fields(w, cluster_fields, COUNT(cluster_fields), &plan->cluster);
    json_end_object(w);
    json_begin_array(w, "backends");
    for (size_t i = 0; i < plan->backend_count; i++)
        write_backend(w, &plan->backends[i]);
    json_end_array(w);
    json_begin_array(w, "waves");
    for (size_t i = 0; i < plan->wave_count; i++)
        write_wave(w, &plan->waves[i]);
    json_end_array(w);
    json_begin_array(w, "points");
    for (size_t i = 0; i < plan->point_count; i++)
        write_line(w, point_fields, COUNT(point_fields), &plan->points[i]);
    json_end_array(w);
    json_end_object(w);
}

int plan_write(const struct plan *plan, const char *path, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct json_writer w = {.out = &text, .pretty = true};
    write_plan(&w, plan);
    strbuf_add_char(&text, '\n');
    int rc = file_write(path, text.str, text.len, err);
    strbuf_free(&text);
    return rc;
}

/* --- reading --------------------------------------------------------------- */

static int read_environment(const struct json_doc *doc, const cJSON *object,
                            struct plan_backend *backend, struct error *err)
{
    const cJSON *variables = cJSON_GetObjectItemCaseSensitive(object, "environment"), *item;
    if (variables == NULL)
        return 0;
    if (!cJSON_IsObject(variables))
        return json_error(doc, variables, err, "\"environment\" must be an object");
    backend->environment =
        xcalloc((size_t)cJSON_GetArraySize(variables), sizeof *backend->environment);
    cJSON_ArrayForEach(item, variables)
    {
        if (!cJSON_IsString(item))
            return json_error(doc, item, err, "a variable's value must be a text");
        struct plan_variable *variable = &backend->environment[backend->environment_count++];
        variable->name = xstrdup(item->string);
        variable->value = xstrdup(item->valuestring);
    }
    return 0;
}

static int read_backend(const struct json_doc *doc, const cJSON *item, void *record,
                        struct error *err)
{
    if (json_read_fields(doc, item, backend_fields, COUNT(backend_fields), record, err) != 0)
        return -1;
    return read_environment(doc, item, record, err);
}

static int read_point(const struct json_doc *doc, const cJSON *item, void *record,
                      struct error *err)
{
    return json_read_fields(doc, item, point_fields, COUNT(point_fields), record, err);
}

static int read_wave(const struct json_doc *doc, const cJSON *item, void *record,
                     struct error *err)
{
    struct plan_wave *wave = record;
    if (json_read_fields(doc, item, wave_fields, COUNT(wave_fields), wave, err) != 0)
        return -1;
    const cJSON *chosen = cJSON_GetObjectItemCaseSensitive(item, "chosen"), *point;
    if (chosen == NULL)
        return 0;
    if (!cJSON_IsArray(chosen) || (size_t)cJSON_GetArraySize(chosen) != wave->points)
        return json_error(doc, chosen, err, "\"chosen\" must be a list of %zu point%s",
                          wave->points, plural((int64_t)wave->points));
    wave->chosen = xcalloc(wave->points, sizeof *wave->chosen);
    size_t count = 0;
    cJSON_ArrayForEach(point, chosen)
    {
        bool follows = cJSON_IsNumber(point) && point->valuedouble >= 0 &&
                       point->valuedouble == (double)(size_t)point->valuedouble &&
                       (count == 0 || (size_t)point->valuedouble > wave->chosen[count - 1]);
        if (!follows)
            return json_error(doc, point, err, "\"chosen\" must hold points' numbers, ascending");
        wave->chosen[count++] = (size_t)point->valuedouble;
    }
    return 0;
}

static int read_seed(const struct json_doc *doc, uint64_t *seed, struct error *err)
{
    const char *text;
    if (json_get_string(doc, doc->root, "seed", "0x0", &text, err) != 0)
        return -1;
    size_t digits = strncmp(text, "0x", 2) == 0 ? strspn(text + 2, "0123456789abcdefABCDEF") : 0;
    if (digits < 1 || digits > 16 || text[2 + digits] != '\0')
        return json_error(doc, cJSON_GetObjectItemCaseSensitive(doc->root, "seed"), err,
                          "\"seed\" must be a hexadecimal number of at most 16 digits, "
                          "such as \"0x2a\"");
    *seed = strtoull(text + 2, NULL, 16);
    return 0;
}

static int read_optimum(const struct json_doc *doc, struct plan_optimum *optimum,
                        struct error *err)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(doc->root, "optimum");
    const char *rule;
    if (object == NULL)
        return json_error(doc, doc->root, err, "\"optimum\" is missing");
    if (json_read_fields(doc, object, optimum_fields, COUNT(optimum_fields), optimum, err) != 0 ||
        json_get_string(doc, object, "rule", "fast", &rule, err) != 0)
        return -1;
    if (!plan_rule_parse(rule, &optimum->rule))
        return json_error(doc, cJSON_GetObjectItemCaseSensitive(object, "rule"), err,
                          "\"rule\" must be one of fast, efficient, knee, cheapest");
    return 0;
}

static int read_cluster(const struct json_doc *doc, struct plan_cluster *cluster,
                        struct error *err)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(doc->root, "cluster");
    if (object == NULL)
        return json_error(doc, doc->root, err, "\"cluster\" is missing");
    return json_read_fields(doc, object, cluster_fields, COUNT(cluster_fields), cluster, err);
}

/* Walked side by side with the tree: its arrays are lists, so an index costs a walk. */
static int check_points(const struct json_doc *doc, const struct plan *plan, struct error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(doc->root, "points")->child;
    for (size_t i = 0; i < plan->point_count; i++, item = item->next)
        if (plan->points[i].backend >= plan->backend_count)
            return json_error(doc, cJSON_GetObjectItemCaseSensitive(item, "backend"), err,
                              "\"backend\" is %zu, and the plan has %zu backend%s, counted from 0",
                              plan->points[i].backend, plan->backend_count,
                              plural((int64_t)plan->backend_count));
    return 0;
}

static int check_waves(const struct json_doc *doc, const struct plan *plan, struct error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(doc->root, "waves")->child;
    for (size_t i = 0; i < plan->wave_count; i++, item = item->next) {
        const struct plan_wave *wave = &plan->waves[i];
        if (wave->chosen != NULL && wave->points > 0 &&
            wave->chosen[wave->points - 1] >= plan->point_count)
            return json_error(doc, item, err, "this wave has the point %zu, and the plan has %zu",
                              wave->chosen[wave->points - 1], plan->point_count);
        if (wave->chosen != NULL)
            continue;
        if (wave->first_point > plan->point_count ||
            wave->points > plan->point_count - wave->first_point)
            return json_error(doc, item, err,
                              "this wave has %zu point%s from number %zu on, and the plan has %zu",
                              wave->points, plural((int64_t)wave->points), wave->first_point, plan->point_count);
    }
    return 0;
}

static int read_plan(const struct json_doc *doc, struct plan *plan, struct error *err)
{
    if (json_read_fields(doc, doc->root, plan_fields, COUNT(plan_fields), plan, err) != 0 ||
        read_seed(doc, &plan->seed, err) != 0 ||
        read_optimum(doc, &plan->optimum, err) != 0 ||
        read_cluster(doc, &plan->cluster, err) != 0 ||
        json_read_list(doc, doc->root, "backends", sizeof *plan->backends, read_backend,
                       &plan->backends, &plan->backend_count, err) != 0 ||
        json_read_list(doc, doc->root, "points", sizeof *plan->points, read_point, &plan->points,
                       &plan->point_count, err) != 0 ||
        json_read_list(doc, doc->root, "waves", sizeof *plan->waves, read_wave, &plan->waves,
                       &plan->wave_count, err) != 0)
        return -1;
    if (check_points(doc, plan, err) != 0)
        return -1;
    return check_waves(doc, plan, err);
}

int plan_read(struct plan *plan, const char *path, struct error *err)
{
    struct json_doc doc = {0};
    struct plan read = {0};

    if (json_load(&doc, path, LARGEST_PLAN, err) != 0)
        return -1;
    int rc = read_plan(&doc, &read, err);
    json_free(&doc);
    if (rc == 0)
        *plan = read;
    else
        plan_free(&read);
    return rc;
}

void plan_cluster_copy(struct plan_cluster *copy, const struct plan_cluster *cluster)
{
    *copy = (struct plan_cluster){0};
    json_copy_fields(cluster_fields, COUNT(cluster_fields), cluster, copy);
}

void plan_cluster_free(struct plan_cluster *cluster)
{
    json_free_fields(cluster_fields, COUNT(cluster_fields), cluster);
}

void plan_backend_copy(struct plan_backend *copy, const struct plan_backend *backend)
{
    *copy = (struct plan_backend){.environment_count = backend->environment_count};
    json_copy_fields(backend_fields, COUNT(backend_fields), backend, copy);
    copy->environment = xcalloc(backend->environment_count, sizeof *copy->environment);
    for (size_t i = 0; i < backend->environment_count; i++) {
        copy->environment[i].name = xstrdup(backend->environment[i].name);
        copy->environment[i].value = xstrdup(backend->environment[i].value);
    }
}

size_t plan_wave_point(const struct plan_wave *wave, size_t i)
{
    return wave->chosen != NULL ? wave->chosen[i] : wave->first_point + i;
}

bool plan_wave_has_point(const struct plan_wave *wave, size_t point)
{
    if (wave->chosen == NULL)
        return point >= wave->first_point && point < wave->first_point + wave->points;
    for (size_t i = 0; i < wave->points; i++)
        if (wave->chosen[i] == point)
            return true;
    return false;
}

int64_t plan_blocks_of_point(const struct plan *plan, size_t point)
{
    int64_t blocks = 0;
    for (size_t i = 0; i < plan->wave_count; i++) {
        const struct plan_wave *w = &plan->waves[i];
        if (plan_wave_has_point(w, point) &&
            w->first_block + w->blocks > blocks)
            blocks = w->first_block + w->blocks;
    }
    return blocks;
}

bool plan_is_local(const struct plan *plan)
{
    return plan->layout == NULL || plan->layout[0] == '\0' || strcmp(plan->layout, "local") == 0;
}

static void free_backend(struct plan_backend *backend)
{
    json_free_fields(backend_fields, COUNT(backend_fields), backend);
    for (size_t i = 0; i < backend->environment_count; i++) {
        free(backend->environment[i].name);
        free(backend->environment[i].value);
    }
    free(backend->environment);
}

void plan_free(struct plan *plan)
{
    json_free_fields(plan_fields, COUNT(plan_fields), plan);
    plan_cluster_free(&plan->cluster);
    for (size_t i = 0; i < plan->backend_count; i++)
        free_backend(&plan->backends[i]);
    free(plan->backends);
    free(plan->points);
    for (size_t i = 0; i < plan->wave_count; i++)
        free(plan->waves[i].chosen);
    free(plan->waves);
    *plan = (struct plan){0};
}
