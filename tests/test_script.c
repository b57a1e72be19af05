#include "script.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "environment.h"
#include "files.h"
#include "process.h"

#define TEXT(literal) ((char *)(literal))

struct fixture {
    struct plan plan;
    struct plan_backend backends[3];
    struct plan_point points[8];
    struct plan_wave waves[1];
    char *modules[4], *setup[4], *pre[4], *extra[4];
    int64_t blocks[6];
    struct task_array array;
    struct script_request request;
    struct strbuf script;
    struct error err;
};

static void choose(struct fixture *f, const char *key)
{
    assert_true(task_array_find(&f->plan, key, &f->array));
    f->request.array = &f->array;
}

/* A study on Kebnekaise: threads, MPI on one and two nodes, six blocks. */
static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    static const struct plan_point points[] = {
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 1, .cores = 1, .allocated_cores = 1},
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 28, .cores = 28, .allocated_cores = 28},
        {.backend = 1, .nodes = 1, .ranks = 28, .threads = 1, .cores = 28, .allocated_cores = 28},
        {.backend = 1, .nodes = 2, .ranks = 56, .threads = 1, .cores = 56, .allocated_cores = 56},
        {.backend = 2, .nodes = 2, .ranks = 4, .threads = 14, .cores = 56, .allocated_cores = 56},
        {.backend = 1, .nodes = 2, .ranks = 29, .threads = 1, .cores = 29, .allocated_cores = 29},
    };
    static const char *const parallel[] = {"threads", "ranks", "hybrid"};
    for (size_t i = 0; i < 3; i++) {
        f->backends[i].parallel = TEXT(parallel[i]);
        f->backends[i].workdir = TEXT("/home/student/course");
    }
    memcpy(f->points, points, sizeof points);
    f->waves[0] = (struct plan_wave){.blocks = 6, .points = 6};
    f->plan = (struct plan){
        .name = TEXT("integration"),
        .title = TEXT("Integral over a square"),
        .layout = TEXT("array"),
        .runs = 3,
        .warmups = 1,
        .timeout = 300,
        .cluster = {.name = TEXT("kebnekaise-skylake"), .title = TEXT("Kebnekaise"),
                    .cpu = TEXT("skylake"), .cores_per_node = 28, .charge_granule = 1,
                    .charge_weight = 1, .charge_memory_gib_per_core = NAN, .max_time = 604800,
                    .account = TEXT("hpc2n2026-001"), .partition = TEXT(""),
                    .constraint = TEXT("skylake"), .qos = TEXT(""), .reservation = TEXT(""),
                    .time_limit = NAN, .memory_mib = NAN, .threads_per_core = 1,
                    .shebang = TEXT("#!/bin/bash"), .purge = true, .pre = f->pre,
                    .modules = f->modules, .setup = f->setup, .extra_sbatch = f->extra},
        .backends = f->backends,
        .backend_count = 3,
        .points = f->points,
        .point_count = 6,
        .waves = f->waves,
        .wave_count = 1};
    for (int i = 0; i < 6; i++)
        f->blocks[i] = i;
    f->request = (struct script_request){.plan = &f->plan,
                                         .name = "integration-7f3a.1",
                                         .folder = "/home/student/results/integration/kebnekaise",
                                         .program = "/home/student/bin/scalestudy",
                                         .blocks = f->blocks,
                                         .block_count = 6};
    f->script = (struct strbuf)STRBUF_INIT;
    choose(f, "w0-1x1x28");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    strbuf_free(&f->script);
    free(f);
    return 0;
}

