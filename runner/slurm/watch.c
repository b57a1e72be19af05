#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "slurm_state.h"
#include "strbuf.h"
#include "task_facts.h"
#include "tasks.h"

/* The journal may have grown since the last look. What was over before we came
 * is asked about once at most. */
static void grow(struct watch *w)
{
    if (w->count == w->journal->count)
        return;
    w->list = xreallocarray(w->list, w->journal->count, sizeof *w->list);
    for (; w->count < w->journal->count; w->count++) {
        const struct submission *s = &w->journal->list[w->count];
        bool is_open = submission_is_open(s);
        w->list[w->count] = (struct watched){
            .gone_since = xcalloc(s->element_count + 1, sizeof(double)),
            .over_since = is_open ? 0 : clock_seconds() - w->pace->settle - 1};
    }
}

bool watch_shows(const struct watch *w, size_t index, size_t element)
{
    return !w->journal->list[index].elements[element].ended &&
           w->list[index].gone_since[element] == 0;
}

static bool task_lacks(const struct missing *missing, const struct submission *s, int64_t block)
{
    const struct missing_array *array = missing_array(missing, s->array);
    int64_t index = array == NULL ? -1 : block - array->array.first_block;
    return index < 0 || index >= array->array.blocks || array->lacks[index];
}

/* A task whose runs all have records is over. */
static int end_by_records(struct watch *w, const struct missing *missing, int64_t *ended,
                          struct error *err)
{
    for (size_t i = 0; i < w->journal->count; i++) {
        const struct submission *s = &w->journal->list[i];
        if (!submission_is_open(s))
            continue;
        for (size_t e = 0; e < s->element_count; e++) {
            if (s->elements[e].ended || task_lacks(missing, s, s->elements[e].block))
                continue;
            if (journal_end(w->journal, i, e, SLURM_COMPLETED, "", err) != 0)
                return -1;
            ++*ended;
        }
    }
    return 0;
}

static bool is_watched(const struct submission *s)
{
    return s->fate == SUBMISSION_ACCEPTED && submission_is_open(s);
}

static const char **open_jobs(const struct watch *w, size_t *count)
{
    const char **jobs = xcalloc(w->journal->count + 1, sizeof *jobs);
    *count = 0;
    for (size_t i = 0; i < w->journal->count; i++)
        if (is_watched(&w->journal->list[i]))
            jobs[(*count)++] = w->journal->list[i].job;
    return jobs;
}

/* ---- squeue ---- */

