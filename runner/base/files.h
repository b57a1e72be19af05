/*
 * Files and folders: read whole, written beside and renamed, locked.
 */
#ifndef SCALESTUDY_FILES_H
#define SCALESTUDY_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "error.h"
#include "strbuf.h"

/* "a/b" from "a" and "b"; the caller frees it. */
char *path_join(const char *folder, const char *name);

/* Appends the whole file. -1 if it cannot be read, is a folder, or is longer
 * than `max_bytes` (STATUS_INPUT: it is the user's file). */
int file_read(const char *path, size_t max_bytes, struct strbuf *out, struct error *err);

bool file_exists(const char *path); /* a folder too */
bool folder_exists(const char *path);

/* Makes the folder and those above it; one that is there already is fine. */
int folder_make(const char *path, struct error *err);

/*
 * A file that others see whole or not at all: written beside (`.NAME.tmp.PID`),
 * fsync'd, renamed, the folder fsync'd. Errors of the disk (full, quota,
 * read-only) are kept and told by file_finish(), which removes the unfinished
 * file. The previous content stays until the rename.
 */
struct file_writer {
    FILE *stream; /* write here with stdio */
    char *path, *beside;
    void *cookie; /* the descriptor and its first error */
};
int file_begin(struct file_writer *w, const char *path, struct error *err);
int file_finish(struct file_writer *w, struct error *err); /* also frees */
void file_abandon(struct file_writer *w);                  /* removes what was written; frees */

/* The three steps at once. */
int file_write(const char *path, const char *bytes, size_t length, struct error *err);

/*
 * One owner at a time, by a lock that the kernel drops when its owner dies.
 * The file holds the owner's host and process id for the message that the
 * second one gets; the file stays when the lock goes. Children do not inherit
 * it (a plain fork() without exec does). It holds between hosts where the file
 * system passes locks on; where it has none at all (some Lustre mounts) the
 * folder is taken unlocked rather than not at all.
 */
struct folder_lock {
    int fd; /* -1: not held */
};
int folder_lock(struct folder_lock *lock, const char *folder, struct error *err);
void folder_unlock(struct folder_lock *lock);

#endif
