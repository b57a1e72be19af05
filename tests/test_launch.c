#define _GNU_SOURCE /* cpu_set_t */
#include "launch.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "strbuf.h"

/* Four cores of a machine that has six; CPUs are numbered as some machines do: every other one. */
struct fixture {
    char folder[64];
    char *path; /* PATH as it was */
    struct topology topology;
    struct topology_core cores[4];
    size_t core_of_cpu[12];
    struct plan plan;
    struct plan_backend backend;
    struct plan_point point;
    struct planned_run run;
    struct launcher launcher;
    struct launch launch;
    bool open;
    volatile int cancel;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    strcpy(f->folder, "/tmp/test_launch.XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    f->path = xstrdup(getenv("PATH"));
    for (int i = 0; i < 4; i++)
        f->cores[i].cpu = 4 + 2 * i;
    for (size_t i = 0; i < 12; i++)
        f->core_of_cpu[i] = i / 2;
    f->topology = (struct topology){.cores = f->cores,
                                    .core_count = 4,
                                    .machine_cores = 6,
                                    .core_of_cpu = f->core_of_cpu,
                                    .cpu_count = 12};
    f->backend = (struct plan_backend){
        .name = "b", .backend = "", .parallel = "threads", .seconds_pattern = "",
        .value_pattern = "", .workdir = ""};
    f->point = (struct plan_point){.size = 100, .actual_size = 100, .nodes = 1, .ranks = 1,
                                   .threads = 2, .cores = 2, .allocated_cores = 2};
    f->plan = (struct plan){.bind = "cores", .backends = &f->backend, .backend_count = 1,
                            .points = &f->point, .point_count = 1, .timeout = 600};
    f->run = (struct planned_run){.order = 9, .block = 3, .run = 1};
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    setenv("PATH", f->path, 1);
    char *command = text_format("rm -rf '%s'", f->folder);
    int rc = system(command);
    free(command);
    launch_free(&f->launch);
    if (f->open)
        launcher_close(&f->launcher);
    free(f->path);
    free(f);
    return rc;
}

static int prepare(struct fixture *f)
{
    launch_free(&f->launch);
    if (f->open)
        launcher_close(&f->launcher);
    char *identity = launch_identity(f->folder, NULL, &f->err);
    if (identity == NULL)
        fail_msg("%s", f->err.text);
    launcher_open(&f->launcher, &f->plan, &f->topology, identity, &f->cancel);
    f->open = true;
    free(identity);
    return launch_prepare(&f->launcher, &f->run, &f->launch, &f->err);
}

static void prepare_well(struct fixture *f)
{
    if (prepare(f) != 0)
        fail_msg("%s", f->err.text);
}

static const char *variable(const struct fixture *f, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; f->launch.environment[i] != NULL; i++)
        if (strncmp(f->launch.environment[i], name, length) == 0 &&
            f->launch.environment[i][length] == '=')
            return f->launch.environment[i] + length + 1;
    return NULL;
}

static void assert_variable(const struct fixture *f, const char *name, const char *expected)
{
    const char *value = variable(f, name);
    if (value == NULL)
        fail_msg("%s is not set", name);
    assert_string_equal(value, expected);
}

/* The words, blanks between them, the fixture's folder left out. */
static void assert_words(const struct fixture *f, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; f->launch.argv[i] != NULL; i++) {
        const char *word = f->launch.argv[i];
        if (strncmp(word, f->folder, strlen(f->folder)) == 0)
            word += strlen(f->folder) + 1;
        strbuf_addf(&sb, "%s%s", i > 0 ? " " : "", word);
    }
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

/* A program in the folder, which comes first in PATH. */
static void put_program(struct fixture *f, const char *name, const char *script)
{
    char *path = path_join(f->folder, name), *text = text_format("#!/bin/sh\n%s\n", script);
    char *search = text_format("%s:%s", f->folder, f->path);
    if (file_write(path, text, strlen(text), &f->err) != 0)
        fail_msg("%s", f->err.text);
    assert_int_equal(chmod(path, 0755), 0);
    setenv("PATH", search, 1);
    free(path);
    free(text);
    free(search);
}