static int by_job_and_index(const void *a, const void *b)
{
    const struct slurm_element *x = a, *y = b;
    if (x->array_job != y->array_job)
        return x->array_job < y->array_job ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static const struct slurm_element *find_element(const struct slurm_elements *sorted,
                                                const struct submission *s, int64_t block)
{
    struct slurm_element wanted = {.array_job = atoll(s->job), .index = block - s->first_block};
    if (sorted->count == 0)
        return NULL;
    return bsearch(&wanted, sorted->list, sorted->count, sizeof wanted, by_job_and_index);
}

static void note_waiting(struct watched *watched, const struct slurm_element *seen)
{
    if (seen->state != SLURM_PENDING) {
        watched->running++;
        return;
    }
    watched->pending++;
    if (watched->reason == NULL)
        watched->reason = xstrdup(seen->reason);
    if (seen->start != 0 && (watched->start == 0 || seen->start < watched->start))
        watched->start = seen->start;
}

/* Of a cancelled job the reason is still the one for which it was waiting, of a
 * timeout it is the same again. */
static char *end_words(const struct slurm_element *seen)
{
    bool says_more = seen->reason[0] != '\0' && strcmp(seen->reason, "None") != 0 &&
                     seen->state != SLURM_COMPLETED && seen->state != SLURM_CANCELLED &&
                     seen->state != SLURM_TIMEOUT && seen->state != SLURM_OUT_OF_MEMORY;
    return says_more ? text_format("%s: %s", seen->state_text, seen->reason)
                     : xstrdup(seen->state_text);
}

/* `*lacks`: squeue does not show all that has not ended. */
static int take_queue(struct watch *w, size_t index, const struct slurm_elements *elements,
                      int64_t *ended, bool *lacks, struct error *err)
{
    double now = clock_seconds();
    const struct submission *s = &w->journal->list[index];
    struct watched *watched = &w->list[index];
    free(watched->reason);
    *watched = (struct watched){.gone_since = watched->gone_since,
                                .over_since = watched->over_since,
                                .accounts_done = watched->accounts_done};
    *lacks = false;
    for (size_t e = 0; e < s->element_count; e++) {
        if (s->elements[e].ended)
            continue;
        const struct slurm_element *seen = find_element(elements, s, s->elements[e].block);
        if (seen == NULL) {
            *lacks = true;
            if (watched->gone_since[e] == 0)
                watched->gone_since[e] = now;
            continue;
        }
        watched->gone_since[e] = 0;
        if (!slurm_state_ends(seen->state)) {
            note_waiting(watched, seen);
            continue;
        }
        char *words = end_words(seen);
        int rc = journal_end(w->journal, index, e, seen->state, words, err);
        free(words);
        if (rc != 0)
            return -1;
        ++*ended;
    }
    return 0;
}

/* ---- sacct ---- */

static struct submission_element *element_of_row(const struct submission *s,
                                                 const struct slurm_account *row)
{
    return row->index < 0 ? NULL : submission_element(s, s->first_block + row->index);
}

static int end_element(struct watch *w, size_t index, size_t element,
                       const struct slurm_account *row, int64_t *ended, struct error *err)
{
    ++*ended;
    return journal_end(w->journal, index, element, row->state, row->state_text, err);
}

/* squeue does not say who has cancelled a job, sacct does. */
static bool lacks_canceller(const struct submission *s, const struct submission_element *e)
{
    return e->ended && e->state == SLURM_CANCELLED && !s->cancelled && !e->accounted &&
           strstr(e->reason, " by ") == NULL;
}

/* Rows of elements; a row without an index stands for those that never started. */
static int take_row(struct watch *w, size_t index, const struct slurm_account *row, int64_t *ended,
                    struct error *err)
{
    const struct submission *s = &w->journal->list[index];
    if (!slurm_state_ends(row->state))
        return 0;
    struct submission_element *own = element_of_row(s, row);
    if (own != NULL) {
        size_t e = (size_t)(own - s->elements);
        if (!own->ended && end_element(w, index, e, row, ended, err) != 0)
            return -1;
        if (lacks_canceller(s, own) && row->state == SLURM_CANCELLED &&
            journal_end(w->journal, index, e, row->state, row->state_text, err) != 0)
            return -1;
        return own->accounted ? 0 : journal_account(w->journal, index, e, row, err);
    }
    for (size_t e = 0; row->index < 0 && e < s->element_count; e++)
        if (!s->elements[e].ended && !watch_shows(w, index, e) &&
            end_element(w, index, e, row, ended, err) != 0)
            return -1;
    return 0;
}

/* Rows of single elements before that of the rest. */
static int take_accounts(struct watch *w, size_t index, const struct slurm_accounts *accounts,
                         int64_t *ended, struct error *err)
{
    for (int rest = 0; rest < 2; rest++)
        for (size_t i = 0; i < accounts->count; i++)
            if ((accounts->list[i].index < 0) == (rest == 1) &&
                take_row(w, index, &accounts->list[i], ended, err) != 0)
                return -1;
    return 0;
}

static int ask_accounts(struct watch *w, size_t index, int64_t *ended, struct error *err)
{
    const struct submission *s = &w->journal->list[index];
    struct slurm_accounts accounts = {0};
    struct error unknown = ERROR_INIT;
    bool off = false;
    if (slurm_account(w->client, s->job, s->at, &accounts, &off, &unknown) != 0) {
        w->no_accounts = w->no_accounts || off;
        return 0;
    }
    int rc = take_accounts(w, index, &accounts, ended, err);
    slurm_accounts_free(&accounts);
    return rc;
}

/* Every task that ran has its row. */
static bool is_accounted(const struct submission *s)
{
    for (size_t e = 0; e < s->element_count; e++) {
        const struct submission_element *element = &s->elements[e];
        if (!element->accounted &&
            (element->state != SLURM_CANCELLED || lacks_canceller(s, element)))
            return false;
    }
    return true;
}

/* What can be said of a task that Slurm no longer knows, by what it has written. */
static const char *forgotten_words(const struct watch *w, const struct submission *s, int64_t block)
{
    char name[TASK_NAME_SIZE];
    struct task_seen seen;
    struct error ignored = ERROR_INIT;
    if (task_facts_look(&seen, w->folder, task_name(name, s->array, block), &ignored) != 0)
        return "Slurm no longer knows the job";
    bool began = seen.begun && strcmp(seen.submission, s->name) == 0;
    task_seen_free(&seen);
    return began ? "Slurm no longer knows the job, which began and did not come to its end"
                 : "CANCELLED before it began, as it seems: Slurm no longer knows it, and it has "
                   "written nothing";
}

/* Of tasks that squeue does not show: by sacct, and when nobody has known anything
 * for long enough they are over without a reason. */
static int settle_gone(struct watch *w, size_t index, int64_t *ended, struct error *err)
{
    double now = clock_seconds();
    if (!w->no_accounts && ask_accounts(w, index, ended, err) != 0)
        return -1;
    const struct submission *s = &w->journal->list[index];
    for (size_t e = 0; e < s->element_count; e++) {
        if (s->elements[e].ended || watch_shows(w, index, e) ||
            now - w->list[index].gone_since[e] < w->pace->settle)
            continue;
        ++*ended;
        if (journal_end(w->journal, index, e, SLURM_UNKNOWN,
                        forgotten_words(w, s, s->elements[e].block), err) != 0)
            return -1;
    }
    return 0;
}

/* What sacct knows of the use of jobs that are over, soon or never. */
static int settle_over(struct watch *w, size_t index, int64_t *ended, struct error *err)
{
    struct watched *watched = &w->list[index];
    double now = clock_seconds();
    if (watched->accounts_done || w->no_accounts)
        return 0;
    if (watched->over_since == 0)
        watched->over_since = now;
    if (!is_accounted(&w->journal->list[index]) && ask_accounts(w, index, ended, err) != 0)
        return -1;
    watched->accounts_done = is_accounted(&w->journal->list[index]) ||
                             now - watched->over_since > w->pace->settle;
    return 0;
}

/* ---- one look ---- */

static void note_answer(struct watch *w, bool answered, const char *words)
{
    free(w->words);
    w->words = xstrdup(words);
    w->answered = answered;
}

static int look_at_queue(struct watch *w, int64_t *ended, struct error *err)
{
    size_t count;
    const char **jobs = open_jobs(w, &count);
    struct slurm_elements elements = {0};
    struct error unknown = ERROR_INIT;
    int rc = 0;
    bool answered = count == 0 || slurm_queue(w->client, jobs, count, &elements, &unknown) == 0;
    note_answer(w, answered, unknown.text);
    free((void *)jobs);
    if (elements.count > 1)
        qsort(elements.list, elements.count, sizeof *elements.list, by_job_and_index);
    for (size_t i = 0; answered && i < w->journal->count && rc == 0; i++) {
        bool lacks;
        if (!is_watched(&w->journal->list[i]))
            continue;
        rc = take_queue(w, i, &elements, ended, &lacks, err);
        if (rc == 0 && lacks)
            rc = settle_gone(w, i, ended, err);
    }
    slurm_elements_free(&elements);
    return rc;
}

int watch_look(struct watch *w, const struct missing *missing, int64_t *ended, struct error *err)
{
    *ended = 0;
    grow(w);
    if (end_by_records(w, missing, ended, err) != 0 || look_at_queue(w, ended, err) != 0)
        return -1;
    for (size_t i = 0; i < w->journal->count; i++) {
        const struct submission *s = &w->journal->list[i];
        if (s->fate == SUBMISSION_ACCEPTED && !submission_is_open(s) &&
            settle_over(w, i, ended, err) != 0)
            return -1;
    }
    return 0;
}

bool watch_awaits_accounts(const struct watch *w)
{
    for (size_t i = 0; i < w->count && !w->no_accounts; i++) {
        const struct submission *s = &w->journal->list[i];
        if (s->fate == SUBMISSION_ACCEPTED && !submission_is_open(s) && !w->list[i].accounts_done)
            return true;
    }
    return false;
}

bool watch_awaits_end(const struct watch *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct submission *s = &w->journal->list[i];
        for (size_t e = 0; is_watched(s) && e < s->element_count; e++)
            if (!s->elements[e].ended && w->list[i].gone_since[e] != 0)
                return true;
    }
    return false;
}

