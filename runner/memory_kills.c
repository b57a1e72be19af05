#include "memory_kills.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "strbuf.h"

/* "oom_kill 3" in memory.events or, of version 1, memory.oom_control. */
static int64_t read_count(const char *path)
{
    FILE *file = fopen(path, "re");
    long long count = -1, value;
    char line[256];
    if (file == NULL)
        return -1;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "oom_kill %lld", &value) == 1)
            count = value;
    fclose(file);
    return count;
}

/* A controller's name among those of "cpu,memory". */
static bool has_controller(const char *list, size_t length, const char *wanted)
{
    size_t wanted_length = strlen(wanted);
    for (const char *end = list + length; list < end; list++) {
        size_t n = strcspn(list, ",:");
        if (n == wanted_length && strncmp(list, wanted, n) == 0)
            return true;
        list += n;
    }
    return false;
}

/* A line "4:memory:/slurm/job_1" of version 1, "0::/job_1" of version 2. */
static int64_t count_of_line(const char *root, const char *line, size_t length)
{
    const char *list = memchr(line, ':', length), *end = line + length;
    const char *path = list == NULL ? NULL : memchr(list + 1, ':', (size_t)(end - list - 1));
    if (path == NULL)
        return -1;
    size_t list_length = (size_t)(path - ++list);
    path++;
    bool of_memory = has_controller(list, list_length, "memory");
    if (!of_memory && list_length > 0)
        return -1;
    char *file = text_format(of_memory ? "%s/memory%.*s/memory.oom_control"
                                       : "%s%.*s/memory.events",
                             root, (int)(end - path), path);
    int64_t count = read_count(file);
    free(file);
    return count;
}

int64_t memory_kills_in(const char *root, const char *groups)
{
    int64_t count = -1;
    while (*groups != '\0' && count < 0) {
        size_t length = strcspn(groups, "\n");
        count = count_of_line(root, groups, length);
        groups += length + (groups[length] == '\n');
    }
    return count;
}

int64_t memory_kills(void)
{
    char text[8192];
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (file == NULL)
        return -1;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return memory_kills_in("/sys/fs/cgroup", text);
}
