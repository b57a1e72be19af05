#include "profile_fields.h"

#include <stdint.h>
#include <string.h>

#include "profile.h"

static const char *const charge_units[] = {"core", "node", "granule", NULL};
static const char *const layouts[] = {"array", "packed", NULL};
static const char *const launchers[] = {"srun", "mpirun", "mpprun", NULL};

enum { LONGEST_TIME = 366 * 24 * 3600 };

#define ROW_COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* The rows of struct profile_terms: the profile's have defaults, those of a
 * kind of node have the profile's. */
#define TERMS(type, of_kind, word)                                                                 \
    {"exclusive", PROFILE_FLAG, offsetof(struct type, terms.exclusive), .inherited = of_kind,      \
     .absent = of_kind ? NULL : "false", .otherwise = word,                                        \
     .help = "Whole nodes are allocated, whatever is asked for."},                                 \
        {"max_time", PROFILE_TIME, offsetof(struct type, terms.max_time), .minimum = 60,           \
         .maximum = LONGEST_TIME, .inherited = of_kind, .otherwise = of_kind ? word : "not known", \
         .help = "The longest time limit that a job may have."},                                   \
        {"default_time", PROFILE_TIME, offsetof(struct type, terms.default_time), .minimum = 1,    \
         .maximum = LONGEST_TIME, .inherited = of_kind, .otherwise = of_kind ? word : "not known", \
         .help = "The time limit of a job that gives none."},                                      \
        {"charge_unit", PROFILE_CHOICE, offsetof(struct type, terms.charge_unit),                  \
         .choices = charge_units, .inherited = of_kind, .absent = of_kind ? NULL : "\"core\"",     \
         .otherwise = word,                                                                        \
         .help = "What is paid for: each core, whole nodes, or cores in multiples of "             \
                 "\"charge_granule\"."},                                                           \
        {"charge_granule", PROFILE_WHOLE, offsetof(struct type, terms.charge_granule),             \
         .minimum = 2, .maximum = 65536, .inherited = of_kind,                                     \
         .otherwise = of_kind ? word : "none", .help = "Cores of a \"granule\"."},                 \
        {"charge_weight", PROFILE_NUMBER, offsetof(struct type, terms.charge_weight),              \
         .minimum = 0, .maximum = 1000, .inherited = of_kind, .absent = of_kind ? NULL : "1",      \
         .otherwise = word, .help = "Charged core-hours for a core-hour."},                        \
    {                                                                                              \
        "charge_memory_gib_per_core", PROFILE_NUMBER,                                              \
            offsetof(struct type, terms.charge_memory_gib_per_core), .minimum = 0.001,             \
            .maximum = 65536, .inherited = of_kind,                                                \
            .otherwise = of_kind ? word : "memory is not charged",                                 \
            .help = "More memory than this is charged as if it were cores, in GiB a core."         \
    }

