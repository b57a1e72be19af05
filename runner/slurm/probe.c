#include "probe.h"

#include <errno.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "number.h"
#include "plural.h"
#include "probe_kinds.h"
#include "profile_find.h"
#include "slurm_command.h"
#include "textrule.h"

/* --- Slurm's configuration ------------------------------------------------- */

/* The value of "Key    = value" in the configuration; NULL where there is none
 * or it is "(null)". The caller frees it. */
static char *config_value(const char *config, const char *key)
{
    size_t length = strlen(key);
    for (const char *line = config, *next; *line != '\0'; line = next) {
        next = line + strcspn(line, "\n");
        next += *next != '\0';
        const char *p = line + length;
        if (strncmp(line, key, length) != 0)
            continue;
        p += strspn(p, " \t");
        if (*p != '=')
            continue;
        p++;
        p += strspn(p, " \t");
        size_t end = strcspn(p, "\n");
        while (end > 0 && (p[end - 1] == ' ' || p[end - 1] == '\r'))
            end--;
        char *value = xstrndup(p, end);
        if (*value != '\0' && strcmp(value, "(null)") != 0)
            return value;
        free(value);
        return NULL;
    }
    return NULL;
}

static double config_number(const char *config, const char *key)
{
    char *text = config_value(config, key);
    double number = NAN;
    if (text != NULL)
        number_parse(text, strlen(text), &number);
    free(text);
    return number;
}

/* --- the profile ----------------------------------------------------------- */

struct probing {
    struct profile *profile;
    const struct probe_answers *answers;
    const struct probe_lists *lists;
    const char *today;
};

static void set(char **text, char *value)
{
    free(*text);
    *text = value;
}

static void add_source(const struct probing *p, const char *source, bool verified, char *fact)
{
    struct profile *profile = p->profile;
    profile->sources = xreallocarray(profile->sources, profile->source_count + 1,
                                     sizeof *profile->sources);
    profile->sources[profile->source_count++] = (struct profile_source){
        .fact = fact,
        .source = xstrdup(source),
        .date = verified ? xstrndup(p->today, 10) : xstrdup(""),
        .verified = verified,
    };
}

/* `text` as a name may be: other characters become '-'. */
static char *make_name(const char *text)
{
    char *name = text_format("%.*s", LONGEST_NAME - 8, text); /* room for "-2" and the like */
    for (char *p = name; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        if ((*p < 'a' || *p > 'z') && (*p < '0' || *p > '9') && strchr("._+-", *p) == NULL)
            *p = '-';
    }
    size_t skipped = strspn(name, "._+-");
    memmove(name, name + skipped, strlen(name + skipped) + 1);
    if (*name == '\0')
        set(&name, xstrdup("nodes"));
    return name;
}

/* The partition, what selects the nodes in it, or both; `constraint` is "" where
 * nothing need, NULL where nothing does. */
static char *make_id(const struct probing *p, const struct probe_partition *partition,
                     const char *constraint)
{
    char *words, *wanted, *id;
    if (constraint != NULL && *constraint == '\0')
        words = xstrdup(partition->name);
    else if (constraint != NULL && p->lists->partition_count == 1)
        words = xstrdup(constraint);
    else
        words = text_format("%.28s-%.24s", partition->name,
                            constraint == NULL ? "other" : constraint);
    wanted = make_name(words);
    id = xstrdup(wanted);
    for (int number = 2; p->profile->cpu_count > 0 && profile_cpu_find(p->profile, id) != NULL;
         number++)
        set(&id, text_format("%s-%d", wanted, number));
    free(words);
    free(wanted);
    return id;
}

static char *make_title(const struct probe_kind *kind)
{
    struct strbuf title = STRBUF_INIT;
    strbuf_addf(&title, "%lld x %lld core%s", (long long)kind->sockets, (long long)kind->cores,
                plural(kind->cores));
    for (size_t i = 0; kind->features[i] != NULL && i < 6; i++)
        strbuf_addf(&title, "%s%s", i == 0 ? ", " : " ", kind->features[i]);
    if (kind->gpus > 0)
        strbuf_addf(&title, ", %lld GPU%s%s%s", (long long)kind->gpus, plural(kind->gpus),
                    *kind->gpu_type == '\0' ? "" : " ", kind->gpu_type);
    return strbuf_take(&title);
}

