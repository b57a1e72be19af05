#define _GNU_SOURCE
#include "topology.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "strbuf.h"
#include "topology_source.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

struct fixture {
    struct topology topology;
    struct error err;
    char folder[64]; /* of its own, empty */
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    strcpy(f->folder, "/tmp/test_topology.XXXXXX");
    *state = f;
    return mkdtemp(f->folder) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -rf '%s'", f->folder);
    int rc = system(command);

    free(command);
    topology_free(&f->topology);
    free(f);
    return rc;
}

static void load(struct fixture *f, const char *name)
{
#ifndef SCALESTUDY_HAVE_HWLOC
    skip(); /* recorded machines need hwloc */
#endif
    char *path = text_format(TEST_TOPOLOGIES "/%s.xml", name);

    topology_free(&f->topology);
    if (topology_load(&f->topology, path, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

/* A recorded machine of which we may use only what `allowed` says. */
static void load_restricted(struct fixture *f, const char *name, const char *allowed)
{
#ifndef SCALESTUDY_HAVE_HWLOC
    skip();
#endif
    static const char key[] = "allowed_cpuset=\"";
    struct strbuf xml = STRBUF_INIT, changed = STRBUF_INIT;
    char *from = text_format(TEST_TOPOLOGIES "/%s.xml", name), *to = path_join(f->folder, "part.xml");

    assert_int_equal(file_read(from, 1 << 20, &xml, &f->err), 0);
    const char *value = strstr(xml.str, key) + sizeof key - 1;
    strbuf_add_bytes(&changed, xml.str, (size_t)(value - xml.str));
    strbuf_add(&changed, allowed);
    strbuf_add(&changed, strchr(value, '"'));
    assert_int_equal(file_write(to, changed.str, changed.len, &f->err), 0);
    if (topology_load(&f->topology, to, &f->err) != 0)
        fail_msg("%s", f->err.text);
    strbuf_free(&xml);
    strbuf_free(&changed);
    free(from);
    free(to);
}

/* Recorded machines -------------------------------------------------------- */

static const struct {
    const char *name;
    size_t cores, packages, numa_nodes, threads_per_core, cpus;
    double memory;
    const char *model;
} nodes[] = {
    {"kebnekaise-skylake", 28, 2, 2, 1, 28, 192e9, "Intel(R) Xeon(R) Gold 6132 CPU @ 2.60GHz"},
    {"tetralith", 32, 2, 2, 1, 32, 96e9, "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"},
    {"cosmos", 48, 2, 2, 1, 48, 256e9, "AMD EPYC 7413 24-Core Processor"},
    {"dardel", 128, 2, 8, 2, 256, 256e9, "AMD EPYC 7742 64-Core Processor"},
    {"pelle", 48, 1, 1, 2, 96, 768e9, "AMD EPYC 9454P 48-Core Processor"},
};

static void nodes_of_clusters_are_understood(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        load(f, nodes[i].name);
        assert_int_equal(f->topology.core_count, nodes[i].cores);
        assert_int_equal(f->topology.machine_cores, nodes[i].cores);
        assert_int_equal(f->topology.packages, nodes[i].packages);
        assert_int_equal(f->topology.numa_nodes, nodes[i].numa_nodes);
        assert_int_equal(f->topology.threads_per_core, nodes[i].threads_per_core);
        assert_int_equal(f->topology.cpu_count, nodes[i].cpus);
        assert_true(f->topology.memory_bytes == nodes[i].memory);
        assert_string_equal(f->topology.cpu_model, nodes[i].model);
    }
}

static void cores_come_package_by_package_and_numa_by_numa(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        load(f, nodes[i].name);
        for (size_t k = 0; k < f->topology.core_count; k++) {
            const struct topology_core *core = &f->topology.cores[k];
            assert_int_equal(core->package, k * nodes[i].packages / nodes[i].cores);
            assert_int_equal(core->numa, k * nodes[i].numa_nodes / nodes[i].cores);
            assert_int_equal(f->topology.core_of_cpu[core->cpu], k);
        }
    }
}

static void linux_numbers_may_alternate_between_sockets(void **state)
{
    struct fixture *f = *state;

    load(f, "kebnekaise-skylake");
    assert_int_equal(f->topology.cores[0].cpu, 0);
    assert_int_equal(f->topology.cores[1].cpu, 2);
    assert_int_equal(f->topology.cores[13].cpu, 26);
    assert_int_equal(f->topology.cores[14].cpu, 1);
    assert_int_equal(f->topology.core_of_cpu[1], 14);
}

static void a_core_has_all_its_hardware_threads(void **state)
{
    struct fixture *f = *state;

    load(f, "dardel");
    for (size_t cpu = 0; cpu < 128; cpu++)
        assert_int_equal(f->topology.core_of_cpu[cpu], f->topology.core_of_cpu[cpu + 128]);
}

static void large_and_small_cores_keep_their_order(void **state)
{
    static const int cpus[] = {0, 2, 4, 5, 6, 7};
    struct fixture *f = *state;

    load(f, "hybrid");
    assert_int_equal(f->topology.core_count, 6);
    assert_int_equal(f->topology.threads_per_core, 2); /* the most that a core has */
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(f->topology.cores[i].cpu, cpus[i]);
    assert_string_equal(f->topology.cpu_model, "12th Gen Intel(R) Core(TM) i5");
}

static void only_allowed_cores_are_listed_and_all_are_numbered(void **state)
{
    struct fixture *f = *state;

    load_restricted(f, "tetralith", "0x000f0003"); /* 0, 1, 16-19 */
    assert_int_equal(f->topology.core_count, 6);
    assert_int_equal(f->topology.machine_cores, 32);
    assert_int_equal(f->topology.packages, 2);
    assert_int_equal(f->topology.cores[1].cpu, 1);
    assert_int_equal(f->topology.cores[2].cpu, 16);
    assert_int_equal(f->topology.cores[2].package, 1);
    assert_int_equal(f->topology.core_of_cpu[31], 31);
}

static void packages_count_where_our_cores_fill_them_evenly(void **state)
{
    struct fixture *f = *state;

    load(f, "tetralith");
    assert_int_equal(topology_even_packages(&f->topology), 2);
    topology_free(&f->topology);
    assert_int_equal(topology_even_packages(&f->topology), 1); /* none at all */
    load_restricted(f, "tetralith", "0x0000ffff"); /* the first */
    assert_int_equal(topology_even_packages(&f->topology), 1);
    topology_free(&f->topology);
    load_restricted(f, "tetralith", "0x000f000f");
    assert_int_equal(topology_even_packages(&f->topology), 2);
    topology_free(&f->topology);
    load_restricted(f, "tetralith", "0x000100ff");
    assert_int_equal(topology_even_packages(&f->topology), 1);
}

static void a_core_is_named_by_the_thread_that_we_may_use(void **state)
{
    struct fixture *f = *state;

    load_restricted(f, "dardel", "0x00000003,,,,0x00000002"); /* 1, 128, 129 */
    assert_int_equal(f->topology.core_count, 2);
    assert_int_equal(f->topology.cores[0].cpu, 128);
    assert_int_equal(f->topology.cores[1].cpu, 1);
}

static void a_recording_that_cannot_be_read_is_named(void **state)
{
    struct fixture *f = *state;
    char *path = path_join(f->folder, "part.xml");
    static const char nothing[] = "not XML at all";

    assert_int_equal(file_write(path, nothing, sizeof nothing - 1, &f->err), 0);
    assert_int_equal(topology_load(&f->topology, path, &f->err), -1);
    assert_non_null(strstr(f->err.text, "part.xml"));
    assert_int_equal(topology_load(&f->topology, "/nowhere/at/all.xml", &f->err), -1);
    assert_non_null(strstr(f->err.text, "/nowhere/at/all.xml"));
    assert_null(f->topology.cores);
    free(path);
}

/* hwloc's text of a set with one CPU: highest word first, zeros left out. */
static void add_set(struct strbuf *sb, const char *key, size_t cpu)
{
    strbuf_addf(sb, " %s=\"0x%08x", key, 1U << cpu % 32);
    for (size_t word = cpu / 32; word > 0; word--)
        strbuf_add(sb, word > 1 ? "," : ",0x0");
    strbuf_add_char(sb, '"');
}

static void add_full_set(struct strbuf *sb, const char *key, size_t cpus)
{
    strbuf_addf(sb, " %s=\"", key);
    for (size_t word = 0; word < cpus / 32; word++)
        strbuf_add(sb, word == 0 ? "0xffffffff" : ",0xffffffff");
    strbuf_add_char(sb, '"');
}

/* 2048 CPUs and nothing else told: each is a core, all in one package. */
static void machines_beyond_1024_cpus_are_read(void **state)
{
#ifndef SCALESTUDY_HAVE_HWLOC
    skip();
#endif
    enum { CPUS = 2048 };
    struct fixture *f = *state;
    struct strbuf xml = STRBUF_INIT;
    char *path = path_join(f->folder, "large.xml");

    strbuf_add(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">\n<topology version=\"2.0\">\n"
                     "<object type=\"Machine\" os_index=\"0\"");
    add_full_set(&xml, "cpuset", CPUS);
    add_full_set(&xml, "complete_cpuset", CPUS);
    add_full_set(&xml, "allowed_cpuset", CPUS);
    strbuf_add(&xml, " nodeset=\"0x1\" complete_nodeset=\"0x1\" allowed_nodeset=\"0x1\">\n"
                     "<object type=\"NUMANode\" os_index=\"0\"");
    add_full_set(&xml, "cpuset", CPUS);
    add_full_set(&xml, "complete_cpuset", CPUS);
    strbuf_add(&xml, " nodeset=\"0x1\" complete_nodeset=\"0x1\" local_memory=\"1024\"/>\n");
    for (size_t cpu = 0; cpu < CPUS; cpu++) {
        strbuf_addf(&xml, "<object type=\"PU\" os_index=\"%zu\"", cpu);
        add_set(&xml, "cpuset", cpu);
        add_set(&xml, "complete_cpuset", cpu);
        strbuf_add(&xml, " nodeset=\"0x1\" complete_nodeset=\"0x1\"/>\n");
    }
    strbuf_add(&xml, "</object>\n</topology>\n");
    assert_int_equal(file_write(path, xml.str, xml.len, &f->err), 0);
    if (topology_load(&f->topology, path, &f->err) != 0)
        fail_msg("%s", f->err.text);
    assert_int_equal(f->topology.core_count, CPUS);
    assert_int_equal(f->topology.packages, 1);
    assert_int_equal(f->topology.cores[CPUS - 1].cpu, CPUS - 1);
    strbuf_free(&xml);
    free(path);
}

/* This machine ------------------------------------------------------------- */

static void the_affinity_mask_is_honoured(void **state)
{
    struct fixture *f = *state;
    cpu_set_t before, one;

    if (sched_getaffinity(0, sizeof before, &before) != 0)
        skip();
    size_t last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(last, &before))
        last--;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    int rc = topology_load(&f->topology, NULL, &f->err);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);

    assert_int_equal(rc, 0);
    assert_int_equal(f->topology.core_count, 1);
    assert_int_equal(f->topology.cores[0].cpu, (int)last);
    assert_true(f->topology.machine_cores >= 1);
    assert_true(f->topology.memory_bytes > 0);
    if (CPU_COUNT(&before) > 1)
        assert_true(f->topology.launchers_see_more);
}

