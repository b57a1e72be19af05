#define _GNU_SOURCE
#include "launch.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "environment.h"
#include "number.h"
#include "strbuf.h"

extern char **environ;

/* What a backend's set-up lines made of the environment. */
struct launch_backend {
    bool prepared;
    char *problem;  /* NULL: fine */
    char *mpirun;   /* NULL: not found, or not needed */
    int mpi_major;  /* of Open MPI; 0: another MPI */
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

/* "mpirun (Open MPI) 4.1.4" gives 4; other launchers 0. */
static int open_mpi_major(char *mpirun, const struct environment *variables)
{
    char *argv[] = {mpirun, "--version", NULL};
    struct process_request request = {
        .argv = argv, .environment = variables->list, .time_limit = 30, .output_limit = 4096};
    struct process_result result;
    struct error err = ERROR_INIT;
    int major = 0;
    if (process_run(&request, &result, &err) == 0) {
        const char *version = strstr(result.output.str, "(Open MPI) ");
        if (version != NULL)
            major = atoi(version + strlen("(Open MPI) "));
    }
    process_result_free(&result);
    return major;
}

int launcher_open(struct launcher *l, const struct plan *plan, const struct topology *topology,
                  const char *folder, const volatile int *cancel, struct error *err)
{
    char *absolute = realpath(folder, NULL);
    if (absolute == NULL)
        return error_system(err, "the folder %s cannot be found any more", folder);
    *l = (struct launcher){.plan = plan, .topology = topology, .folder = absolute, .cancel = cancel};
    l->backends = xcalloc(plan->backend_count, sizeof *l->backends);
    return 0;
}

void launcher_close(struct launcher *l)
{
    for (size_t i = 0; l->backends != NULL && i < l->plan->backend_count; i++) {
        environment_free(&l->backends[i].variables);
        free(l->backends[i].problem);
        free(l->backends[i].mpirun);
    }
    free(l->backends);
    free(l->folder);
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
    environment_set(&callers, LAUNCH_FOLDER_VARIABLE, l->folder);
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
        prepared->mpirun = environment_find_program(&prepared->variables, "mpirun");
        if (prepared->mpirun != NULL)
            prepared->mpi_major = open_mpi_major(prepared->mpirun, &prepared->variables);
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
    environment_set(variables, LAUNCH_FOLDER_VARIABLE, l->folder);
    set_number(variables, "SCALESTUDY_ORDER", run->order);
    set_number(variables, "SCALESTUDY_BLOCK", run->block);
    set_number(variables, "SCALESTUDY_RUN", run->run);
}

/* The logical core numbers that the ranks may use, as mpirun wants them, or
 * NULL where they are the machine's first ones anyhow. */
static char *mpi_core_list(const struct launcher *l, int64_t cores)
{
    const struct topology *t = l->topology;
    if (t->core_count == t->machine_cores)
        return NULL;
    struct strbuf list = STRBUF_INIT;
    for (int64_t i = 0; i < cores && (size_t)i < t->core_count; i++)
        strbuf_addf(&list, "%s%zu", i > 0 ? "," : "", t->core_of_cpu[t->cores[i].cpu]);
    return strbuf_take(&list);
}

struct words {
    char **list;
    size_t count, capacity;
};

static void add_word(struct words *words, const char *word)
{
    array_grow(&words->list, words->count + 1, &words->capacity, sizeof *words->list);
    words->list[words->count++] = xstrdup(word);
    words->list[words->count] = NULL;
}

static void add_words(struct words *words, const char *const *list)
{
    for (; *list != NULL; list++)
        add_word(words, *list);
}

/* On one node shared memory is the only transport that is needed; probing for
 * network fabrics would be most of the start-up. */
static void add_transport(const struct launch_backend *prepared, struct words *words)
{
    static const char *const version_4[] = {"--mca", "pml", "ob1",    "--mca",     "btl",
                                            "self,vader", "--mca", "osc", "sm,pt2pt", NULL};
    static const char *const version_5[] = {"--mca", "pml", "ob1", "--mca", "btl", "self,sm", NULL};
    if (prepared->mpi_major == 4)
        add_words(words, version_4);
    else if (prepared->mpi_major >= 5)
        add_words(words, version_5);
}

static void add_binding(const struct launcher *l, const struct launch_backend *prepared,
                        const struct plan_point *point, struct words *words)
{
    if (prepared->mpi_major == 0)
        return; /* another MPI: the kernels bind themselves within the cores they are given */
    if (!binds(l->plan)) {
        static const char *const unbound[] = {"--bind-to", "none", "--oversubscribe", NULL};
        add_words(words, unbound);
        return;
    }
    char *mapping = point->threads > 1 ? text_format("slot:PE=%lld", (long long)point->threads)
                                       : xstrdup("core");
    char *cores = mpi_core_list(l, point->cores);
    add_word(words, "--map-by");
    add_word(words, mapping);
    add_word(words, "--bind-to");
    add_word(words, "core");
    if (cores != NULL) {
        add_word(words, "--cpu-set");
        add_word(words, cores);
    }
    free(mapping);
    free(cores);
}

static void add_mpi(const struct launcher *l, const struct launch_backend *prepared,
                    const struct plan_point *point, struct words *words)
{
    char ranks[24];
    snprintf(ranks, sizeof ranks, "%lld", (long long)point->ranks);
    add_word(words, prepared->mpirun);
    add_word(words, "-n");
    add_word(words, ranks);
    add_transport(prepared, words);
    add_binding(l, prepared, point, words);
}

void launch_mpi_prefix(struct launcher *l, char ***words, char ***environment)
{
    static const struct plan_point one_rank = {.ranks = 1, .threads = 1, .cores = 1};
    *words = *environment = NULL;
    for (size_t i = 0; i < l->plan->backend_count && *words == NULL; i++) {
        const struct launch_backend *prepared = prepared_backend(l, i);
        if (prepared->mpirun == NULL)
            continue;
        struct words list = {0};
        add_mpi(l, prepared, &one_rank, &list);
        *words = list.list;
        *environment = string_list_copy(prepared->variables.list);
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
        if (prepared->mpirun == NULL)
            return error_set(err, "mpirun was not found, which backend %s needs; install "
                                  "openmpi-bin or load an MPI module",
                             backend->name);
        add_mpi(l, prepared, point, &words);
    }
    for (size_t i = 0; backend->argv[i] != NULL; i++) {
        char *word = fill_placeholders(backend->argv[i], point, run);
        add_word(&words, word);
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

/* The first hardware thread of each of the point's cores, neighbours first. */
static void choose_cores(const struct launcher *l, const struct plan_point *point,
                         struct launch *launch)
{
    const struct topology *t = l->topology;
    if (!binds(l->plan) || (size_t)point->allocated_cores > t->core_count)
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
    add_word(&words, "OMP_DYNAMIC=false");
    add_word(&words, binds(plan) ? "OMP_PLACES=cores" : "OMP_PLACES unset");
    add_word(&words, binds(plan) ? "OMP_PROC_BIND=close" : "OMP_PROC_BIND=false");
    for (size_t i = 0; i < THREAD_VARIABLES; i++) {
        char *text = text_format("%s=threads of a process", thread_variables[i]);
        add_word(&words, text);
        free(text);
    }
    for (size_t i = 0; i < UNSET_VARIABLES; i++) {
        char *text = text_format("%s unset", unset_variables[i]);
        add_word(&words, text);
        free(text);
    }
    return words.list;
}
