/*
 * The cluster profiles there are: the built-in ones, and the user's own in
 * $XDG_CONFIG_HOME/scalestudy/clusters/ (else ~/.config/scalestudy/clusters/),
 * each a file NAME.json. A user's profile takes the place of a built-in one of
 * the same name.
 */
#ifndef SCALESTUDY_PROFILE_FIND_H
#define SCALESTUDY_PROFILE_FIND_H

#include <stddef.h>

#include "error.h"
#include "profile.h"

struct profile_entry {
    char *name;             /* the profile's; of a broken file, its file name without ".json" */
    char *path;             /* of the user's file; NULL: built in */
    char *problem;          /* why it cannot be read, with its place; NULL: it can */
    struct profile profile; /* all-zero where there is a problem */
};

/* Sorted by name. */
struct profile_list {
    struct profile_entry *entries;
    size_t count;
};

/* Broken files are entries with their problem. -1 only where the user's folder
 * is there and cannot be read. */
int profile_list_load(struct profile_list *list, struct error *err);
void profile_list_free(struct profile_list *list); /* an all-zero list is fine */

/* NULL where there is none. */
const struct profile_entry *profile_list_find(const struct profile_list *list, const char *name);

/*
 * The profile of that name; or that of a file, where `name` has a slash or ends
 * in ".json". `*origin` is its path, NULL for a built-in one; the caller frees
 * both. An unknown name is an error with the known ones and a suggestion; so is
 * a broken file that is asked for.
 */
int profile_find(struct profile *profile, const char *name, char **origin, struct error *err);

/*
 * The entry whose login nodes `host` is one of, else whose compute nodes; NULL
 * where it is none's, or several clusters' (names such as "n1" are common).
 */
const struct profile_entry *profile_list_by_host(const struct profile_list *list, const char *host);

/* This machine's name, in lower case; the caller frees it. */
char *profile_this_host(void);

#endif