/* Slurm's CPUs of a core: threads, or 1 where it counts cores. */
static int64_t cpus_per_core(const struct probe_kind *kind)
{
    int64_t cores = kind->sockets * kind->cores;
    return kind->cpus > cores ? kind->threads : 1;
}

static void fill_kind(const struct probing *p, const struct probe_partition *partition,
                      const struct probe_kind *kind, struct profile_cpu *cpu)
{
    double per_cpu = isnan(partition->memory_mib_per_cpu)
                         ? config_number(p->answers->config, "DefMemPerCPU")
                         : partition->memory_mib_per_cpu;
    cpu->sockets = kind->sockets;
    cpu->cores_per_socket = kind->cores;
    cpu->threads_per_core = p->profile->cpu_is_thread ? cpus_per_core(kind) : kind->threads;
    cpu->nodes = kind->nodes;
    cpu->memory_mib = kind->memory_mib > 0 ? kind->memory_mib : NAN;
    if (per_cpu >= 1 && per_cpu * (double)cpus_per_core(kind) <= 1e9)
        cpu->memory_mib_per_core = per_cpu * (double)cpus_per_core(kind);
    cpu->gpus = kind->gpus;
    set(&cpu->gpu_type, xstrdup(kind->gpus > 0 ? kind->gpu_type : ""));
    cpu->terms.exclusive = partition->exclusive;
    cpu->terms.max_time = partition->max_time;
    cpu->terms.default_time =
        partition->default_time > partition->max_time ? NAN : partition->default_time;
    if (partition->exclusive)
        set(&cpu->terms.charge_unit, xstrdup("node"));
}

static void add_kind(const struct probing *p, const struct probe_partition *partition,
                     const struct probe_kind *kinds, size_t count, size_t index)
{
    struct profile *profile = p->profile;
    const struct probe_kind *kind = &kinds[index];
    bool sure;
    char *constraint = probe_constraint(kinds, count, index, &sure);
    struct profile_cpu cpu;
    profile_cpu_defaults(profile, &cpu);
    fill_kind(p, partition, kind, &cpu);
    set(&cpu.partition, xstrdup(partition->name));
    set(&cpu.id, make_id(p, partition, count == 1 ? "" : constraint));
    set(&cpu.title, make_title(kind));
    if (constraint == NULL)
        add_source(p, "scontrol show node", false,
                   text_format("what selects nodes of kind \"%s\": they share partition %s with "
                               "others, and no feature is theirs alone",
                               cpu.id, partition->name));
    else if (!sure)
        add_source(p, "scontrol show node", false,
                   text_format("that jobs with --constraint=%s and no GPUs get no nodes with GPUs, "
                               "some of which have that feature too",
                               constraint));
    if (kind->usable_cpus < kind->cpus)
        add_source(p, "scontrol show node", false,
                   text_format("nodes of kind \"%s\" keep %lld of %lld CPUs for the system, so that "
                               "jobs have fewer cores than stand here",
                               cpu.id, (long long)(kind->cpus - kind->usable_cpus),
                               (long long)kind->cpus));
    set(&cpu.constraint, constraint == NULL ? xstrdup("") : constraint);
    profile->cpus = xreallocarray(profile->cpus, profile->cpu_count + 1, sizeof cpu);
    profile->cpus[profile->cpu_count++] = cpu;
}

/* Those of the default partition first, for the first kind is the default. */
static void add_kinds(const struct probing *p)
{
    for (int later = 0; later < 2; later++)
        for (size_t i = 0; i < p->lists->partition_count; i++) {
            const struct probe_partition *partition = &p->lists->partitions[i];
            size_t count;
            if (partition->is_default == later)
                continue;
            struct probe_kind *kinds = probe_kinds_of(p->lists, partition, &count);
            for (size_t k = 0; k < count; k++)
                add_kind(p, partition, kinds, count, k);
            free(kinds);
        }
}

/* Some kind counts threads: the cluster does. */
static bool counts_threads(const struct probe_lists *lists)
{
    for (size_t i = 0; i < lists->kind_count; i++)
        if (cpus_per_core(&lists->kinds[i]) > 1)
            return true;
    return false;
}

static bool has_default(const struct probe_lists *lists)
{
    for (size_t i = 0; i < lists->partition_count; i++)
        if (lists->partitions[i].is_default)
            return true;
    return false;
}

