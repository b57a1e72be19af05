#define _GNU_SOURCE
#include "plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "cores.h"
#include "plan_kernels.h"
#include "plural.h"
#include "program.h"
#include "schedule.h"
#include "study_text.h"
#include "strbuf.h"

/* What plan_make() works with, so that its helpers need not pass six things. */
struct making {
    struct plan *plan;
    const struct study *study;
    const struct catalog *catalog;
    const struct plan_target *target;
    const struct plan_filter *filter;
    size_t note_capacity, note_count, point_capacity;
};

int64_t plan_point_workers(const struct plan_point *point)
{
    return point->ranks * point->threads;
}

int64_t plan_run_count(const struct plan *plan)
{
    int64_t count = 0;
    for (size_t i = 0; i < plan->wave_count; i++)
        count += (int64_t)plan->waves[i].points * plan->waves[i].blocks * plan->runs;
    return count;
}

static void add_note(struct making *m, char *sentence)
{
    array_grow(&m->plan->notes, m->note_count + 1, &m->note_capacity, sizeof *m->plan->notes);
    m->plan->notes[m->note_count++] = sentence;
    m->plan->notes[m->note_count] = NULL;
}

static char *copy_or_empty(const char *text)
{
    return xstrdup(text == NULL ? "" : text);
}

/* The command line of a built-in kernel; placeholders as in a user's command. */
static char **builtin_argv(const struct making *m, const struct catalog_backend *builtin,
                           const char *kernel, char *const *options)
{
    bool hybrid = strcmp(builtin->parallel, "hybrid") == 0;
    bool unbound = strcmp(m->study->bind, "none") == 0 || m->target->oversubscribe;
    const char *words[12];
    size_t n = 0;
    words[n++] = builtin->executable;
    words[n++] = kernel;
    words[n++] = "--size";
    words[n++] = "{size}";
    words[n++] = "--workers";
    words[n++] = "{cores}";
    if (hybrid) {
        words[n++] = "--threads";
        words[n++] = "{threads}";
    }
    if (unbound) {
        words[n++] = "--bind";
        words[n++] = "none";
    }
    size_t more = string_list_count(options);
    char **argv = xcalloc(n + more + 1, sizeof *argv);
    for (size_t i = 0; i < n + more; i++)
        argv[i] = xstrdup(i < n ? words[i] : options[i - n]);
    return argv;
}

static bool uses_builtins(const struct study *study)
{
    bool any = study->backends_auto;
    for (size_t i = 0; i < study->backend_count; i++)
        any = any || study->backends[i].command == NULL;
    return any;
}

int plan_load_catalog(const struct study *study, struct catalog *catalog, struct error *err)
{
    *catalog = (struct catalog){.backends = NULL};
    if (!uses_builtins(study))
        return 0;
    if (catalog_load(catalog, err) != 0)
        return -1;
    if (study->backends_all)
        catalog_ask(catalog, NULL);
    for (size_t i = 0; i < study->backend_count; i++)
        if (study->backends[i].command == NULL)
            catalog_ask(catalog, study->backends[i].backend);
    return 0;
}

/* -1 with a suggestion if no built-in backend has the name that is asked for. */
static int check_backend_name(const struct catalog *catalog, const struct study_backend *asked,
                              struct error *err)
{
    if (catalog_find(catalog, asked->backend) != NULL)
        return 0;
    const char **names = xcalloc(catalog->backend_count, sizeof *names);
    for (size_t i = 0; i < catalog->backend_count; i++)
        names[i] = catalog->backends[i].name;
    const char *meant = suggest(asked->backend, names, catalog->backend_count);
    free((void *)names);
    if (meant != NULL)
        return error_set(err, "%s: there is no backend \"%.60s\"; did you mean \"%s\"?",
                         asked->place.text, asked->backend, meant);
    return error_set(err,
                     "%s: there is no backend \"%.60s\"; `scalestudy backends` lists those there are, "
                     "and one of your own needs a \"command\"",
                     asked->place.text, asked->backend);
}

