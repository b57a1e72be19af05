#define _GNU_SOURCE
#include "topology.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "strbuf.h"
#include "topology_source.h"

void topology_source_add(struct topology_source *source, struct topology_thread thread)
{
    if (thread.cpu < 0 || thread.cpu >= TOPOLOGY_MAX_CPUS)
        return;
    array_grow(&source->threads, source->count, &source->capacity, sizeof *source->threads);
    source->threads[source->count++] = thread;
}

void topology_source_free(struct topology_source *source)
{
    free(source->threads);
    free(source->cpu_model);
    *source = (struct topology_source){.threads = NULL};
}

/* The affinity mask of this process, whatever the size the kernel was built
 * for; NULL where it does not tell. The caller frees it. */
static cpu_set_t *read_affinity(size_t *size)
{
    for (size_t cpus = 1024; cpus <= TOPOLOGY_MAX_CPUS; cpus *= 2) {
        size_t bytes = CPU_ALLOC_SIZE(cpus);
        cpu_set_t *mask = xcalloc(1, bytes);

        if (sched_getaffinity(0, bytes, mask) == 0) {
            *size = bytes;
            return mask;
        }
        free(mask);
        if (errno != EINVAL) /* EINVAL: the kernel's masks are longer */
            return NULL;
    }
    return NULL;
}

/* CPUs that we may use and that the source did not find (a container may hide
 * /sys) become cores of their own. */
static void add_missing(struct topology_source *source, const cpu_set_t *mask, size_t size)
{
    size_t bits = 8 * size;
    bool *known = xcalloc(bits, sizeof *known);
    int unused_core = 0;

    for (size_t i = 0; i < source->count; i++) {
        const struct topology_thread *thread = &source->threads[i];
        if ((size_t)thread->cpu < bits)
            known[thread->cpu] = true;
        if (thread->core >= unused_core)
            unused_core = thread->core + 1;
    }
    for (size_t cpu = 0; cpu < bits; cpu++)
        if (!known[cpu] && CPU_ISSET_S(cpu, size, mask))
            topology_source_add(source, (struct topology_thread){.cpu = (int)cpu,
                                                                 .core = unused_core++,
                                                                 .allowed = true});
    free(known);
}

/*
 * Only what the affinity mask holds is ours; the kernel keeps that mask within
 * the cgroup's cpuset. A source that disallows all of it has misread the
 * cgroup (nested containers): the mask is right. True where the mask holds
 * less than the cgroup allows.
 */
static bool restrict_to_affinity(struct topology_source *source)
{
    size_t size = 0, both = 0, kept_away = 0;
    cpu_set_t *mask = read_affinity(&size);

    if (mask == NULL)
        return false;
    add_missing(source, mask, size);
    for (size_t i = 0; i < source->count; i++) {
        const struct topology_thread *thread = &source->threads[i];
        both += thread->allowed && CPU_ISSET_S((size_t)thread->cpu, size, mask) ? 1 : 0;
    }
    for (size_t i = 0; i < source->count; i++) {
        struct topology_thread *thread = &source->threads[i];
        bool in_mask = CPU_ISSET_S((size_t)thread->cpu, size, mask) != 0;
        kept_away += thread->allowed && !in_mask ? 1 : 0;
        thread->allowed = in_mask && (both == 0 || thread->allowed);
    }
    free(mask);
    return both > 0 && kept_away > 0;
}