/* Rows "account|maxsubmit|": names for people, and the lowest limit. */
static void read_accounts(const struct probing *p)
{
    struct strbuf names = STRBUF_INIT;
    char *copy = xstrdup(p->answers->accounts), *rest = NULL;
    for (char *row = strtok_r(copy, "\n", &rest); row != NULL; row = strtok_r(NULL, "\n", &rest)) {
        size_t length = strcspn(row, "|");
        struct strbuf problem = STRBUF_INIT;
        double limit = NAN;
        if (row[length] == '|') {
            char *number = row + length + 1;
            number_parse(number, strcspn(number, "|"), &limit);
        }
        row[length] = '\0';
        if (!word_problem(row, &problem))
            strbuf_addf(&names, "%s%s", names.len == 0 ? "" : ", ", row);
        strbuf_free(&problem);
        if (limit >= 1 && limit <= 1e6 && limit == floor(limit) &&
            (p->profile->max_queued == 0 || (int64_t)limit < p->profile->max_queued))
            p->profile->max_queued = (int64_t)limit;
    }
    free(copy);
    if (names.len > 0)
        add_source(p, "probed by sacctmgr", true, text_format("your accounts: %s", names.str));
    strbuf_free(&names);
}

static void read_rules(const struct probing *p)
{
    struct profile *profile = p->profile;
    const char *config = p->answers->config;
    double array = config_number(config, "MaxArraySize");
    char *accounting = config_value(config, "AccountingStorageType");
    char *mpi = config_value(config, "MpiDefault");
    profile->partition_required = !has_default(p->lists);
    profile->cpu_is_thread = counts_threads(p->lists);
    if (array >= 1 && array <= 4000001)
        profile->max_array = (int64_t)array;
    profile->has_sacct = accounting != NULL && strstr(accounting, "none") == NULL;
    if (strstr(p->answers->mpi, "pmix") != NULL && (mpi == NULL || strcmp(mpi, "none") == 0))
        set(&profile->srun_mpi, xstrdup("pmix"));
    free(accounting);
    free(mpi);
}

static char **one_text(char *text)
{
    char **list = xcalloc(2, sizeof *list);
    list[0] = text;
    return list;
}

static void read_hosts(const struct probing *p, const char *host)
{
    struct profile *profile = p->profile;
    bool is_node = false;
    string_list_free(profile->node_hosts);
    profile->node_hosts = string_list_copy(p->lists->host_patterns);
    for (size_t i = 0; profile->node_hosts[i] != NULL; i++)
        is_node = is_node || profile_pattern_matches(profile->node_hosts[i], host);
    char *pattern = probe_host_pattern(host);
    if (is_node || *host == '\0' || strlen(pattern) > LONGEST_PATTERN) {
        free(pattern);
        return;
    }
    string_list_free(profile->login_hosts);
    profile->login_hosts = one_text(pattern);
}

static void add_sources(const struct probing *p)
{
    char *version = config_value(p->answers->config, "SLURM_VERSION");
    char *select = config_value(p->answers->config, "SelectTypeParameters");
    add_source(p, "probed by scontrol", true,
               text_format("partitions, kinds of node, time limits, MaxArraySize%s%s",
                           version == NULL ? "" : "; Slurm ", version == NULL ? "" : version));
    add_source(p, "probed by scontrol", true,
               text_format("Slurm counts %s (SelectTypeParameters=%s)",
                           p->profile->cpu_is_thread ? "hardware threads" : "cores",
                           select == NULL ? "" : select));
    add_source(p, "Slurm does not tell", false,
               xstrdup("charging, modules, first lines of job scripts, what starts MPI programs, "
                       "whether an account must be given and how it looks, whether a partition may "
                       "be given and arrays are welcome"));
    free(version);
    free(select);
}

static int name_profile(const struct probing *p, const char *name, struct error *err)
{
    struct profile *profile = p->profile;
    char *cluster = config_value(p->answers->config, "ClusterName");
    struct strbuf problem = STRBUF_INIT;
    int rc = 0;
    if (name != NULL && name_problem(name, &problem))
        rc = error_set(err, "a profile's name %s", problem.str);
    set(&profile->name, name != NULL ? xstrdup(name)
                                     : make_name(cluster == NULL ? "cluster" : cluster));
    set(&profile->title, xstrdup(profile->name));
    strbuf_free(&problem);
    free(cluster);
    return rc;
}

