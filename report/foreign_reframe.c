/*
 * ReFrame's run reports (--report-file): test cases with performance variables,
 * each with its unit. Two shapes: "perfvars", a list of objects (until 4.6), and
 * "perfvalues", lists by "system:partition:name" (since).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "foreign.h"
#include "unit.h"

/* One performance variable of a test case. */
struct variable {
    const char *name;
    const cJSON *value;
    const char *unit; /* as the file has it; "" none */
};

struct variables {
    struct variable *list;
    size_t count, capacity;
};

static void add_variable(struct variables *all, const char *name, const cJSON *value,
                         const cJSON *unit)
{
    if (name[0] == '\0' || !cJSON_IsNumber(value))
        return;
    array_grow(&all->list, all->count, &all->capacity, sizeof *all->list);
    all->list[all->count++] =
        (struct variable){name, value, cJSON_IsString(unit) ? unit->valuestring : ""};
}

static void find_variables(struct variables *all, const cJSON *testcase)
{
    enum { VALUE = 0, UNIT = 4 }; /* of [value, reference, lower, upper, unit, …] */
    const cJSON *item;
    cJSON_ArrayForEach(item, foreign_member(testcase, "perfvars"))
        add_variable(all, foreign_text(item, "name"), foreign_member(item, "value"),
                     foreign_member(item, "unit"));
    cJSON_ArrayForEach(item, foreign_member(testcase, "perfvalues")) {
        const char *colon = item->string == NULL ? NULL : strrchr(item->string, ':');
        add_variable(all, colon == NULL ? "" : colon + 1, cJSON_GetArrayItem(item, VALUE),
                     cJSON_GetArrayItem(item, UNIT));
    }
}

/* Ours, where the file's unit is one of those we know. */
static const struct unit *unit_of(const struct variable *variable)
{
    return unit_find(variable->unit, strlen(variable->unit));
}

/* The time, where no one has chosen: the one variable that is one. */
static const struct variable *only_time(const struct variables *all)
{
    const struct variable *found = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const struct unit *unit = unit_of(&all->list[i]);
        if (unit == NULL || unit->kind != UNIT_TIME)
            continue;
        if (found != NULL)
            return NULL;
        found = &all->list[i];
    }
    return found;
}

static bool time_is_chosen(const struct foreign *f)
{
    return foreign_alias_to(f, "seconds") != NULL || foreign_alias_to(f, "wall_seconds") != NULL;
}

/* A variable that the user reads as a time must say what it is in, or the user must. */
static int check_unit(const struct foreign *f, const struct variable *variable, struct error *err)
{
    const struct results_alias *alias = f->reader->aliases;
    for (; alias != NULL && alias->foreign != NULL; alias++) {
        if (strcmp(alias->foreign, variable->name) != 0 || alias->unit != NULL ||
            unit_of(variable) != NULL)
            continue;
        if (strcmp(alias->ours, "seconds") != 0 && strcmp(alias->ours, "wall_seconds") != 0)
            continue;
        return json_error(&f->doc, variable->value, err,
                          "\"%.60s\" is in \"%.20s\", which is no unit of time; say the unit: "
                          "--columns %s=%s:s",
                          variable->name, variable->unit, alias->ours, alias->foreign);
    }
    return 0;
}

static int set_variables(struct foreign *f, const struct variables *all, struct run *run,
                         struct error *err)
{
    for (size_t i = 0; i < all->count; i++)
        if (check_unit(f, &all->list[i], err) != 0 ||
            foreign_set(f, run, all->list[i].name, all->list[i].value, unit_of(&all->list[i]),
                        err) != 0)
            return -1;
    const struct variable *time = only_time(all);
    if (!time_is_chosen(f) && time != NULL)
        run->seconds = unit_apply(unit_of(time), time->value->valuedouble);
    return 0;
}

/* Attributes ----------------------------------------------------------------------- */

static int set_members(struct foreign *f, const cJSON *object, struct run *run, struct error *err)
{
    const cJSON *item;
    if (!cJSON_IsObject(object))
        return 0;
    cJSON_ArrayForEach(item, object) {
        bool taken = strcmp(item->string, "name") == 0 || strcmp(item->string, "partition") == 0 ||
                     strcmp(item->string, "reason") == 0;
        if (taken || cJSON_IsObject(item) || cJSON_IsArray(item) || cJSON_IsNull(item))
            continue;
        if (foreign_set(f, run, item->string, item, NULL, err) != 0)
            return -1;
    }
    return 0;
}

/* "HeatTest %threads=4 %size=1000": parameters are part of the name. */
static int set_parameters(struct foreign *f, const char *name, const cJSON *at, struct run *run,
                          struct error *err)
{
    for (const char *mark = strstr(name, " %"); mark != NULL; mark = strstr(mark + 1, " %")) {
        const char *equals = strchr(mark, '=');
        if (equals == NULL)
            break;
        const char *key = pool_text(&f->pool, "%.*s", (int)(equals - mark - 2), mark + 2);
        cJSON held = {.type = cJSON_String,
                      .valuestring = pool_text(&f->pool, "%.*s", (int)strcspn(equals + 1, " "),
                                               equals + 1)};
        if (foreign_set(f, run, key, &held, NULL, err) != 0)
            return json_error(&f->doc, at, err, "\"%.60s\": %s is no number", name, key);
    }
    return 0;
}

