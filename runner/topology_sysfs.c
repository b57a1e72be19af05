#define _GNU_SOURCE
#include "topology_source.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "strbuf.h"

/* The first line of a small file below `sys`, without its end; false where
 * there is none. A list of 8192 CPUs with holes fits. */
struct line {
    char text[32768];
};

static bool read_line(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool read_line(struct line *line, const char *format, ...)
{
    struct strbuf path = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_addv(&path, format, arguments);
    va_end(arguments);
    FILE *file = fopen(path.str, "re");
    strbuf_free(&path);
    if (file == NULL)
        return false;
    bool got = fgets(line->text, sizeof line->text, file) != NULL;
    fclose(file);
    if (got)
        line->text[strcspn(line->text, "\n")] = '\0';
    return got && line->text[0] != '\0';
}

/* The smallest CPU of a list that is a core's, a package's or a NUMA node's
 * name here; `otherwise` where the list is none. */
static int first_of(const char *list, int otherwise)
{
    long first = 0, last, least = TOPOLOGY_MAX_CPUS;

    while (cpulist_next(&list, TOPOLOGY_MAX_CPUS, &first, &last) == 1)
        if (first < least)
            least = first;
    return least < TOPOLOGY_MAX_CPUS ? (int)least : otherwise;
}

static int read_number(const struct line *line)
{
    char *end;
    long value = strtol(line->text, &end, 10);

    return end == line->text || *end != '\0' || value < 0 || value >= TOPOLOGY_MAX_CPUS ? 0 : (int)value;
}

static void add_cpu(struct topology_source *source, const char *sys, int cpu, struct line *line)
{
    struct topology_thread thread = {.cpu = cpu, .core = cpu, .allowed = true};

    /* core_cpus_list is the newer name of the same. */
    if (read_line(line, "%s/devices/system/cpu/cpu%d/topology/thread_siblings_list", sys, cpu) ||
        read_line(line, "%s/devices/system/cpu/cpu%d/topology/core_cpus_list", sys, cpu))
        thread.core = first_of(line->text, cpu);
    if (read_line(line, "%s/devices/system/cpu/cpu%d/topology/physical_package_id", sys, cpu))
        thread.package = read_number(line);
    topology_source_add(source, thread);
}

static void set_numa(struct topology_source *source, const char *list)
{
    int node = first_of(list, 0);
    long first, last;

    while (cpulist_next(&list, TOPOLOGY_MAX_CPUS, &first, &last) == 1)
        for (size_t i = 0; i < source->count; i++)
            if (source->threads[i].cpu >= first && source->threads[i].cpu <= last)
                source->threads[i].numa = node;
}

static void read_numa(struct topology_source *source, const char *sys, struct line *line)
{
    char *path = text_format("%s/devices/system/node", sys);
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        if (strncmp(entry->d_name, "node", 4) == 0 &&
            read_line(line, "%s/%s/cpulist", path, entry->d_name))
            set_numa(source, line->text);
    if (folder != NULL)
        closedir(folder);
    free(path);
}

/* Packages in the order of their first CPU, as hwloc has them: the numbers of
 * the firmware have holes and need not ascend. */
static void order_packages(struct topology_source *source)
{
    int *first = xcalloc(TOPOLOGY_MAX_CPUS, sizeof *first); /* never touched where not used */

    for (size_t i = 0; i < source->count; i++) {
        const struct topology_thread *thread = &source->threads[i];
        if (first[thread->package] == 0 || thread->cpu + 1 < first[thread->package])
            first[thread->package] = thread->cpu + 1;
    }
    for (size_t i = 0; i < source->count; i++)
        source->threads[i].package = first[source->threads[i].package] - 1;
    free(first);
}

/* The value of a line "key<blanks>: value" in `*value`, which is replaced. */
static void take_value(const char *text, const char *key, char **value)
{
    size_t length = strlen(key);
    const char *colon = strchr(text, ':');

    if (colon == NULL || strncmp(text, key, length) != 0 ||
        length + strspn(text + length, " \t") != (size_t)(colon - text))
        return;
    colon += 1 + strspn(colon + 1, " \t");
    free(*value);
    *value = xstrndup(colon, strcspn(colon, "\n"));
}

char *cpuinfo_model(const char *path)
{
    char text[512], *model = NULL, *maker = NULL, *part = NULL;
    FILE *file = fopen(path, "re");

    while (file != NULL && model == NULL && fgets(text, sizeof text, file) != NULL) {
        take_value(text, "model name", &model);
        take_value(text, "cpu", &model); /* POWER */
        take_value(text, "CPU implementer", &maker);
        take_value(text, "CPU part", &part);
    }
    if (file != NULL)
        fclose(file);
    if (model == NULL && maker != NULL && part != NULL)
        model = text_format("ARM %s part %s", maker, part);
    free(maker);
    free(part);
    return model;
}

void topology_from_sysfs(struct topology_source *source, const char *sys)
{
    struct line *line = xmalloc(sizeof *line), *online = xmalloc(sizeof *online);
    long first, last;

    if (read_line(online, "%s/devices/system/cpu/online", sys))
        for (const char *place = online->text;
             cpulist_next(&place, TOPOLOGY_MAX_CPUS, &first, &last) == 1;)
            for (long cpu = first; cpu <= last; cpu++)
                add_cpu(source, sys, (int)cpu, line);
    read_numa(source, sys, line);
    order_packages(source);
    free(online);
    free(line);
}
