/*
 * Profiles from what Slurm printed: lines of 20.11 to 24.11, shortened.
 */
#include "probe.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "probe_kinds.h"

struct fixture {
    struct profile profile;
    struct error err;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    profile_free(&f->profile);
    free(f);
    return 0;
}

#define CONFIG(name, more)                                                                         \
    "Configuration data as of 2026-11-22T21:36:40\n"                                               \
    "AccountingStorageType   = accounting_storage/slurmdbd\n"                                      \
    "ClusterName             = " name "\n"                                                         \
    "MaxArraySize            = 1001\n"                                                             \
    "SLURM_VERSION           = 22.05.8\n"                                                          \
    "SelectTypeParameters    = CR_CORE_MEMORY\n" more

#define PARTITION(name, is_default, oversubscribe, times)                                          \
    "PartitionName=" name " AllowGroups=ALL AllowAccounts=ALL Default=" is_default " QoS=N/A "     \
    "DisableRootJobs=NO " times " Nodes=n[1-2] RootOnly=NO OverSubscribe=" oversubscribe           \
    " PreemptMode=OFF State=UP TotalCPUs=512 DefMemPerNode=UNLIMITED\n"

#define NODE(name, sockets, cores, threads, cpus, memory, features, gres, partitions)              \
    "NodeName=" name " Arch=x86_64 CoresPerSocket=" cores "  CPUAlloc=0 CPUEfctv=" cpus            \
    " CPUTot=" cpus " CPULoad=0.95 AvailableFeatures=" features " ActiveFeatures=" features        \
    " Gres=" gres " NodeAddr=n OS=Linux 6.1 #1 SMP @0  RealMemory=" memory " AllocMem=0 "          \
    "Sockets=" sockets " Boards=1 State=IDLE ThreadsPerCore=" threads " TmpDisk=0 "                \
    "Partitions=" partitions "  BootTime=2026-11-22T14:49:06\n"

static int probe(struct fixture *f, const struct probe_answers *answers)
{
    profile_free(&f->profile);
    return probe_read(&f->profile, answers, NULL, "login3.site.example", "2026-11-22T21:00:00Z",
                      &f->err);
}

/* Like Dardel: threads, no default partition, whole nodes in one of two. */
static void threads_and_whole_nodes_are_seen(void **state)
{
    struct fixture *f = *state;
    const struct probe_answers answers = {
        .config = CONFIG("Dardel", "DefMemPerCPU            = 880\nMpiDefault = none\n"),
        .partitions = PARTITION("main", "NO", "EXCLUSIVE", "DefaultTime=NONE MaxTime=1-00:00:00")
            PARTITION("shared", "NO", "NO", "DefaultTime=01:00:00 MaxTime=UNLIMITED"),
        .nodes = NODE("nid001001", "2", "64", "2", "256", "227328", "(null)", "(null)", "main")
            NODE("nid001002", "2", "64", "2", "256", "227328", "(null)", "(null)", "main,shared"),
        .accounts = "naiss2026-4-66|20|\nnaiss2026-1-1|100|\nroot||\n",
        .mpi = "MPI plugin types are...\n\tpmix\n\tnone\n"};
    assert_int_equal(probe(f, &answers), 0);
    const struct profile *p = &f->profile;
    assert_string_equal(p->name, "dardel");
    assert_true(p->cpu_is_thread && p->partition_required && p->has_sacct);
    assert_int_equal(p->max_array, 1001);
    assert_int_equal(p->max_queued, 20);
    assert_string_equal(p->srun_mpi, "pmix");
    assert_string_equal(p->node_hosts[0], "nid[0-9]+");
    assert_null(p->node_hosts[1]);
    assert_string_equal(p->login_hosts[0], "login[0-9]+\\.site\\.example");
    assert_int_equal(p->cpu_count, 2);
    const struct profile_cpu *cpu = p->cpus;
    assert_string_equal(cpu[0].id, "main");
    assert_string_equal(cpu[0].partition, "main");
    assert_string_equal(cpu[0].constraint, "");
    assert_int_equal(cpu[0].threads_per_core, 2);
    assert_int_equal(cpu[0].nodes, 2);
    assert_true(cpu[0].terms.exclusive && cpu[0].terms.max_time == 86400);
    assert_true(isnan(cpu[0].terms.default_time));
    assert_string_equal(cpu[0].terms.charge_unit, "node");
    assert_true(cpu[0].memory_mib == 227328 && cpu[0].memory_mib_per_core == 1760);
    assert_string_equal(cpu[1].id, "shared");
    assert_false(cpu[1].terms.exclusive);
    assert_int_equal(cpu[1].nodes, 1);
    assert_true(isnan(cpu[1].terms.max_time) && cpu[1].terms.default_time == 3600);
    assert_string_equal(p->sources[0].date, "2026-11-22");
    assert_string_equal(p->sources[0].source, "probed by scontrol");
}

