/*
 * Child processes: started by posix_spawnp from an argument vector, never
 * through a shell, each in a process group of its own. The caller's process
 * becomes a child subreaper at the first call, so that no descendant is lost:
 * when the child ends, what is left of its tree is ended and reaped, and its
 * CPU time and memory are counted.
 */
#ifndef SCALESTUDY_PROCESS_H
#define SCALESTUDY_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"
#include "samples.h"
#include "strbuf.h"

struct process_request {
    char *const *argv;
    char *const *environment;   /* NULL: the caller's */
    const char *workdir;        /* NULL: the caller's */
    const char *input;          /* text for its stdin; NULL: /dev/null */
    const void *affinity;       /* a cpu_set_t that the child starts with; NULL: the caller's */
    size_t affinity_size;       /* bytes of it */
    double time_limit;          /* seconds; 0: none. Then SIGTERM to the tree, 2 s later SIGKILL */
    size_t output_limit;        /* bytes kept of stdout and of stderr each: the first half and the
                                   last half; the rest is read and dropped */
    bool merge_stderr;          /* stderr into stdout, in the order written */
    double sample_interval;     /* seconds between samples of the tree's CPU time and memory, up to
                                   1 s in long runs; 0: none. The first is after 0.05 s */
    void (*look)(void *context); /* not NULL: called with each such sample, while the child runs */
    void *look_context;
    const volatile int *cancel; /* not NULL: when it becomes non-zero (signal handler) the tree is
                                   ended as at the time limit */
};

struct process_result {
    struct strbuf output, errors;          /* stdout; stderr (empty where merged) */
    size_t output_dropped, errors_dropped; /* bytes beyond the limit */
    bool started;        /* false: it could not be executed, and `spawn_error` says why */
    int spawn_error;     /* errno */
    char *start_problem; /* the same as a sentence with its remedy; NULL where it started */
    bool timed_out, cancelled;
    int exit_status;                     /* of the child; -1 where a signal ended it */
    int signal;                          /* 0: none */
    double wall_seconds;                 /* from before the start to the child's end */
    double user_seconds, system_seconds; /* whole tree */
    double peak_memory_bytes; /* largest sum over the tree that a sample saw, or largest single
                                 process, whichever is more; NAN where not known, see below */
    struct samples samples;   /* CPU and memory over time; none without `sample_interval` */
    size_t orphans;           /* descendants that outlived the child and were ended */
};

/*
 * Runs a child to its end. -1 only where pipes, the affinity or the like cannot
 * be had; a program that cannot be executed, fails or is stopped is a result.
 * The caller frees `result` with process_result_free() in either case.
 *
 * The time limit, `cancel` and the end of the child reach the whole tree, also
 * what has left the process group or the session. Children that the caller has
 * from elsewhere are neither touched nor waited for, if they were there before;
 * while a run goes on, no thread may start any but by process_run() (several
 * threads may each run one). argv[0] without a slash is looked for in the
 * caller's PATH, not in `environment`'s.
 *
 * Memory: on Linux the peak that wait4() tells of a child includes that of the
 * process which started it, inherited through exec. So where it is not clearly
 * above our own peak it says nothing, and only samples count; a child that was
 * no larger than we are and ended before the first sample has a peak of NAN.
 *
 * SIGCHLD must not be ignored; where it was inherited so, it is set to default.
 */
int process_run(const struct process_request *request, struct process_result *result,
                struct error *err);
void process_result_free(struct process_result *result);

/* "not found", "ended by signal 11 (Segmentation fault)", "exit status 3", …:
 * what became of it, for a sentence; the caller frees it. */
char *process_describe(const struct process_result *result);

/*
 * Ends every process of this user whose environment holds `name`=`value`,
 * except this one: what a killed runner left behind. Returns how many.
 */
size_t process_end_strays(const char *name, const char *value);

/* The full path by which posix_spawnp would find `program`, or NULL; the
 * caller frees it. */
char *process_find(const char *program);

#endif