#define AT(member) .offset = offsetof(struct profile_cpu, member)
static const struct profile_field cpu_fields[] = {
    {"id", PROFILE_NAME, AT(id), .required = true, .example = "\"zen4\"",
     .help = "What \"cpu\" in a study names."},
    {"title", PROFILE_TEXT, AT(title), .otherwise = "none",
     .help = "What it is, for people: \"2 x 64 AMD EPYC\"."},
    {"partition", PROFILE_WORD, AT(partition), .inherited = true, .otherwise = "the profile's",
     .help = "The partition that selects it."},
    {"constraint", PROFILE_WORD, AT(constraint), .otherwise = "none",
     .help = "The feature that selects it, where nodes of several kinds share a partition."},
    {"extra_sbatch", PROFILE_OPTIONS, AT(extra_sbatch), .otherwise = "none",
     .help = "Other options that select it, such as \"--mem=440G\"."},
    {"pre", PROFILE_LINES, AT(pre), .otherwise = "none",
     .help = "Lines of shell behind the profile's own."},
    {"sockets", PROFILE_WHOLE, AT(sockets), .minimum = 1, .maximum = 64, .required = true,
     .example = "2", .help = "Of a node."},
    {"cores_per_socket", PROFILE_WHOLE, AT(cores_per_socket), .minimum = 1, .maximum = 4096,
     .required = true, .example = "64", .help = "Physical cores."},
    {"threads_per_core", PROFILE_WHOLE, AT(threads_per_core), .minimum = 1, .maximum = 16,
     .absent = "1", .help = "Hardware threads that are switched on."},
    {"numa_nodes", PROFILE_WHOLE, AT(numa_nodes), .minimum = 1, .maximum = 1024,
     .otherwise = "not known", .help = "Of a node."},
    {"nodes", PROFILE_WHOLE, AT(nodes), .minimum = 1, .maximum = 1000000, .otherwise = "not known",
     .help = "How many there are."},
    {"memory_mib", PROFILE_NUMBER, AT(memory_mib), .minimum = 1, .maximum = 1e9,
     .otherwise = "not known", .help = "What jobs may use of a node's memory, in MiB."},
    {"memory_mib_per_core", PROFILE_NUMBER, AT(memory_mib_per_core), .minimum = 1, .maximum = 1e9,
     .otherwise = "not known", .help = "What comes with a core, in MiB."},
    {"gpus", PROFILE_WHOLE, AT(gpus), .minimum = 0, .maximum = 1024, .absent = "0",
     .help = "Of a node."},
    {"gpu_type", PROFILE_WORD, AT(gpu_type), .otherwise = "none",
     .help = "As --gpus-per-node=TYPE:N takes it."},
    TERMS(profile_cpu, true, "the profile's"),
};
#undef AT
const struct profile_table profile_cpu_table = {"a kind of node", sizeof(struct profile_cpu),
                                                cpu_fields, ROW_COUNT(cpu_fields)};

#define AT(member) .offset = offsetof(struct profile_source, member)
static const struct profile_field source_fields[] = {
    {"fact", PROFILE_TEXT, AT(fact), .required = true, .example = "\"partitions\"",
     .help = "What it is about."},
    {"source", PROFILE_TEXT, AT(source), .required = true,
     .example = "\"the centre's documentation\"", .help = "Who says so."},
    {"date", PROFILE_MONTH, AT(date), .otherwise = "not known",
     .help = "When: \"2026-02-24\", \"2026-02\" or \"2026\"."},
    {"verified", PROFILE_FLAG, AT(verified), .absent = "true",
     .help = "false: what is said here is likely, and to be checked with the centre."},
};
#undef AT
const struct profile_table profile_source_table = {"a source", sizeof(struct profile_source),
                                                   source_fields, ROW_COUNT(source_fields)};

