#include "executor_slurm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "client.h"
#include "clock.h"
#include "files.h"
#include "missing.h"
#include "schedule.h"
#include "slurm_state.h"
#include "strbuf.h"
#include "submission.h"
#include "task_facts.h"
#include "watch.h"

enum {
    DEFAULT_MAX_ARRAY = 1001, /* Slurm's own default of MaxArraySize */
    RESUBMISSIONS = 3         /* of a task that a node, not the program, has ended */
};

/* What was done for a task in this session. */
struct task_state {
    bool tried;        /* submitted, refused or seen in the queue: not submitted again unless it
                          comes again */
    int resubmissions;
    double wait_until; /* clock_seconds(): its records may still turn up until then */
};

struct executor {
    const struct executor_request *request;
    const struct plan *plan;
    struct executor_outcome *outcome;
    struct slurm_pace pace;
    struct slurm_client client;
    struct journal journal;
    struct submitter submitter;
    struct missing missing;
    struct task_state **tasks; /* of each array of `missing`, by block */
    size_t *order;             /* in which arrays are submitted */
    struct watch watch;
    int64_t largest_array;     /* elements: the largest index is one less */
    int64_t capacity;          /* tasks that Slurm takes from us at one time, as learnt; INT64_MAX */
    bool stopped;              /* by `scalestudy cancel` in another process */
    bool told_full;            /* that the queue does not take everything at once */
    double unreachable_since;  /* clock_seconds(); 0: it answers */
};

struct slurm_pace slurm_pace_of(const struct plan_cluster *cluster)
{
    double asked = cluster->poll_seconds;
    double least = asked > 0 ? asked : 10; /* false for NAN */
    return (struct slurm_pace){.least = least,
                               .most = fmax(least, fmin(18 * least, 180)),
                               .settle = fmin(6 * least, 60),
                               .patience = fmin(12 * least, 120)};
}

static void say(const struct executor *x, char *sentence)
{
    if (x->request->say != NULL)
        x->request->say(sentence, x->request->context);
    free(sentence);
}

static bool is_cancelled(const struct executor *x)
{
    return x->request->cancel != NULL && *x->request->cancel != 0;
}

/* Short naps, so that Ctrl-C is heard at once. */
static void nap(const struct executor *x, double seconds)
{
    double until = clock_seconds() + seconds;
    for (double left = seconds; left > 0 && !is_cancelled(x); left = until - clock_seconds()) {
        double now = fmin(left, 0.2);
        struct timespec length = {.tv_nsec = (long)(now * 1e9)};
        nanosleep(&length, NULL);
    }
}

/* ---- what is open, what is missing ---- */

static struct task_state *state_of(struct executor *x, const struct submission *s, int64_t block)
{
    const struct missing_array *array = missing_array(&x->missing, s->array);
    int64_t index = array == NULL ? -1 : block - array->array.first_block;
    if (index < 0 || index >= array->array.blocks)
        return NULL;
    return &x->tasks[array - x->missing.arrays][index];
}

static bool is_wanted(const struct executor *x, size_t array, int64_t index)
{
    const struct missing_array *m = &x->missing.arrays[array];
    const struct task_state *state = &x->tasks[array][index];
    return m->lacks[index] && !x->stopped && !state->tried && state->wait_until <= clock_seconds() &&
           !journal_task_is_open(&x->journal, m->array.key, m->array.first_block + index);
}

/* Of an array, ascending; the caller frees. */
static int64_t *wanted_blocks(const struct executor *x, size_t array, size_t *count)
{
    const struct task_array *a = &x->missing.arrays[array].array;
    int64_t *blocks = xcalloc((size_t)a->blocks + 1, sizeof *blocks);
    *count = 0;
    for (int64_t i = 0; i < a->blocks; i++)
        if (is_wanted(x, array, i))
            blocks[(*count)++] = a->first_block + i;
    return blocks;
}

static int64_t waiting_tasks(const struct executor *x)
{
    int64_t waiting = 0;
    for (size_t a = 0; a < x->missing.count; a++)
        for (int64_t i = 0; i < x->missing.arrays[a].array.blocks; i++)
            waiting += is_wanted(x, a, i);
    return waiting;
}