/* ---- the view ---- */

/* Of each task of `missing` the last submission that holds it, counted from 1. */
static size_t **last_holders(const struct watch *w, const struct missing *missing)
{
    size_t **holders = xcalloc(missing->count + 1, sizeof *holders);
    for (size_t a = 0; a < missing->count; a++)
        holders[a] = xcalloc((size_t)missing->arrays[a].array.blocks, sizeof **holders);
    for (size_t i = 0; i < w->count; i++) {
        const struct submission *s = &w->journal->list[i];
        const struct missing_array *array = missing_array(missing, s->array);
        for (size_t e = 0; array != NULL && s->fate == SUBMISSION_ACCEPTED && e < s->element_count; e++) {
            int64_t index = s->elements[e].block - array->array.first_block;
            if (index >= 0 && index < array->array.blocks)
                holders[array - missing->arrays][index] = i + 1;
        }
    }
    return holders;
}

static void free_holders(size_t **holders, size_t count)
{
    for (size_t a = 0; a < count; a++)
        free(holders[a]);
    free(holders);
}

/* Counts the tasks that it was the last to hold, and returns their number. */
static size_t count_tasks(struct slurm_row *row, const struct submission *s, size_t index,
                          const struct missing *missing, size_t *const *holders)
{
    const struct missing_array *array = missing_array(missing, s->array);
    size_t held = 0;
    for (size_t e = 0; array != NULL && e < s->element_count; e++) {
        int64_t block = s->elements[e].block - array->array.first_block;
        if (block < 0 || block >= array->array.blocks ||
            holders[array - missing->arrays][block] != index + 1)
            continue;
        held++;
        row->done += !array->lacks[block];
        row->lost += array->lacks[block] && s->elements[e].ended;
    }
    return held;
}

