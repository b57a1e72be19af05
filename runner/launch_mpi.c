#include "launch_mpi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "process.h"
#include "strbuf.h"

/* Whether threads and ranks are to have cores of their own. */
static bool binds(const struct plan *plan)
{
    return strcmp(plan->bind, "cores") == 0 && !plan->oversubscribe;
}

static const char *name_of(const struct plan *plan)
{
    const char *name = plan_is_local(plan) ? "" : plan->cluster.launcher;
    return name == NULL || name[0] == '\0' ? "mpirun" : name;
}

static bool is_launcher(const struct plan *plan, const char *name)
{
    return strcmp(name_of(plan), name) == 0;
}

static int64_t ranks_per_node(const struct plan_point *point)
{
    return (point->ranks + point->nodes - 1) / point->nodes;
}

/* Slurm's CPUs, of each task. */
static int64_t cpus_per_task(const struct plan *plan, const struct plan_point *point)
{
    const struct plan_cluster *cluster = &plan->cluster;
    return point->threads * (cluster->cpu_is_thread ? cluster->threads_per_core : 1);
}

/* "mpirun (Open MPI) 4.1.4" gives 4; others 0. */
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

void mpi_launcher_find(struct mpi_launcher *launcher, const struct plan *plan,
                       const struct environment *variables)
{
    *launcher = (struct mpi_launcher){
        .program = environment_find_program(variables, name_of(plan))};
    if (launcher->program != NULL && is_launcher(plan, "mpirun"))
        launcher->open_mpi = open_mpi_major(launcher->program, variables);
}

void mpi_launcher_free(struct mpi_launcher *launcher)
{
    free(launcher->program);
    *launcher = (struct mpi_launcher){0};
}

int mpi_launcher_missing(const struct plan *plan, const char *backend, struct error *err)
{
    if (plan_is_local(plan))
        return error_set(err, "mpirun was not found, which backend %s needs; install openmpi-bin "
                              "(Fedora: openmpi) or load an MPI module",
                         backend);
    if (is_launcher(plan, "mpirun"))
        return error_set(err, "mpirun was not found in this job, which backend %s needs; give the "
                              "study or the backend the \"modules\" that bring MPI",
                         backend);
    return error_set(err, "%s was not found in this job, which backend %s needs; is it the "
                          "\"launcher\" of %s?",
                     name_of(plan), backend, plan->cluster.title);
}

/*
 * --exact: a step has as many CPUs as it asks for, whatever the job has, and in
 * all versions. --mem=0: all memory of the job, as programs without a launcher
 * have it; else a rank would get what comes with its cores. --threads-per-core:
 * -c then counts cores where Slurm's CPUs are hardware threads. It says how to
 * bind as well, so --cpu-bind has to be said too, and excludes --hint, which
 * Slurm silently drops beside --cpu-bind. block:block: neighbours first; the
 * default deals cores out to the sockets in turns.
 */
static void add_srun(const struct plan *plan, const struct plan_point *point, struct words *words)
{
    const struct plan_cluster *cluster = &plan->cluster;
    /* More workers than cores have no CPUs of their own to ask for. */
    words_add(words, plan->oversubscribe ? "--overcommit" : "--exact");
    words_add(words, "-N");
    words_addf(words, "%lld", (long long)point->nodes);
    words_add(words, "-n");
    words_addf(words, "%lld", (long long)point->ranks);
    if (!plan->oversubscribe) {
        words_add(words, "-c");
        words_addf(words, "%lld", (long long)point->threads);
    }
    if (cluster->cpu_is_thread && !plan->oversubscribe)
        words_add(words, "--threads-per-core=1");
    words_add(words, binds(plan) ? "--cpu-bind=cores" : "--cpu-bind=none");
    words_add(words, "--distribution=block:block");
    if (cluster->srun_mpi[0] != '\0')
        words_addf(words, "--mpi=%s", cluster->srun_mpi);
    words_add(words, "--mem=0");
    words_add(words, "--kill-on-bad-exit=1");
    words_add(words, "--input=none");
}

/* On one node shared memory is the only transport that is needed; probing for
 * network fabrics would be most of the start-up. */
static void add_transport(const struct mpi_launcher *launcher, struct words *words)
{
    static const char *const version_4[] = {"--mca", "pml", "ob1",    "--mca",     "btl",
                                            "self,vader", "--mca", "osc", "sm,pt2pt", NULL};
    static const char *const version_5[] = {"--mca", "pml", "ob1", "--mca", "btl", "self,sm", NULL};
    words_add_list(words, launcher->open_mpi == 4 ? version_4 : version_5);
}

/* The numbers of the cores that the ranks may use, as mpirun wants them. */
static void add_core_list(const struct topology *topology, int64_t cores, struct words *words)
{
    struct strbuf list = STRBUF_INIT;
    for (int64_t i = 0; i < cores && (size_t)i < topology->core_count; i++)
        strbuf_addf(&list, "%s%zu", i > 0 ? "," : "",
                    topology->core_of_cpu[topology->cores[i].cpu]);
    words_add(words, "--cpu-set");
    words_add(words, list.str);
    strbuf_free(&list);
}

