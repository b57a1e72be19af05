#define _GNU_SOURCE
#include "launch.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "environment.h"
#include "launch_mpi.h"
#include "number.h"
#include "strbuf.h"
#include "words.h"

extern char **environ;

/* What a backend's set-up lines made of the environment. */
struct launch_backend {
    bool prepared;
    char *problem;  /* NULL: fine */
    struct mpi_launcher mpi;
    struct environment variables;
};

/* Libraries that start threads of their own: each is told how many. */
static const char *const thread_variables[] = {
    "OMP_NUM_THREADS",      "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",  "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",     "NUMEXPR_NUM_THREADS",  "NUMBA_NUM_THREADS", "JULIA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS"};

/* Variables of the caller's shell that would bind or tune behind our back. */
static const char *const unset_variables[] = {"GOMP_CPU_AFFINITY", "KMP_AFFINITY",
                                              "KMP_HW_SUBSET",     "OMP_THREAD_LIMIT",
                                              "OMP_SCHEDULE",      "OPENBLAS_CORETYPE",
                                              "OMP_WAIT_POLICY",   "GOMP_SPINCOUNT"};

enum { THREAD_VARIABLES = sizeof thread_variables / sizeof *thread_variables };
enum { UNSET_VARIABLES = sizeof unset_variables / sizeof *unset_variables };

static bool is_distributed(const struct plan_backend *backend)
{
    return strcmp(backend->parallel, "ranks") == 0 || strcmp(backend->parallel, "hybrid") == 0;
}

static bool binds(const struct plan *plan)
{
    return strcmp(plan->bind, "cores") == 0 && !plan->oversubscribe;
}

char *launch_identity(const char *folder, const char *task, struct error *err)
{
    char *absolute = realpath(folder, NULL);
    if (absolute == NULL)
        error_system(err, "the folder %s cannot be found any more", folder);
    if (absolute == NULL || task == NULL)
        return absolute;
    char *identity = text_format("%s/%s", absolute, task);
    free(absolute);
    return identity;
}

void launcher_open(struct launcher *l, const struct plan *plan, const struct topology *topology,
                   const char *identity, const volatile int *cancel)
{
    *l = (struct launcher){
        .plan = plan, .topology = topology, .identity = xstrdup(identity), .cancel = cancel};
    l->backends = xcalloc(plan->backend_count, sizeof *l->backends);
}

void launcher_close(struct launcher *l)
{
    for (size_t i = 0; l->backends != NULL && i < l->plan->backend_count; i++) {
        environment_free(&l->backends[i].variables);
        free(l->backends[i].problem);
        mpi_launcher_free(&l->backends[i].mpi);
    }
    free(l->backends);
    free(l->identity);
    *l = (struct launcher){0};
}