static void without_mpirun_the_run_fails_with_the_remedy(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"prog", NULL};
    f->backend.argv = argv;
    f->backend.parallel = "ranks";
    setenv("PATH", f->folder, 1);
    assert_int_equal(prepare(f), -1);
    assert_string_equal(f->err.text, "mpirun was not found, which backend b needs; install "
                                     "openmpi-bin (Fedora: openmpi) or load an MPI module");
}

static void set_up_lines_that_fail_are_told_at_every_run(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"true", NULL}, *lines[] = {"echo reading >&2", "ls /no/such", "touch more", NULL};
    char *leaving[] = {"exit 0", NULL};
    f->backend.argv = argv;
    f->backend.setup = lines;
    f->backend.workdir = f->folder;
    setenv("LC_ALL", "C", 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(prepare(f), -1);
        assert_string_equal(f->err.text, "its set-up lines failed (exit status 2): ls: cannot access "
                                         "'/no/such': No such file or directory");
    }
    f->backend.setup = leaving;
    assert_int_equal(prepare(f), -1);
    assert_string_equal(f->err.text, "its set-up lines ended the shell before the last one, so "
                                     "nothing they set is known");
}

static void a_folder_that_is_gone_is_told(void **state)
{
    struct fixture *f = *state;
    assert_null(launch_identity("/no/such", NULL, &f->err));
    assert_string_equal(f->err.text, "the folder /no/such cannot be found any more");
}

static void tasks_of_one_folder_are_told_apart(void **state)
{
    struct fixture *f = *state;
    char *link = path_join(f->folder, "link"), *expected = path_join(f->folder, "w0-1x1x4-b2");
    assert_int_equal(symlink(f->folder, link), 0);
    char *local = launch_identity(link, NULL, &f->err);
    char *task = launch_identity(link, "w0-1x1x4-b2", &f->err);
    assert_string_equal(local, f->folder);
    assert_string_equal(task, expected);
    free(link);
    free(expected);
    free(local);
    free(task);
}

static void placeholders_are_replaced_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"prog", "{cores}/{threads}/{ranks}/{nodes}", "--size={size}", "{block}-{run}",
                    "{size}{size}", "{", "{sizes", "{Cores}", "{}", "", "$(id)", "a b", NULL};
    f->backend.argv = argv;
    f->point.actual_size = 1e14;
    prepare_well(f);
    static const char *const expected[] = {"prog", "2/2/1/1", "--size=100000000000000", "3-1",
                                           "100000000000000100000000000000", "{", "{sizes", "{Cores}",
                                           "{}", "", "$(id)", "a b"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(f->launch.argv[i], expected[i]);
    assert_null(f->launch.argv[sizeof expected / sizeof *expected]);
}

static void every_library_is_told_how_many_threads(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"true", NULL};
    static const char *const names[] = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                                        "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
                                        "NUMBA_NUM_THREADS", "JULIA_NUM_THREADS"};
    f->backend.argv = argv;
    setenv("OMP_NUM_THREADS", "64", 1);
    setenv("GOMP_CPU_AFFINITY", "0", 1);
    setenv("OMP_PLACES", "sockets", 1);
    prepare_well(f);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_variable(f, names[i], "2");
    assert_variable(f, "OMP_PLACES", "cores");
    assert_variable(f, "OMP_PROC_BIND", "close");
    assert_null(variable(f, "GOMP_CPU_AFFINITY"));
    f->backend.parallel = "processes"; /* each starts one thread */
    prepare_well(f);
    assert_variable(f, "OMP_NUM_THREADS", "1");
    f->plan.bind = "none";
    prepare_well(f);
    assert_null(variable(f, "OMP_PLACES"));
    assert_variable(f, "OMP_PROC_BIND", "false");
}

