/*
 * A child and all that descends from it, wherever it went: into sessions of
 * its own, or orphaned and so become a child of ours (this process is a
 * subreaper). A part of process.c.
 */
#ifndef SCALESTUDY_PROCESS_TREE_H
#define SCALESTUDY_PROCESS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "process_proc.h"

struct process_tree {
    pid_t root;                /* 0: not started, or ended and reaped */
    pid_t group;               /* its process group: the root's number, also after its end */
    struct pid_list others;    /* children that the caller had before: never touched */
    struct process_tree *next; /* trees of other threads, so that each lets the others' alone */
};

struct tree_usage {
    double user_seconds, system_seconds;
    double peak_memory_bytes; /* of the largest single process */
};

/*
 * tree_begin() makes this process a subreaper and remembers the children it
 * has; then comes the start; then tree_set_root(). tree_end() frees.
 */
void tree_begin(struct process_tree *tree);
void tree_set_root(struct process_tree *tree, pid_t root);
void tree_end(struct process_tree *tree);

/* Root (while not reaped), orphans and all their descendants. Replaces the list. */
void tree_list(struct process_tree *tree, struct pid_list *list);

/* Sends a signal to each of them; returns how many still run (zombies do not). */
size_t tree_signal(struct process_tree *tree, int signal);

/*
 * Reaps the orphans that have ended and adds what they used. True while there
 * may be others that have not. Costs one system call where the process has no
 * child at all, the usual case.
 */
bool tree_reap(struct process_tree *tree, struct tree_usage *usage);

void usage_add(struct tree_usage *usage, const struct rusage *more);
#endif
