/*
 * What Slurm says of the job that we run in, by the environment: no client is
 * asked, so it costs nothing and is there while the controller is not.
 */
#ifndef SCALESTUDY_JOB_FACTS_H
#define SCALESTUDY_JOB_FACTS_H

#include <stdint.h>

struct job_facts {
    char *job;       /* "123_4" of an array, else "123"; "": not in a job */
    char *array_job; /* "123": what sbatch answered, of an array and of a single job */
    char *name, *partition, *nodes; /* "b-cn[0101-0102]" */
    int64_t array_index; /* -1: of no array */
    int64_t restarts;    /* how often it was requeued */
    int64_t cpus_on_node; /* Slurm's CPUs of this node, which may be hardware threads; 0: not told */
    double memory_bytes;  /* granted on this node; NAN where all of it or not told */
};

/* A malformed number counts as not told. Freed with job_facts_free(). */
void job_facts_read(struct job_facts *facts);
void job_facts_free(struct job_facts *facts); /* an all-zero one is fine */

#endif