#define AT(member) .offset = offsetof(struct profile, member)
#define LIST(member) AT(member##s), .count_offset = offsetof(struct profile, member##_count)
static const struct profile_field fields[] = {
    {"$schema", PROFILE_IGNORED, .otherwise = "none",
     .help = "For editors, which check the file as it is written; not read."},
    {"name", PROFILE_NAME, AT(name), .required = true, .example = "\"mycluster\"",
     .help = "What a study and --cluster call it; takes the place of a built-in one of that name."},
    {"title", PROFILE_TEXT, AT(title), .otherwise = "the name", .help = "Its name for people."},
    {"centre", PROFILE_TEXT, AT(centre), .otherwise = "none", .help = "Who runs it."},
    {"ends", PROFILE_DATE, AT(ends), .otherwise = "not announced",
     .help = "The day that it is taken down."},
    {"login_hosts", PROFILE_PATTERNS, AT(login_hosts), .otherwise = "none",
     .help = "Regular expressions of its login nodes' host names, whole ones: how the cluster is "
             "known where none is named."},
    {"node_hosts", PROFILE_PATTERNS, AT(node_hosts), .otherwise = "none",
     .help = "The same of its compute nodes."},
    {"account_required", PROFILE_FLAG, AT(account_required), .absent = "false",
     .help = "A job without an account is refused."},
    {"account_pattern", PROFILE_PATTERN, AT(account_pattern), .otherwise = "any account",
     .help = "A regular expression that every account matches as a whole."},
    {"partition", PROFILE_WORD, AT(partition), .otherwise = "none is given",
     .help = "The partition of kinds of node that name none."},
    {"partition_required", PROFILE_FLAG, AT(partition_required), .absent = "false",
     .help = "There is no default partition."},
    {"partition_forbidden", PROFILE_FLAG, AT(partition_forbidden), .absent = "false",
     .help = "No partition may be given; constraints select the nodes."},
    {"qos", PROFILE_WORD, AT(qos), .otherwise = "none is given", .help = "As sbatch takes it."},
    {"reservation", PROFILE_WORD, AT(reservation), .otherwise = "none is given",
     .help = "As sbatch takes it."},
    {"cpu_is_thread", PROFILE_FLAG, AT(cpu_is_thread), .absent = "false",
     .help = "Slurm counts hardware threads: --cpus-per-task=2 is one core of two threads."},
    {"memory_allowed", PROFILE_FLAG, AT(memory_allowed), .absent = "true",
     .help = "--mem may be given."},
    TERMS(profile, false, NULL),
    {"cpus", PROFILE_OBJECTS, LIST(cpu), .members = &profile_cpu_table, .required = true,
     .example = "[{\"id\": \"node\", \"sockets\": 2, \"cores_per_socket\": 64}]",
     .help = "The kinds of node; the first is the default."},
    {"layout", PROFILE_CHOICE, AT(layout), .choices = layouts, .absent = "\"array\"",
     .help = "For studies that do not say: a job array for each core count, or whole nodes with "
             "all points inside, where the centre asks for few jobs."},
    {"max_array", PROFILE_WHOLE, AT(max_array), .minimum = 1, .maximum = 4000001,
     .otherwise = "asked of Slurm", .help = "MaxArraySize: array indices are below it."},
    {"max_queued", PROFILE_WHOLE, AT(max_queued), .minimum = 1, .maximum = 1000000,
     .otherwise = "no limit known", .help = "Array tasks that a user may have in the queue."},
    {"max_running", PROFILE_WHOLE, AT(max_running), .minimum = 1, .maximum = 1000000,
     .otherwise = "no limit", .help = "Array tasks of a study that may run at a time."},
    {"poll_seconds", PROFILE_NUMBER, AT(poll_seconds), .minimum = 1, .maximum = 3600,
     .absent = "30", .help = "The least time between two questions to Slurm."},
    {"launcher", PROFILE_CHOICE, AT(launcher), .choices = launchers, .absent = "\"srun\"",
     .help = "What starts MPI programs."},
    {"launcher_required", PROFILE_FLAG, AT(launcher_required), .absent = "false",
     .help = "Other launchers do not work."},
    {"srun_mpi", PROFILE_WORD, AT(srun_mpi), .otherwise = "the site's",
     .help = "srun --mpi=…, such as \"pmix\"."},
    {"shebang", PROFILE_SHEBANG, AT(shebang), .absent = "\"#!/bin/bash\"",
     .help = "The first line of job scripts."},
    {"purge", PROFILE_FLAG, AT(purge), .absent = "false",
     .help = "Unload all modules before others are loaded."},
    {"pre", PROFILE_LINES, AT(pre), .otherwise = "none",
     .help = "Lines of shell that open the job script."},
    {"modules_gcc", PROFILE_WORDS, AT(modules_gcc), .otherwise = "none",
     .help = "Modules for compiled programs and MPI, in the order of loading."},
    {"modules_python", PROFILE_WORDS, AT(modules_python), .otherwise = "none",
     .help = "Modules for Python."},
    {"modules_julia", PROFILE_WORDS, AT(modules_julia), .otherwise = "none",
     .help = "Modules for Julia."},
    {"extra_sbatch", PROFILE_OPTIONS, AT(extra_sbatch), .otherwise = "none",
     .help = "More options of sbatch, each \"--…\"."},
    {"has_sacct", PROFILE_FLAG, AT(has_sacct), .absent = "true",
     .help = "Slurm keeps accounts, and sacct answers."},
    {"monitor", PROFILE_TEXT, AT(monitor), .otherwise = "none",
     .help = "The centre's own command that shows how a job uses its nodes; {job} is the id."},
    {"sources", PROFILE_OBJECTS, LIST(source), .members = &profile_source_table,
     .otherwise = "none", .help = "Where the facts are from, and how old they are."},
};
#undef AT
const struct profile_table profile_table = {"a profile", sizeof(struct profile), fields,
                                            ROW_COUNT(fields)};

const struct profile_field *profile_field_find(const struct profile_table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->fields[i].key, key) == 0)
            return &table->fields[i];
    return NULL;
}