static void the_studys_variables_go_before_ours_but_not_the_runs_id(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"true", NULL}, *lines[] = {"export FROM_SETUP=yes OMP_NUM_THREADS=5", NULL};
    struct plan_variable variables[] = {{"OMP_PROC_BIND", "spread"}, {"SCALESTUDY_FOLDER", "/etc"}};
    f->backend.argv = argv;
    f->backend.setup = lines;
    f->backend.workdir = f->folder;
    f->backend.environment = variables;
    f->backend.environment_count = 2;
    prepare_well(f);
    assert_variable(f, "OMP_PROC_BIND", "spread");
    assert_variable(f, "FROM_SETUP", "yes");
    assert_variable(f, "OMP_NUM_THREADS", "2");
    assert_variable(f, LAUNCH_FOLDER_VARIABLE, f->folder);
    assert_variable(f, "SCALESTUDY_ORDER", "9");
    assert_variable(f, "SCALESTUDY_BLOCK", "3");
    assert_variable(f, "SCALESTUDY_RUN", "1");
}

/* "4 6": the CPUs that the launch may use. */
static void assert_cpus(const struct fixture *f, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t cpu = 0; cpu < 8 * f->launch.affinity_size; cpu++)
        if (CPU_ISSET_S(cpu, f->launch.affinity_size, (cpu_set_t *)f->launch.affinity))
            strbuf_addf(&sb, "%s%zu", sb.len > 0 ? " " : "", cpu);
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void a_run_gets_the_first_cores_of_those_allowed(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"true", NULL};
    f->backend.argv = argv;
    prepare_well(f);
    assert_cpus(f, "4 6");
    f->point.allocated_cores = 3; /* request_cores: one more than is worked on */
    prepare_well(f);
    assert_cpus(f, "4 6 8");
    f->plan.oversubscribe = true;
    prepare_well(f);
    assert_null(f->launch.affinity);
    f->plan.oversubscribe = false;
    f->plan.bind = "none";
    prepare_well(f);
    assert_null(f->launch.affinity);
}

static void a_program_is_found_where_set_up_lines_put_it(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"tool-of-a-module", NULL}, *line = text_format("PATH=%s/bin:$PATH", f->folder);
    char *lines[] = {line, NULL};
    char *bin = path_join(f->folder, "bin");
    assert_int_equal(mkdir(bin, 0755), 0);
    put_program(f, "bin/tool-of-a-module", "true");
    setenv("PATH", f->path, 1);
    f->backend.argv = argv;
    f->backend.setup = lines;
    f->backend.workdir = f->folder;
    prepare_well(f);
    assert_words(f, "bin/tool-of-a-module");
    free(line);
    free(bin);
}

static void open_mpi_binds_each_rank_to_cores_of_its_own(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", "{ranks}", NULL};
    f->backend.argv = argv;
    f->backend.parallel = "ranks";
    f->point.ranks = 2;
    f->point.threads = 1;
    put_program(f, "mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,vader --mca osc sm,pt2pt --map-by core "
                    "--bind-to core /bin/prog 2");
    f->backend.parallel = "hybrid";
    f->point.threads = 2;
    f->point.cores = f->point.allocated_cores = 4;
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,vader --mca osc sm,pt2pt --map-by "
                    "slot:PE=2 --bind-to core /bin/prog 2");
    assert_variable(f, "OMP_NUM_THREADS", "2");
    f->plan.bind = "none";
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,vader --mca osc sm,pt2pt --bind-to none "
                    "--oversubscribe /bin/prog 2");
    put_program(f, "mpirun", "echo 'mpirun (Open MPI) 5.0.3'");
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,sm --bind-to none --oversubscribe "
                    "/bin/prog 2");
    put_program(f, "mpirun", "echo 'HYDRA build details'"); /* MPICH: its kernels bind themselves */
    prepare_well(f);
    assert_words(f, "mpirun -n 2 /bin/prog 2");
}

