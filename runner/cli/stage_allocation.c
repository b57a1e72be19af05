#define _GNU_SOURCE
#include "stage_allocation.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "command.h"
#include "interrupt.h"
#include "job_facts.h"
#include "missing.h"
#include "own_path.h"
#include "plural.h"
#include "process.h"
#include "stages.h"
#include "strbuf.h"
#include "terminal.h"
#include "work.h"

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

bool allocation_is_ours(void)
{
    return variable("SLURM_JOB_ID")[0] != '\0' && strcmp(variable("ENVIRONMENT"), "BATCH") != 0;
}

/* The first block that lacks a run, of the first array that has one; false: none does. */
static bool next_block(const struct missing *missing, struct task_array *array, int64_t *block)
{
    for (size_t a = 0; a < missing->count; a++)
        for (int64_t i = 0; i < missing->arrays[a].array.blocks; i++)
            if (missing->arrays[a].lacks[i]) {
                *array = missing->arrays[a].array;
                *block = array->first_block + i;
                return true;
            }
    return false;
}

static int check_nodes(const struct task_array *array, const struct job_facts *facts,
                       struct error *err)
{
    long long nodes = atoll(variable("SLURM_JOB_NUM_NODES"));
    if (nodes <= 0 || nodes >= array->shape.nodes)
        return 0;
    return error_set(err,
                     "job %s has %lld node%s, and a block of this study takes %lld; ask salloc for "
                     "--nodes=%lld, or measure a part with --only",
                     facts->job, nodes, plural(nodes), (long long)array->shape.nodes,
                     (long long)array->shape.nodes);
}

/* salloc may leave its shell on the login node; the runs belong onto the first node. */
static int work_on_node(const struct study_folder *folder, const struct task_array *array,
                        int64_t block, const struct job_facts *facts, struct error *err)
{
    char *absolute = realpath(folder->path, NULL), *program = own_path(err);
    if (program == NULL || absolute == NULL) {
        free(absolute);
        return -1;
    }
    char *first = text_format("%lld", (long long)block);
    char *cpus = text_format("--cpus-per-task=%d", atoi(variable("SLURM_JOB_CPUS_PER_NODE")));
    char *argv[] = {(char *)"srun", (char *)"--nodes=1", (char *)"--ntasks=1", cpus,
                    (char *)"--overlap", (char *)"--cpu-bind=none", (char *)"--mem=0", program,
                    (char *)"worker", absolute, (char *)"--array", (char *)array->key,
                    (char *)"--first-block", first, NULL};
    struct process_request request = {.argv = argv, .output_limit = 1 << 20, .merge_stderr = true,
                                      .cancel = &interrupted};
    struct process_result result;
    terminal_say("on the first node of job %s, through srun", facts->job);
    int rc = process_run(&request, &result, err);
    if (rc == 0 && !result.started)
        rc = error_system(err, "%s", result.start_problem);
    int status = result.cancelled ? STATUS_INTERRUPTED : result.exit_status;
    if (rc == 0 && result.output.len > 0)
        terminal_say_lines(result.output.str);
    process_result_free(&result);
    free(first);
    free(cpus);
    free(absolute);
    free(program);
    return rc != 0 ? -1 : status;
}

static int measure(const struct study_folder *folder, const struct plan *plan,
                   const struct task_array *array, int64_t block, const struct job_facts *facts,
                   struct error *err)
{
    if (check_nodes(array, facts, err) != 0)
        return -1;
    terminal_say("block %lld of %lld in the allocation of job %s", (long long)block + 1,
                 (long long)plan->blocks, facts->job);
    if (variable("SLURMD_NODENAME")[0] != '\0')
        return work_in_job(folder, plan, array, block, false, facts);
    return work_on_node(folder, array, block, facts, err);
}

static int measure_next(const struct study_folder *folder, const struct plan *plan,
                        struct error *err)
{
    struct missing missing;
    struct task_array array;
    int64_t block;
    if (missing_find(&missing, folder->path, plan, false, err) != 0)
        return -1;
    bool found = next_block(&missing, &array, &block);
    missing_free(&missing);
    if (!found)
        return STATUS_OK;
    struct job_facts facts;
    job_facts_read(&facts);
    int status = measure(folder, plan, &array, block, &facts, err);
    job_facts_free(&facts);
    return status;
}

int stage_allocation(const struct study_folder *folder, const struct plan *plan)
{
    struct error err = ERROR_INIT;
    int64_t recorded;
    int status = measure_next(folder, plan, &err);
    if (status < 0)
        return terminal_fail(&err);
    if (status > STATUS_SOME_FAILED)
        return status;
    int reported = stage_collect_and_report(folder, plan, &recorded);
    if (plan->blocks > 1)
        terminal_say("an allocation is one block of the statistics; `scalestudy resume %s` takes the "
                     "next, here or better in another allocation",
                     folder->path);
    /* The blocks that are still to come do not make this one a failure. */
    return reported > STATUS_SOME_FAILED ? reported : status;
}
