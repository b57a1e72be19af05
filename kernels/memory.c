#include "memory.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PATH_SIZE 4096

/* The number behind `key` at the start of a line, or of the whole file for ""; infinity if there is
 * none, as where the file says "max". */
static double number_in(const char *path, const char *key)
{
    FILE *file = fopen(path, "r");
    char line[PATH_SIZE];
    double found = HUGE_VAL;

    if (file == NULL)
        return found;
    while (!isfinite(found) && fgets(line, sizeof line, file) != NULL) {
        char *end, *number = line + strlen(key);

        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        double read = strtod(number, &end);
        if (end != number)
            found = read;
    }
    fclose(file);
    return found;
}

/* The files of one version of control groups, and the line of /proc/self/cgroup that names ours. */
static const struct version {
    const char *line, *folder, *limit, *used, *cache;
} versions[] = {
    {"0::", "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "},
    {":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     "total_inactive_file "},
};

static double number_of_group(const char *root, const struct version *version, const char *group,
                              const char *file, const char *key)
{
    char path[2 * PATH_SIZE];

    snprintf(path, sizeof path, "%s%s%s/%s", root, version->folder, group, file);
    return number_in(path, key);
}

/* What a group leaves: its limit, less what is used and could not be dropped. */
static double left_of_group(const char *root, const struct version *version, const char *group)
{
    double limit = number_of_group(root, version, group, version->limit, "");
    double used = number_of_group(root, version, group, version->used, "");
    double cache = number_of_group(root, version, group, "memory.stat", version->cache);

    if (!isfinite(limit) || !isfinite(used))
        return HUGE_VAL;
    used -= isfinite(cache) && cache < used ? cache : 0;
    return limit > used ? limit - used : 0;
}

/* Limits hold for all groups below, so from ours up to the root of what this process can see. */
static double left_of_groups(const char *root, const struct version *version, char *group)
{
    double least = HUGE_VAL;

    for (;;) {
        least = fmin(least, left_of_group(root, version, group));
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return least;
        *slash = '\0';
    }
}

static double left_of_control_groups(const char *root)
{
    char path[PATH_SIZE], line[PATH_SIZE];
    double least = HUGE_VAL;

    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return least;
    while (fgets(line, sizeof line, file) != NULL)
        for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
            char *place = strstr(line, versions[i].line);
            if (place == NULL || (i == 0 && place != line))
                continue;
            line[strcspn(line, "\n")] = '\0';
            least =
                fmin(least, left_of_groups(root, &versions[i], place + strlen(versions[i].line)));
            break;
        }
    fclose(file);
    return least;
}

struct memory_room memory_room(const char *root)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/proc/meminfo", root);
    double available = 1024 * number_in(path, "MemAvailable:");
    double group = left_of_control_groups(root);

    if (group < available)
        return (struct memory_room){group, "of memory are left of the control group's limit"};
    return (struct memory_room){available, "of memory are free"};
}

/* How many CPUs a list such as "0-3,8" names; 0 if it cannot be read. */
static int count_cpus(const char *path)
{
    FILE *file = fopen(path, "r");
    int count = 0, first, last;

    if (file == NULL)
        return 0;
    while (fscanf(file, "%d", &first) == 1) {
        last = first;
        if (fscanf(file, "-%d", &last) == 1 && last < first)
            break;
        count += last - first + 1;
        if (getc(file) != ',')
            break;
    }
    fclose(file);
    return count;
}

double memory_cache(const char *root, int workers)
{
    static const char cpus[] = "/sys/devices/system/cpu";
    char path[PATH_SIZE];
    double size = HUGE_VAL;
    int sharing = 0;

    for (int level = 3; level >= 2 && !isfinite(size); level--) {
        snprintf(path, sizeof path, "%s%s/cpu0/cache/index%d/size", root, cpus, level);
        size = 1024 * number_in(path, "");
        snprintf(path, sizeof path, "%s%s/cpu0/cache/index%d/shared_cpu_list", root, cpus, level);
        sharing = count_cpus(path);
    }
    snprintf(path, sizeof path, "%s%s/online", root, cpus);
    int online = count_cpus(path);
    if (!isfinite(size) || sharing < 1 || online < 1)
        return 0;
    return fmin(size, size * online / sharing / workers);
}

/* Large blocks begin at a large page and ask for more of them; what the system maps is zero. */
#define HUGE_PAGE ((size_t)2 << 20)

static size_t mapped_bytes(size_t bytes)
{
    return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

void *memory_take(size_t bytes)
{
    size_t whole = mapped_bytes(bytes > 0 ? bytes : 1), before;
    unsigned char *memory = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    before = (HUGE_PAGE - (uintptr_t)memory % HUGE_PAGE) % HUGE_PAGE;
    if (before > 0)
        munmap(memory, before);
    if (before < HUGE_PAGE)
        munmap(memory + before + whole, HUGE_PAGE - before);
    memory += before;
    if (bytes >= 2 * HUGE_PAGE)
        madvise(memory, whole, MADV_HUGEPAGE); /* only ever a wish */
    return memory;
}

void memory_give(void *memory, size_t bytes)
{
    if (memory != NULL)
        munmap(memory, mapped_bytes(bytes > 0 ? bytes : 1));
}