static int by_place(const void *a, const void *b)
{
    const struct topology_thread *x = a, *y = b;

    if (x->package != y->package)
        return x->package < y->package ? -1 : 1;
    if (x->numa != y->numa)
        return x->numa < y->numa ? -1 : 1;
    if (x->core != y->core)
        return x->core < y->core ? -1 : 1;
    return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

/* The source's numbers in order of appearance, renumbered from 0. */
struct numbering {
    int *seen;
    size_t count, capacity;
};

static int number_of(struct numbering *numbering, int id)
{
    /* From the end: neighbours belong to the same. */
    for (size_t i = numbering->count; i > 0; i--)
        if (numbering->seen[i - 1] == id)
            return (int)(i - 1);
    array_grow(&numbering->seen, numbering->count, &numbering->capacity, sizeof *numbering->seen);
    numbering->seen[numbering->count] = id;
    return (int)numbering->count++;
}

/* One core: the threads [first, end) of the source. */
static void add_core(struct topology *topology, const struct topology_source *source,
                     size_t first, size_t end, int package, int numa)
{
    int cpu = -1;

    for (size_t i = first; i < end; i++) {
        const struct topology_thread *thread = &source->threads[i];
        topology->core_of_cpu[thread->cpu] = topology->machine_cores;
        if (thread->allowed && cpu < 0)
            cpu = thread->cpu;
    }
    if (cpu >= 0)
        topology->cores[topology->core_count++] =
            (struct topology_core){.cpu = cpu, .package = package, .numa = numa};
    if (end - first > topology->threads_per_core)
        topology->threads_per_core = end - first;
    topology->machine_cores++;
}

/* Without the runs of blanks that some CPUs pad their names with. */
static char *tidy(const char *model)
{
    struct strbuf text = STRBUF_INIT;

    for (; model != NULL && *model != '\0'; model++)
        if (*model != ' ' || (text.len > 0 && model[1] != ' ' && model[1] != '\0'))
            strbuf_add_char(&text, *model);
    return strbuf_take(&text);
}

/* `source` has at least one thread. */
static void assemble(struct topology *topology, struct topology_source *source)
{
    struct numbering packages = {.seen = NULL}, domains = {.seen = NULL};
    size_t count = source->count;
    int last_cpu = 0;

    qsort(source->threads, count, sizeof *source->threads, by_place);
    for (size_t i = 0; i < count; i++)
        if (source->threads[i].cpu > last_cpu)
            last_cpu = source->threads[i].cpu;
    topology->cpu_count = (size_t)last_cpu + 1;
    topology->core_of_cpu = xreallocarray(NULL, topology->cpu_count, sizeof(size_t));
    for (size_t cpu = 0; cpu < topology->cpu_count; cpu++)
        topology->core_of_cpu[cpu] = SIZE_MAX;
    topology->cores = xcalloc(count, sizeof *topology->cores);

    for (size_t first = 0, end; first < count; first = end) {
        const struct topology_thread *thread = &source->threads[first];
        for (end = first + 1; end < count && source->threads[end].core == thread->core; end++)
            ;
        int package = number_of(&packages, thread->package);
        add_core(topology, source, first, end, package, number_of(&domains, thread->numa));
    }
    topology->cores = xreallocarray(topology->cores, topology->core_count + 1, sizeof *topology->cores);
    topology->packages = packages.count;
    topology->numa_nodes = domains.count;
    topology->cpu_model = tidy(source->cpu_model);
    topology->memory_bytes = source->memory_bytes;
    free(packages.seen);
    free(domains.seen);
}

static double physical_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

    return pages > 0 && page > 0 ? (double)pages * (double)page : 0.0;
}

static int read_source(struct topology_source *source, const char *xml, bool *narrowed,
                       struct error *err)
{
    *narrowed = false;
    if (xml != NULL)
        return topology_from_hwloc(source, xml, err);

    struct error ignored = ERROR_INIT; /* /sys tells what hwloc cannot */
    if (topology_from_hwloc(source, NULL, &ignored) != 0) {
        topology_source_free(source);
        topology_from_sysfs(source, "/sys");
    }
    *narrowed = restrict_to_affinity(source);
    if (source->cpu_model == NULL)
        source->cpu_model = cpuinfo_model("/proc/cpuinfo");
    /* hwloc adds up the NUMA nodes' own figures, and those miss memory that a
     * virtual machine was given after its start. */
    double memory = physical_memory();
    if (memory > 0)
        source->memory_bytes = memory;
    return 0;
}

int topology_load(struct topology *topology, const char *xml, struct error *err)
{
    struct topology_source source = {.threads = NULL};
    struct topology loaded = {.cores = NULL};

    if (read_source(&source, xml, &loaded.launchers_see_more, err) != 0) {
        topology_source_free(&source);
        return -1;
    }
    if (source.count > 0)
        assemble(&loaded, &source);
    topology_source_free(&source);
    if (loaded.core_count == 0) {
        topology_free(&loaded);
        return error_system(err, "%s names no core that may be used",
                            xml != NULL ? xml : "this system");
    }
    *topology = loaded;
    return 0;
}

void topology_free(struct topology *topology)
{
    free(topology->cores);
    free(topology->core_of_cpu);
    free(topology->cpu_model);
    *topology = (struct topology){.cores = NULL};
}

size_t topology_even_packages(const struct topology *topology)
{
    size_t packages = 0, longest = 0, run = 0;

    for (size_t i = 0; i < topology->core_count; i++) {
        bool begins = i == 0 || topology->cores[i].package != topology->cores[i - 1].package;
        packages += begins ? 1 : 0;
        run = begins ? 1 : run + 1;
        if (run > longest)
            longest = run;
    }
    return packages > 0 && packages * longest == topology->core_count ? packages : 1;
}