/* As under taskset: Open MPI 4 would take the machine's first cores. */
static void open_mpi_is_told_the_cores_that_only_the_affinity_keeps(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL};
    f->backend.argv = argv;
    f->backend.parallel = "ranks";
    f->point.ranks = 2;
    f->point.threads = 1;
    f->topology.launchers_see_more = true;
    put_program(f, "mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,vader --mca osc sm,pt2pt --bind-to core "
                    "--cpu-set 2,3 /bin/prog");
    f->backend.parallel = "hybrid";
    f->point.threads = 2;
    f->point.cores = f->point.allocated_cores = 4;
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,vader --mca osc sm,pt2pt --bind-to none "
                    "/bin/prog");
    assert_cpus(f, "4 6 8 10");
}

static void threads_get_whole_cores_of_recorded_nodes(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *file, *cpus; /* of three cores */
        int64_t cores;
    } nodes[] = {{"kebnekaise-skylake", "0 2 4", 28}, {"tetralith", "0 1 2", 32},
                 {"cosmos", "0 1 2", 48}, {"dardel", "0 1 2", 128}, {"pelle", "0 1 2", 48}};
    char *argv[] = {"true", NULL};
    struct topology own = f->topology;
    f->backend.argv = argv;
    f->plan.layout = "array";
    f->plan.cluster.launcher = "srun";
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char *path = text_format("%s/%s.xml", TEST_TOPOLOGIES, nodes[i].file);
        int rc = topology_load(&f->topology, path, &f->err);
        free(path);
        if (rc != 0) {
            f->topology = own;
            skip(); /* built without hwloc */
        }
        f->point.allocated_cores = 3;
        prepare_well(f);
        assert_cpus(f, nodes[i].cpus);
        f->point.allocated_cores = nodes[i].cores;
        prepare_well(f);
        assert_int_equal(CPU_COUNT_S(f->launch.affinity_size, (cpu_set_t *)f->launch.affinity),
                         nodes[i].cores);
        topology_free(&f->topology);
    }
    f->topology = own;
}

/* A point of `ranks` x `threads` on `nodes` of a cluster with this launcher. */
static void in_a_job(struct fixture *f, char *launcher, int64_t nodes, int64_t ranks, int64_t threads)
{
    f->plan.layout = "packed";
    f->plan.cluster.title = "Testgrid";
    f->plan.cluster.launcher = launcher;
    f->plan.cluster.srun_mpi = "pmix";
    f->backend.parallel = threads > 1 ? "hybrid" : "ranks";
    f->point.nodes = nodes;
    f->point.ranks = ranks;
    f->point.threads = threads;
    f->point.cores = f->point.allocated_cores = ranks * threads;
}

static void srun_is_asked_for_a_steps_own_shape(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL};
    f->backend.argv = argv;
    put_program(f, "srun", "true");
    in_a_job(f, "srun", 2, 8, 1);
    prepare_well(f);
    assert_words(f, "srun --exact -N 2 -n 8 -c 1 --cpu-bind=cores --distribution=block:block "
                    "--mpi=pmix --mem=0 --kill-on-bad-exit=1 --input=none /bin/prog");
    assert_null(f->launch.affinity);
    assert_true(f->launch.elsewhere && f->launch.hidden);
    in_a_job(f, "srun", 1, 2, 2);
    f->plan.cluster.srun_mpi = "";
    f->plan.cluster.cpu_is_thread = true;
    f->plan.cluster.threads_per_core = 2;
    prepare_well(f);
    assert_words(f, "srun --exact -N 1 -n 2 -c 2 --threads-per-core=1 --cpu-bind=cores "
                    "--distribution=block:block --mem=0 --kill-on-bad-exit=1 --input=none /bin/prog");
    assert_variable(f, "SRUN_CPUS_PER_TASK", "2");
    assert_null(f->launch.affinity);
    f->plan.bind = "none";
    f->plan.cluster.cpu_is_thread = false;
    prepare_well(f);
    assert_words(f, "srun --exact -N 1 -n 2 -c 2 --cpu-bind=none --distribution=block:block --mem=0 "
                    "--kill-on-bad-exit=1 --input=none /bin/prog");
    f->plan.oversubscribe = true;
    prepare_well(f);
    assert_words(f, "srun --overcommit -N 1 -n 2 --cpu-bind=none --distribution=block:block --mem=0 "
                    "--kill-on-bad-exit=1 --input=none /bin/prog");
}

