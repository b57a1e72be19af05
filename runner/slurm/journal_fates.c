#include "journal_fates.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "journal.h"
#include "strbuf.h"
#include "task_facts.h"
#include "tasks.h"

/* What the worker said when it could not go on; the caller frees it. "" nothing. */
static char *problem_of(const char *folder, const char *task)
{
    struct task_seen seen;
    struct error ignored = ERROR_INIT;
    if (task_facts_look(&seen, folder, task, &ignored) != 0)
        return xstrdup("");
    char *problem = xstrdup(seen.problem);
    task_seen_free(&seen);
    return problem;
}

/* Neither records nor output: on many clusters nodes see only some file systems. */
static bool wrote_nothing(const struct submission *s, const struct submission_element *e,
                          const char *folder, const char *task)
{
    char *output = text_format("%s/logs/%s.%s_%lld.out", folder, s->array, s->job,
                               (long long)(e->block - s->first_block));
    char *records = text_format("%s/records/%s.1.jsonl", folder, task);
    bool nothing = !file_exists(output) && !file_exists(records);
    free(records);
    free(output);
    return nothing;
}

static char *reason_of(const struct submission *s, const struct submission_element *e,
                       const char *folder, const char *task)
{
    if (s->fate == SUBMISSION_REFUSED)
        return text_format("Slurm refused the job: %s", s->words);
    if (!e->ended)
        return xstrdup("");
    if (e->state == SLURM_CANCELLED && s->cancelled)
        return text_format("%s (by scalestudy cancel)", e->reason);
    if (e->state != SLURM_FAILED && e->state != SLURM_COMPLETED)
        return xstrdup(e->reason);
    if (wrote_nothing(s, e, folder, task))
        return text_format("%s: the job ended and has written nothing; can its node see this folder?",
                           slurm_state_name(e->state));
    char *problem = problem_of(folder, task);
    char *reason = problem[0] == '\0'
                       ? text_format("%s: the job ended without this run; its output is in logs/",
                                     slurm_state_name(e->state))
                       : text_format("%s: %s", slurm_state_name(e->state), problem);
    free(problem);
    return reason;
}

static void add_element(struct task_fates *fates, const struct submission *s,
                        const struct submission_element *e, const char *folder)
{
    char task[TASK_NAME_SIZE];
    task_name(task, s->array, e->block);
    char *job = s->fate == SUBMISSION_ACCEPTED
                    ? text_format("%s_%lld", s->job, (long long)(e->block - s->first_block))
                    : xstrdup("");
    struct task_fate *fate = task_fates_add(fates, task, job);
    free(fate->reason);
    fate->reason = reason_of(s, e, folder, task);
    if (e->ended && e->state == SLURM_TIMEOUT)
        fate->status = "timeout";
    fate->cpu_seconds = e->cpu_seconds;
    fate->memory_bytes = e->memory_bytes;
    fate->energy_joules = e->energy_joules;
    free(job);
}

int journal_fates(struct task_fates *fates, const char *folder, struct error *err)
{
    struct journal journal;
    *fates = (struct task_fates){0};
    if (journal_open(&journal, folder, false, err) != 0)
        return -1;
    for (size_t i = 0; i < journal.count; i++) {
        const struct submission *s = &journal.list[i];
        if (s->fate == SUBMISSION_NEVER)
            continue;
        for (size_t e = 0; e < s->element_count; e++)
            add_element(fates, s, &s->elements[e], folder);
    }
    journal_close(&journal);
    task_fates_sort(fates);
    return 0;
}