/* The ids of what Slurm still has, " " between them; the caller frees it. */
static char *open_jobs(const struct executor *x)
{
    struct strbuf jobs = STRBUF_INIT;
    for (size_t i = 0; i < x->journal.count; i++)
        if (x->journal.list[i].fate == SUBMISSION_ACCEPTED && submission_is_open(&x->journal.list[i]))
            strbuf_addf(&jobs, " %s", x->journal.list[i].job);
    return strbuf_take(&jobs);
}

static int miss_folder(const struct executor *x, struct error *err)
{
    char *jobs = open_jobs(x);
    error_system(err, "the folder %s is gone, and what was recorded in it%s%s", x->request->folder,
                 jobs[0] == '\0' ? "" : "; its jobs are still in the queue: end them with scancel",
                 jobs);
    free(jobs);
    return -1;
}

static int find_missing(struct executor *x, struct error *err)
{
    struct missing found;
    if (missing_find(&found, x->request->folder, x->plan, x->request->retry_failed, err) != 0)
        return file_exists(x->request->folder) ? -1 : miss_folder(x, err);
    missing_free(&x->missing);
    x->missing = found;
    return 0;
}

/* ---- submitting ---- */

/* As many of these blocks as one submission may hold now. */
static size_t chunk_of(const struct executor *x, const int64_t *blocks, size_t count,
                       int64_t *first_block)
{
    int64_t limit = x->plan->cluster.max_queued > 0 ? x->plan->cluster.max_queued : INT64_MAX;
    limit = x->capacity < limit ? x->capacity : limit;
    int64_t room = limit == INT64_MAX ? INT64_MAX : limit - journal_open_tasks(&x->journal);
    size_t chunk = room <= 0 ? 0 : (uint64_t)room < count ? (size_t)room : count;
    /* Where all indexes are low enough they are the blocks' own numbers. */
    *first_block = chunk > 0 && blocks[chunk - 1] < x->largest_array ? 0 : blocks[0];
    while (chunk > 1 && blocks[chunk - 1] - *first_block >= x->largest_array)
        chunk--;
    return chunk;
}

static void mark_tried(struct executor *x, size_t array, const int64_t *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x->tasks[array][blocks[i] - x->missing.arrays[array].array.first_block].tried = true;
}

enum pass { PASS_GOES_ON, PASS_IS_OVER };

static enum pass take_refusal(struct executor *x, size_t array, const int64_t *blocks, size_t count,
                              const char *words)
{
    bool is_news = x->outcome->words == NULL || strcmp(x->outcome->words, words) != 0;
    mark_tried(x, array, blocks, count);
    x->outcome->refused += (int64_t)count;
    free(x->outcome->words);
    x->outcome->words = xstrdup(words);
    if (is_news) /* twenty arrays with the same mistake are told once */
        say(x, text_format("Slurm refuses %s: %s", x->missing.arrays[array].array.key, words));
    return PASS_GOES_ON;
}

/* The queue holds what it holds, and fewer than these may still go into it. */
static enum pass take_full_queue(struct executor *x, size_t count, const char *words)
{
    int64_t open = journal_open_tasks(&x->journal);
    x->capacity = open + (int64_t)count / 2;
    if (!x->told_full)
        say(x, text_format("the queue takes no more than a part for now (%s); tasks that wait for "
                           "room in it: %lld",
                           words, (long long)waiting_tasks(x)));
    x->told_full = true;
    return count > 1 ? PASS_GOES_ON : PASS_IS_OVER;
}

static enum pass take_silence(struct executor *x, const char *words)
{
    if (x->unreachable_since == 0) {
        x->unreachable_since = clock_seconds();
        say(x, text_format("Slurm does not answer: %s; trying again", words));
    }
    return PASS_IS_OVER;
}

