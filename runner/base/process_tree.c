#define _GNU_SOURCE /* wait4 */
#include "process_tree.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "process_proc.h"

/* The trees under way in this process; several only where threads run some each. */
static struct process_tree *trees;
/* Orphans that were there when a tree ended and may have been another's. */
static struct pid_list unclaimed;
static pthread_mutex_t trees_lock = PTHREAD_MUTEX_INITIALIZER;

/* Alive or not yet reaped. One system call, whatever the number. */
static bool have_children(void)
{
    siginfo_t about;
    return waitid(P_ALL, 0, &about, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

void tree_begin(struct process_tree *tree)
{
    struct sigaction action;

    *tree = (struct process_tree){.root = 0};
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    /* Inherited from whoever started us, it would let the kernel reap our
     * children and their exit status be lost. */
    if (sigaction(SIGCHLD, NULL, &action) == 0 &&
        (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0)) {
        if (action.sa_handler == SIG_IGN)
            action.sa_handler = SIG_DFL;
        action.sa_flags &= ~SA_NOCLDWAIT;
        sigaction(SIGCHLD, &action, NULL);
    }
    if (have_children())
        proc_children(getpid(), &tree->others);
    pthread_mutex_lock(&trees_lock);
    tree->next = trees;
    trees = tree;
    pthread_mutex_unlock(&trees_lock);
}

void tree_set_root(struct process_tree *tree, pid_t root)
{
    pthread_mutex_lock(&trees_lock);
    tree->root = root;
    tree->group = root;
    pthread_mutex_unlock(&trees_lock);
}

enum owner { NOBODY_OF_OURS, PERHAPS_OURS, THIS_TREE };

/*
 * Whose a child of this process is. Where other threads run trees too, one
 * that left the process group may be anybody's: the last tree to end takes it.
 */
static enum owner owner_of(const struct process_tree *tree, pid_t pid)
{
    bool alone = true, theirs = false;

    if (pid == tree->root)
        return NOBODY_OF_OURS; /* a root is no orphan */
    pthread_mutex_lock(&trees_lock);
    for (const struct process_tree *t = trees; t != NULL; t = t->next) {
        alone = alone && t == tree;
        theirs = theirs || (t != tree && t->root == pid);
    }
    bool left_over = pid_list_has(&unclaimed, pid);
    pthread_mutex_unlock(&trees_lock);
    if (theirs || (!left_over && pid_list_has(&tree->others, pid)))
        return NOBODY_OF_OURS;
    if (alone || getpgid(pid) == tree->group || getsid(pid) == tree->group)
        return THIS_TREE;
    /* Also the child of a tree that is just being started and not yet known. */
    return PERHAPS_OURS;
}

/* Remembers what could not be told apart, for the tree that ends last. */
static void leave_to_others(struct process_tree *tree)
{
    struct pid_list children = PID_LIST_INIT;
    proc_children(getpid(), &children);
    for (size_t i = 0; i < children.count; i++) {
        if (owner_of(tree, children.pids[i]) != PERHAPS_OURS)
            continue;
        pthread_mutex_lock(&trees_lock);
        if (!pid_list_has(&unclaimed, children.pids[i]))
            pid_list_add(&unclaimed, children.pids[i]);
        pthread_mutex_unlock(&trees_lock);
    }
    pid_list_free(&children);
}

void tree_end(struct process_tree *tree)
{
    pthread_mutex_lock(&trees_lock);
    bool alone = trees == tree && tree->next == NULL;
    pthread_mutex_unlock(&trees_lock);
    if (!alone && have_children())
        leave_to_others(tree);

    pthread_mutex_lock(&trees_lock);
    struct process_tree **link = &trees;
    while (*link != tree)
        link = &(*link)->next;
    *link = tree->next;
    if (trees == NULL)
        pid_list_free(&unclaimed); /* reaped by now, or beyond reach */
    pthread_mutex_unlock(&trees_lock);
    pid_list_free(&tree->others);
}

static void list_orphans(const struct process_tree *tree, struct pid_list *list)
{
    struct pid_list children = PID_LIST_INIT;
    proc_children(getpid(), &children);
    for (size_t i = 0; i < children.count; i++)
        if (owner_of(tree, children.pids[i]) == THIS_TREE)
            pid_list_add(list, children.pids[i]);
    pid_list_free(&children);
}

void tree_list(struct process_tree *tree, struct pid_list *list)
{
    list->count = 0;
    if (tree->root != 0)
        pid_list_add(list, tree->root);
    list_orphans(tree, list);
    proc_add_descendants(list);
}

/*
 * A whole group at once, and before its members one by one: unlike a list made
 * a moment ago, this also meets those that a fork adds meanwhile. Only groups
 * made within the tree: a descendant may have joined another, even ours.
 */
static void signal_groups(const struct process_tree *tree, const struct pid_list *list, int signal)
{
    bool root_group_lives = false;
    for (size_t i = 0; i < list->count; i++) {
        pid_t group = getpgid(list->pids[i]);
        if (group == list->pids[i])
            kill(-group, signal);
        else if (group == tree->group)
            root_group_lives = true; /* else its number may be somebody else's by now */
    }
    if (root_group_lives)
        kill(-tree->group, signal);
}

size_t tree_signal(struct process_tree *tree, int signal)
{
    struct pid_list list = PID_LIST_INIT;
    size_t running = 0;

    tree_list(tree, &list);
    for (size_t i = 0; i < list.count; i++)
        if (proc_runs(list.pids[i]))
            list.pids[running++] = list.pids[i];
    list.count = running;
    /* A program that gets its SIGTERM twice may take it for impatience and skip
     * its own tidying up (mpirun does), so only SIGKILL goes to groups too. */
    if (signal == SIGKILL)
        signal_groups(tree, &list, signal);
    for (size_t i = 0; i < list.count; i++) {
        kill(list.pids[i], signal);
        if (signal == SIGTERM) /* a stopped process would not notice */
            kill(list.pids[i], SIGCONT);
    }
    pid_list_free(&list);
    return running;
}

void usage_add(struct tree_usage *usage, const struct rusage *more)
{
    usage->user_seconds += (double)more->ru_utime.tv_sec + 1e-6 * (double)more->ru_utime.tv_usec;
    usage->system_seconds += (double)more->ru_stime.tv_sec + 1e-6 * (double)more->ru_stime.tv_usec;
    double peak = 1024.0 * (double)more->ru_maxrss; /* Linux counts KiB */
    if (!(usage->peak_memory_bytes >= peak))
        usage->peak_memory_bytes = peak;
}

bool tree_reap(struct process_tree *tree, struct tree_usage *usage)
{
    struct pid_list orphans = PID_LIST_INIT;
    bool left = false;

    if (!have_children())
        return false;
    /* One by one: wait(-1) would take the caller's other children from it. */
    list_orphans(tree, &orphans);
    for (size_t i = 0; i < orphans.count; i++) {
        struct rusage used;
        pid_t pid = wait4(orphans.pids[i], NULL, WNOHANG, &used);
        if (pid > 0)
            usage_add(usage, &used);
        left = left || pid >= 0;
    }
    pid_list_free(&orphans);
    return left;
}
