#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "slurm_state.h"
#include "strbuf.h"

/* The journal may have grown since the last look. What was over before we came
 * is asked about once at most. */
static void grow(struct watch *w)
{
    if (w->count == w->journal->count)
        return;
    w->list = xreallocarray(w->list, w->journal->count, sizeof *w->list);
    for (; w->count < w->journal->count; w->count++) {
        bool is_open = submission_is_open(&w->journal->list[w->count]);
        w->list[w->count] = (struct watched){
            .over_since = is_open ? 0 : clock_seconds() - w->pace->settle - 1};
    }
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

static char *end_words(const struct slurm_element *seen)
{
    bool says_more = seen->reason[0] != '\0' && strcmp(seen->reason, "None") != 0 &&
                     seen->state != SLURM_COMPLETED;
    return says_more ? text_format("%s: %s", seen->state_text, seen->reason)
                     : xstrdup(seen->state_text);
}

/* Whether squeue knows anything of it. */
static int take_queue(struct watch *w, size_t index, const struct slurm_elements *elements,
                      int64_t *ended, bool *known, struct error *err)
{
    const struct submission *s = &w->journal->list[index];
    struct watched *watched = &w->list[index];
    free(watched->reason);
    *watched = (struct watched){.gone_since = watched->gone_since,
                                .over_since = watched->over_since,
                                .accounts_done = watched->accounts_done};
    *known = false;
    for (size_t e = 0; e < s->element_count; e++) {
        if (s->elements[e].ended)
            continue;
        const struct slurm_element *seen = find_element(elements, s, s->elements[e].block);
        if (seen == NULL)
            continue;
        if (!slurm_state_ends(seen->state)) {
            *known = true;
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
        return own->accounted ? 0 : journal_account(w->journal, index, e, row, err);
    }
    for (size_t e = 0; row->index < 0 && e < s->element_count; e++)
        if (!s->elements[e].ended && end_element(w, index, e, row, ended, err) != 0)
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
    for (size_t e = 0; e < s->element_count; e++)
        if (!s->elements[e].accounted && s->elements[e].state != SLURM_CANCELLED)
            return false;
    return true;
}

/* Of a submission that squeue knows no more: by sacct, and when nobody has known
 * anything for long enough it is over without a reason. */
static int settle_gone(struct watch *w, size_t index, int64_t *ended, struct error *err)
{
    struct watched *watched = &w->list[index];
    double now = clock_seconds();
    if (watched->gone_since == 0)
        watched->gone_since = now;
    if (!w->no_accounts && ask_accounts(w, index, ended, err) != 0)
        return -1;
    const struct submission *s = &w->journal->list[index];
    if (now - watched->gone_since < w->pace->settle)
        return 0;
    for (size_t e = 0; e < s->element_count; e++)
        if (!s->elements[e].ended) {
            ++*ended;
            if (journal_end(w->journal, index, e, SLURM_UNKNOWN,
                            "Slurm no longer knows the job", err) != 0)
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
        bool known;
        if (!is_watched(&w->journal->list[i]))
            continue;
        rc = take_queue(w, i, &elements, ended, &known, err);
        if (known)
            w->list[i].gone_since = 0;
        else if (rc == 0 && submission_is_open(&w->journal->list[i]))
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

/* ---- the view ---- */

static struct slurm_row row_of(const struct watch *w, const struct missing *missing, size_t index)
{
    const struct submission *s = &w->journal->list[index];
    const struct watched *watched = &w->list[index];
    struct slurm_row row = {.array = s->array, .job = s->job, .reason = "", .remedy = "",
                            .start = watched->start};
    if (submission_is_open(s)) {
        row.pending = watched->pending;
        row.running = watched->running;
    }
    for (size_t e = 0; e < s->element_count; e++) {
        bool lacks = task_lacks(missing, s, s->elements[e].block);
        row.done += !lacks;
        row.lost += lacks && s->elements[e].ended;
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
    *count = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->journal->list[i].fate == SUBMISSION_ACCEPTED)
            rows[(*count)++] = row_of(w, missing, i);
    return rows;
}

void watch_free(struct watch *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->list[i].reason);
    free(w->list);
    free(w->words);
    *w = (struct watch){0};
}