static void variables_meant_for_other_programs_do_not_mislead(void **state)
{
    struct fixture *f = *state;
    struct topology plain = {.cores = NULL};

    assert_int_equal(topology_load(&plain, NULL, &f->err), 0);
    setenv("HWLOC_SYNTHETIC", "package:2 core:14 pu:1", 1);
    setenv("HWLOC_XMLFILE", TEST_TOPOLOGIES "/dardel.xml", 1);
    setenv("HWLOC_COMPONENTS", "synthetic,stop", 1);
    setenv("HWLOC_FSROOT", "/nowhere", 1);
    assert_int_equal(topology_load(&f->topology, NULL, &f->err), 0);
    assert_string_equal(getenv("HWLOC_COMPONENTS"), "synthetic,stop"); /* the user's environment stays */
    unsetenv("HWLOC_SYNTHETIC");
    unsetenv("HWLOC_XMLFILE");
    unsetenv("HWLOC_COMPONENTS");
    unsetenv("HWLOC_FSROOT");

    assert_int_equal(f->topology.machine_cores, plain.machine_cores);
    assert_int_equal(f->topology.core_count, plain.core_count);
    topology_free(&plain);
}

static void both_ways_to_know_this_machine_agree(void **state)
{
    struct fixture *f = *state;
    struct topology_source sysfs = {.threads = NULL}, hwloc = {.threads = NULL};

    topology_from_sysfs(&sysfs, "/sys");
    if (topology_from_hwloc(&hwloc, NULL, &f->err) == 0 && sysfs.count > 0) {
        assert_int_equal(sysfs.count, hwloc.count);
        for (size_t i = 1; i < sysfs.count; i++) /* the same threads share a core */
            for (size_t k = 0; k < hwloc.count; k++)
                if (hwloc.threads[k].cpu == sysfs.threads[i].cpu && k > 0)
                    assert_int_equal(sysfs.threads[i].core == sysfs.threads[0].core,
                                     hwloc.threads[k].core == hwloc.threads[0].core);
    }
    topology_source_free(&sysfs);
    topology_source_free(&hwloc);
}