static enum pass take_answer(struct executor *x, size_t array, const int64_t *blocks, size_t count,
                             const struct slurm_submit *answer)
{
    if (answer->kind == SLURM_BUSY && answer->busy != SLURM_QUEUE_LIMIT)
        return take_silence(x, answer->words);
    x->unreachable_since = 0;
    if (answer->kind == SLURM_REFUSED)
        return take_refusal(x, array, blocks, count, answer->words);
    if (answer->kind == SLURM_BUSY)
        return take_full_queue(x, count, answer->words);
    mark_tried(x, array, blocks, count);
    if (answer->kind == SLURM_UNCERTAIN) {
        say(x, text_format("sbatch had no clear answer (%s); looking whether the job is there",
                           answer->words[0] == '\0' ? "none at all" : answer->words));
        return PASS_GOES_ON;
    }
    x->outcome->submitted_arrays++;
    x->outcome->submitted_tasks += (int64_t)count;
    return PASS_GOES_ON;
}

static int submit_array(struct executor *x, size_t array, enum pass *pass, struct error *err)
{
    const struct task_array *a = &x->missing.arrays[array].array;
    int rc = 0;
    for (bool more = true; more && rc == 0 && *pass == PASS_GOES_ON && !is_cancelled(x);) {
        size_t count;
        int64_t first_block, *blocks = wanted_blocks(x, array, &count);
        size_t chunk = count == 0 ? 0 : chunk_of(x, blocks, count, &first_block);
        more = chunk > 0;
        if (more) {
            struct slurm_submit answer;
            rc = submission_send(&x->submitter, a, blocks, chunk, first_block, &answer, err);
            if (rc == 0)
                *pass = take_answer(x, array, blocks, chunk, &answer);
            slurm_submit_free(&answer);
        }
        free(blocks);
    }
    return rc;
}

static int submit_pass(struct executor *x, struct error *err)
{
    enum pass pass = PASS_GOES_ON;
    int rc = 0;
    if (journal_open_tasks(&x->journal) == 0)
        x->capacity = INT64_MAX; /* others' jobs may have left the queue meanwhile */
    for (size_t i = 0; i < x->missing.count && rc == 0 && pass == PASS_GOES_ON; i++)
        rc = submit_array(x, x->order[i], &pass, err);
    return rc;
}

/* ---- intents without an answer ---- */

static int settle_intents(struct executor *x, bool *unsettled, struct error *err)
{
    *unsettled = false;
    for (size_t i = 0; i < x->journal.count; i++) {
        if (x->journal.list[i].fate != SUBMISSION_INTENDED)
            continue;
        if (submission_settle(&x->submitter, i, err) != 0)
            return -1;
        const struct submission *s = &x->journal.list[i];
        if (s->fate == SUBMISSION_INTENDED)
            *unsettled = true;
        else if (s->fate == SUBMISSION_ACCEPTED) {
            x->outcome->submitted_arrays++;
            x->outcome->submitted_tasks += (int64_t)s->element_count;
        }
        for (size_t e = 0; e < s->element_count && s->fate == SUBMISSION_NEVER; e++) {
            struct task_state *state = state_of(x, s, s->elements[e].block);
            if (state != NULL)
                state->tried = false; /* it did not arrive, so it is submitted anew */
        }
    }
    return 0;
}

/* ---- cancelled from outside ---- */