static int refuse_kernel(const struct catalog_backend *builtin, const struct study_backend *asked,
                         const char *kernel, struct error *err)
{
    const struct catalog_missing *missing = catalog_missing(builtin, kernel);
    if (missing != NULL)
        return error_set(err, "%s: kernel \"%.60s\" of backend \"%s\" cannot run here: %s",
                         asked->place.text, kernel, builtin->name, missing->why);
    const char **names = xcalloc(builtin->workload_count, sizeof *names);
    for (size_t i = 0; i < builtin->workload_count; i++)
        names[i] = builtin->workloads[i].name;
    const char *meant = suggest(kernel, names, builtin->workload_count);
    free((void *)names);
    if (meant != NULL)
        return error_set(err, "%s: backend \"%s\" has no kernel \"%.60s\"; did you mean \"%s\"?",
                         asked->place.text, builtin->name, kernel, meant);
    return error_set(err,
                     "%s: backend \"%s\" has no kernel \"%.60s\"; `scalestudy backends` lists what "
                     "each one holds",
                     asked->place.text, builtin->name, kernel);
}

static int resolve_builtin(struct making *m, const struct study_backend *asked,
                           const struct study_kernel *kernel, struct plan_backend *out,
                           struct error *err)
{
    const struct catalog_backend *builtin = catalog_find(m->catalog, asked->backend);
    if (builtin->why_not != NULL)
        return error_set(err, "%s: backend \"%s\" cannot run here: %s", asked->place.text,
                         builtin->name, builtin->why_not);
    const struct catalog_workload *workload = catalog_workload(builtin, kernel->name);
    if (asked->threads_per_rank > 0 && strcmp(builtin->parallel, "hybrid") != 0)
        return error_set(err, "%s: backend \"%s\" has no threads in ranks, so \"threads_per_rank\" means "
                              "nothing to it; leave it out, or take the backend \"hybrid\"",
                         asked->place.text, builtin->name);
    char **options = plan_option_words(m->study, kernel, asked, workload, err);
    if (options == NULL)
        return -1;
    out->backend = xstrdup(builtin->name);
    out->parallel = xstrdup(builtin->parallel);
    out->argv = builtin_argv(m, builtin, kernel->name, options);
    string_list_free(options);
    out->unit = copy_or_empty(workload->unit);
    out->reports_seconds = true;
    return 0;
}

static int resolve_program(struct making *m, const struct study_backend *asked,
                           struct plan_backend *out, struct error *err)
{
    /* Set-up lines and modules may bring the program, so only they excuse its absence. */
    bool may_come_later = asked->setup != NULL || asked->modules != NULL;
    if (m->target->programs_are_here && !may_come_later && strchr(asked->command[0], '{') == NULL) {
        char *problem = program_problem(asked->command[0], out->workdir);
        if (problem != NULL)
            error_set(err, "%s: the program \"%.200s\" of backend \"%s\" %s", asked->place.text,
                      asked->command[0], asked->name, problem);
        free(problem);
        if (problem != NULL)
            return -1;
    }
    out->backend = xstrdup("");
    out->parallel = copy_or_empty(asked->parallel == NULL ? "threads" : asked->parallel);
    out->argv = string_list_copy(asked->command);
    out->unit = xstrdup("");
    out->reports_seconds = asked->seconds != NULL;
    return 0;
}

static void copy_environment(struct plan_backend *out, const struct study_backend *asked)
{
    out->environment_count = asked->environment_count;
    out->environment = xcalloc(asked->environment_count, sizeof *out->environment);
    for (size_t i = 0; i < asked->environment_count; i++) {
        out->environment[i].name = xstrdup(asked->environment[i].name);
        out->environment[i].value = xstrdup(asked->environment[i].value);
    }
}

/* Runs go where the command was given, whichever folder it is resumed from. */
static char *absolute_workdir(const char *workdir)
{
    if (workdir != NULL && workdir[0] == '/')
        return xstrdup(workdir);
    char *here = getcwd(NULL, 0);
    char *path = workdir == NULL ? text_format("%s", here == NULL ? "." : here)
                                 : text_format("%s/%s", here == NULL ? "." : here, workdir);
    free(here);
    return path;
}

