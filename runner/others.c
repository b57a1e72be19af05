#define _GNU_SOURCE /* cpu_set_t */
#include "others.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "results.h"
#include "strbuf.h"
#include "topology_source.h"

/* Columns of a CPU's line that count: guests are in user and nice already. */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COLUMNS };

static struct cpu_time *place_for(struct cpu_times *times, unsigned long cpu)
{
    if (cpu >= TOPOLOGY_MAX_CPUS)
        return NULL;
    if (cpu >= times->count) {
        times->cpus = xreallocarray(times->cpus, cpu + 1, sizeof *times->cpus);
        memset(times->cpus + times->count, 0, (cpu + 1 - times->count) * sizeof *times->cpus);
        times->count = cpu + 1;
    }
    return &times->cpus[cpu];
}

/* "0 310118 275967 …", behind the word "cpu". */
static void parse_cpu(struct cpu_times *times, const char *line, double ticks)
{
    double columns[COLUMNS] = {0};
    char *at;
    struct cpu_time *cpu = place_for(times, strtoul(line, &at, 10));
    for (int i = 0; i < COLUMNS; i++) {
        char *end;
        if (*at != ' ')
            return; /* a torn line, or a kernel older than all that we know */
        columns[i] = (double)strtoull(at, &end, 10) / ticks;
        at = end;
    }
    if (cpu == NULL)
        return;
    double busy = columns[USER] + columns[NICE] + columns[SYSTEM] + columns[IRQ] + columns[SOFTIRQ];
    /* Some sandboxes show all zeros. */
    *cpu = (struct cpu_time){
        .known = busy + columns[IDLE] > 0, .busy = busy, .stolen = columns[STEAL]};
}

void cpu_times_parse(struct cpu_times *times, const char *text, double ticks)
{
    *times = (struct cpu_times){.cpus = NULL};
    while (strncmp(text, "cpu", 3) == 0) {
        if (text[3] >= '0' && text[3] <= '9') /* else their sum */
            parse_cpu(times, text + 3, ticks);
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
}

/* The file's beginning: interrupts follow, of which a large machine has many. */
static void read_cpu_lines(struct strbuf *text)
{
    char bytes[8192];
    ssize_t length;
    int fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && strstr(text->str, "\nintr") == NULL &&
           (length = read(fd, bytes, sizeof bytes)) > 0)
        strbuf_add_bytes(text, bytes, (size_t)length);
    if (fd >= 0)
        close(fd);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

void cpu_times_read(struct cpu_times *times)
{
    struct strbuf text = STRBUF_INIT;
    struct rusage own = {.ru_maxrss = 0};
    read_cpu_lines(&text);
    cpu_times_parse(times, text.str, (double)sysconf(_SC_CLK_TCK));
    strbuf_free(&text);
    getrusage(RUSAGE_SELF, &own);
    times->own = seconds_of(own.ru_utime) + seconds_of(own.ru_stime);
    times->at = clock_seconds();
}

void cpu_times_free(struct cpu_times *times)
{
    free(times->cpus);
    *times = (struct cpu_times){.cpus = NULL};
}

static void mark(const struct topology *topology, bool *cores, size_t cpu)
{
    if (cpu < topology->cpu_count && topology->core_of_cpu[cpu] != SIZE_MAX)
        cores[topology->core_of_cpu[cpu]] = true;
}

static void mark_affinity(const struct topology *topology, bool *cores, const cpu_set_t *set,
                          size_t size)
{
    for (size_t cpu = 0; cpu < 8 * size && cpu < topology->cpu_count; cpu++)
        if (CPU_ISSET_S(cpu, size, set))
            mark(topology, cores, cpu);
}

static void mark_masks(const struct topology *topology, bool *cores, const char *masks)
{
    while (*masks != '\0') {
        size_t length = strcspn(masks, " ");
        char *list = xstrndup(masks, length);
        const char *place = list;
        long first, last;
        while (cpulist_next(&place, TOPOLOGY_MAX_CPUS, &first, &last) == 1)
            for (long cpu = first; cpu <= last; cpu++)
                mark(topology, cores, (size_t)cpu);
        free(list);
        masks += length + (masks[length] == ' ');
    }
}

bool *others_cpus(const struct topology *topology, const void *affinity, size_t size,
                  const char *masks)
{
    bool *cores = xcalloc(topology->machine_cores + 1, sizeof *cores);
    bool *cpus = xcalloc(topology->cpu_count + 1, sizeof *cpus);
    if (affinity != NULL)
        mark_affinity(topology, cores, affinity, size);
    else if (masks[0] != '\0')
        mark_masks(topology, cores, masks);
    else
        for (size_t i = 0; i < topology->core_count; i++)
            mark(topology, cores, (size_t)topology->cores[i].cpu);
    for (size_t cpu = 0; cpu < topology->cpu_count; cpu++)
        cpus[cpu] = topology->core_of_cpu[cpu] != SIZE_MAX && cores[topology->core_of_cpu[cpu]];
    free(cores);
    return cpus;
}

struct others others_unknown(void)
{
    return (struct others){NAN, NAN, NAN, RESULTS_UNKNOWN};
}

/* More digits than the ticks have would only make records longer. */
static double to_microseconds(double seconds)
{
    return round(seconds * 1e6) / 1e6;
}

struct others others_between(const struct cpu_times *begin, const struct cpu_times *end,
                             const bool *cpus, size_t cpu_count, double own_seconds)
{
    struct others o = {.watched_seconds = to_microseconds(end->at - begin->at)};
    double busy = 0, stolen = 0;
    for (size_t i = 0; i < cpu_count; i++) {
        if (!cpus[i])
            continue;
        if (i >= begin->count || i >= end->count || !begin->cpus[i].known || !end->cpus[i].known)
            return others_unknown(); /* a CPU that was put on or off line */
        busy += end->cpus[i].busy - begin->cpus[i].busy;
        stolen += end->cpus[i].stolen - begin->cpus[i].stolen;
        o.cpus++;
    }
    o.seconds = to_microseconds(busy - own_seconds - (end->own - begin->own));
    o.stolen_seconds = to_microseconds(stolen);
    return o.cpus > 0 && isfinite(o.seconds) ? o : others_unknown();
}