/* What was submitted while `scalestudy cancel` looked at the journal is ended too. */
static int heed_stop(struct executor *x, struct error *err)
{
    if (!x->stopped && journal_asks_to_stop(&x->journal)) {
        x->stopped = true;
        say(x, text_format("cancelled by `scalestudy cancel`: nothing more is submitted"));
    }
    for (size_t i = 0; i < x->journal.count && x->stopped; i++) {
        const struct submission *s = &x->journal.list[i];
        struct error unknown = ERROR_INIT;
        if (s->fate != SUBMISSION_ACCEPTED || s->cancelled || !submission_is_open(s))
            continue;
        if (slurm_cancel(&x->client, s->job, NULL, &unknown) == 0 &&
            journal_cancel(&x->journal, i, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- what has ended ---- */

/* Its worker has said its last word, so all its records are to be seen. */
static bool has_said_all(const struct executor *x, const struct submission *s, int64_t block)
{
    char name[TASK_NAME_SIZE];
    struct task_seen seen;
    struct error ignored = ERROR_INIT;
    if (task_facts_look(&seen, x->request->folder, task_name(name, s->array, block), &ignored) != 0)
        return false;
    bool all = seen.ended && strcmp(seen.submission, s->name) == 0;
    task_seen_free(&seen);
    return all;
}

static void judge_end(struct executor *x, const struct submission *s,
                      const struct submission_element *e)
{
    struct task_state *state = state_of(x, s, e->block);
    const struct missing_array *array = missing_array(&x->missing, s->array);
    if (state == NULL || !array->lacks[e->block - array->array.first_block])
        return;
    if (slurm_state_comes_again(e->state) && state->resubmissions < RESUBMISSIONS) {
        state->resubmissions++;
        state->tried = false;
        say(x, text_format("%s block %lld ended with %s and is submitted again", s->array,
                           (long long)e->block, slurm_state_name(e->state)));
    } else if ((e->state == SLURM_COMPLETED || e->state == SLURM_FAILED) &&
               !has_said_all(x, s, e->block)) {
        /* A slow shared file system shows its records later. */
        state->wait_until = clock_seconds() + x->pace.settle;
    }
}

/* A flag for each element of the journal: whether it had ended before a look. */
static bool **ended_before(const struct executor *x)
{
    bool **before = xcalloc(x->journal.count + 1, sizeof *before);
    for (size_t i = 0; i < x->journal.count; i++) {
        const struct submission *s = &x->journal.list[i];
        before[i] = xcalloc(s->element_count + 1, sizeof **before);
        for (size_t e = 0; e < s->element_count; e++)
            before[i][e] = s->elements[e].ended;
    }
    return before;
}

static void judge_ends(struct executor *x, bool **before)
{
    for (size_t i = 0; i < x->journal.count; i++) {
        const struct submission *s = &x->journal.list[i];
        for (size_t e = 0; e < s->element_count; e++)
            if (s->elements[e].ended && !before[i][e])
                judge_end(x, s, &s->elements[e]);
        free(before[i]);
    }
    free(before);
}

/* What Slurm has, an earlier session's too, is ours from now on: how it ends is
 * its end. What had ended before we came is just missing. */
static void take_over(struct executor *x)
{
    for (size_t i = 0; i < x->journal.count; i++) {
        const struct submission *s = &x->journal.list[i];
        for (size_t e = 0; s->fate == SUBMISSION_ACCEPTED && e < s->element_count; e++) {
            struct task_state *state = state_of(x, s, s->elements[e].block);
            if (state != NULL && watch_shows(&x->watch, i, e))
                state->tried = true;
        }
    }
}

static bool awaits_records(const struct executor *x)
{
    double now = clock_seconds();
    for (size_t a = 0; a < x->missing.count; a++)
        for (int64_t i = 0; i < x->missing.arrays[a].array.blocks; i++)
            if (x->missing.arrays[a].lacks[i] && x->tasks[a][i].wait_until > now)
                return true;
    return false;
}

static void show(const struct executor *x)
{
    struct slurm_view view = {.waiting = waiting_tasks(x), .slurm_answers = x->watch.answered,
                              .words = x->watch.words == NULL ? "" : x->watch.words};
    if (x->request->show == NULL)
        return;
    view.rows = watch_rows(&x->watch, &x->missing, &view.count);
    x->request->show(&view, x->request->context);
    free(view.rows);
}

/* Records first: a job that ends between the two looks is then seen next time. */
static int look(struct executor *x, int64_t *ended, struct error *err)
{
    bool **before = ended_before(x);
    int rc = find_missing(x, err) != 0 ? -1 : watch_look(&x->watch, &x->missing, ended, err);
    if (rc == 0 && *ended > 0)
        rc = find_missing(x, err);
    judge_ends(x, before);
    if (rc == 0 && x->watch.answered)
        take_over(x);
    if (rc == 0)
        show(x);
    return rc;
}

/* ---- the loop ---- */

static bool lost_patience(const struct executor *x)
{
    return x->unreachable_since != 0 && journal_open_tasks(&x->journal) == 0 &&
           clock_seconds() - x->unreachable_since > x->pace.patience;
}

static int give_up(const struct executor *x, struct error *err)
{
    return error_system(err,
                        "Slurm has not answered for %.0f s; nothing is lost: `scalestudy resume %s` "
                        "goes on when it does",
                        clock_seconds() - x->unreachable_since, x->request->folder);
}

/* Whether it will soon be known if more is to be submitted. */
static bool is_settling(const struct executor *x)
{
    return awaits_records(x) || watch_awaits_end(&x->watch);
}

/* Submits, looks, sleeps, until nothing is left to wait for. */
static int go_on(struct executor *x, struct error *err)
{
    double interval = x->pace.least;
    for (bool first = true;; first = false) {
        bool unsettled;
        int64_t ended = 0;
        if (settle_intents(x, &unsettled, err) != 0 || heed_stop(x, err) != 0)
            return -1;
        /* What has ended since the last session is submitted with the rest. */
        if (first && journal_open_tasks(&x->journal) > 0 && look(x, &ended, err) != 0)
            return -1;
        if (submit_pass(x, err) != 0)
            return -1;
        if (lost_patience(x))
            return give_up(x, err);
        bool submits = unsettled || x->unreachable_since != 0;
        if (is_cancelled(x) || (x->request->detach && !submits && !is_settling(x)))
            return 0;
        if (look(x, &ended, err) != 0)
            return -1;
        bool idle = journal_open_tasks(&x->journal) == 0 && waiting_tasks(x) == 0 &&
                    !awaits_records(x) && !watch_awaits_accounts(&x->watch);
        if (idle || is_cancelled(x))
            return 0;
        interval = first || ended > 0 || submits ? x->pace.least
                                                 : fmin(interval * 1.5, x->pace.most);
        nap(x, interval);
    }
}

static int64_t ask_largest_array(struct executor *x)
{
    if (x->plan->cluster.max_array > 0)
        return x->plan->cluster.max_array;
    char *text = slurm_config_value(&x->client, "MaxArraySize");
    int64_t value = text == NULL ? 0 : atoll(text);
    free(text);
    return value > 0 ? value : DEFAULT_MAX_ARRAY;
}

static int open_all(struct executor *x, struct error *err)
{
    const struct executor_request *request = x->request;
    if (journal_open(&x->journal, request->folder, true, err) != 0 || find_missing(x, err) != 0)
        return -1;
    x->tasks = xcalloc(x->missing.count + 1, sizeof *x->tasks);
    x->order = xcalloc(x->missing.count + 1, sizeof *x->order);
    for (size_t a = 0; a < x->missing.count; a++) {
        x->tasks[a] = xcalloc((size_t)x->missing.arrays[a].array.blocks, sizeof **x->tasks);
        x->order[a] = a;
    }
    /* The order of core counts in time must not follow their size. */
    schedule_shuffle(x->order, x->missing.count, x->plan->seed);
    x->largest_array = ask_largest_array(x);
    return 0;
}

static void close_all(struct executor *x)
{
    watch_free(&x->watch);
    for (size_t a = 0; x->tasks != NULL && a < x->missing.count; a++)
        free(x->tasks[a]);
    free(x->tasks);
    free(x->order);
    missing_free(&x->missing);
    journal_close(&x->journal);
}

int executor_slurm_run(const struct executor_request *request, struct executor_outcome *outcome,
                       struct error *err)
{
    struct executor x = {.request = request,
                         .plan = request->plan,
                         .outcome = outcome,
                         .pace = slurm_pace_of(&request->plan->cluster),
                         .client = {.cancel = request->cancel},
                         .journal = {.fd = -1},
                         .capacity = INT64_MAX};
    *outcome = (struct executor_outcome){0};
    x.submitter = (struct submitter){.plan = request->plan, .folder = request->folder,
                                     .program = request->program, .journal = &x.journal,
                                     .client = &x.client, .retry_failed = request->retry_failed,
                                     .settle_seconds = x.pace.settle};
    x.watch = (struct watch){.folder = request->folder, .journal = &x.journal, .client = &x.client, .pace = &x.pace,
                             .no_accounts = !request->plan->cluster.has_sacct, .answered = true};
    int rc = open_all(&x, err);
    if (rc == 0)
        rc = go_on(&x, err);
    if (rc == 0) {
        outcome->waiting = waiting_tasks(&x);
        outcome->open = journal_open_tasks(&x.journal);
        outcome->cancelled = is_cancelled(&x);
    }
    outcome->questions = x.client.calls;
    close_all(&x);
    return rc;
}

void executor_outcome_free(struct executor_outcome *outcome)
{
    free(outcome->words);
    *outcome = (struct executor_outcome){0};
}