static int resolve_backend(struct making *m, const struct study_backend *asked,
                           const struct study_kernel *kernel, struct plan_backend *out,
                           struct error *err)
{
    out->name = xstrdup(asked->name);
    out->kernel = xstrdup(m->study->kernel_count > 1 ? kernel->name : "");
    out->workdir = absolute_workdir(asked->workdir);
    out->seconds_pattern = copy_or_empty(asked->seconds);
    out->value_pattern = copy_or_empty(asked->value);
    out->has_expect = asked->has_expect;
    out->expect_value = asked->expect_value;
    out->expect_tolerance = asked->expect_tolerance;
    out->setup = string_list_copy(asked->setup);
    out->modules = string_list_copy(asked->modules);
    copy_environment(out, asked);
    if (asked->command != NULL)
        return resolve_program(m, asked, out, err);
    return resolve_builtin(m, asked, kernel, out, err);
}

static bool is_wanted(const struct making *m, const struct plan_backend *backend, int64_t cores)
{
    return m->filter == NULL || plan_filter_takes(m->filter, plan_kernel_of(m->plan, backend),
                                                  backend->name, cores);
}

/* Where the study asks for `cores`; the backend's own place where a scale name did. */
static const char *place_of_count(const struct study_cores_list *list, int64_t cores,
                                  const struct study_backend *backend)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].node_parts == 0 && list->list[i].count == cores)
            return list->list[i].place.text;
    return list->count > 0 ? list->list[0].place.text : backend->place.text;
}

static int64_t largest_divisor_up_to(int64_t value, int64_t limit)
{
    for (int64_t divisor = limit < value ? limit : value; divisor > 1; divisor--)
        if (value % divisor == 0)
            return divisor;
    return 1;
}

/* Splits `cores` into nodes, ranks and threads. False, with a note, where the
 * backend cannot have that many. */
static bool shape_point(struct making *m, const struct plan_backend *backend,
                        const struct study_backend *asked, struct plan_point *point)
{
    int64_t cores = point->cores, per_node = m->target->cores_per_node;
    bool distributed = strcmp(backend->parallel, "ranks") == 0 || strcmp(backend->parallel, "hybrid") == 0;
    point->nodes = m->target->oversubscribe ? 1 : (cores + per_node - 1) / per_node;
    if (!distributed && point->nodes > 1) {
        add_note(m, text_format("%s stays within a node, so %lld cores were left out for it.",
                                backend->name, (long long)cores));
        return false;
    }
    point->ranks = 1;
    point->threads = cores;
    if (strcmp(backend->parallel, "ranks") == 0) {
        point->ranks = cores;
        point->threads = 1;
    } else if (strcmp(backend->parallel, "hybrid") == 0) {
        point->threads = asked->threads_per_rank > 0
                             ? asked->threads_per_rank
                             : largest_divisor_up_to(cores, m->target->cores_per_numa);
        if (cores % point->threads != 0) {
            add_note(m, text_format("%s has %lld threads a rank, so %lld core%s left out for it.",
                                    backend->name, (long long)point->threads, (long long)cores,
                                    cores == 1 ? " was" : "s were"));
            return false;
        }
        point->ranks = cores / point->threads;
    }
    return true;
}

static int check_count_fits(const struct making *m, const struct study_cores_list *list,
                            const struct study_backend *asked, int64_t cores, struct error *err)
{
    int64_t largest = m->target->largest_count;
    if (largest == 0 || m->target->oversubscribe || cores <= largest)
        return 0;
    return error_set(err,
                     "%s: %lld cores are asked for, but %s has %lld; ask for at most %lld%s, or add "
                     "--oversubscribe to put several workers on a core",
                     place_of_count(list, cores, asked), (long long)cores, m->target->title,
                     (long long)largest, (long long)largest,
                     asked->cores.given ? "" : " (--set cores=auto does)");
}

static int set_allocation(const struct making *m, struct plan_point *point, struct error *err)
{
    const struct study *study = m->study;
    point->allocated_cores = point->cores + study->request_extra_cores;
    if (study->request_cores > 0)
        point->allocated_cores = study->request_cores;
    if (point->allocated_cores < point->cores)
        return error_set(err, "%s: \"request_cores\" asks for %lld core%s, but %lld workers are started",
                         study->request_place.text, (long long)point->allocated_cores,
                         plural(point->allocated_cores),
                         (long long)point->cores);
    if (m->target->largest_count != 0 && !m->target->oversubscribe &&
        point->allocated_cores > m->target->largest_count)
        return error_set(err, "%s: \"request_cores\" asks for %lld cores, but %s has %lld",
                         study->request_place.text, (long long)point->allocated_cores,
                         m->target->title, (long long)m->target->largest_count);
    return 0;
}