static void write_script(struct fixture *f)
{
    strbuf_clear(&f->script);
    if (script_write(&f->request, &f->script, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

static void assert_refused(struct fixture *f, const char *message)
{
    strbuf_clear(&f->script);
    assert_int_equal(script_write(&f->request, &f->script, &f->err), -1);
    assert_int_equal(f->err.status, STATUS_INPUT);
    assert_string_equal(f->err.text, message);
    assert_int_equal(f->script.len, 0);
}

static bool has_line(const struct fixture *f, const char *line)
{
    char *whole = text_format("\n%s\n", line);
    bool found = strstr(f->script.str, whole) != NULL;
    free(whole);
    return found;
}

static void assert_line(const struct fixture *f, const char *line)
{
    if (!has_line(f, line))
        fail_msg("the line \"%s\" is not in\n%s", line, f->script.str);
}

static void assert_no_text(const struct fixture *f, const char *text)
{
    if (strstr(f->script.str, text) != NULL)
        fail_msg("\"%s\" is in\n%s", text, f->script.str);
}

/* Options of the script as sbatch sees them: it stops at the first command. */
static size_t count_options(const char *script)
{
    size_t count = 0;
    for (const char *line = script; *line == '#' || *line == '\n';) {
        count += strncmp(line, "#SBATCH", 7) == 0;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return count;
}

/* What bash makes of the script; stderr behind stdout. */
static int run_bash(const struct fixture *f, const char *option, struct strbuf *said)
{
    char *argv[] = {TEXT("bash"), TEXT(option), NULL};
    struct process_request request = {.argv = argv, .input = f->script.str, .time_limit = 60,
                                      .output_limit = 1 << 16, .merge_stderr = true};
    struct process_result result;
    struct error err = ERROR_INIT;
    assert_int_equal(process_run(&request, &result, &err), 0);
    strbuf_clear(said);
    strbuf_add_bytes(said, result.output.str, result.output.len);
    int status = result.exit_status;
    process_result_free(&result);
    return status;
}

static void assert_shell_likes_it(const struct fixture *f)
{
    struct strbuf said = STRBUF_INIT;
    if (run_bash(f, "-n", &said) != 0)
        fail_msg("bash -n: %s in\n%s", said.str, f->script.str);
    strbuf_free(&said);
    char *argv[] = {TEXT("shellcheck"), TEXT("--severity=warning"), TEXT("-"), NULL};
    struct process_request request = {.argv = argv, .input = f->script.str, .time_limit = 60,
                                      .output_limit = 1 << 16, .merge_stderr = true};
    struct process_result result;
    struct error err = ERROR_INIT;
    assert_int_equal(process_run(&request, &result, &err), 0);
    if (result.started && result.exit_status != 0)
        fail_msg("%s", result.output.str);
    process_result_free(&result);
}

/* --- refused ----------------------------------------------------------------- */

static void values_that_cannot_stand_in_a_script_are_refused_with_a_reason(void **state)
{
    struct fixture *f = *state;
    struct plan_cluster *c = &f->plan.cluster;
    const struct {
        const char **text;
        const char *value, *message;
    } wrong[] = {
        {(const char **)&c->account, "a b",
         "the account \"a b\" holds a blank: write it as sbatch takes it, one word without quotes"},
        {(const char **)&c->account, "a\n#SBATCH --nice=1",
         "the account \"a\n#SBATCH --nice=1\" holds a line end, which cannot stand in a job "
         "script; use another"},
        {(const char **)&c->partition, "main#",
         "the partition \"main#\" holds #: write it as sbatch takes it, one word without quotes"},
        {(const char **)&c->constraint, "\"zen3|zen4\"",
         "the constraint \"\"zen3|zen4\"\" holds \": write it as sbatch takes it, one word without "
         "quotes"},
        {(const char **)&c->qos, "$(id)",
         "the qos \"$(id)\" holds $: write it as sbatch takes it, one word without quotes"},
        {(const char **)&c->reservation, "--nice=1",
         "the reservation \"--nice=1\" begins with -: write it as sbatch takes it, one word "
         "without quotes"},
        {&f->request.folder, "/home/a\nb",
         "the study's folder \"/home/a\nb\" holds a line end, which cannot stand in a job script; "
         "use another"},
        {&f->request.folder, "results/a",
         "the study's folder \"results/a\" must be a path from the root, for a job starts "
         "elsewhere"},
        {&f->request.folder, "/home/a\\b",
         "the study's folder \"/home/a\\b\" holds a backslash, which Slurm drops from the names of "
         "its logs; use a path without one"},
        {&f->request.name, "a\rb",
         "the job's name \"a\rb\" holds a control character, which cannot stand in a job script; "
         "use another"},
        {&f->request.program, "/bin/a\x1b[0m",
         "the program \"/bin/a\x1b[0m\" holds a control character, which cannot stand in a job "
         "script; use another"},
        {(const char **)&c->shebang, "/bin/bash",
         "the shebang \"/bin/bash\" must begin with \"#!/\", as in \"#!/bin/bash\""},
        {(const char **)&c->shebang, "#!/bin/bash\nrm",
         "the shebang \"#!/bin/bash\nrm\" holds a line end, which cannot stand in a job script; "
         "use another"},
        {(const char **)&f->modules[0], "GCC/13 && rm",
         "the module \"GCC/13 && rm\" holds a blank: write it as sbatch takes it, one word without "
         "quotes"},
        {(const char **)&f->setup[0], "true\n#SBATCH --nice=1",
         "line 1 of \"setup\" holds a line end; write each line as a text of its own"},
        {(const char **)&f->pre[0], "true\r",
         "line 1 of \"pre\" holds a control character; write each line as a text of its own"},
        {(const char **)&f->extra[0], "--nice=1\n#SBATCH --array=1",
         "the option of sbatch \"--nice=1\n#SBATCH --array=1\" holds a line end, which cannot "
         "stand in a job script; use another"},
        {(const char **)&f->extra[0], "nice=1",
         "\"nice=1\" is no option of sbatch: write it as in \"--mail-type=END\""},
        {(const char **)&f->extra[0], "--nice;x",
         "\"--nice;x\" is no option of sbatch: write it as in \"--mail-type=END\""},
        {(const char **)&f->extra[0], "--wai",
         "the option \"--wai\" is scalestudy's own: leave it out"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *before = *wrong[i].text;
        *wrong[i].text = wrong[i].value;
        assert_refused(f, wrong[i].message);
        *wrong[i].text = before;
    }
    write_script(f);
}

/* --- what sbatch is asked for -------------------------------------------------- */

static void only_what_is_given_is_asked_for(void **state)
{
    static const char *const optional[] = {
        "--account", "--partition", "--constraint",  "--qos",          "--reservation",
        "--mem",     "--gpus",      "--exclusive",   "--mail-type",    "--threads-per-core",
        "%2",        "module",      "--retry-failed", "--ntasks-per-node", "trap"};
    struct fixture *f = *state;
    struct plan_cluster *c = &f->plan.cluster;
    c->account = c->constraint = TEXT("");
    c->purge = false;
    write_script(f);
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        assert_no_text(f, strcmp(optional[i], "module") == 0 ? "module load" : optional[i]);
    assert_int_equal(count_options(f->script.str), 10);
    assert_shell_likes_it(f);
}

static void everything_that_is_given_is_asked_for(void **state)
{
    struct fixture *f = *state;
    struct plan_cluster *c = &f->plan.cluster;
    c->partition = TEXT("main");
    c->constraint = TEXT("zen3|zen4");
    c->qos = TEXT("normal");
    c->reservation = TEXT("course-day1");
    c->memory_mib = 16384;
    c->gpus = 2;
    c->gpu_type = TEXT("l40s");
    c->exclusive = true;
    c->max_running = 2;
    c->time_limit = 90 * 60;
    f->extra[0] = TEXT("--mail-type=END");
    f->extra[1] = TEXT("--comment=two words #1 --array=5");
    f->extra[2] = TEXT("-x b-cn01 -H");
    f->pre[0] = TEXT("export MODULEPATH=/sw/modules");
    f->modules[0] = TEXT("GCC/13.2.0");
    f->modules[1] = TEXT("OpenMPI/4.1.6");
    f->setup[0] = TEXT("source venv/bin/activate");
    f->request.retry_failed = true;
    write_script(f);
    static const char *const lines[] = {
        "#SBATCH --mail-type=END",
        "#SBATCH --comment=\"two words #1 --array=5\"",
        "#SBATCH -x \"b-cn01 -H\"",
        "#SBATCH --job-name=integration-7f3a.1",
        "#SBATCH --account=hpc2n2026-001",
        "#SBATCH --partition=main",
        "#SBATCH --constraint=zen3|zen4",
        "#SBATCH --qos=normal",
        "#SBATCH --reservation=course-day1",
        "#SBATCH --nodes=1",
        "#SBATCH --ntasks=1",
        "#SBATCH --cpus-per-task=28",
        "#SBATCH --gpus-per-node=l40s:2",
        "#SBATCH --mem=16384M",
        "#SBATCH --exclusive",
        "#SBATCH --time=01:30:00",
        "#SBATCH --array=0-5%2",
        "#SBATCH --chdir=/home/student/results/integration/kebnekaise",
        "#SBATCH --output=/home/student/results/integration/kebnekaise/logs/w0-1x1x28.%A_%a.out",
        "#SBATCH --no-requeue",
        "#SBATCH --open-mode=append",
        "export MODULEPATH=/sw/modules",
        "module purge > /dev/null 2>&1",
        "module load GCC/13.2.0 || give_up the module GCC/13.2.0 does not load",
        "module load OpenMPI/4.1.6 || give_up the module OpenMPI/4.1.6 does not load",
        "cd /home/student/course || give_up the folder /home/student/course cannot be entered",
        "source venv/bin/activate",
        "export SRUN_CPUS_PER_TASK=28"};
    static const char command[] =
        "exec /home/student/bin/scalestudy worker /home/student/results/integration/kebnekaise "
        "--array w0-1x1x28 --first-block 0 --retry-failed";
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_line(f, lines[i]);
    assert_line(f, command);
    assert_int_equal(count_options(f->script.str), 21);
    assert_shell_likes_it(f);
}

/* Options that a cluster or study adds come first: for sbatch the last one wins. */
static void added_options_cannot_override_the_plan(void **state)
{
    struct fixture *f = *state;
    f->extra[0] = TEXT("--arr=99");
    write_script(f);
    const char *added = strstr(f->script.str, "\n#SBATCH --arr=99\n");
    assert_non_null(added);
    assert_ptr_equal(strstr(f->script.str, "\n#SBATCH "), added);
}

static void each_shape_is_asked_for_as_it_is(void **state)
{
    static const struct {
        const char *key, *nodes, *tasks, *per_node, *cores;
    } shapes[] = {{"w0-1x1x1", "1", "1", NULL, "1"},     {"w0-1x28x1", "1", "28", NULL, "1"},
                  {"w0-2x56x1", "2", "56", "28", "1"},   {"w0-2x4x14", "2", "4", "2", "14"},
                  {"w0-2x29x1", "2", "29", "15", "1"}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        choose(f, shapes[i].key);
        write_script(f);
        const char *const names[] = {"nodes", "ntasks", "ntasks-per-node", "cpus-per-task"};
        const char *const values[] = {shapes[i].nodes, shapes[i].tasks, shapes[i].per_node,
                                      shapes[i].cores};
        for (size_t j = 0; j < 4; j++) {
            char *line = text_format("#SBATCH --%s=%s", names[j], values[j] ? values[j] : "");
            if (values[j] == NULL)
                assert_no_text(f, line);
            else
                assert_line(f, line);
            free(line);
        }
        assert_shell_likes_it(f);
    }
}

static void hardware_threads_are_not_counted_as_cores(void **state)
{
    struct fixture *f = *state;
    f->plan.cluster.cpu_is_thread = true;
    f->plan.cluster.threads_per_core = 2;
    write_script(f);
    assert_line(f, "#SBATCH --cpus-per-task=28");
    assert_line(f, "#SBATCH --threads-per-core=1");
}

static void a_packed_array_asks_for_whole_nodes(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = TEXT("packed");
    choose(f, "w0-2x56x1");
    write_script(f);
    assert_line(f, "#SBATCH --exclusive");
    assert_line(f, "#SBATCH --ntasks-per-node=28");
    assert_non_null(strstr(f->script.str, "# Each element takes 2 whole nodes. "));
    assert_shell_likes_it(f);
}

static void time_limits_are_written_as_slurm_reads_them(void **state)
{
    static const struct {
        double seconds;
        const char *line;
    } limits[] = {{1, "#SBATCH --time=00:01:00"},
                  {3661, "#SBATCH --time=01:02:00"},
                  {86340, "#SBATCH --time=23:59:00"},
                  {86400, "#SBATCH --time=1-00:00:00"},
                  {604800, "#SBATCH --time=7-00:00:00"}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        f->plan.cluster.time_limit = limits[i].seconds;
        write_script(f);
        assert_line(f, limits[i].line);
    }
}

static void elements_are_written_as_ranges(void **state)
{
    static const int64_t blocks[] = {0, 1, 2, 5, 7, 8, 10};
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    script_add_elements(&text, blocks, 7, 0);
    assert_string_equal(text.str, "0-2,5,7-8,10");
    strbuf_clear(&text);
    script_add_elements(&text, blocks + 3, 4, 5);
    assert_string_equal(text.str, "0,2-3,5");
    strbuf_clear(&text);
    script_add_elements(&text, blocks, 1, 0);
    assert_string_equal(text.str, "0");
    strbuf_free(&text);

    f->request.first_block = 4;
    f->request.blocks = f->blocks + 4;
    f->request.block_count = 2;
    write_script(f);
    assert_line(f, "#SBATCH --array=0-1");
    assert_non_null(strstr(f->script.str, "(element 0 is block 4)"));
    assert_non_null(strstr(f->script.str, "--first-block 4\n"));
}

static void long_lists_of_elements_stay_whole(void **state)
{
    struct fixture *f = *state;
    enum { COUNT = 4000 };
    int64_t *odd = calloc(COUNT, sizeof *odd);
    for (int i = 0; i < COUNT; i++)
        odd[i] = 2 * i + 1;
    f->request.blocks = odd;
    f->request.block_count = COUNT;
    write_script(f);
    assert_non_null(strstr(f->script.str, "#SBATCH --array=1,3,5,7,"));
    assert_non_null(strstr(f->script.str, ",7997,7999\n"));
    free(odd);
}

/* --- what the shell does ------------------------------------------------------- */

static void hostile_names_reach_the_program_as_they_are(void **state)
{
    static const char *const folders[] = {
        "/tmp/with blank", "/tmp/it's", "/tmp/a\"b", "/tmp/$(touch x)`id`$HOME",
        "/tmp/50% off %A_%j",
        "/tmp/#SBATCH --nice=5", "/tmp/a;b&c|d>e<f*?[g]{h}~!",
        "/tmp/\xc3\xa5ngstr\xc3\xb6m",
        "/tmp/-n", "/tmp/'\"'\"'"};
    struct fixture *f = *state;
    struct strbuf said = STRBUF_INIT;
    f->request.program = "/bin/echo";
    f->plan.title = TEXT("evil\n#SBATCH --nice=5\r\n$(touch x) {account}");
    f->plan.cluster.title = TEXT("C\n\nrm -rf x");
    f->plan.cluster.purge = false;
    f->request.name = "na me'\"$x#";
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        f->request.folder = folders[i];
        write_script(f);
        assert_shell_likes_it(f);
        assert_int_equal(count_options(f->script.str), 12);
        assert_line(f, "#SBATCH --job-name=\"na me'\\\"$x#\"");
        assert_int_equal(run_bash(f, "-s", &said), 0);
        char *expected = text_format("worker %s --array w0-1x1x28 --first-block 0\n", folders[i]);
        assert_string_equal(said.str, expected);
        free(expected);
    }
    strbuf_free(&said);
}

static void paths_are_quoted_for_sbatch(void **state)
{
    struct fixture *f = *state;
    f->request.folder = "/tmp/50% \"off\"";
    write_script(f);
    assert_line(f, "#SBATCH --chdir=\"/tmp/50% \\\"off\\\"\"");
    assert_line(f, "#SBATCH --output=\"/tmp/50%% \\\"off\\\"/logs/w0-1x1x28.%A_%a.out\"");
}

/* The fixture's script with a module command of our own, which knows no "bad". */
static int run_with_modules(struct fixture *f, struct strbuf *said)
{
    f->pre[0] = TEXT("module() { echo \"module $*\"; [ \"$2\" != bad/1.0 ]; }");
    f->request.program = "/bin/echo";
    f->backends[0].workdir = f->backends[1].workdir = f->backends[2].workdir = TEXT("/");
    write_script(f);
    assert_shell_likes_it(f);
    return run_bash(f, "-s", said);
}

static void modules_are_loaded_in_order_before_the_set_up_lines(void **state)
{
    struct fixture *f = *state;
    struct strbuf said = STRBUF_INIT;
    f->modules[0] = TEXT("GCC/13.2.0");
    f->modules[1] = TEXT("OpenMPI/4.1.6");
    f->setup[0] = TEXT("echo in $PWD");
    f->setup[1] = TEXT("export X=\"a  b\"; echo \"$X\"");
    assert_int_equal(run_with_modules(f, &said), 0);
    assert_string_equal(said.str,
                        "module load GCC/13.2.0\nmodule load OpenMPI/4.1.6\nin /\na  b\n"
                        "worker /home/student/results/integration/kebnekaise "
                        "--array w0-1x1x28 --first-block 0\n");
    strbuf_free(&said);
}

static void a_job_without_its_tools_measures_nothing(void **state)
{
    struct fixture *f = *state;
    struct strbuf said = STRBUF_INIT;
    f->modules[0] = TEXT("GCC/13.2.0");
    f->modules[1] = TEXT("bad/1.0");
    assert_int_equal(run_with_modules(f, &said), 3);
    assert_string_equal(said.str, "module load GCC/13.2.0\nmodule load bad/1.0\nscalestudy: the "
                                  "module bad/1.0 does not load; nothing was measured\n");
    f->modules[1] = NULL;
    static const char *const failing[] = {"false", "exit 0", "exit 5", "[ -e /nonexistent ]"};
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        f->setup[0] = TEXT(failing[i]);
        assert_int_equal(run_with_modules(f, &said), 3);
        assert_string_equal(said.str, "module load GCC/13.2.0\nscalestudy: a set-up line failed; "
                                      "nothing was measured\n");
    }
    strbuf_free(&said);
}

static void set_up_lines_run_where_the_study_was_given(void **state)
{
    struct fixture *f = *state;
    f->setup[0] = TEXT("true");
    write_script(f);
    assert_non_null(strstr(f->script.str, "\ncd /home/student/course || "));
    f->backends[1].workdir = TEXT("/elsewhere"); /* no place is everybody's */
    write_script(f);
    assert_non_null(strstr(f->script.str,
                           "\ncd /home/student/results/integration/kebnekaise || "));
}

/* --- templates ------------------------------------------------------------------ */

static void a_template_of_ones_own_is_filled_and_its_mistakes_located(void **state)
{
    static const struct {
        const char *text, *script, *message;
    } templates[] = {
        {"{shebang}\n@@ remark\n#SBATCH -A {account}\n#SBATCH -q {qos}\n@@if qos\nno\n@@end\n"
         "echo ${HOME} { x; } {array}\n",
         "#!/bin/bash\n#SBATCH -A hpc2n2026-001\necho ${HOME} { x; } w0-1x1x28\n", NULL},
        {"{shebang}\n#SBATCH -A {acount}\n", NULL, "job.sbatch:2: there is no value {acount}"},
        {"@@if nothing\n@@end\n", NULL, "job.sbatch:1: there is no value nothing"},
        {"@@if qos\n@@if account\n", NULL,
         "job.sbatch:2: an @@end is missing before @@if account"},
        {"\n@@end\n", NULL, "job.sbatch:2: there is no @@if before @@end"},
        {"@@if qos\n", NULL, "job.sbatch:1: there is no @@end for the last @@if"},
    };
    struct fixture *f = *state;
    char folder[] = "/tmp/scalestudy-script-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = path_join(folder, "job.sbatch");
    f->request.templates = folder;
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        assert_int_equal(file_write(path, templates[i].text, strlen(templates[i].text), &f->err),
                         0);
        if (templates[i].message != NULL) {
            assert_refused(f, templates[i].message);
            continue;
        }
        write_script(f);
        assert_string_equal(f->script.str, templates[i].script);
    }
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
    free(path);
}

static void compare_golden(const struct fixture *f, const char *name)
{
    char *path = path_join(GOLDEN, name);
    struct strbuf expected = STRBUF_INIT;
    struct error err = ERROR_INIT;
    if (getenv("SCALESTUDY_UPDATE_GOLDEN") != NULL) {
        assert_int_equal(file_write(path, f->script.str, f->script.len, &err), 0);
    } else {
        assert_int_equal(file_read(path, 1 << 20, &expected, &err), 0);
        assert_string_equal(f->script.str, expected.str);
    }
    strbuf_free(&expected);
    free(path);
}

static void scripts_are_those_that_were_reviewed(void **state)
{
    struct fixture *f = *state;
    f->modules[0] = TEXT("GCC/12.3.0");
    f->modules[1] = TEXT("OpenMPI/4.1.5");
    write_script(f);
    compare_golden(f, "kebnekaise.sbatch");

    struct plan_cluster *c = &f->plan.cluster;
    c->title = TEXT("Dardel");
    c->cpu = TEXT("thin");
    c->account = TEXT("naiss2026-1-1");
    c->constraint = TEXT("");
    c->partition = TEXT("main");
    c->shebang = TEXT("#!/bin/bash -l");
    c->cpu_is_thread = c->whole_nodes = true;
    c->threads_per_core = 2;
    c->cores_per_node = 128;
    c->purge = false;
    f->modules[0] = TEXT("PDC/24.11");
    f->modules[1] = TEXT("cray-python");
    f->setup[0] = TEXT("source /cfs/klemming/projects/course/venv/bin/activate");
    f->plan.layout = TEXT("packed");
    choose(f, "w0-2x256x1");
    write_script(f);
    compare_golden(f, "dardel-packed.sbatch");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_that_cannot_stand_in_a_script_are_refused_with_a_reason),
        TEST(only_what_is_given_is_asked_for),
        TEST(everything_that_is_given_is_asked_for),
        TEST(added_options_cannot_override_the_plan),
        TEST(each_shape_is_asked_for_as_it_is),
        TEST(hardware_threads_are_not_counted_as_cores),
        TEST(a_packed_array_asks_for_whole_nodes),
        TEST(time_limits_are_written_as_slurm_reads_them),
        TEST(elements_are_written_as_ranges),
        TEST(long_lists_of_elements_stay_whole),
        TEST(hostile_names_reach_the_program_as_they_are),
        TEST(paths_are_quoted_for_sbatch),
        TEST(modules_are_loaded_in_order_before_the_set_up_lines),
        TEST(a_job_without_its_tools_measures_nothing),
        TEST(set_up_lines_run_where_the_study_was_given),
        TEST(a_template_of_ones_own_is_filled_and_its_mistakes_located),
        TEST(scripts_are_those_that_were_reviewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
