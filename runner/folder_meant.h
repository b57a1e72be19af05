/*
 * The study's folder that somebody means who names another: one above it, one
 * inside it, or the study alone.
 */
#ifndef SCALESTUDY_FOLDER_MEANT_H
#define SCALESTUDY_FOLDER_MEANT_H

#include "error.h"

/*
 * `path` is no study's folder. The newest of those up to two folders below it is meant,
 * else the one that it is inside of, else the newest of results/PATH. The caller frees
 * it; NULL where there is none.
 */
char *study_folder_meant(const char *path);

/* "PATH WHAT; did you mean FOLDER?", or "PATH WHATREMEDY" where none is meant. Always -1. */
int study_folder_refuse(const char *path, const char *what, const char *remedy, struct error *err);

#endif