/* What Slurm says may be anything; what is printed must be a profile. */
static int check_result(const struct profile *profile, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct profile again;
    profile_write(profile, &text);
    int rc = profile_parse(&again, "what Slurm says", text.str, text.len, err);
    if (rc == 0)
        profile_free(&again);
    strbuf_free(&text);
    return rc;
}

static int make_profile(const struct probing *p, const char *name, const char *host,
                        struct error *err)
{
    profile_defaults(p->profile);
    if (name_profile(p, name, err) != 0)
        return -1;
    read_rules(p);
    read_hosts(p, host);
    add_sources(p);
    add_kinds(p);
    read_accounts(p);
    if (p->profile->cpu_count == 0)
        return error_system(err, "Slurm shows no partition with nodes that jobs could be sent to");
    return check_result(p->profile, err);
}

int probe_read(struct profile *profile, const struct probe_answers *answers, const char *name,
               const char *host, const char *today, struct error *err)
{
    struct probe_lists lists;
    struct profile made = {0};
    probe_lists_read(&lists, answers->partitions, answers->nodes);
    const struct probing p = {
        .profile = &made, .answers = answers, .lists = &lists, .today = today};
    int rc = make_profile(&p, name, host, err);
    probe_lists_free(&lists);
    if (rc == 0)
        *profile = made;
    else
        profile_free(&made);
    return rc;
}

/* --- asking ---------------------------------------------------------------- */

/* What the command printed; -1 where it did not answer. */
static int ask(char *const *argv, char **answer, struct error *err)
{
    struct slurm_client client = {0};
    const struct slurm_command command = {.argv = argv};
    struct process_result result = {0};
    int rc = slurm_command_ask(&client, &command, &result, err);
    if (rc == 0)
        *answer = xstrdup(result.output.len > 0 ? result.output.str : result.errors.str);
    else if (slurm_is_absent(&command, &result, err))
        error_system(err, "%s; run `scalestudy probe` on a login node of the cluster", err->text);
    else
        error_system(err,
                     "Slurm does not answer here (%s); run `scalestudy probe` on a login node of the "
                     "cluster",
                     err->text);
    process_result_free(&result);
    return rc;
}

/* sacctmgr knows users by name only. */
static char *this_user(void)
{
    const struct passwd *entry = getpwuid(getuid());
    return entry == NULL ? xstrdup("") : xstrdup(entry->pw_name);
}

/* Accounts and MPI are welcome, and no reason to fail. */
static void ask_more(const char *config, char **accounts, char **mpi)
{
    struct error ignored = ERROR_INIT;
    char *user = this_user(), *cluster = config_value(config, "ClusterName");
    char *of_user = text_format("user=%s", user);
    char *of_cluster = text_format("cluster=%s", cluster == NULL ? "" : cluster);
    char *associations[] = {"sacctmgr", "-n",    "-P", "show", "associations", of_user,
                            "format=account,maxsubmitjobs", cluster == NULL ? NULL : of_cluster,
                            NULL};
    char *list[] = {"srun", "--mpi=list", NULL};
    if (*user == '\0' || ask(associations, accounts, &ignored) != 0)
        *accounts = xstrdup("");
    if (ask(list, mpi, &ignored) != 0) /* 20.11 says it on stderr */
        *mpi = xstrdup("");
    free(user);
    free(cluster);
    free(of_user);
    free(of_cluster);
}

int probe_run(struct profile *profile, const char *name, struct error *err)
{
    static char *config_words[] = {"scontrol", "show", "config", NULL};
    static char *partition_words[] = {"scontrol", "-o", "show", "partition", NULL};
    static char *node_words[] = {"scontrol", "-o", "show", "node", NULL};
    char *config = NULL, *partitions = NULL, *nodes = NULL, *accounts = NULL, *mpi = NULL;
    int rc = -1;
    if (ask(config_words, &config, err) == 0 && ask(partition_words, &partitions, err) == 0 &&
        ask(node_words, &nodes, err) == 0) {
        char *host = profile_this_host(), today[CLOCK_STAMP_SIZE];
        ask_more(config, &accounts, &mpi);
        const struct probe_answers answers = {.config = config,
                                              .partitions = partitions,
                                              .nodes = nodes,
                                              .accounts = accounts,
                                              .mpi = mpi};
        rc = probe_read(profile, &answers, name, host, clock_stamp(today, clock_now()), err);
        free(host);
    }
    free(config);
    free(partitions);
    free(nodes);
    free(accounts);
    free(mpi);
    return rc;
}