static int64_t count_of(const cJSON *testcase, const char *key)
{
    static const char *const places[] = {NULL, "check_vars", "check_params"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const cJSON *object = places[i] == NULL ? testcase : foreign_member(testcase, places[i]);
        const cJSON *item = foreign_member(object, key);
        if (cJSON_IsNumber(item) && item->valuedouble >= 1)
            return (int64_t)item->valuedouble;
        if (cJSON_IsString(item) && strspn(item->valuestring, "0123456789") > 0 &&
            item->valuestring[strspn(item->valuestring, "0123456789")] == '\0')
            return strtoll(item->valuestring, NULL, 10);
    }
    return RESULTS_UNKNOWN;
}

static int set_cores(struct foreign *f, const cJSON *testcase, struct run *run, struct error *err)
{
    int64_t tasks = count_of(testcase, "num_tasks");
    int64_t each = count_of(testcase, "num_cpus_per_task");
    if (run->ranks == RESULTS_UNKNOWN)
        run->ranks = tasks;
    if (run->cores != RESULTS_UNKNOWN)
        return 0;
    if (tasks == RESULTS_UNKNOWN)
        return json_error(&f->doc, testcase, err,
                          "this test case tells neither \"cores\" nor \"num_tasks\"; choose what "
                          "holds its core count: --columns cores=NAME; there is: %s",
                          f->names.str);
    run->cores = tasks * (each == RESULTS_UNKNOWN ? 1 : each);
    return 0;
}

/* A time that missed its reference is a time all the same. */
static void set_status(struct foreign *f, const cJSON *testcase, struct run *run)
{
    const char *result = foreign_text(testcase, "result");
    bool ok = strcmp(result, "success") == 0 || strcmp(result, "pass") == 0 ||
              strcmp(foreign_text(testcase, "fail_phase"), "performance") == 0;
    const char *why = foreign_text(testcase, "fail_reason");
    run->status = ok ? "ok" : "failed";
    run->reason = ok ? "" : why[0] != '\0' ? why : pool_text(&f->pool, "ReFrame says: %s", result);
}

static void set_place(struct foreign *f, const cJSON *testcase, const char *name, struct run *run)
{
    const char *system = foreign_text(testcase, "system");
    const char *partition = foreign_text(testcase, "partition");
    const char *colon = strchr(system, ':');
    const char *environment = foreign_text(testcase, "environ");
    const cJSON *nodes = foreign_member(testcase, "nodelist");
    const char *mark = strstr(name, " %");
    if (environment[0] == '\0')
        environment = foreign_text(testcase, "environment");
    if (run->cluster[0] == '\0')
        run->cluster = colon == NULL ? system
                                     : pool_text(&f->pool, "%.*s", (int)(colon - system), system);
    run->partition = partition[0] != '\0' || colon == NULL ? partition : colon + 1;
    if (run->kernel[0] == '\0')
        run->kernel = mark == NULL ? name
                                   : pool_text(&f->pool, "%.*s", (int)(mark - name), name);
    if (run->backend[0] == '\0')
        run->backend = environment;
    if (cJSON_IsArray(nodes) && cJSON_IsString(nodes->child))
        run->host = nodes->child->valuestring;
    if (run->job[0] == '\0')
        run->job = foreign_text(testcase, "jobid");
}

static int check_time(const struct foreign *f, const cJSON *testcase, const struct variables *all,
                      const struct run *run, struct error *err)
{
    struct strbuf names = STRBUF_INIT;
    if (strcmp(run->status, "ok") != 0 || !isnan(run->seconds) || !isnan(run->wall_seconds))
        return 0;
    for (size_t i = 0; i < all->count; i++)
        strbuf_addf(&names, "%s%s (%s)", i == 0 ? "" : ", ", all->list[i].name, all->list[i].unit);
    json_error(&f->doc, testcase, err,
               all->count == 0
                   ? "this test case has no performance variables%s"
                   : "which performance variable is the time? Choose one: --columns seconds=NAME; "
                     "there is: %s",
               names.str);
    strbuf_free(&names);
    return -1;
}

static int read_testcase(struct foreign *f, const cJSON *testcase, struct variables *all,
                         const char *started, struct error *err)
{
    const char *shown = foreign_text(testcase, "display_name");
    const char *name = shown[0] != '\0' ? shown : foreign_text(testcase, "name");
    struct run run = run_unknown();
    run.scaling = "strong";
    run.started = started;
    find_variables(all, testcase);
    if (set_members(f, testcase, &run, err) != 0 ||
        set_members(f, foreign_member(testcase, "check_params"), &run, err) != 0 ||
        set_parameters(f, name, testcase, &run, err) != 0 ||
        set_variables(f, all, &run, err) != 0)
        return -1;
    set_status(f, testcase, &run);
    set_place(f, testcase, name, &run);
    if (set_cores(f, testcase, &run, err) != 0 || check_time(f, testcase, all, &run, err) != 0)
        return -1;
    return foreign_give(f, testcase, &run, err);
}

int foreign_reframe(struct foreign *f, const cJSON *runs, struct error *err)
{
    const char *started = foreign_text(foreign_member(f->doc.root, "session_info"), "time_start");
    const cJSON *run, *testcase;
    int rc = 0;
    cJSON_ArrayForEach(run, runs)
        cJSON_ArrayForEach(testcase, foreign_member(run, "testcases")) {
            struct variables all = {0};
            rc = read_testcase(f, testcase, &all, started, err);
            free(all.list);
            if (rc != 0)
                return rc;
        }
    return rc;
}
