#include "journal_fates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "journal.h"
#include "strbuf.h"
#include "task_facts.h"
#include "tasks.h"

enum { LONGEST_WORDS = 200 };

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

/* The file to which Slurm writes what the element prints; the caller frees. */
static char *output_path(const struct submission *s, const struct submission_element *e,
                         const char *folder)
{
    return text_format("%s/logs/%s.%s_%lld.out", folder, s->array, s->job,
                       (long long)(e->block - s->first_block));
}

/* The last line that says something, as far as a cell of a table holds it; the caller frees. */
static char *last_words(const char *path)
{
    char text[2048];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return xstrdup("");
    if (fseek(file, -(long)(sizeof text - 1), SEEK_END) != 0)
        rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    while (length > 0 && (unsigned char)text[length - 1] <= ' ')
        length--;
    size_t start = length;
    while (start > 0 && text[start - 1] != '\n' && length - start < LONGEST_WORDS)
        start--;
    while (start < length && ((unsigned char)text[start] & 0xc0) == 0x80)
        start++; /* cut between characters */
    for (size_t i = start; i < length; i++)
        if ((unsigned char)text[i] < ' ')
            text[i] = ' ';
    return xstrndup(text + start, length - start);
}

/* Neither records nor output: on many clusters nodes see only some file systems. */
static bool wrote_nothing(const char *output, const char *folder, const char *task)
{
    char *records = text_format("%s/records/%s.1.jsonl", folder, task);
    bool nothing = !file_exists(output) && !file_exists(records);
    free(records);
    return nothing;
}

/* Of a job that ended by itself and left runs undone; the caller frees. */
static char *explain_end(const struct submission *s, const struct submission_element *e,
                         const char *folder, const char *task)
{
    const char *state = slurm_state_name(e->state);
    char *output = output_path(s, e, folder), *words = last_words(output);
    char *problem = problem_of(folder, task), *reason;
    if (problem[0] != '\0')
        reason = text_format("%s: %s", state, problem);
    else if (wrote_nothing(output, folder, task))
        reason = text_format("%s: the job ended and has written nothing; can its node see this "
                             "folder?", state);
    else if (words[0] != '\0')
        reason = text_format("%s: the job ended without this run; its last words in logs/ are: %s",
                             state, words);
    else
        reason = text_format("%s: the job ended without this run and without a word", state);
    free(problem);
    free(words);
    free(output);
    return reason;
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
    return explain_end(s, e, folder, task);
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
