#include "binding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS ((int)(8 * sizeof(struct cpu_mask)))

static bool has(const struct cpu_mask *mask, int cpu)
{
    return CPU_ISSET_S((size_t)cpu, sizeof *mask, mask->sets) != 0;
}

void cpu_mask_read(struct cpu_mask *mask)
{
    memset(mask, 0, sizeof *mask);
    if (sched_getaffinity(0, sizeof *mask, mask->sets) != 0)
        CPU_SET_S(0, sizeof *mask, mask->sets);
}

void cpu_mask_format(const struct cpu_mask *mask, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (int cpu = 0; cpu < CPUS; cpu++) {
        if (!has(mask, cpu))
            continue;
        int last = cpu;
        while (last + 1 < CPUS && has(mask, last + 1))
            last++;
        int wrote = snprintf(text + used, size - used, last > cpu ? "%s%d-%d" : "%s%d",
                             used > 0 ? "," : "", cpu, last);
        if (wrote < 0 || (size_t)wrote >= size - used) {
            text[used] = '\0';
            return;
        }
        used += (size_t)wrote;
        cpu = last;
    }
}

/* Whether `cpu` is the first of its core that `mask` allows; true where the system does not say
 * what a core is. */
static bool first_of_core(const struct cpu_mask *mask, int cpu)
{
    char path[96], list[256] = "";

    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    char *line = fgets(list, sizeof list, file);
    fclose(file);
    if (line == NULL)
        return true;

    /* "3,131" or "6-7": ascending, so the first allowed one decides. */
    for (char *place = list; *place >= '0' && *place <= '9';) {
        int from = (int)strtol(place, &place, 10), to = from;
        if (*place == '-')
            to = (int)strtol(place + 1, &place, 10);
        for (int sibling = from; sibling <= to && sibling < CPUS; sibling++)
            if (has(mask, sibling))
                return sibling == cpu;
        if (*place == ',')
            place++;
    }
    return true;
}

/* Without hardware threads every CPU is a core, and hundreds of small files need not be read. */
static bool cores_have_threads(void)
{
    FILE *file = fopen("/sys/devices/system/cpu/smt/active", "r");
    int answer = '1';

    if (file != NULL) {
        answer = getc(file);
        fclose(file);
    }
    return answer != '0';
}

int cpu_order_read(struct cpu_order *order, const struct cpu_mask *mask)
{
    int count = CPU_COUNT_S(sizeof *mask, mask->sets), cores = 0, later = 0;
    int *cpus = malloc(2 * (size_t)(count > 0 ? count : 1) * sizeof *cpus);

    if (cpus == NULL)
        return -1;
    int *others = cpus + count;
    bool threads = count > 1 && cores_have_threads();
    for (int cpu = 0; cpu < CPUS && cores + later < count; cpu++) {
        if (!has(mask, cpu))
            continue;
        if (!threads || first_of_core(mask, cpu))
            cpus[cores++] = cpu;
        else
            others[later++] = cpu;
    }
    memmove(cpus + cores, others, (size_t)later * sizeof *cpus);
    order->cpus = cpus;
    order->count = count;
    order->cores = cores;
    return 0;
}

void cpu_order_free(struct cpu_order *order)
{
    free(order->cpus);
    memset(order, 0, sizeof *order);
}

void cpu_order_bind(const struct cpu_order *order, int index)
{
    struct cpu_mask mask;

    memset(&mask, 0, sizeof mask);
    CPU_SET_S((size_t)order->cpus[index % order->count], sizeof mask, mask.sets);
    sched_setaffinity(0, sizeof mask, mask.sets);
}