static struct slurm_row row_of(const struct watch *w, size_t index)
{
    const struct submission *s = &w->journal->list[index];
    const struct watched *watched = &w->list[index];
    struct slurm_row row = {.array = s->array, .job = s->job, .reason = "", .remedy = "",
                            .start = watched->start};
    if (submission_is_open(s)) {
        row.pending = watched->pending;
        row.running = watched->running;
    }
    if (watched->reason != NULL) {
        struct slurm_reason known = slurm_reason_explain(watched->reason);
        row.reason = known.words != NULL ? known.words : watched->reason;
        if (known.stuck && known.remedy != NULL)
            row.remedy = known.remedy;
    }
    return row;
}

struct slurm_row *watch_rows(const struct watch *w, const struct missing *missing, size_t *count)
{
    struct slurm_row *rows = xcalloc(w->count + 1, sizeof *rows);
    size_t **holders = last_holders(w, missing);
    *count = 0;
    for (size_t i = 0; i < w->count; i++) {
        const struct submission *s = &w->journal->list[i];
        if (s->fate != SUBMISSION_ACCEPTED)
            continue;
        struct slurm_row row = row_of(w, i);
        if (count_tasks(&row, s, i, missing, holders) > 0 || submission_is_open(s))
            rows[(*count)++] = row;
    }
    free_holders(holders, missing->count);
    return rows;
}

void watch_free(struct watch *w)
{
    for (size_t i = 0; i < w->count; i++) {
        free(w->list[i].reason);
        free(w->list[i].gone_since);
    }
    free(w->list);
    free(w->words);
    *w = (struct watch){0};
}
