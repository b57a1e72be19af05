#include "folder_meant.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "strbuf.h"

enum {
    LEVELS = 2,
    MOST_ENTRIES = 10000
}; /* results/NAME/CLUSTER; a home folder is not searched through */

struct search {
    char *newest; /* NULL: none yet */
    struct timespec time;
    size_t entries;
};

static bool is_later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* Whether it holds a study, whose plan may be lost, and when it was last planned or collected. */
static bool study_time(const char *path, struct timespec *time)
{
    static const char *const files[] = {"plan.json", "results.csv"};
    bool found = false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *file = path_join(path, files[i]);
        struct stat status;
        if (stat(file, &status) == 0 && S_ISREG(status.st_mode) &&
            (!found || is_later(&status.st_mtim, time))) {
            *time = status.st_mtim;
            found = true;
        }
        free(file);
    }
    return found;
}

/* Of several the newest is kept, of equal ones the first by name. */
static bool take(struct search *s, const char *path)
{
    struct timespec time;
    if (!study_time(path, &time))
        return false;
    bool same = s->newest != NULL && !is_later(&time, &s->time) && !is_later(&s->time, &time);
    if (s->newest == NULL || (same ? strcmp(path, s->newest) < 0 : is_later(&time, &s->time))) {
        free(s->newest);
        s->newest = text_format("%s", path);
        s->time = time;
    }
    return true;
}

static void look_below(struct search *s, const char *path, int levels)
{
    DIR *dir = levels > 0 ? opendir(path) : NULL;
    const struct dirent *entry;
    while (dir != NULL && s->entries < MOST_ENTRIES && (entry = readdir(dir)) != NULL) {
        s->entries++;
        if (entry->d_name[0] == '.')
            continue;
        char *below = path_join(path, entry->d_name);
        if (!take(s, below))
            look_below(s, below, levels - 1);
        free(below);
    }
    if (dir != NULL)
        closedir(dir);
}

/* results/NAME/CLUSTER/report, records, or a file in the folder. */
static void look_above(struct search *s, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return;
    char *above = text_format("%.*s", (int)(slash - path), path);
    take(s, above);
    free(above);
}

char *study_folder_meant(const char *path)
{
    struct search s = {.newest = NULL};
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    char *folder = text_format("%.*s", (int)length, path);
    look_below(&s, folder, LEVELS);
    if (s.newest == NULL)
        look_above(&s, folder);
    if (s.newest == NULL && !file_exists(folder) && folder[0] != '/') {
        char *there = path_join("results", folder);
        look_below(&s, there, LEVELS - 1);
        free(there);
    }
    free(folder);
    return s.newest;
}

int study_folder_refuse(const char *path, const char *what, const char *remedy, struct error *err)
{
    char *meant = study_folder_meant(path);
    if (meant != NULL)
        error_set(err, "%s %s; did you mean %s?", path, what, meant);
    else
        error_set(err, "%s %s%s", path, what, remedy);
    free(meant);
    return -1;
}