static void mpirun_spreads_ranks_evenly_over_a_jobs_nodes(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL};
    f->backend.argv = argv;
    put_program(f, "mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    in_a_job(f, "mpirun", 1, 2, 1);
    prepare_well(f);
    assert_words(f, "mpirun -n 2 --mca pml ob1 --mca btl self,vader --mca osc sm,pt2pt --map-by "
                    "ppr:2:node:PE=1 --bind-to core /bin/prog");
    assert_null(f->launch.affinity);
    assert_false(f->launch.elsewhere || f->launch.hidden);
    assert_variable(f, "OMPI_MCA_ras_slurm_use_entire_allocation", "1");
    in_a_job(f, "mpirun", 2, 7, 3); /* other nodes are not reached by shared memory */
    prepare_well(f);
    assert_words(f, "mpirun -n 7 --map-by ppr:4:node:PE=3 --bind-to core /bin/prog");
    assert_true(f->launch.elsewhere);
    assert_false(f->launch.hidden); /* those of the first node are ours */
    f->plan.bind = "none";
    prepare_well(f);
    assert_words(f, "mpirun -n 7 --map-by ppr:4:node --bind-to none --oversubscribe /bin/prog");
    put_program(f, "mpirun", "echo 'Intel(R) MPI Library for Linux* OS'");
    prepare_well(f);
    assert_words(f, "mpirun -n 7 /bin/prog");
    put_program(f, "mpprun", "true");
    in_a_job(f, "mpprun", 2, 7, 3);
    prepare_well(f);
    assert_words(f, "mpprun -n 7 /bin/prog");
}

static void a_missing_launcher_of_a_cluster_is_named_with_the_remedy(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL};
    f->backend.argv = argv;
    setenv("PATH", f->folder, 1);
    in_a_job(f, "mpprun", 1, 2, 1);
    assert_int_equal(prepare(f), -1);
    assert_string_equal(f->err.text, "mpprun was not found in this job, which backend b needs; is it "
                                     "the \"launcher\" of Testgrid?");
    in_a_job(f, "mpirun", 1, 2, 1);
    assert_int_equal(prepare(f), -1);
    assert_string_equal(f->err.text, "mpirun was not found in this job, which backend b needs; give "
                                     "the study or the backend the \"modules\" that bring MPI");
}

static void what_the_job_was_asked_with_does_not_reach_its_runs(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL};
    static const char *const gone[] = {"SLURM_EXPORT_ENV", "SLURM_HINT", "SLURM_CPU_BIND",
                                       "SLURM_NTASKS_PER_NODE", "SLURM_TRES_PER_TASK"};
    f->backend.argv = argv;
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        setenv(gone[i], "x", 1);
    setenv("SLURM_CPUS_PER_TASK", "28", 1);
    setenv("SRUN_CPUS_PER_TASK", "28", 1);
    setenv("PRTE_MCA_plm_slurm_args", "--external-launcher", 1);
    put_program(f, "mpirun", "echo 'mpirun (Open MPI) 5.0.7'");
    put_program(f, "srun", "true");
    in_a_job(f, "srun", 1, 2, 2);
    prepare_well(f);
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_null(variable(f, gone[i]));
    assert_variable(f, "SLURM_CPUS_PER_TASK", "28");
    assert_variable(f, "SRUN_CPUS_PER_TASK", "2");
    in_a_job(f, "mpirun", 2, 4, 1);
    prepare_well(f);
    assert_words(f, "mpirun -n 4 --map-by ppr:2:node:PE=1 --bind-to core /bin/prog");
    assert_null(variable(f, "SLURM_CPUS_PER_TASK"));
    assert_null(variable(f, "SRUN_CPUS_PER_TASK"));
    assert_variable(f, "PRTE_MCA_plm_slurm_args", "--external-launcher");
    in_a_job(f, "srun", 1, 1, 2);
    f->backend.parallel = "threads"; /* no launcher: a srun of its own needs hardware threads */
    f->plan.cluster.cpu_is_thread = true;
    f->plan.cluster.threads_per_core = 2;
    prepare_well(f);
    assert_words(f, "/bin/prog");
    assert_variable(f, "SRUN_CPUS_PER_TASK", "4");
    assert_cpus(f, "4 6");
    f->plan.layout = NULL; /* this machine: none of our business */
    prepare_well(f);
    assert_variable(f, "SLURM_HINT", "x");
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        unsetenv(gone[i]);
    unsetenv("SLURM_CPUS_PER_TASK");
    unsetenv("SRUN_CPUS_PER_TASK");
    unsetenv("PRTE_MCA_plm_slurm_args");
}

