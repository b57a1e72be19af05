#define _GNU_SOURCE /* CPU_ISSET_S */
#include "other_work.h"

#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

static bool is_in_use(const struct other_work *work, const struct topology_core *core)
{
    return work->affinity == NULL ||
           CPU_ISSET_S((size_t)core->cpu, work->affinity_size, (const cpu_set_t *)work->affinity);
}

static size_t cores_in_use(const struct other_work *work)
{
    size_t count = 0;
    for (size_t i = 0; i < work->topology->core_count; i++)
        count += is_in_use(work, &work->topology->cores[i]);
    return count;
}

/* Any hardware thread of a core in use: they share it. */
static bool is_watched(const struct other_work *work, size_t cpu)
{
    const struct topology *t = work->topology;
    if (cpu >= t->cpu_count || t->core_of_cpu[cpu] == SIZE_MAX)
        return false;
    for (size_t i = 0; i < t->core_count; i++)
        if (t->core_of_cpu[(size_t)t->cores[i].cpu] == t->core_of_cpu[cpu])
            return is_in_use(work, &t->cores[i]);
    return false;
}

/* Sums over the watched CPUs in seconds since the system started; false where it does not tell. */
static bool read_busy(const struct other_work *work, double *busy, double *stolen)
{
    char line[512];
    bool any = false;
    FILE *file = fopen(work->stat, "re");
    double tick = 1 / (double)sysconf(_SC_CLK_TCK);

    *busy = *stolen = 0;
    if (file == NULL)
        return false;
    while (fgets(line, sizeof line, file) != NULL && strncmp(line, "cpu", 3) == 0) {
        unsigned long cpu;
        unsigned long long user, nice, system, idle, wait, irq, softirq, steal;
        if (sscanf(line, "cpu%lu %llu %llu %llu %llu %llu %llu %llu %llu", &cpu, &user, &nice,
                   &system, &idle, &wait, &irq, &softirq, &steal) != 9 ||
            !is_watched(work, cpu)) /* also the first line, of all together */
            continue;
        *busy += tick * (double)(user + nice + system + irq + softirq);
        *stolen += tick * (double)steal;
        any = true;
    }
    fclose(file);
    return any;
}

void other_work_look(struct other_work *work)
{
    if (work->begun)
        return;
    work->begun = read_busy(work, &work->busy, &work->stolen);
    work->begin = clock_seconds();
}

struct other_share other_work_end(const struct other_work *work, double own_seconds)
{
    const struct other_share unknown = {NAN, NAN, NAN};
    double busy, stolen;

    if (!work->begun || isnan(own_seconds) || !read_busy(work, &busy, &stolen))
        return unknown;
    return (struct other_share){
        .watched = (clock_seconds() - work->begin) * (double)cores_in_use(work),
        .others = busy - work->busy - own_seconds,
        .stolen = stolen - work->stolen,
    };
}