static long resident_kib(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;

    if (file != NULL && fscanf(file, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* What this process weighs, each child weighs at least, by its own account. */
static void loading_leaves_the_process_small(void **state)
{
    (void)state;
#ifdef SANITIZED
    skip();
#endif
    pid_t child = fork();

    if (child == 0) {
        struct topology topology;
        struct error err = ERROR_INIT;
        long before = resident_kib();
        if (topology_load(&topology, NULL, &err) != 0)
            _exit(2);
        _exit(resident_kib() - before < 2048 ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* /sys --------------------------------------------------------------------- */

static void put(const struct fixture *f, const char *text, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void put(const struct fixture *f, const char *text, const char *format, ...)
{
    struct strbuf path = STRBUF_INIT;
    struct error err = ERROR_INIT;
    va_list arguments;

    strbuf_addf(&path, "%s/", f->folder);
    va_start(arguments, format);
    strbuf_addv(&path, format, arguments);
    va_end(arguments);
    char *slash = strrchr(path.str, '/');
    *slash = '\0';
    assert_int_equal(folder_make(path.str, &err), 0);
    *slash = '/';
    FILE *file = fopen(path.str, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    strbuf_free(&path);
}

static void put_cpu(const struct fixture *f, int cpu, const char *siblings, const char *package)
{
    put(f, siblings, "devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
    put(f, package, "devices/system/cpu/cpu%d/topology/physical_package_id", cpu);
}

static void sysfs_tells_cores_packages_and_numa_nodes(void **state)
{
    struct fixture *f = *state;
    struct topology_source source = {.threads = NULL};

    put(f, "0-3,6\n", "devices/system/cpu/online");
    put_cpu(f, 0, "0,2\n", "7\n"); /* the firmware's package numbers may be any */
    put_cpu(f, 2, "0,2\n", "7\n");
    put_cpu(f, 1, "1,3\n", "3\n");
    put_cpu(f, 3, "1,3\n", "3\n");
    put_cpu(f, 6, "6\n", "3\n");
    put(f, "0,2\n", "devices/system/node/node0/cpulist");
    put(f, "1,3,6\n", "devices/system/node/node1/cpulist");
    put(f, "\n", "devices/system/node/node2/cpulist"); /* memory only */
    topology_from_sysfs(&source, f->folder);

    static const struct topology_thread expected[] = {
        {0, 0, 0, 0, true}, {1, 1, 1, 1, true}, {2, 0, 0, 0, true},
        {3, 1, 1, 1, true}, {6, 1, 1, 6, true}};
    assert_int_equal(source.count, 5);
    for (size_t i = 0; i < source.count; i++) {
        assert_int_equal(source.threads[i].cpu, expected[i].cpu);
        assert_int_equal(source.threads[i].package, expected[i].package);
        assert_int_equal(source.threads[i].numa, expected[i].numa);
        assert_int_equal(source.threads[i].core, expected[i].core);
        assert_true(source.threads[i].allowed);
    }
    topology_source_free(&source);
}

static void a_thin_sysfs_gives_a_core_for_each_cpu(void **state)
{
    struct fixture *f = *state;
    struct topology_source source = {.threads = NULL};

    topology_from_sysfs(&source, f->folder);
    assert_int_equal(source.count, 0);
    put(f, "0-2\n", "devices/system/cpu/online");
    put(f, "-1\n", "devices/system/cpu/cpu1/topology/physical_package_id");
    put(f, "junk\n", "devices/system/cpu/cpu2/topology/core_cpus_list");
    topology_from_sysfs(&source, f->folder);
    assert_int_equal(source.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(source.threads[i].core, i);
        assert_int_equal(source.threads[i].package, source.threads[0].package);
    }
    topology_source_free(&source);
}

static void cpus_are_named_on_x86_power_and_arm(void **state)
{
    static const struct { const char *text, *model; } files[] = {
        {"processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7742\nmodel name\t: other\n",
         "AMD EPYC 7742"},
        {"processor\t: 0\ncpu\t\t: POWER9, altivec supported\n", "POWER9, altivec supported"},
        {"cpu family\t: 25\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\n", "ARM 0x41 part 0xd4f"},
        {"nothing of the kind\n", NULL},
    };
    struct fixture *f = *state;
    char *path = path_join(f->folder, "cpuinfo");

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        put(f, files[i].text, "cpuinfo");
        char *model = cpuinfo_model(path);
        if (files[i].model == NULL)
            assert_null(model);
        else
            assert_string_equal(model, files[i].model);
        free(model);
    }
    free(path);
}

/* Masks -------------------------------------------------------------------- */

/* Two packages of two cores with two hardware threads: CPU n and n + 4. */
static size_t small_cores[] = {0, 1, 2, 3, 0, 1, 2, 3, SIZE_MAX};
static const struct topology small = {
    .machine_cores = 4, .core_of_cpu = small_cores, .cpu_count = 9};

static const struct {
    const char *masks[4];
    size_t count;
    const char *why; /* NULL: disjoint */
} bindings[] = {
    {{"0"}, 1, NULL},
    {{"0", "1", "2", "3"}, 4, NULL},
    {{"0-7"}, 1, NULL},
    {{"0,4", "1,5"}, 2, NULL},
    {{"0-1,4-5", "2-3,6-7"}, 2, NULL},
    {{"0", "4"}, 2, "workers 0 and 1 share core 0, one by its CPU 0, the other by CPU 4"},
    {{"0", "1", "5"}, 3, "workers 1 and 2 share core 1, one by its CPU 1, the other by CPU 5"},
    {{"0-7", "0-7"}, 2, "workers 0 and 1 share CPU 0 of core 0"},
    {{"0", "2-3", "3"}, 3, "workers 1 and 2 share CPU 3 of core 3"},
    {{NULL}, 0, "no worker says on which CPUs it ran"},
    {{"0", ""}, 2, "worker 1 does not say on which CPUs it ran"},
    {{"0", NULL}, 2, "worker 1 does not say on which CPUs it ran"},
    {{"8"}, 1, "worker 0 says it ran on CPU 8, which this machine has not"},
    {{"0-1000000"}, 1, "worker 0 says it ran on CPU 8, which this machine has not"},
    {{"900000-1000000"}, 1, "worker 0 says it ran on CPU 900000, which this machine has not"},
    {{"0-99999999999999999999"}, 1,
     "worker 0 says it ran on CPUs \"0-99999999999999999999\", which is no list of CPUs"},
    {{"-1"}, 1, "worker 0 says it ran on CPUs \"-1\", which is no list of CPUs"},
    {{"3-1"}, 1, "worker 0 says it ran on CPUs \"3-1\", which is no list of CPUs"},
    {{"0-"}, 1, "worker 0 says it ran on CPUs \"0-\", which is no list of CPUs"},
    {{"0,"}, 1, "worker 0 says it ran on CPUs \"0,\", which is no list of CPUs"},
    {{",0"}, 1, "worker 0 says it ran on CPUs \",0\", which is no list of CPUs"},
    {{"0,,1"}, 1, "worker 0 says it ran on CPUs \"0,,1\", which is no list of CPUs"},
    {{"0 1"}, 1, "worker 0 says it ran on CPUs \"0 1\", which is no list of CPUs"},
    {{"0x1"}, 1, "worker 0 says it ran on CPUs \"0x1\", which is no list of CPUs"},
    {{"all of them"}, 1, "worker 0 says it ran on CPUs \"all of them\", which is no list of CPUs"},
    {{"+++++++++++++++++++++++++++++++++++++++++++++++++++++++"}, 1,
     "worker 0 says it ran on CPUs \"++++++++++++++++++++++++++++++++++++++++\", which is no list of CPUs"},
};

static void workers_that_can_meet_on_a_core_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) {
        char *why = NULL;
        bool disjoint = topology_masks_are_disjoint(&small, bindings[i].masks, bindings[i].count, &why);
        assert_int_equal(disjoint, bindings[i].why == NULL);
        if (bindings[i].why == NULL)
            assert_null(why);
        else
            assert_string_equal(why, bindings[i].why);
        free(why);
        assert_int_equal(
            topology_masks_are_disjoint(&small, bindings[i].masks, bindings[i].count, NULL), disjoint);
    }
}

static void covered_cores_count_once_and_junk_counts_nothing(void **state)
{
    static const char *const masks[] = {"0", "4", "1-2", "6", "junk", "", "8", "5000", NULL};

    (void)state;
    assert_int_equal(topology_cores_covered(&small, masks, sizeof masks / sizeof *masks), 3);
    assert_int_equal(topology_cores_covered(&small, NULL, 0), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(loading_leaves_the_process_small),
        TEST(nodes_of_clusters_are_understood),
        TEST(cores_come_package_by_package_and_numa_by_numa),
        TEST(linux_numbers_may_alternate_between_sockets),
        TEST(a_core_has_all_its_hardware_threads),
        TEST(large_and_small_cores_keep_their_order),
        TEST(only_allowed_cores_are_listed_and_all_are_numbered),
        TEST(packages_count_where_our_cores_fill_them_evenly),
        TEST(a_core_is_named_by_the_thread_that_we_may_use),
        TEST(a_recording_that_cannot_be_read_is_named),
        TEST(machines_beyond_1024_cpus_are_read),
        TEST(the_affinity_mask_is_honoured),
        TEST(variables_meant_for_other_programs_do_not_mislead),
        TEST(both_ways_to_know_this_machine_agree),
        TEST(sysfs_tells_cores_packages_and_numa_nodes),
        TEST(a_thin_sysfs_gives_a_core_for_each_cpu),
        TEST(cpus_are_named_on_x86_power_and_arm),
        TEST(workers_that_can_meet_on_a_core_are_named),
        TEST(covered_cores_count_once_and_junk_counts_nothing),
    };

    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