/* An empty start is measured by the words and the environment of a real one. */
static void an_empty_start_is_measured_as_runs_are_started(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL}, **words, **environment;
    f->backend.argv = argv;
    put_program(f, "srun", "true");
    in_a_job(f, "srun", 2, 8, 1);
    prepare_well(f);
    launch_mpi_prefix(&f->launcher, &words, &environment);
    assert_string_equal(words[1], "--exact");
    assert_string_equal(words[3], "1");
    assert_string_equal(words[5], "1");
    bool told = false;
    for (size_t i = 0; environment[i] != NULL; i++)
        told = told || strcmp(environment[i], "SRUN_CPUS_PER_TASK=1") == 0;
    assert_true(told);
    string_list_free(words);
    string_list_free(environment);
}

static void root_may_start_mpi_and_nobody_elses_environment_changes(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"/bin/prog", NULL};
    f->backend.argv = argv;
    put_program(f, "mpirun", "echo 'mpirun (Open MPI) 4.1.4'");
    unsetenv("OMPI_ALLOW_RUN_AS_ROOT");
    prepare_well(f);
    assert_null(variable(f, "OMPI_ALLOW_RUN_AS_ROOT"));
    f->backend.parallel = "ranks";
    prepare_well(f);
    assert_int_equal(variable(f, "OMPI_ALLOW_RUN_AS_ROOT") != NULL, geteuid() == 0);
    assert_null(getenv("OMPI_ALLOW_RUN_AS_ROOT"));
}

static void an_interruption_ends_set_up_lines(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"true", NULL}, *lines[] = {"sleep 60", NULL};
    f->backend.argv = argv;
    f->backend.setup = lines;
    f->backend.workdir = f->folder;
    f->cancel = 1;
    assert_int_equal(prepare(f), -1); /* at once: the test would take a minute otherwise */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(without_mpirun_the_run_fails_with_the_remedy),
        TEST(set_up_lines_that_fail_are_told_at_every_run),
        TEST(a_folder_that_is_gone_is_told),
        TEST(tasks_of_one_folder_are_told_apart),
        TEST(placeholders_are_replaced_and_nothing_else),
        TEST(every_library_is_told_how_many_threads),
        TEST(the_studys_variables_go_before_ours_but_not_the_runs_id),
        TEST(a_run_gets_the_first_cores_of_those_allowed),
        TEST(a_program_is_found_where_set_up_lines_put_it),
        TEST(open_mpi_binds_each_rank_to_cores_of_its_own),
        TEST(open_mpi_is_told_the_cores_that_only_the_affinity_keeps),
        TEST(threads_get_whole_cores_of_recorded_nodes),
        TEST(srun_is_asked_for_a_steps_own_shape),
        TEST(mpirun_spreads_ranks_evenly_over_a_jobs_nodes),
        TEST(a_missing_launcher_of_a_cluster_is_named_with_the_remedy),
        TEST(what_the_job_was_asked_with_does_not_reach_its_runs),
        TEST(an_empty_start_is_measured_as_runs_are_started),
        TEST(root_may_start_mpi_and_nobody_elses_environment_changes),
        TEST(an_interruption_ends_set_up_lines),
    };
    return cmocka_run_group_tests_name("launch", tests, NULL, NULL);
}
