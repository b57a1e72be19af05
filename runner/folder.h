/*
 * The folder of one study on one cluster: results/NAME/CLUSTER unless the user
 * says otherwise. Its content is code for run, resume and worker (commands,
 * set-up lines), so they refuse one that somebody else can write.
 */
#ifndef SCALESTUDY_FOLDER_H
#define SCALESTUDY_FOLDER_H

#include <stdbool.h>

#include "error.h"
#include "planfile.h"

struct study_folder {
    char *path;
    char *plan, *study, *results, *usage, *others, *machines, *report; /* paths in it */
};

/* `path` NULL: results/NAME/CLUSTER. Nothing is touched yet. */
void study_folder_init(struct study_folder *folder, const char *path, const char *name,
                       const char *cluster);
void study_folder_free(struct study_folder *folder);

/* Makes it with its subfolders where it is not there; refuses one that another
 * user owns or may write, and one that holds other things than a study. */
int study_folder_make(const struct study_folder *folder, struct error *err);

/* For commands on an existing one: it must hold a plan and be ours alone. */
int study_folder_check(const struct study_folder *folder, struct error *err);

/* Refuses a folder that holds neither a plan nor results. Whoever named
 * results/NAME meant results/NAME/CLUSTER: the sentence tells the newest. */
int study_folder_refuse_other(const struct study_folder *folder, struct error *err);

/* Writes plan.json so that nobody else can, whatever the umask is. */
int study_folder_write_plan(const struct study_folder *folder, const struct plan *plan,
                            struct error *err);

/* --fresh: moves an old one to PATH.1, PATH.2, … *moved_to is NULL where there
 * was none; the caller frees it. Refuses a folder that is in use or that holds
 * other things than a study. */
int study_folder_set_aside(const struct study_folder *folder, char **moved_to, struct error *err);

/* Whether the records have changed since results.csv was collected. */
bool study_folder_is_stale(const struct study_folder *folder);

#endif