/* Like Kebnekaise: one partition, kinds told apart by features beside racks. */
static void kinds_are_told_apart_by_features(void **state)
{
    struct fixture *f = *state;
    const struct probe_answers answers = {
        .config = CONFIG("kebnekaise", ""),
        .partitions = PARTITION("batch", "YES", "NO", "DefaultTime=00:30:00 MaxTime=7-00:00:00"),
        .nodes = NODE("b-cn0101", "2", "14", "1", "28", "192000", "rack01,intel_cpu,skylake",
                      "(null)", "batch")
            NODE("b-cn0102", "2", "14", "1", "28", "192000", "rack02,intel_cpu,skylake", "(null)",
                 "batch")
                NODE("b-cn1703", "2", "128", "1", "256", "644096", "rack17,amd_cpu,zen4", "(null)",
                     "batch")
                    NODE("b-cn1801", "2", "64", "1", "128", "1026560", "rack18,amd_cpu,zen3",
                         "(null)", "batch")
                        NODE("b-gpu01", "2", "24", "1", "48", "318240", "rack18,amd_cpu,zen4,l40s",
                             "gpu:l40s:2(S:0-1)", "batch"),
        .accounts = "",
        .mpi = ""};
    assert_int_equal(probe(f, &answers), 0);
    const struct profile *p = &f->profile;
    static const struct {
        const char *id, *constraint;
        int64_t cores, nodes;
    } kinds[] = {{"intel_cpu", "intel_cpu", 28, 2},
                 {"zen4", "zen4", 256, 1},
                 {"zen3", "zen3", 128, 1},
                 {"l40s", "l40s", 48, 1}};
    assert_false(p->cpu_is_thread || p->partition_required);
    assert_int_equal(p->cpu_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(p->cpus[i].id, kinds[i].id);
        assert_string_equal(p->cpus[i].constraint, kinds[i].constraint);
        assert_int_equal(profile_cpu_cores(&p->cpus[i]), kinds[i].cores);
        assert_int_equal(p->cpus[i].nodes, kinds[i].nodes);
    }
    assert_int_equal(p->cpus[3].gpus, 2);
    assert_string_equal(p->cpus[3].gpu_type, "l40s");
    assert_string_equal(p->sources[p->source_count - 1].fact,
                        "that jobs with --constraint=zen4 and no GPUs get no nodes with GPUs, some "
                        "of which have that feature too");
    assert_false(p->sources[p->source_count - 1].verified);
}

/* Memory alone is no kind of its own; what comes first is the default partition. */
static void the_default_partition_goes_first(void **state)
{
    struct fixture *f = *state;
    const struct probe_answers answers = {
        .config = CONFIG("c", "AccountingStorageType = x\n"),
        .partitions = PARTITION("fat", "NO", "EXCLUSIVE", "MaxTime=UNLIMITED")
            PARTITION("pelle", "YES", "NO", "DefaultTime=00:01:00 MaxTime=10-00:00:00")
                "PartitionName=down Default=NO OverSubscribe=NO RootOnly=NO State=DOWN\n"
                "PartitionName=admin Default=NO OverSubscribe=NO RootOnly=YES State=UP\n",
        .nodes = NODE("p1", "1", "48", "2", "96", "768000", "(null)", "(null)", "pelle")
            NODE("p2", "1", "48", "2", "96", "380000", "(null)", "(null)", "pelle")
                NODE("p3", "1", "48", "2", "96", "2000000", "2TB", "(null)", "fat,admin")
                    NODE("p4", "1", "48", "2", "96", "3000000", "3TB", "(null)", "fat,admin"),
        .accounts = "",
        .mpi = ""};
    assert_int_equal(probe(f, &answers), 0);
    const struct profile *p = &f->profile;
    assert_int_equal(p->cpu_count, 3);
    assert_string_equal(p->cpus[0].id, "pelle");
    assert_true(p->cpus[0].memory_mib == 380000 && p->cpus[0].nodes == 2);
    assert_true(p->cpus[0].terms.default_time == 60);
    assert_string_equal(p->cpus[1].id, "fat-2tb");
    assert_string_equal(p->cpus[1].constraint, "2TB");
    assert_string_equal(p->cpus[2].id, "fat-3tb");
}

static void a_kind_that_nothing_selects_is_told(void **state)
{
    struct fixture *f = *state;
    const struct probe_answers answers = {
        .config = CONFIG("c", ""),
        .partitions = PARTITION("p", "YES", "NO", "MaxTime=1:00:00"),
        .nodes = NODE("n1", "2", "8", "1", "16", "1000", "(null)", "(null)", "p")
            NODE("n2", "2", "16", "1", "32", "1000", "new", "(null)", "p"),
        .accounts = "",
        .mpi = ""};
    assert_int_equal(probe(f, &answers), 0);
    assert_string_equal(f->profile.cpus[0].id, "p-other");
    assert_string_equal(f->profile.cpus[0].constraint, "");
    assert_string_equal(f->profile.cpus[1].id, "new");
    assert_string_equal(f->profile.sources[f->profile.source_count - 1].fact,
                        "what selects nodes of kind \"p-other\": they share partition p with "
                        "others, and no feature is theirs alone");
}