/* A CPU number; -1 where there is none or it is `limit` or more. */
static long read_cpu(const char **place, long limit)
{
    const char *digit = *place;
    long value = 0;

    if (*digit < '0' || *digit > '9')
        return -1;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        value = 10 * value + (*digit - '0');
        if (value >= limit)
            return -1;
    }
    *place = digit;
    return value;
}

int cpulist_next(const char **place, long limit, long *first, long *last)
{
    const char *text = *place;

    if (*text == '\0')
        return 0;
    long from = read_cpu(&text, limit), to = from;
    if (from < 0)
        return -1;
    if (*text == '-') {
        text++;
        to = read_cpu(&text, limit);
        if (to < from)
            return -1;
    }
    if (*text == ',' && text[1] != '\0')
        text++;
    else if (*text != '\0')
        return -1;
    *place = text;
    *first = from;
    *last = to;
    return 1;
}

/* Which worker has claimed a core, and by which CPU. */
struct claim {
    size_t worker; /* SIZE_MAX: none */
    long cpu;
};

static char *describe_meeting(size_t core, struct claim claim, size_t worker, long cpu)
{
    if (claim.cpu == cpu)
        return text_format("workers %zu and %zu share CPU %ld of core %zu", claim.worker, worker,
                           cpu, core);
    return text_format("workers %zu and %zu share core %zu, one by its CPU %ld, the other by CPU %ld",
                       claim.worker, worker, core, claim.cpu, cpu);
}

/*
 * Claims every core of `mask` for `worker`. NULL, or the sentence that says
 * why it cannot; the caller frees it.
 */
static char *claim_cores(const struct topology *topology, struct claim *claims, size_t worker,
                         const char *mask)
{
    const char *place = mask;
    long first = 0, last = -1;
    int got;

    if (mask == NULL || *mask == '\0')
        return text_format("worker %zu does not say on which CPUs it ran", worker);
    while ((got = cpulist_next(&place, TOPOLOGY_MAX_CPUS, &first, &last)) == 1) {
        for (long cpu = first; cpu <= last; cpu++) {
            size_t core = (size_t)cpu < topology->cpu_count ? topology->core_of_cpu[cpu] : SIZE_MAX;
            if (core == SIZE_MAX)
                return text_format("worker %zu says it ran on CPU %ld, which this machine has not",
                                   worker, cpu);
            if (claims[core].worker != SIZE_MAX && claims[core].worker != worker)
                return describe_meeting(core, claims[core], worker, cpu);
            if (claims[core].worker == SIZE_MAX)
                claims[core] = (struct claim){worker, cpu};
        }
    }
    if (got < 0)
        return text_format("worker %zu says it ran on CPUs \"%.40s\", which is no list of CPUs",
                           worker, mask);
    return NULL;
}

bool topology_masks_are_disjoint(const struct topology *topology, const char *const *masks,
                                 size_t count, char **why)
{
    struct claim *claims = xreallocarray(NULL, topology->machine_cores + 1, sizeof *claims);
    char *sentence = NULL;

    for (size_t core = 0; core < topology->machine_cores; core++)
        claims[core] = (struct claim){SIZE_MAX, -1};
    if (count == 0)
        sentence = xstrdup("no worker says on which CPUs it ran");
    for (size_t worker = 0; worker < count && sentence == NULL; worker++)
        sentence = claim_cores(topology, claims, worker, masks[worker]);
    free(claims);

    bool disjoint = sentence == NULL;
    if (why != NULL)
        *why = sentence;
    else
        free(sentence);
    return disjoint;
}

size_t topology_cores_covered(const struct topology *topology, const char *const *masks,
                              size_t count)
{
    bool *covered = xcalloc(topology->machine_cores + 1, sizeof *covered);
    size_t cores = 0;

    for (size_t i = 0; i < count; i++) {
        const char *place = masks[i] != NULL ? masks[i] : "";
        long first, last;
        while (cpulist_next(&place, (long)topology->cpu_count, &first, &last) == 1)
            for (long cpu = first; cpu <= last; cpu++) {
                size_t core = topology->core_of_cpu[cpu];
                if (core != SIZE_MAX && !covered[core]) {
                    covered[core] = true;
                    cores++;
                }
            }
    }
    free(covered);
    return cores;
}
