/*
 * A study held against a cluster's rules, before anything is submitted.
 */
#ifndef SCALESTUDY_PROFILE_CHECK_H
#define SCALESTUDY_PROFILE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog.h"
#include "profile.h"
#include "profile_find.h"
#include "study.h"

struct profile_finding {
    bool refused; /* Slurm or the centre would: nothing may be submitted. false: a warning */
    char *text;   /* a sentence with its place in the study and its remedy */
};

struct profile_findings {
    struct profile_finding *list;
    size_t count, capacity;
};

/* All is borrowed. */
struct profile_question {
    const struct profile *profile;
    const struct study *study;
    const struct study_cluster *asked; /* the study's overrides; NULL: it has none */
    const struct catalog *catalog;     /* how built-in backends are parallel; NULL: not known, they
                                          are not judged */
    const struct profile_list *known;  /* to tell whose account one is; NULL */
    const char *today;                 /* "2026-11-22…" */
    bool account_may_come;             /* with run's --account: that there is none is a warning */
};

/* Appends what it finds. */
void profile_check(const struct profile_question *question, struct profile_findings *findings);
void profile_findings_free(struct profile_findings *findings); /* all-zero ones are fine */
bool profile_findings_refuse(const struct profile_findings *findings); /* one of them does */

/*
 * Cores that one worker team may have at most: those of a node for threads and
 * processes (which share memory), one for serial, those of all nodes of the
 * kind for ranks and hybrid (0, no limit, where their number is not known).
 */
int64_t profile_largest_count(const struct profile_cpu *cpu, const char *parallel);

#endif