/* --- kinds ----------------------------------------------------------------- */

static bool text_rule(const char *text, struct strbuf *sentence)
{
    const char *tab = strchr(text, '\t');
    if (tab != NULL)
        return may_not_hold(sentence, tab, "write blanks");
    return line_problem(text, sentence);
}

static int day_count(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* How many of year, month and day are there; 0: it is no date. */
static int date_parts(const char *text)
{
    static const size_t lengths[] = {0, 4, 7, 10};
    int64_t part[3] = {0, 1, 1};
    int count = 0;
    const char *p = text;
    for (bool more = true; more; more = *p++ == '-') {
        if (count == 3 || !digits_read(&p, 4, &part[count++]))
            return 0;
        if (*p != '-' && *p != '\0')
            return 0;
    }
    bool exists = part[0] >= 1970 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 &&
                  part[2] <= day_count((int)part[0], (int)part[1]);
    return exists && strlen(text) == lengths[count] ? count : 0;
}

static bool date_rule(const char *text, struct strbuf *sentence)
{
    if (date_parts(text) == 3)
        return false;
    strbuf_add(sentence, "must be a day, as in \"2026-09-30\"");
    return true;
}

static bool month_rule(const char *text, struct strbuf *sentence)
{
    if (date_parts(text) != 0)
        return false;
    strbuf_add(sentence, "must be a date, as in \"2026-09-30\", \"2026-09\" or \"2026\"");
    return true;
}

static bool shebang_rule(const char *text, struct strbuf *sentence)
{
    if (strncmp(text, "#!/", 3) != 0 || text[3] == '\0') {
        strbuf_add(sentence, "must begin with \"#!/\", as in \"#!/bin/bash\"");
        return true;
    }
    return text_rule(text, sentence);
}

static bool option_rule(const char *text, struct strbuf *sentence)
{
    if (strncmp(text, "--", 2) != 0 || text[2] == '\0') {
        strbuf_add(sentence, "must begin with \"--\", as in \"--mail-type=END\"");
        return true;
    }
    return text_rule(text, sentence);
}

static const struct {
    const char *noun;
    bool text, list;
    text_problem *rule;
} kinds[PROFILE_KINDS] = {
    [PROFILE_IGNORED] = {"anything", false, false, NULL},
    [PROFILE_TEXT] = {"a text", true, false, text_rule},
    [PROFILE_NAME] = {"a name", true, false, name_problem},
    [PROFILE_WORD] = {"a text, one word", true, false, word_problem},
    [PROFILE_PATTERN] = {"a text, a regular expression", true, false, pattern_problem},
    [PROFILE_CHOICE] = {"a text", true, false, NULL},
    [PROFILE_DATE] = {"a text, a day such as \"2026-09-30\"", true, false, date_rule},
    [PROFILE_MONTH] = {"a text, a date such as \"2026-09\"", true, false, month_rule},
    [PROFILE_SHEBANG] = {"a text such as \"#!/bin/bash\"", true, false, shebang_rule},
    [PROFILE_PATTERNS] = {"an array of texts, regular expressions", false, true, pattern_problem},
    [PROFILE_LINES] = {"an array of texts, lines of shell", false, true, line_problem},
    [PROFILE_WORDS] = {"an array of texts, one word each", false, true, word_problem},
    [PROFILE_OPTIONS] = {"an array of texts, options of sbatch", false, true, option_rule},
    [PROFILE_FLAG] = {"true or false", false, false, NULL},
    [PROFILE_WHOLE] = {"a whole number", false, false, NULL},
    [PROFILE_NUMBER] = {"a number", false, false, NULL},
    [PROFILE_TIME] = {"seconds or a time such as \"1:30:00\"", false, false, NULL},
    [PROFILE_OBJECTS] = {"an array of objects", false, false, NULL},
};

const char *profile_kind_noun(enum profile_kind kind)
{
    return kinds[kind].noun;
}

text_problem *profile_kind_rule(enum profile_kind kind)
{
    return kinds[kind].rule;
}

bool profile_kind_is_text(enum profile_kind kind)
{
    return kinds[kind].text;
}

bool profile_kind_is_list(enum profile_kind kind)
{
    return kinds[kind].list;
}