/* NULL for a program. */
static const struct catalog_workload *workload_of_backend(const struct making *m,
                                                          const struct plan_backend *backend)
{
    const struct catalog_backend *builtin = catalog_find(m->catalog, backend->backend);
    return builtin == NULL ? NULL : catalog_workload(builtin, plan_kernel_of(m->plan, backend));
}

static const char *work_of_backend(const struct making *m, const struct plan_backend *backend)
{
    const struct catalog_workload *workload = workload_of_backend(m, backend);
    return m->study->work != NULL ? m->study->work : workload == NULL ? "size" : workload->work;
}

static int check_size(const struct making *m, const struct study_backend *asked,
                      const struct plan_backend *backend, double size, int64_t cores,
                      struct error *err)
{
    const struct catalog_workload *workload = workload_of_backend(m, backend);
    for (size_t i = 0; workload != NULL && i < m->study->kernel_count; i++)
        if (strcmp(m->study->kernels[i].name, workload->name) == 0)
            return plan_check_size(m->study, &m->study->kernels[i], asked, workload, size, cores,
                                   err);
    return 0;
}

static int add_point(struct making *m, size_t backend_index, const struct study_backend *asked,
                     double size, int64_t cores, struct error *err)
{
    struct plan *plan = m->plan;
    const struct plan_backend *backend = &plan->backends[backend_index];
    struct plan_point point = {.backend = backend_index, .size = size, .cores = cores};
    if (!is_wanted(m, backend, cores))
        return 0;
    if (!shape_point(m, backend, asked, &point))
        return 0;
    if (set_allocation(m, &point, err) != 0)
        return -1;
    if (check_size(m, asked, backend, size, cores, err) != 0)
        return -1;
    const char *work = work_of_backend(m, backend);
    point.actual_size = plan_actual_size(m->study, work, size, cores);
    point.work = work_of_size(work, point.actual_size);
    array_grow(&plan->points, plan->point_count, &m->point_capacity, sizeof *plan->points);
    plan->points[plan->point_count++] = point;
    return 0;
}

static int add_points_of_backend(struct making *m, size_t index, const struct study_backend *asked,
                                 double size, struct error *err)
{
    static struct study_cores one = {.count = 1};
    static const struct study_cores_list one_core = {.list = &one, .count = 1, .given = true};
    const struct study_cores_list *list = asked->cores.given ? &asked->cores : &m->study->cores;
    if (strcmp(m->plan->backends[index].parallel, "serial") == 0)
        list = &one_core;
    size_t count;
    int64_t *cores =
        cores_resolve(list, m->target->cores_per_node, m->target->packages, &count, err);
    if (cores == NULL)
        return -1;
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = check_count_fits(m, list, asked, cores[i], err);
        if (rc == 0)
            rc = add_point(m, index, asked, size, cores[i], err);
    }
    free(cores);
    return rc;
}

static bool holds_a_kernel(const struct study *study, const struct catalog_backend *builtin)
{
    for (size_t i = 0; i < study->kernel_count; i++)
        if (catalog_workload(builtin, study->kernels[i].name) != NULL)
            return true;
    return false;
}

/* Interpreters may be hundreds of times slower, and a size made for the others would take them
 * hours, so they are there only for `"all"`. */
static bool is_automatic(const struct study *study, const struct catalog_backend *builtin)
{
    return study->backends_all || !builtin->language;
}

static struct study_backend as_automatic(const struct catalog_backend *builtin)
{
    return (struct study_backend){
        .name = builtin->name, .backend = builtin->name, .expect_value = NAN};
}

/* `"auto"` as backends: all built-in ones that hold a kernel of the study and run here. */
static struct study_backend *automatic_backends(struct making *m, size_t *count)
{
    struct study_backend *list = xcalloc(m->catalog->backend_count, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < m->catalog->backend_count; i++) {
        const struct catalog_backend *builtin = &m->catalog->backends[i];
        if (!is_automatic(m->study, builtin))
            continue;
        if (builtin->why_not != NULL)
            add_note(m, text_format("Backend %s was left out: %s", builtin->name, builtin->why_not));
        else if (holds_a_kernel(m->study, builtin))
            list[(*count)++] = as_automatic(builtin);
    }
    return list;
}

