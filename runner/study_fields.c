#include "study_fields.h"

#include <string.h>

#include "number.h"
#include "study.h"

static const char *const scalings[] = {"strong", "weak", NULL};
static const char *const works[] = {"size", "size^2", "size^3", NULL};
static const char *const timings[] = {"kernel", "total", NULL};
static const char *const layouts[] = {"array", "packed", NULL};
static const char *const backgrounds[] = {"idle", "fill", NULL};
static const char *const bindings[] = {"cores", "none", NULL};
static const char *const parallels[] = {"serial", "threads", "processes", "ranks", "hybrid", NULL};
static const char *const rules[] = {"fast", "efficient", "knee", "cheapest", NULL};

/* A rule is stored as its place in `rules`. */
_Static_assert(RULE_FAST == 0 && RULE_EFFICIENT == 1 && RULE_KNEE == 2 && RULE_CHEAPEST == 3,
               "the rules stand in the order of enum plan_rule");

enum { LONGEST_TIME = 366 * 24 * 3600 };

#define ROW_COUNT(rows) (sizeof(rows) / sizeof *(rows))

#define AT(member) .offset = offsetof(struct plan_optimum, member)
static const struct study_field optimum_fields[] = {
    {"rule", STUDY_RULE, AT(rule), .choices = rules, .absent = "\"fast\"",
     .help = "What to recommend: the fewest cores that are nearly as fast as the fastest, the most "
             "cores that are still used efficiently, the knee of time against cost, or the "
             "cheapest."},
    {"tolerance", STUDY_NUMBER, AT(tolerance), .minimum = 0, .maximum = 1, .open = OPEN_MAXIMUM,
     .absent = "0.05", .help = "How much slower than the fastest is still fast: 0.05 is 5 %."},
    {"efficiency", STUDY_NUMBER, AT(efficiency), .minimum = 0, .maximum = 1, .open = OPEN_MINIMUM,
     .absent = "0.7", .help = "The least parallel efficiency of the rule \"efficient\"."},
    {"deadline", STUDY_TIME, AT(deadline), .minimum = 0, .maximum = LONGEST_TIME,
     .open = OPEN_MINIMUM, .otherwise = "none", .help = "A run must not take longer than this."},
};
#undef AT
static const struct study_table optimum_table = {"\"optimum\"", optimum_fields,
                                                 ROW_COUNT(optimum_fields)};

#define AT(member) .offset = offsetof(struct study_backend, member)
static const struct study_field expect_fields[] = {
    {"value", STUDY_NUMBER, AT(expect_value), .minimum = -1e300, .maximum = 1e300, .required = true,
     .example = "1.5", .help = "The right answer."},
    {"tolerance", STUDY_NUMBER, AT(expect_tolerance), .minimum = 0, .maximum = 1e300,
     .absent = "1e-06",
     .help = "How far off it may be: relative to the value, absolute where the value is 0."},
};
static const struct study_table expect_table = {"\"expect\"", expect_fields,
                                                ROW_COUNT(expect_fields)};

static const struct study_field backend_fields[] = {
    {"name", STUDY_NAME, AT(name), .otherwise = "that of \"backend\"",
     .help = "What the results and the report call it."},
    {"backend", STUDY_NAME, AT(backend), .otherwise = "the name, where there is no \"command\"",
     .help = "The built-in one that it runs."},
    {"command", STUDY_COMMAND, AT(command), .otherwise = "a built-in backend",
     .help = "The program and its arguments, each a text of its own; no shell reads them. "
             "{cores}, {threads}, {ranks}, {nodes}, {size}, {block} and {run} are replaced."},
    {"parallel", STUDY_CHOICE, AT(parallel), .choices = parallels,
     .otherwise = "\"threads\" for a command; a built-in one knows its own",
     .help = "How the program of \"command\" uses cores. threads and processes: one process is "
             "started and finds all cores on one node. ranks: MPI, one rank a core, started by the "
             "cluster's launcher. hybrid: MPI ranks of several threads. serial: one core."},
    {"threads_per_rank", STUDY_WHOLE, AT(threads_per_rank), .minimum = 1,
     .maximum = STUDY_MAX_CORES, .otherwise = "chosen for the node",
     .help = "Threads of each rank of a hybrid backend."},
    {"seconds", STUDY_PATTERN, AT(seconds), .otherwise = "the wall time is taken",
     .help = "Finds the program's own time in its output: a POSIX extended regular expression. "
             "The last line that matches counts; the first group is the number, or the whole "
             "match where there is no group."},
    {"value", STUDY_PATTERN, AT(value), .otherwise = "the answer is not read",
     .help = "Finds the program's answer in the same way."},
    {"expect", STUDY_EXPECT, .members = &expect_table, .otherwise = "the answer is not checked",
     .help = "The right answer; runs with another one are not analysed."},
    {"setup", STUDY_LINES, AT(setup), .otherwise = "none",
     .help = "Lines of shell that come before it in a job script."},
    {"modules", STUDY_WORDS, AT(modules), .otherwise = "none", .help = "Modules to load for it."},
    {"environment", STUDY_VARIABLES, AT(environment), .otherwise = "unchanged",
     .help = "Environment variables, each a text."},
    {"options", STUDY_KERNEL_OPTIONS, AT(options), .otherwise = "the study's",
     .help = "Options of the kernel for this backend alone; the others are the study's."},
    {"cores", STUDY_CORES, AT(cores), .otherwise = "the study's",
     .help = "Its own core counts, written as the study's are."},
    {"workdir", STUDY_PATH, AT(workdir), .otherwise = "where the command line was given",
     .help = "The folder that it runs in."},
};
#undef AT
const struct study_table study_backend_table = {"a backend", backend_fields,
                                                ROW_COUNT(backend_fields)};

