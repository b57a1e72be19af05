/*
 * Where a study runs: this machine, or a cluster with its profile and the
 * study's wishes there.
 */
#ifndef SCALESTUDY_WHERE_H
#define SCALESTUDY_WHERE_H

#include <stdbool.h>

#include "catalog.h"
#include "cluster_target.h"
#include "error.h"
#include "profile.h"
#include "study.h"

struct where {
    bool local;
    /* Of a cluster: */
    struct profile profile;
    const struct study_cluster *wishes; /* the study's, or `own`; NULL none */
    struct study_cluster own; /* the study's with the command line's account; only its `places` are not borrowed */
    struct cluster_target target;
    bool account_may_come;
};

/* What the command line says; texts may be NULL. */
struct where_asked {
    bool local;
    const char *cluster; /* a folder of the study, a profile or a profile's file */
    const char *account;
    bool checks_only; /* nothing is submitted now: what run may be told can be absent */
};

/*
 * Where a study runs. With neither `local` nor `cluster`: the study's cluster on
 * one of whose nodes this is; where the study names none, the profile of one of
 * whose nodes this is, else this machine. -1 where that leaves a choice, naming it.
 */
int where_choose(struct where *where, const struct study *study, const struct where_asked *asked,
                 struct error *err);

/*
 * Holds the study against the cluster's rules: says what it warns of, and what
 * is refused but for the last, which is the error. 0 for this machine.
 */
int where_check_rules(const struct where *where, const struct study *study,
                      const struct catalog *catalog, struct error *err);
void where_free(struct where *where); /* an all-zero one is fine */

#endif
