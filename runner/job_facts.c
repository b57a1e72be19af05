#include "job_facts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "strbuf.h"

static char *text_of(const char *variable)
{
    const char *text = getenv(variable);
    return xstrdup(text == NULL ? "" : text);
}

static int64_t number_of(const char *variable, int64_t otherwise)
{
    const char *text = getenv(variable);
    if (text == NULL || *text < '0' || *text > '9')
        return otherwise;
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : otherwise;
}

/* Of a whole node, or with its CPUs; 0 is Slurm's word for all there is. */
static double granted_memory(int64_t cpus_on_node)
{
    const double mib = 1048576;
    int64_t of_node = number_of("SLURM_MEM_PER_NODE", 0);
    int64_t of_cpu = number_of("SLURM_MEM_PER_CPU", 0);
    if (of_node > 0)
        return (double)of_node * mib;
    return of_cpu > 0 && cpus_on_node > 0 ? (double)of_cpu * (double)cpus_on_node * mib : NAN;
}

void job_facts_read(struct job_facts *facts)
{
    *facts = (struct job_facts){.job = text_of("SLURM_JOB_ID"),
                                .array_job = text_of("SLURM_ARRAY_JOB_ID"),
                                .name = text_of("SLURM_JOB_NAME"),
                                .partition = text_of("SLURM_JOB_PARTITION"),
                                .nodes = text_of("SLURM_JOB_NODELIST"),
                                .array_index = number_of("SLURM_ARRAY_TASK_ID", -1),
                                .restarts = number_of("SLURM_RESTART_COUNT", 0),
                                .cpus_on_node = number_of("SLURM_CPUS_ON_NODE", 0)};
    facts->memory_bytes = granted_memory(facts->cpus_on_node);
    if (facts->array_job[0] != '\0' && facts->array_index >= 0) {
        free(facts->job);
        facts->job = text_format("%s_%lld", facts->array_job, (long long)facts->array_index);
    } else {
        facts->array_index = -1;
        free(facts->array_job);
        facts->array_job = xstrdup(facts->job);
    }
}

void job_facts_free(struct job_facts *facts)
{
    free(facts->job);
    free(facts->array_job);
    free(facts->name);
    free(facts->partition);
    free(facts->nodes);
    *facts = (struct job_facts){0};
}