static int decide_timing(struct making *m, struct error *err)
{
    struct plan *plan = m->plan;
    const struct plan_backend *silent = NULL;
    for (size_t i = 0; i < plan->backend_count && silent == NULL; i++)
        if (!plan->backends[i].reports_seconds)
            silent = &plan->backends[i];
    const char *asked = m->study->timing;
    if (asked != NULL && strcmp(asked, "kernel") == 0 && silent != NULL)
        return error_set(err,
                         "%s: \"timing\" is \"kernel\", but backend \"%s\" does not say how its own "
                         "time is read: give it \"seconds\", or use \"timing\": \"total\"",
                         m->study->path, silent->name);
    plan->timing = xstrdup(asked != NULL ? asked : silent == NULL ? "kernel" : "total");
    if (asked == NULL && silent != NULL && plan->backend_count > 1)
        add_note(m, text_format("All times are those of whole runs, because %s does not report its "
                                "own time.",
                                silent->name));
    return 0;
}

/* Of several kernels a backend need not hold each. */
static int check_kernels(struct making *m, const struct study_backend *asked, struct error *err)
{
    if (asked->command != NULL)
        return 0;
    if (check_backend_name(m->catalog, asked, err) != 0)
        return -1;
    const struct catalog_backend *builtin = catalog_find(m->catalog, asked->backend);
    if (builtin->why_not != NULL || holds_a_kernel(m->study, builtin))
        return 0;
    return refuse_kernel(builtin, asked, m->study->kernels[0].name, err);
}

static int check_options_and_sizes(const struct study *study, const struct study_backend *asked,
                                   const struct catalog_backend *builtin, struct error *err)
{
    bool one_worker = strcmp(builtin->parallel, "serial") == 0;
    for (size_t i = 0; i < study->kernel_count; i++) {
        const struct study_kernel *kernel = &study->kernels[i];
        const struct catalog_workload *workload = catalog_workload(builtin, kernel->name);
        if (workload == NULL)
            continue;
        char **words = plan_option_words(study, kernel, asked, workload, err);
        if (words == NULL)
            return -1;
        string_list_free(words);
        if (plan_check_given_sizes(study, kernel, asked, workload, one_worker, err) != 0)
            return -1;
    }
    return 0;
}

/* -1 with a suggestion if no automatic backend has the kernel. */
static int check_kernel_name(const struct study *study, const struct study_kernel *kernel,
                             const struct catalog *catalog, struct error *err)
{
    const char **names = NULL, *meant;
    size_t count = 0, capacity = 0;
    bool found = false;
    for (size_t i = 0; i < catalog->backend_count && !found; i++) {
        const struct catalog_backend *builtin = &catalog->backends[i];
        if (!is_automatic(study, builtin))
            continue;
        found = catalog_workload(builtin, kernel->name) != NULL ||
                catalog_missing(builtin, kernel->name) != NULL;
        for (size_t k = 0; k < builtin->workload_count; k++) {
            array_grow(&names, count + 1, &capacity, sizeof *names);
            names[count++] = builtin->workloads[k].name;
        }
    }
    meant = found ? NULL : suggest(kernel->name, names, count);
    free((void *)names);
    if (found)
        return 0;
    if (meant != NULL)
        return error_set(err, "%s: there is no kernel \"%.60s\"; did you mean \"%s\"?",
                         kernel->place.text, kernel->name, meant);
    return error_set(err, "%s: there is no kernel \"%.60s\"; `scalestudy backends` lists them",
                     kernel->place.text, kernel->name);
}

static int check_automatic(const struct study *study, const struct catalog *catalog,
                           struct error *err)
{
    for (size_t i = 0; i < study->kernel_count; i++)
        if (check_kernel_name(study, &study->kernels[i], catalog, err) != 0)
            return -1;
    for (size_t i = 0; i < catalog->backend_count; i++) {
        const struct catalog_backend *builtin = &catalog->backends[i];
        const struct study_backend asked = as_automatic(builtin);
        if (is_automatic(study, builtin) && builtin->why_not == NULL &&
            check_options_and_sizes(study, &asked, builtin, err) != 0)
            return -1;
    }
    return 0;
}