static void add_mapping(const struct plan *plan, const struct plan_point *point,
                        struct words *words)
{
    long long threads = (long long)point->threads, ranks = (long long)ranks_per_node(point);
    words_add(words, "--map-by");
    if (!plan_is_local(plan))
        words_addf(words, "ppr:%lld:node:PE=%lld", ranks, threads);
    else if (threads > 1)
        words_addf(words, "slot:PE=%lld", threads);
    else
        words_add(words, "core");
}

/* Where only the affinity keeps cores from us, Open MPI 4 has to be told the
 * cores. It then gives each rank one, and takes no word on the mapping beside
 * it; ranks of several threads stay within our affinity and share it out. */
static bool add_told_cores(const struct mpi_launcher *launcher, const struct topology *topology,
                           const struct plan_point *point, struct words *words)
{
    if (!topology->launchers_see_more || launcher->open_mpi != 4 || point->nodes > 1)
        return false;
    words_add(words, "--bind-to");
    words_add(words, point->threads > 1 ? "none" : "core");
    if (point->threads == 1)
        add_core_list(topology, point->ranks, words);
    return true;
}

static void add_open_mpi(const struct mpi_launcher *launcher, const struct plan *plan,
                         const struct topology *topology, const struct plan_point *point,
                         struct words *words)
{
    if (point->nodes == 1)
        add_transport(launcher, words);
    if (!binds(plan)) {
        if (point->nodes > 1) {
            words_add(words, "--map-by");
            words_addf(words, "ppr:%lld:node", (long long)ranks_per_node(point));
        }
        words_add(words, "--bind-to");
        words_add(words, "none");
        words_add(words, "--oversubscribe");
    } else if (!add_told_cores(launcher, topology, point, words)) {
        add_mapping(plan, point, words);
        words_add(words, "--bind-to");
        words_add(words, "core");
    }
}

/*
 * Other MPIs' mpirun and NSC's mpprun are told the number of ranks alone: they
 * find the nodes in the job, and the kernels bind themselves within the cores
 * that they are given. mpprun's options have not been tried.
 */
void mpi_launcher_add_words(const struct mpi_launcher *launcher, const struct plan *plan,
                            const struct topology *topology, const struct plan_point *point,
                            struct words *words)
{
    words_add(words, launcher->program);
    if (is_launcher(plan, "srun")) {
        add_srun(plan, point, words);
        return;
    }
    words_add(words, "-n");
    words_addf(words, "%lld", (long long)point->ranks);
    if (launcher->open_mpi > 0)
        add_open_mpi(launcher, plan, topology, point, words);
}

bool mpi_launcher_is_elsewhere(const struct plan *plan, const struct plan_point *point)
{
    return point->nodes > 1 || !is_launcher(plan, "mpirun");
}

bool mpi_launcher_forks_here(const struct plan *plan)
{
    return is_launcher(plan, "mpirun");
}

void mpi_launcher_set_variables(const struct plan *plan, const struct plan_point *point,
                                bool ranks, struct environment *variables)
{
    /* Each of them is an option of srun's: of the job's, set by sbatch. */
    static const char *const of_the_job[] = {
        "SLURM_EXPORT_ENV",   "SLURM_HINT",          "SLURM_CPU_BIND",
        "SLURM_CPU_BIND_LIST", "SLURM_CPU_BIND_TYPE", "SLURM_CPU_BIND_VERBOSE",
        "SLURM_DISTRIBUTION", "SLURM_NTASKS_PER_NODE", "SLURM_NTASKS_PER_CORE",
        "SLURM_TRES_PER_TASK"};
    if (plan_is_local(plan))
        return;
    for (size_t i = 0; i < sizeof of_the_job / sizeof *of_the_job; i++)
        environment_unset(variables, of_the_job[i]);
    /* Inside a step, as srun --pty makes one, its CPUs are in use by it. */
    if (environment_get(variables, "SLURM_STEP_ID") != NULL)
        environment_set(variables, "SLURM_OVERLAP", "1");
    if (ranks && !is_launcher(plan, "srun")) {
        /* It starts a daemon on each node by srun, and that must not be kept
         * within the CPUs of one rank. */
        environment_unset(variables, "SLURM_CPUS_PER_TASK");
        environment_unset(variables, "SRUN_CPUS_PER_TASK");
        /* An allocation made as one task of many CPUs has one slot otherwise. */
        environment_set(variables, "OMPI_MCA_ras_slurm_use_entire_allocation", "1");
        return;
    }
    char cpus[24];
    snprintf(cpus, sizeof cpus, "%lld",
             (long long)(ranks ? point->threads : cpus_per_task(plan, point)));
    environment_set(variables, "SRUN_CPUS_PER_TASK", cpus);
}