#define AT(member) .offset = offsetof(struct study_kernel, member)
static const struct study_field kernel_fields[] = {
    {"size", STUDY_SIZES, AT(sizes), .minimum = 1, .maximum = 1e14,
     .otherwise = "the study's, or the kernel's own", .help = "Its size, or several."},
    {"options", STUDY_KERNEL_OPTIONS, AT(options), .otherwise = "the study's",
     .help = "Options of this kernel alone."},
};
#undef AT
const struct study_table study_kernel_table = {"a kernel", kernel_fields, ROW_COUNT(kernel_fields)};

#define AT(member) .offset = offsetof(struct study_cluster, member)
static const struct study_field cluster_fields[] = {
    {"cluster", STUDY_NAME, AT(cluster), .otherwise = "the folder's name",
     .help = "The cluster profile."},
    {"account", STUDY_WORD, AT(account), .otherwise = "the profile's",
     .help = "The project that pays."},
    {"cpu", STUDY_NAME, AT(cpu), .otherwise = "the profile's",
     .help = "The kind of node, as the profile names it."},
    {"partition", STUDY_WORD, AT(partition), .otherwise = "the profile's",
     .help = "As sbatch takes it."},
    {"constraint", STUDY_WORD, AT(constraint), .otherwise = "the profile's",
     .help = "As sbatch takes it."},
    {"qos", STUDY_WORD, AT(qos), .otherwise = "the profile's", .help = "As sbatch takes it."},
    {"reservation", STUDY_WORD, AT(reservation), .otherwise = "the profile's",
     .help = "As sbatch takes it."},
    {"time_limit", STUDY_TIME, AT(time_limit_seconds), .minimum = 1, .maximum = LONGEST_TIME,
     .otherwise = "reckoned from the timeout", .help = "Of an array task."},
    {"memory", STUDY_NUMBER, AT(memory_mib), .minimum = 1, .maximum = 1e9,
     .otherwise = "the cluster's own", .hint = "it counts MiB: 16 GiB is 16384",
     .help = "MiB a node."},
    {"exclusive", STUDY_SWITCH, AT(exclusive), .otherwise = "the profile's",
     .help = "Whether whole nodes are asked for."},
    {"gpus", STUDY_WHOLE, AT(gpus), .minimum = 0, .maximum = 1024, .absent = "0",
     .help = "GPUs a node."},
    {"modules", STUDY_WORDS, AT(modules), .otherwise = "the profile's", .help = "Modules to load."},
    {"setup", STUDY_LINES, AT(setup), .otherwise = "the profile's",
     .help = "Lines of shell that open the job script."},
    {"extra_sbatch", STUDY_OPTIONS, AT(extra_sbatch), .otherwise = "none",
     .help = "More options of sbatch, such as \"--mail-type=END\"."},
};
#undef AT
const struct study_table study_cluster_table = {"a cluster", cluster_fields,
                                                ROW_COUNT(cluster_fields)};

