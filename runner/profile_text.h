/*
 * Cluster profiles for people.
 */
#ifndef SCALESTUDY_PROFILE_TEXT_H
#define SCALESTUDY_PROFILE_TEXT_H

#include "profile.h"
#include "profile_find.h"

/* The table of them, a line each; `today` as "2026-11-22…". */
void profile_list_describe(const struct profile_list *list, const char *today, struct strbuf *out);

/* All that one says; `origin` is its path, NULL for a built-in one. */
void profile_describe(const struct profile *profile, const char *origin, const char *today,
                      struct strbuf *out);

#endif
