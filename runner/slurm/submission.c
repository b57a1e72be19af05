#include "submission.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "files.h"
#include "script.h"
#include "strbuf.h"
#include "task_facts.h"

/* In jobs/, for people to read and to run by hand; the same bytes go to sbatch. */
static int keep_script(const struct submitter *s, const char *name, const struct strbuf *script,
                       struct error *err)
{
    char *jobs = path_join(s->folder, "jobs");
    char *file = text_format("%s.sh", name), *path = path_join(jobs, file);
    int rc = folder_make(jobs, err) != 0 ? -1 : file_write(path, script->str, script->len, err);
    free(path);
    free(file);
    free(jobs);
    return rc;
}

static int write_script(const struct submitter *s, const struct task_array *array, size_t index,
                        const int64_t *blocks, size_t count, struct strbuf *script,
                        struct error *err)
{
    const struct submission *submission = &s->journal->list[index];
    struct script_request request = {
        .plan = s->plan,
        .array = array,
        .name = submission->name,
        .folder = s->folder,
        .program = s->program,
        .blocks = blocks,
        .block_count = count,
        .first_block = submission->first_block,
        .retry_failed = s->retry_failed,
    };
    if (script_write(&request, script, err) != 0)
        return -1;
    return keep_script(s, submission->name, script, err);
}

/* Of what did not arrive: it can be seen in jobs/ when it does. */
static void drop_script(const struct submitter *s, size_t index)
{
    char *path = text_format("%s/jobs/%s.sh", s->folder, s->journal->list[index].name);
    unlink(path);
    free(path);
}

static int take_answer(const struct submitter *s, size_t index, const struct slurm_submit *answer,
                       struct error *err)
{
    switch (answer->kind) {
    case SLURM_SUBMITTED: return journal_accept(s->journal, index, answer->job, err);
    case SLURM_REFUSED: return journal_refuse(s->journal, index, answer->words, err);
    case SLURM_BUSY:
        drop_script(s, index);
        return journal_never(s->journal, index, err);
    case SLURM_UNCERTAIN: return 0;
    case SLURM_NOT_RUN: drop_script(s, index); break;
    }
    if (journal_never(s->journal, index, err) != 0)
        return -1;
    return error_system(err,
                        "nothing can be submitted: %s; run it on a login node of the cluster, or "
                        "measure on this machine with --local",
                        answer->words);
}

int submission_send(const struct submitter *s, const struct task_array *array,
                    const int64_t *blocks, size_t count, int64_t first_block,
                    struct slurm_submit *answer, struct error *err)
{
    struct strbuf script = STRBUF_INIT;
    size_t index;
    *answer = (struct slurm_submit){0};
    if (journal_intend(s->journal, s->plan, array->key, first_block, blocks, count, &index, err) != 0)
        return -1;
    int rc = write_script(s, array, index, blocks, count, &script, err);
    if (rc == 0) {
        slurm_submit(s->client, script.str, NULL, answer);
        rc = take_answer(s, index, answer, err);
    } else {
        struct error ignored = ERROR_INIT;
        journal_never(s->journal, index, &ignored);
    }
    strbuf_free(&script);
    return rc;
}

/* A job that runs has said under which name it was submitted. */
static bool has_begun(const struct submitter *s, const struct submission *submission, char **job)
{
    bool found = false;
    for (size_t i = 0; i < submission->element_count && !found; i++) {
        char name[TASK_NAME_SIZE];
        struct task_seen seen;
        struct error ignored = ERROR_INIT;
        task_name(name, submission->array, submission->elements[i].block);
        if (task_facts_look(&seen, s->folder, name, &ignored) != 0)
            continue;
        found = seen.begun && strcmp(seen.submission, submission->name) == 0 &&
                seen.array_job[0] != '\0';
        if (found)
            *job = xstrdup(seen.array_job);
        task_seen_free(&seen);
    }
    return found;
}

int submission_settle(const struct submitter *s, size_t index, struct error *err)
{
    const struct submission *submission = &s->journal->list[index];
    struct error unknown = ERROR_INIT;
    char *job = NULL;
    /* Asked before the search: what turns up behind it is not taken for lost. It is below 0
     * where the clock of another login node, which wrote the intent, is ahead of ours. */
    double age = (double)clock_now().tv_sec - (double)submission->at;
    int found = has_begun(s, submission, &job)
                    ? 1
                    : slurm_find_by_name(s->client, submission->name, submission->at, &job, &unknown);
    int rc = 0;
    if (found == 1)
        rc = journal_accept(s->journal, index, job, err);
    else if (found == 0 && fabs(age) > s->settle_seconds)
        rc = journal_never(s->journal, index, err);
    free(job);
    return rc;
}