int plan_check_builtins(const struct study *study, const struct catalog *catalog,
                        struct error *err)
{
    struct making m = {.study = study, .catalog = catalog};
    if (study->backends_auto)
        return check_automatic(study, catalog, err);
    for (size_t i = 0; i < study->backend_count; i++) {
        const struct study_backend *asked = &study->backends[i];
        if (asked->command != NULL)
            continue;
        if (check_kernels(&m, asked, err) != 0 ||
            check_options_and_sizes(study, asked, catalog_find(catalog, asked->backend), err) != 0)
            return -1;
    }
    return 0;
}

/* Whether there are points of it; a note says so where there are none. */
static bool has_kernel(struct making *m, const struct study_backend *asked,
                       const struct study_kernel *kernel)
{
    const struct catalog_backend *builtin =
        asked->command != NULL ? NULL : catalog_find(m->catalog, asked->backend);
    if (builtin == NULL || builtin->why_not != NULL ||
        catalog_workload(builtin, kernel->name) != NULL)
        return true;
    add_note(m, text_format("Backend %s does not have %s.", asked->name, kernel->name));
    return false;
}

/* The backends that compute `kernel`, and their points. */
static int add_kernel(struct making *m, const struct study_backend *asked, size_t count,
                      const struct study_kernel *kernel, double found, struct error *err)
{
    struct plan *plan = m->plan;
    size_t *index_of = xcalloc(count, sizeof *index_of), sizes;
    double room;
    const double *list = plan_sizes(m->study, kernel, m->catalog, found, &room, &sizes);
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        index_of[i] = SIZE_MAX;
        if (!has_kernel(m, &asked[i], kernel))
            continue;
        index_of[i] = plan->backend_count++; /* a half-filled one is freed with the rest */
        rc = resolve_backend(m, &asked[i], kernel, &plan->backends[index_of[i]], err);
    }
    for (size_t s = 0; s < sizes; s++)
        for (size_t i = 0; i < count && rc == 0; i++)
            if (index_of[i] != SIZE_MAX)
                rc = add_points_of_backend(m, index_of[i], &asked[i], list[s], err);
    free(index_of);
    return rc;
}

static int resolve_backends_and_points(struct making *m, const struct study_backend *asked,
                                       size_t count, double size, struct error *err)
{
    const struct study *study = m->study;
    size_t kernels = study->kernel_count > 0 ? study->kernel_count : 1;
    m->plan->backends = xcalloc(count * kernels, sizeof *m->plan->backends);
    for (size_t i = 0; i < count; i++)
        if (check_kernels(m, &asked[i], err) != 0)
            return -1;
    for (size_t i = 0; i < kernels; i++)
        if (add_kernel(m, asked, count, study->kernel_count > 0 ? &study->kernels[i] : NULL, size,
                       err) != 0)
            return -1;
    return 0;
}

static int make_points(struct making *m, double size, struct error *err)
{
    size_t count = m->study->backend_count;
    const struct study_backend *asked = m->study->backends;
    struct study_backend *automatic = NULL;
    if (m->study->backends_auto && check_automatic(m->study, m->catalog, err) != 0)
        return -1;
    if (m->study->backends_auto)
        asked = automatic = automatic_backends(m, &count);
    int rc = resolve_backends_and_points(m, asked, count, size, err);
    free(automatic);
    if (rc == 0 && m->filter != NULL)
        rc = plan_filter_check(m->filter, m->study, m->plan, err);
    if (rc == 0 && m->plan->point_count == 0)
        rc = error_set(err, "%s: nothing is left to measure; check --only, \"backends\" and \"cores\"",
                       m->study->path);
    return rc;
}

/* Eight hexadecimal digits that no other folder has, for the names of jobs. */
static char *random_id(void)
{
    uint32_t bits;
    if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
        bits = (uint32_t)clock_now().tv_nsec ^ ((uint32_t)getpid() << 16);
    return text_format("%08x", (unsigned)bits);
}

