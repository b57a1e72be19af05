/*
 * A cluster as a place for runs: one kind of its nodes, what its profile says
 * of it, and what the study wishes there, resolved into what a plan holds.
 */
#ifndef SCALESTUDY_CLUSTER_TARGET_H
#define SCALESTUDY_CLUSTER_TARGET_H

#include "error.h"
#include "plan.h"
#include "planfile.h"
#include "profile.h"
#include "study.h"

struct cluster_target {
    struct plan_cluster cluster; /* owned */
    struct plan_target target;   /* borrows from `cluster` and the profile */
};

/*
 * `wishes` is the study's entry for the cluster, NULL where it has none; both it
 * and the profile must outlive the target. -1 where the study asks for a kind
 * of node that the cluster does not have.
 */
int cluster_target_make(struct cluster_target *target, const struct profile *profile,
                        const struct study_cluster *wishes, const struct study *study,
                        struct error *err);
void cluster_target_free(struct cluster_target *target); /* an all-zero one is fine */

/* The study's entry for a cluster, by its folder or else by the profile's name;
 * NULL where there is none, or where several are of that profile (*ambiguous then). */
const struct study_cluster *study_cluster_of(const struct study *study, const char *folder,
                                             const char *profile, bool *ambiguous);

#endif