#define AT(member) .offset = offsetof(struct study, member)
static const struct study_field study_fields[] = {
    {"name", STUDY_NAME, AT(name), .required = true, .example = "\"integration\"",
     .help = "Names the folder of the results, and the jobs."},
    {"title", STUDY_TEXT, AT(title), .otherwise = "the name", .help = "Heads the report."},
    {"description", STUDY_TEXT, AT(description), .otherwise = "none",
     .help = "What the study is about; stands in the report."},
    {"kernel", STUDY_KERNELS, .members = &study_kernel_table,
     .otherwise = "none, where every backend has a command",
     .help = "The built-in computation to measure (`scalestudy backends` lists them); or several: an "
             "array of names, or an object, name to what is its own (below)."},
    {"options", STUDY_KERNEL_OPTIONS, AT(options), .otherwise = "the kernel's own",
     .help = "Options of the kernel, each a number: {\"seconds\": 0.05} is --seconds 0.05 "
             "(`scalestudy backends` lists them)."},
    {"backends", STUDY_BACKENDS, .members = &study_backend_table, .required = true,
     .example = "[\"serial\", \"openmp\"]",
     .help = "How it is run in parallel: names of built-in backends, objects (below), both mixed; "
             "or \"auto\", all in C that run here, or \"all\", those in other languages too."},
    {"cores", STUDY_CORES, AT(cores), .otherwise = "\"auto\"",
     .help = "Core counts: numbers, parts and multiples of a node (\"1_core\", \"1_4_node\", "
             "\"1_2_node\", \"1_node\", \"2_nodes\"), or \"auto\", a grid made for the node. A "
             "serial backend runs on one core, whatever stands here."},
    {"size", STUDY_SIZES, AT(sizes), .minimum = 1, .maximum = 1e14, .otherwise = "the kernel's own",
     .help = "The problem's size, or several; or \"auto\", doubled until the shortest run is long "
             "enough to judge. {size} in a command."},
    {"scaling", STUDY_CHOICE, AT(scaling), .choices = scalings, .absent = "\"strong\"",
     .help = "strong: the same work on more cores. weak: the same work for each core."},
    {"work", STUDY_CHOICE, AT(work), .choices = works,
     .otherwise = "\"size\" for programs; a kernel knows its own",
     .help = "How a program's work grows with its size."},
    {"blocks", STUDY_WHOLE, AT(blocks), .minimum = 1, .maximum = STUDY_MAX_COUNT, .absent = "9",
     .help = "Independent repetitions of every point: allocations on a cluster, rounds on this "
             "machine. With \"precision\" the first wave, and then 6 where not given."},
    {"runs", STUDY_WHOLE, AT(runs), .minimum = 1, .maximum = STUDY_MAX_COUNT, .absent = "1",
     .help = "Runs of a point in each block."},
    {"warmups", STUDY_WHOLE, AT(warmups), .minimum = 0, .maximum = STUDY_MAX_WARMUPS, .absent = "1",
     .help = "Runs before them that are recorded and not analysed."},
    {"precision", STUDY_NUMBER, AT(precision), .minimum = 0, .maximum = 1,
     .open = OPEN_MINIMUM | OPEN_MAXIMUM, .otherwise = "the number of blocks is fixed",
     .help = "Adds blocks until every interval reaches no further than this to each side of its "
             "median: 0.02 is 2 %."},
    {"max_blocks", STUDY_WHOLE, AT(max_blocks), .minimum = 6, .maximum = STUDY_MAX_COUNT,
     .absent = "30", .help = "Where \"precision\" stops adding."},
    {"budget_core_hours", STUDY_NUMBER, AT(budget_core_hours), .minimum = 0, .maximum = 1e12,
     .open = OPEN_MINIMUM, .otherwise = "none",
     .help = "What \"precision\" may spend, in core-hours."},
    {"budget_time", STUDY_TIME, AT(budget_time), .minimum = 0, .maximum = LONGEST_TIME,
     .open = OPEN_MINIMUM, .otherwise = "none",
     .help = "What measuring on this machine may take: after the first block, only as many others "
             "as fit into it. The first is always measured whole."},
    {"timing", STUDY_CHOICE, AT(timing), .choices = timings,
     .otherwise = "\"kernel\" where every backend reports its time, else \"total\"",
     .help = "The time that is analysed: the program's own, without start-up, or the whole step's, "
             "measured from outside."},
    {"timeout", STUDY_TIME, AT(timeout), .minimum = 0, .maximum = LONGEST_TIME,
     .open = OPEN_MINIMUM, .absent = "600", .help = "What a run may take before it is stopped."},
    {"clusters", STUDY_CLUSTERS, .members = &study_cluster_table, .otherwise = "none",
     .help = "Names of cluster profiles, or an object: results folder to overrides (below)."},
    {"layout", STUDY_CHOICE, AT(layout), .choices = layouts, .otherwise = "the profile's",
     .help = "array: a job array for each core count, an element a block. packed: whole nodes for "
             "each block, all points inside in random order."},
    {"background", STUDY_CHOICE, AT(background), .choices = backgrounds, .absent = "\"idle\"",
     .help = "What the other cores of the node do meanwhile."},
    {"bind", STUDY_CHOICE, AT(bind), .choices = bindings, .absent = "\"cores\"",
     .help = "cores: each worker on cores of its own, and that is checked. none: neither."},
    {"request_cores", STUDY_REQUEST, .minimum = 1, .maximum = STUDY_MAX_CORES,
     .otherwise = "as many as there are workers",
     .help = "Cores to ask for: a number, or so many more than workers (\"+1\")."},
    {"optimum", STUDY_OBJECT, AT(optimum), .members = &optimum_table, .otherwise = "as below",
     .help = "What makes a core count the best."},
    {"$schema", STUDY_IGNORED, .otherwise = "none",
     .help = "For editors, which check the file as it is written; not read."},
};
#undef AT
const struct study_table study_table = {"a study", study_fields, ROW_COUNT(study_fields)};

