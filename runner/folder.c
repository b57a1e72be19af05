#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "folder_meant.h"
#include "strbuf.h"

void study_folder_init(struct study_folder *f, const char *path, const char *name,
                       const char *cluster)
{
    f->path = path == NULL ? text_format("results/%s/%s", name, cluster) : text_format("%s", path);
    for (size_t n = strlen(f->path); n > 1 && f->path[n - 1] == '/'; n--)
        f->path[n - 1] = '\0'; /* what stands beside it is named after it */
    f->plan = path_join(f->path, "plan.json");
    f->study = path_join(f->path, "study.json");
    f->results = path_join(f->path, "results.csv");
    f->usage = path_join(f->path, "usage.csv");
    f->others = path_join(f->path, "others.csv");
    f->machines = path_join(f->path, "machines.json");
    f->report = path_join(f->path, "report");
}

void study_folder_free(struct study_folder *f)
{
    free(f->path);
    free(f->plan);
    free(f->study);
    free(f->results);
    free(f->usage);
    free(f->others);
    free(f->machines);
    free(f->report);
    *f = (struct study_folder){0};
}

static int refuse_strangers(const char *path, struct error *err)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_set(err, "%s cannot be read: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return error_set(err, "%s is no folder; name another one with -o", path);
    if (status.st_uid != geteuid())
        return error_set(err,
                         "%s belongs to another user, and what it holds would be run as you; name a "
                         "folder of your own with -o",
                         path);
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(err,
                         "other users may write in %s, and what it holds would be run as you; "
                         "take that from them: chmod go-w '%s'",
                         path, path);
    return 0;
}

/* plan.json alone is enough to run something; a group's umask may have opened it. */
static int refuse_strangers_plan(const struct study_folder *f, struct error *err)
{
    struct stat status;
    if (stat(f->plan, &status) != 0)
        return 0;
    if (status.st_uid != geteuid())
        return error_set(err,
                         "%s belongs to another user, and what it holds would be run as you; name a "
                         "folder of your own with -o",
                         f->plan);
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(err,
                         "other users may write %s, and what it holds would be run as you; take that "
                         "from them: chmod go-w '%s'",
                         f->plan, f->plan);
    return 0;
}

static bool is_empty(const char *path)
{
    DIR *dir = opendir(path);
    bool empty = true;
    const struct dirent *entry;
    while (dir != NULL && empty && (entry = readdir(dir)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                strcmp(entry->d_name, ".lock") == 0;
    if (dir != NULL)
        closedir(dir);
    return empty;
}

static int make_inside(const struct study_folder *f, const char *name, struct error *err)
{
    char *path = path_join(f->path, name);
    int rc = folder_make(path, err);
    free(path);
    return rc;
}

static int refuse_other_things(const struct study_folder *f, struct error *err)
{
    char *records = path_join(f->path, "records");
    bool is_study = file_exists(f->plan) || file_exists(records);
    free(records);
    if (!is_study && !is_empty(f->path))
        return error_set(err, "%s holds other files than a study's; name a new folder with -o",
                         f->path);
    return 0;
}

int study_folder_make(const struct study_folder *f, struct error *err)
{
    if (file_exists(f->path)) {
        if (refuse_strangers(f->path, err) != 0 || refuse_strangers_plan(f, err) != 0 ||
            refuse_other_things(f, err) != 0)
            return -1;
    } else if (folder_make(f->path, err) != 0) {
        return -1;
    } else if (chmod(f->path, 0755) != 0) { /* a group's umask would let others write */
        return error_system(err, "could not set the permissions of %s: %s", f->path,
                            strerror(errno));
    }
    return make_inside(f, "records", err) != 0 || make_inside(f, "logs", err) != 0 ? -1 : 0;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
    if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
        return a->st_mtim.tv_sec > b->st_mtim.tv_sec;
    return a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

static int refuse_planless(const struct study_folder *f, struct error *err)
{
    static const char makes[] = "; `scalestudy run STUDY.json` makes one";
    if (!file_exists(f->path))
        return study_folder_refuse(f->path, "is not there", makes, err);
    if (!folder_exists(f->path))
        return study_folder_refuse(f->path, "is a file, not a study's folder", makes, err);
    return study_folder_refuse(f->path, "is no study's folder",
                               ": it has no plan.json; `scalestudy run STUDY.json` makes one", err);
}

int study_folder_refuse_other(const struct study_folder *f, struct error *err)
{
    return !folder_exists(f->path) || file_exists(f->plan) || file_exists(f->results) ? 0
                                                                         : refuse_planless(f, err);
}

int study_folder_check(const struct study_folder *f, struct error *err)
{
    if (!file_exists(f->plan))
        return refuse_planless(f, err);
    return refuse_strangers(f->path, err) != 0 ? -1 : refuse_strangers_plan(f, err);
}

int study_folder_write_plan(const struct study_folder *f, const struct plan *plan,
                            struct error *err)
{
    mode_t before = umask(022);
    umask(before | 022);
    int rc = plan_write(plan, f->plan, err);
    umask(before);
    return rc;
}

static int move_aside(const struct study_folder *f, char **moved_to, struct error *err)
{
    for (int i = 1; i < 100000; i++) {
        char *aside = text_format("%s.%d", f->path, i);
        if (!file_exists(aside)) {
            if (rename(f->path, aside) == 0) {
                *moved_to = aside;
                return 0;
            }
            error_system(err, "could not move %s aside to %s: %s", f->path, aside, strerror(errno));
            free(aside);
            return -1;
        }
        free(aside);
    }
    return error_system(err, "could not move %s aside: too many old ones", f->path);
}

int study_folder_set_aside(const struct study_folder *f, char **moved_to, struct error *err)
{
    struct folder_lock lock = {.fd = -1};
    *moved_to = NULL;
    if (!file_exists(f->path))
        return 0;
    /* Locked, so that it is not pulled away from under a study that runs. */
    if (refuse_strangers(f->path, err) != 0 || refuse_other_things(f, err) != 0 ||
        folder_lock(&lock, f->path, err) != 0)
        return -1;
    int rc = move_aside(f, moved_to, err);
    folder_unlock(&lock);
    return rc;
}

bool study_folder_is_stale(const struct study_folder *f)
{
    struct stat results, record;
    if (stat(f->results, &results) != 0)
        return true;
    char *records = path_join(f->path, "records");
    DIR *dir = opendir(records);
    bool stale = false;
    const struct dirent *entry;
    while (dir != NULL && !stale && (entry = readdir(dir)) != NULL) {
        char *path = path_join(records, entry->d_name);
        stale = stat(path, &record) == 0 && S_ISREG(record.st_mode) && is_newer(&record, &results);
        free(path);
    }
    if (dir != NULL)
        closedir(dir);
    free(records);
    return stale;
}