/* Slurm may count cores where threads are on, and keep some for the system. */
static void cores_counted_as_cpus_and_cores_kept_back(void **state)
{
    struct fixture *f = *state;
    const struct probe_answers answers = {
        .config = CONFIG("c", ""),
        .partitions = PARTITION("p", "YES", "NO", "MaxTime=1:00:00"),
        .nodes = "NodeName=n1 CoresPerSocket=64 CPUEfctv=56 CPUTot=64 Gres=gpu:8 RealMemory=1000 "
                 "MemSpecLimit=200 Sockets=1 ThreadsPerCore=2 Partitions=p\n",
        .accounts = "",
        .mpi = ""};
    assert_int_equal(probe(f, &answers), 0);
    assert_false(f->profile.cpu_is_thread);
    assert_int_equal(f->profile.cpus[0].threads_per_core, 2);
    assert_int_equal(f->profile.cpus[0].gpus, 8);
    assert_string_equal(f->profile.cpus[0].gpu_type, "");
    assert_true(f->profile.cpus[0].memory_mib == 800);
    assert_string_equal(f->profile.sources[f->profile.source_count - 1].fact,
                        "nodes of kind \"p\" keep 8 of 64 CPUs for the system, so that jobs have "
                        "fewer cores than stand here");
}

static void nothing_to_run_on_is_told(void **state)
{
    struct fixture *f = *state;
    struct probe_answers answers = {
        .config = "", .partitions = "", .nodes = "", .accounts = "", .mpi = ""};
    assert_int_equal(probe(f, &answers), -1);
    assert_string_equal(f->err.text,
                        "Slurm shows no partition with nodes that jobs could be sent to");
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    assert_int_equal(probe_read(&f->profile, &answers, "a/b", "h", "2026-11-22", &f->err), -1);
    assert_string_equal(f->err.text, "a profile's name may not hold \"/\"; allowed are letters, "
                                     "digits and . _ + -");
}

static void values_end_at_a_blank(void **state)
{
    static const char line[] = "NodeName=n1 OS=Linux 6.1 Gres=(null) Comment= Last=x";
    static const struct {
        const char *key, *value;
    } values[] = {{"NodeName", "n1"}, {"OS", "Linux"},  {"Gres", NULL}, {"Comment", NULL},
                  {"Last", "x"},      {"Name", NULL},   {"as", NULL},   {"", NULL},
                  {"6.1", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *value = probe_value(line, strlen(line), values[i].key);
        if (values[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, values[i].value);
        free(value);
    }
}

/* Whatever stands in the answers: a profile that can be read, or a sentence. */
static void strange_answers_do_no_harm(void **state)
{
    static const char nodes[] =
        NODE("n1", "2", "64", "2", "256", "227328", "a,$(x),b c,\x01,rack1,d&e", "gpu:a100:2", "p")
            NODE("n2", "2", "8", "1", "16", "1", "(null)", "(null)", "p,q")
                NODE("n3", "0", "8", "1", "16", "5", "a", "(null)", "p");
    static const char partitions[] = PARTITION("p", "YES", "NO", "MaxTime=1:00:00")
        PARTITION("q$(x)", "NO", "NO", "MaxTime=-3");
    struct fixture *f = *state;
    char *text = xstrdup(nodes);
    unsigned random = 1;
    for (int i = 0; i < 3000; i++) {
        const struct probe_answers answers = {.config = i % 2 == 0 ? CONFIG("\"x\" ..", "") : text,
                                              .partitions = partitions,
                                              .nodes = text,
                                              .accounts = i % 3 == 0 ? text : "a|b\n|\nc",
                                              .mpi = text};
        random = random * 1664525u + 1013904223u;
        size_t at = (random >> 4) % (sizeof nodes - 1);
        char kept = text[at];
        text[at] = "0-9n\"\n.e= ,("[(random >> 26) % 12];
        if (probe(f, &answers) != 0)
            assert_true(strlen(f->err.text) > 0);
        text[at] = kept;
    }
    free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(threads_and_whole_nodes_are_seen),
        TEST(kinds_are_told_apart_by_features),
        TEST(the_default_partition_goes_first),
        TEST(a_kind_that_nothing_selects_is_told),
        TEST(cores_counted_as_cpus_and_cores_kept_back),
        TEST(nothing_to_run_on_is_told),
        TEST(values_end_at_a_blank),
        TEST(strange_answers_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