const struct study_field *study_field_find(const struct study_table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->fields[i].key, key) == 0)
            return &table->fields[i];
    return NULL;
}

const char *study_field_suggest(const struct study_table *table, const char *word)
{
    enum { MOST = 64 };
    const char *keys[MOST];
    size_t count = 0;
    for (size_t i = 0; i < table->count && count < MOST; i++)
        keys[count++] = table->fields[i].key;
    return suggest(word, keys, count);
}

const char *study_kind_noun(enum study_kind kind)
{
    static const char *const nouns[STUDY_KINDS] = {
        [STUDY_IGNORED] = "anything",
        [STUDY_TEXT] = "a text",
        [STUDY_NAME] = "a name",
        [STUDY_WORD] = "a text",
        [STUDY_PATH] = "a text",
        [STUDY_PATTERN] = "a text, a regular expression",
        [STUDY_CHOICE] = "a text",
        [STUDY_RULE] = "a text",
        [STUDY_SWITCH] = "true or false",
        [STUDY_WHOLE] = "a whole number",
        [STUDY_NUMBER] = "a number",
        [STUDY_TIME] = "seconds or a time such as \"1:30:00\"",
        [STUDY_COMMAND] = "an array of texts",
        [STUDY_LINES] = "an array of texts",
        [STUDY_WORDS] = "an array of texts",
        [STUDY_OPTIONS] = "an array of texts",
        [STUDY_VARIABLES] = "an object of texts",
        [STUDY_KERNEL_OPTIONS] = "an object of numbers",
        [STUDY_OBJECT] = "an object",
        [STUDY_EXPECT] = "an object",
        [STUDY_CORES] = "an array such as [1, 2, 4, \"1_node\"], or \"auto\"",
        [STUDY_SIZES] = "a whole number, an array of them, or \"auto\"",
        [STUDY_REQUEST] = "a whole number, or a text such as \"+1\"",
        [STUDY_KERNELS] = "a name, an array of names, or an object of them",
        [STUDY_BACKENDS] = "an array such as [\"serial\", \"openmp\"], \"auto\" or \"all\"",
        [STUDY_CLUSTERS] = "an array of names, or an object of overrides",
    };
    return nouns[kind];
}

void study_add_choices(struct strbuf *out, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++)
        strbuf_addf(out, "%s\"%s\"",
                    i == 0                   ? ""
                    : choices[i + 1] == NULL ? " or "
                                             : ", ",
                    choices[i]);
}

void study_add_range(struct strbuf *out, const struct study_field *field)
{
    char least[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE];
    if (field->minimum >= field->maximum || field->minimum < -1e299 || field->maximum > 1e299)
        return;
    number_format(least, field->minimum);
    number_format(most, field->maximum);
    if (field->open == 0)
        strbuf_addf(out, "from %s to %s", least, most);
    else
        strbuf_addf(out, "%s %s and %s %s", field->open & OPEN_MINIMUM ? "above" : "at least",
                    least, field->open & OPEN_MAXIMUM ? "below" : "at most", most);
    if (field->kind == STUDY_TIME)
        strbuf_add(out, " seconds");
}