/* Where the runs are and how they are given to it. */
static void copy_place(struct making *m)
{
    const struct plan_target *target = m->target;
    struct plan *plan = m->plan;
    struct plan_cluster here = {
        .charge_granule = 1, .charge_weight = 1, .time_limit = NAN, .max_time = NAN,
        .memory_mib = NAN, .charge_memory_gib_per_core = NAN, .poll_seconds = NAN};
    plan_cluster_copy(&plan->cluster, target->cluster == NULL ? &here : target->cluster);
    free(plan->cluster.name);
    free(plan->cluster.title);
    plan->cluster.name = xstrdup(target->name);
    plan->cluster.title = xstrdup(target->title);
    plan->cluster.cores_per_node = target->cores_per_node;
    plan->layout = xstrdup(target->layout == NULL      ? "local"
                           : m->study->layout == NULL ? target->layout
                                                       : m->study->layout);
    plan->background = copy_or_empty(m->study->background);
    if (target->layout != NULL) {
        plan->id = random_id();
        plan->budget_time = NAN; /* is of this machine alone */
    } else {
        plan->id = xstrdup("");
    }
}

static void copy_study_facts(struct making *m)
{
    const struct study *study = m->study;
    struct plan *plan = m->plan;
    char stamp[CLOCK_STAMP_SIZE];
    plan->name = xstrdup(study->name);
    plan->title = copy_or_empty(study->title);
    plan->description = copy_or_empty(study->description);
    plan->kernel = copy_or_empty(study->kernel_count == 1 ? study->kernels[0].name : NULL);
    plan->scaling = xstrdup(study->scaling);
    plan->bind = xstrdup(study->bind);
    plan->version = xstrdup(SCALESTUDY_VERSION);
    plan->created = xstrdup(clock_stamp(stamp, clock_now()));
    plan->seed = schedule_seed(study->name);
    bool is_adaptive = !isnan(study->precision);
    plan->blocks = is_adaptive ? study->max_blocks : study->blocks;
    plan->precision = study->precision;
    plan->budget_core_hours = study->budget_core_hours;
    plan->runs = study->runs;
    plan->warmups = study->warmups;
    plan->timeout = study->timeout;
    plan->budget_time = study->budget_time;
    plan->oversubscribe = m->target->oversubscribe;
    plan->optimum = study->optimum;
    copy_place(m);
}

bool plan_has_size(const struct plan *plan)
{
    for (size_t i = 0; i < plan->backend_count; i++)
        if (study_command_uses(plan->backends[i].argv, "size"))
            return true;
    for (size_t i = 0; i < plan->point_count; i++)
        if (plan->points[i].size != 1)
            return true;
    return false;
}

int plan_check_length(const struct plan *plan, struct error *err)
{
    int64_t runs = schedule_count(plan);
    if (runs <= PLAN_MAX_RUNS)
        return 0;
    return error_set(err, "%s would be %lld runs, and a plan holds at most %d; ask for fewer "
                          "\"blocks\" or \"runs\"",
                     plan->name, (long long)runs, PLAN_MAX_RUNS);
}

static int add_first_wave(struct making *m, struct error *err)
{
    struct plan *plan = m->plan;
    plan->waves = xcalloc(1, sizeof *plan->waves);
    plan->wave_count = 1;
    /* How many more fit is known when one has run. */
    bool starts_small = plan->budget_time > 0 && !(plan->precision > 0);
    int64_t blocks = starts_small ? 1 : m->study->blocks;
    plan->waves[0] = (struct plan_wave){.blocks = blocks, .points = plan->point_count};
    return plan_check_length(plan, err);
}

int plan_make(struct plan *out, const struct study *study, const struct catalog *catalog,
              const struct plan_target *target, const struct plan_filter *filter, double size,
              struct error *err)
{
    struct plan plan = {0};
    struct making m = {&plan, study, catalog, target, filter, 0, 0, 0};
    plan.notes = xcalloc(1, sizeof *plan.notes);
    m.note_capacity = 1;
    copy_study_facts(&m);
    int rc = make_points(&m, size, err);
    if (rc == 0)
        rc = decide_timing(&m, err);
    if (rc == 0)
        rc = add_first_wave(&m, err);
    if (rc != 0) {
        plan_free(&plan);
        return -1;
    }
    *out = plan;
    return 0;
}