/* Open MPI asks for both before it runs as root; only our children get them. */
static void allow_mpi_as_root(struct environment *variables)
{
    if (geteuid() != 0)
        return;
    environment_set(variables, "OMPI_ALLOW_RUN_AS_ROOT", "1");
    environment_set(variables, "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
}

/* The lines that make a backend's environment, as bash reads them. */
static char *setup_script(const struct plan_backend *backend)
{
    struct strbuf script = STRBUF_INIT;
    strbuf_add(&script, "set -e\n");
    for (size_t i = 0; backend->modules != NULL && backend->modules[i] != NULL; i++) {
        strbuf_add(&script, "module load ");
        shell_add_quoted(&script, backend->modules[i]);
        strbuf_add(&script, "\n");
    }
    for (size_t i = 0; backend->setup != NULL && backend->setup[i] != NULL; i++)
        strbuf_addf(&script, "%s\n", backend->setup[i]);
    /* What the lines print goes to stderr; stdout is for the environment alone. */
    char *text = text_format("exec 3>&1 1>&2\n%senv -0 >&3\n", script.str);
    strbuf_free(&script);
    return text;
}

static char *last_line(const struct strbuf *text)
{
    size_t end = text->len;
    while (end > 0 && (text->str[end - 1] == '\n' || text->str[end - 1] == ' '))
        end--;
    size_t begin = end;
    while (begin > 0 && text->str[begin - 1] != '\n')
        begin--;
    return xstrndup(text->str + begin, end - begin);
}

/*
 * Runs the set-up lines once in a shell (they are shell by definition: they
 * load modules and source virtual environments) and keeps the environment
 * that they leave, so that every run can be started without one.
 */
static char *run_setup(const struct launcher *l, const struct plan_backend *backend,
                       struct environment *variables)
{
    struct environment callers; /* and the folder, so that a killed study's set-up is found too */
    environment_from_list(&callers, environ);
    environment_set(&callers, LAUNCH_FOLDER_VARIABLE, l->identity);
    char *script = setup_script(backend);
    /* -l where modules are used: their command is defined by the login files. */
    char *argv[] = {"bash", backend->modules != NULL && backend->modules[0] != NULL ? "-lc" : "-c",
                    script, NULL};
    struct process_request request = {
        .argv = argv,
        .environment = callers.list,
        .workdir = backend->workdir,
        .time_limit = 600,
        .output_limit = 1 << 22,
        .cancel = l->cancel,
    };
    struct process_result result;
    struct error err = ERROR_INIT;
    char *problem = NULL;
    if (process_run(&request, &result, &err) != 0) {
        problem = xstrdup(err.text);
    } else if (result.exit_status != 0 || result.timed_out || result.cancelled) {
        char *what = process_describe(&result), *said = last_line(&result.errors);
        problem = text_format("its set-up lines failed (%s): %.300s", what, said);
        free(what);
        free(said);
    } else if (result.output.len == 0) { /* an "exit 0" would leave a run without any environment */
        problem = xstrdup("its set-up lines ended the shell before the last one, so nothing they "
                          "set is known");
    } else {
        environment_from_block(variables, result.output.str, result.output.len);
    }
    process_result_free(&result);
    environment_free(&callers);
    free(script);
    return problem;
}

static struct launch_backend *prepared_backend(struct launcher *l, size_t index)
{
    struct launch_backend *prepared = &l->backends[index];
    const struct plan_backend *backend = &l->plan->backends[index];
    if (prepared->prepared)
        return prepared;
    prepared->prepared = true;
    bool has_lines = string_list_count(backend->setup) + string_list_count(backend->modules) > 0;
    if (has_lines)
        prepared->problem = run_setup(l, backend, &prepared->variables);
    else
        environment_from_list(&prepared->variables, environ);
    if (is_distributed(backend)) { /* a module may have brought its own */
        allow_mpi_as_root(&prepared->variables);
        mpi_launcher_find(&prepared->mpi, l->plan, &prepared->variables);
    }
    return prepared;
}

static void set_number(struct environment *variables, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    environment_set(variables, name, text);
}

/* Threads that one process of the point may start. */
static int64_t threads_of_process(const struct plan_backend *backend,
                                  const struct plan_point *point)
{
    return strcmp(backend->parallel, "processes") == 0 ? 1 : point->threads;
}

static void set_point_variables(const struct launcher *l, const struct plan_backend *backend,
                                const struct plan_point *point, struct environment *variables)
{
    for (size_t i = 0; i < UNSET_VARIABLES; i++)
        environment_unset(variables, unset_variables[i]);
    for (size_t i = 0; i < THREAD_VARIABLES; i++)
        set_number(variables, thread_variables[i], threads_of_process(backend, point));
    environment_set(variables, "OMP_DYNAMIC", "false");
    mpi_launcher_set_variables(l->plan, point, is_distributed(backend), variables);
    if (binds(l->plan)) {
        environment_set(variables, "OMP_PLACES", "cores");
        environment_set(variables, "OMP_PROC_BIND", "close");
    } else {
        environment_unset(variables, "OMP_PLACES");
        environment_set(variables, "OMP_PROC_BIND", "false");
    }
}

static void set_identity(const struct launcher *l, const struct planned_run *run,
                         struct environment *variables)
{
    environment_set(variables, LAUNCH_FOLDER_VARIABLE, l->identity);
    set_number(variables, "SCALESTUDY_ORDER", run->order);
    set_number(variables, "SCALESTUDY_BLOCK", run->block);
    set_number(variables, "SCALESTUDY_RUN", run->run);
}

void launch_mpi_prefix(struct launcher *l, char ***words, char ***environment)
{
    static const struct plan_point one_rank = {.nodes = 1, .ranks = 1, .threads = 1, .cores = 1};
    *words = *environment = NULL;
    for (size_t i = 0; i < l->plan->backend_count && *words == NULL; i++) {
        const struct launch_backend *prepared = prepared_backend(l, i);
        if (prepared->mpi.program == NULL)
            continue;
        struct words list = {0};
        struct environment variables;
        mpi_launcher_add_words(&prepared->mpi, l->plan, l->topology, &one_rank, &list);
        environment_copy(&variables, &prepared->variables);
        mpi_launcher_set_variables(l->plan, &one_rank, true, &variables);
        *words = list.list;
        *environment = environment_take(&variables);
    }
}

static char *number_text(double value)
{
    char text[NUMBER_TEXT_SIZE];
    return xstrdup(number_format(text, value));
}

/* One word of a command with its placeholders replaced. */
static char *fill_placeholders(const char *word, const struct plan_point *point,
                               const struct planned_run *run)
{
    const struct {
        const char *name;
        double value;
    } values[] = {{"{cores}", (double)point->cores},     {"{threads}", (double)point->threads},
                  {"{ranks}", (double)point->ranks},     {"{nodes}", (double)point->nodes},
                  {"{size}", point->actual_size},        {"{block}", (double)run->block},
                  {"{run}", (double)run->run}};
    struct strbuf filled = STRBUF_INIT;
    while (*word != '\0') {
        size_t i = 0, count = sizeof values / sizeof *values;
        while (i < count && strncmp(word, values[i].name, strlen(values[i].name)) != 0)
            i++;
        if (i == count) {
            strbuf_add_char(&filled, *word++);
            continue;
        }
        char *number = number_text(values[i].value);
        strbuf_add(&filled, number);
        free(number);
        word += strlen(values[i].name);
    }
    return strbuf_take(&filled);
}

static int build_argv(const struct launcher *l, const struct launch_backend *prepared,
                      const struct plan_point *point, const struct planned_run *run,
                      struct launch *launch, struct error *err)
{
    const struct plan_backend *backend = &l->plan->backends[point->backend];
    struct words words = {0};
    if (is_distributed(backend)) {
        if (prepared->mpi.program == NULL)
            return mpi_launcher_missing(l->plan, backend->name, err);
        mpi_launcher_add_words(&prepared->mpi, l->plan, l->topology, point, &words);
    }
    for (size_t i = 0; backend->argv[i] != NULL; i++) {
        char *word = fill_placeholders(backend->argv[i], point, run);
        words_add(&words, word);
        free(word);
    }
    launch->argv = words.list;
    /* Set-up lines may have changed PATH, and the child is looked for in ours. */
    char *program = environment_find_program(&prepared->variables, words.list[0]);
    if (program != NULL) {
        free(words.list[0]);
        words.list[0] = program;
    }
    return 0;
}

/*
 * The first hardware thread of each of the point's cores, neighbours first. A
 * launcher in a job chooses itself, on nodes that we do not see: what it starts
 * inherits from Slurm, not from it.
 */
static void choose_cores(const struct launcher *l, const struct plan_point *point,
                         struct launch *launch)
{
    const struct topology *t = l->topology;
    bool by_launcher = !plan_is_local(l->plan) && is_distributed(&l->plan->backends[point->backend]);
    if (!binds(l->plan) || by_launcher || (size_t)point->allocated_cores > t->core_count)
        return;
    int largest = 0;
    for (int64_t i = 0; i < point->allocated_cores; i++)
        if (t->cores[i].cpu > largest)
            largest = t->cores[i].cpu;
    cpu_set_t *set = CPU_ALLOC((size_t)largest + 1);
    launch->affinity_size = CPU_ALLOC_SIZE((size_t)largest + 1);
    CPU_ZERO_S(launch->affinity_size, set);
    for (int64_t i = 0; i < point->allocated_cores; i++)
        CPU_SET_S((size_t)t->cores[i].cpu, launch->affinity_size, set);
    launch->affinity = set;
}

int launch_prepare(struct launcher *l, const struct planned_run *run, struct launch *launch,
                   struct error *err)
{
    const struct plan_point *point = &l->plan->points[run->point];
    const struct plan_backend *backend = &l->plan->backends[point->backend];
    struct launch_backend *prepared = prepared_backend(l, point->backend);
    *launch = (struct launch){.workdir = backend->workdir[0] == '\0' ? NULL : backend->workdir};
    if (prepared->problem != NULL)
        return error_set(err, "%s", prepared->problem);
    if (build_argv(l, prepared, point, run, launch, err) != 0)
        return -1;
    struct environment variables;
    environment_copy(&variables, &prepared->variables);
    set_point_variables(l, backend, point, &variables);
    for (size_t i = 0; i < backend->environment_count; i++)
        environment_set(&variables, backend->environment[i].name, backend->environment[i].value);
    set_identity(l, run, &variables);
    launch->environment = environment_take(&variables);
    choose_cores(l, point, launch);
    launch->elsewhere = is_distributed(backend) && mpi_launcher_is_elsewhere(l->plan, point);
    launch->hidden = launch->elsewhere && !mpi_launcher_forks_here(l->plan);
    return 0;
}

void launch_free(struct launch *launch)
{
    string_list_free(launch->argv);
    string_list_free(launch->environment);
    if (launch->affinity != NULL)
        CPU_FREE(launch->affinity);
    *launch = (struct launch){0};
}

char **launch_policy(const struct plan *plan)
{
    struct words words = {0};
    words_add(&words, "OMP_DYNAMIC=false");
    words_add(&words, binds(plan) ? "OMP_PLACES=cores" : "OMP_PLACES unset");
    words_add(&words, binds(plan) ? "OMP_PROC_BIND=close" : "OMP_PROC_BIND=false");
    for (size_t i = 0; i < THREAD_VARIABLES; i++)
        words_addf(&words, "%s=threads of a process", thread_variables[i]);
    for (size_t i = 0; i < UNSET_VARIABLES; i++)
        words_addf(&words, "%s unset", unset_variables[i]);
    return words.list;
}
