#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "files.h"
#include "jsontext.h"
#include "strbuf.h"

enum { LARGEST_JOURNAL = 1 << 30 };

/* ---- the state that events make ---- */

static void free_submission(struct submission *s)
{
    for (size_t i = 0; i < s->element_count; i++)
        free(s->elements[i].reason);
    free(s->elements);
    free(s->name);
    free(s->array);
    free(s->job);
    free(s->words);
}

static void set_text(char **to, const char *text)
{
    char *copy = xstrdup(text);
    free(*to);
    *to = copy;
}

static size_t add_submission(struct journal *journal, const char *name, const char *array,
                             int64_t first_block, int64_t at, size_t element_count)
{
    journal->list = xreallocarray(journal->list, journal->count + 1, sizeof *journal->list);
    struct submission *s = &journal->list[journal->count];
    *s = (struct submission){.name = xstrdup(name), .array = xstrdup(array),
                             .first_block = first_block, .at = at,
                             .elements = xcalloc(element_count, sizeof *s->elements),
                             .element_count = element_count,
                             .job = xstrdup(""), .words = xstrdup("")};
    for (size_t i = 0; i < element_count; i++)
        s->elements[i] = (struct submission_element){
            .reason = xstrdup(""), .cpu_seconds = NAN, .memory_bytes = NAN, .energy_joules = NAN};
    return journal->count++;
}

bool submission_is_open(const struct submission *s)
{
    if (s->fate != SUBMISSION_INTENDED && s->fate != SUBMISSION_ACCEPTED)
        return false;
    for (size_t i = 0; i < s->element_count; i++)
        if (!s->elements[i].ended)
            return true;
    return false;
}

struct submission_element *submission_element(const struct submission *s, int64_t block)
{
    size_t low = 0, high = s->element_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->elements[middle].block < block)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->element_count && s->elements[low].block == block ? &s->elements[low] : NULL;
}

/* ---- reading ---- */

struct event {
    const struct json_doc *doc;
    const cJSON *object;
    const char *name; /* of the submission */
    struct submission *submission; /* NULL for a new one */
};

static const char *text_of(const struct event *e, const char *key)
{
    const char *text;
    struct error ignored = ERROR_INIT;
    return json_get_string(e->doc, e->object, key, "", &text, &ignored) == 0 ? text : "";
}

static int64_t whole_of(const struct event *e, const char *key)
{
    int64_t value;
    struct error ignored = ERROR_INIT;
    return json_get_int(e->doc, e->object, key, 0, &value, &ignored) == 0 ? value : 0;
}

static double real_of(const struct event *e, const char *key)
{
    double value;
    struct error ignored = ERROR_INIT;
    return json_get_number(e->doc, e->object, key, NAN, &value, &ignored) == 0 ? value : NAN;
}

static void read_intend(struct journal *journal, const struct event *e)
{
    const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(e->object, "blocks"), *item;
    size_t count = cJSON_IsArray(blocks) ? (size_t)cJSON_GetArraySize(blocks) : 0;
    size_t index = add_submission(journal, e->name, text_of(e, "array"), whole_of(e, "first_block"),
                                  whole_of(e, "at"), count);
    struct submission_element *element = journal->list[index].elements;
    cJSON_ArrayForEach(item, blocks)
        (element++)->block = (int64_t)item->valuedouble;
}

static void read_end(const struct event *e)
{
    struct submission_element *element = submission_element(e->submission, whole_of(e, "block"));
    if (element == NULL)
        return;
    element->ended = true;
    element->state = slurm_state_parse(text_of(e, "state"));
    set_text(&element->reason, text_of(e, "reason"));
}

static void read_account(const struct event *e)
{
    struct submission_element *element = submission_element(e->submission, whole_of(e, "block"));
    if (element == NULL)
        return;
    element->accounted = true;
    element->cpu_seconds = real_of(e, "cpu_seconds");
    element->memory_bytes = real_of(e, "memory_bytes");
    element->energy_joules = real_of(e, "energy_joules");
}

static void apply(struct journal *journal, const struct event *e, const char *kind)
{
    if (strcmp(kind, "intend") == 0) {
        read_intend(journal, e);
        return;
    }
    struct submission *s = e->submission;
    if (s == NULL)
        return; /* its intent was lost with a damaged line */
    if (strcmp(kind, "accept") == 0) {
        s->fate = SUBMISSION_ACCEPTED;
        set_text(&s->job, text_of(e, "job"));
    } else if (strcmp(kind, "refuse") == 0) {
        s->fate = SUBMISSION_REFUSED;
        set_text(&s->words, text_of(e, "words"));
    } else if (strcmp(kind, "never") == 0) {
        s->fate = SUBMISSION_NEVER;
    } else if (strcmp(kind, "cancel") == 0) {
        s->cancelled = true;
    } else if (strcmp(kind, "end") == 0) {
        read_end(e);
    } else if (strcmp(kind, "account") == 0) {
        read_account(e);
    }
}

/* Most events are of a late submission. */
static struct submission *find_submission(struct journal *journal, const char *name)
{
    for (size_t i = journal->count; i-- > 0;)
        if (strcmp(journal->list[i].name, name) == 0)
            return &journal->list[i];
    return NULL;
}

/* A line that a crash has torn is passed over: what it tells is asked again. */
static void read_line(struct journal *journal, const char *line, size_t length)
{
    struct json_doc doc;
    struct error ignored = ERROR_INIT;
    if (length == 0 || json_parse(&doc, "journal", line, length, &ignored) != 0)
        return;
    const cJSON *object = doc.root->child;
    if (cJSON_IsObject(object)) {
        struct event e = {.doc = &doc, .object = object};
        e.name = text_of(&e, "submission");
        e.submission = find_submission(journal, e.name);
        apply(journal, &e, object->string);
    }
    json_free(&doc);
}

static int read_all(struct journal *journal, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    if (!file_exists(journal->path))
        return 0;
    if (file_read(journal->path, LARGEST_JOURNAL, &text, err) != 0) {
        strbuf_free(&text);
        return -1;
    }
    for (const char *line = text.str; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        read_line(journal, line, length);
        line += length + (line[length] == '\n');
    }
    strbuf_free(&text);
    return 0;
}

/* ---- appending ---- */

static int open_for_appending(struct journal *journal, struct error *err)
{
    char last;
    int fd = open(journal->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_system(err, "could not open %s: %s", journal->path, strerror(errno));
    off_t size = lseek(fd, 0, SEEK_END);
    bool torn = size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
    if (torn && write(fd, "\n", 1) != 1) {
        error_system(err, "could not write %s: %s", journal->path, strerror(errno));
        close(fd);
        return -1;
    }
    journal->fd = fd;
    return 0;
}

int journal_open(struct journal *journal, const char *folder, bool writable, struct error *err)
{
    struct journal opened = {.path = path_join(folder, "journal.jsonl"), .fd = -1};
    if (read_all(&opened, err) != 0 || (writable && open_for_appending(&opened, err) != 0)) {
        journal_close(&opened);
        return -1;
    }
    *journal = opened;
    return 0;
}

void journal_close(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        free_submission(&journal->list[i]);
    free(journal->list);
    free(journal->path);
    if (journal->path != NULL && journal->fd >= 0)
        close(journal->fd);
    *journal = (struct journal){.fd = -1};
}

static void begin_event(struct json_writer *w, const char *kind, const char *submission)
{
    json_begin_object(w, NULL);
    json_begin_object(w, kind);
    json_string(w, "submission", submission);
}

/* In one write, so that two lines never mix. */
static int append(struct journal *journal, struct json_writer *w, bool synced, struct error *err)
{
    struct strbuf *line = w->out;
    json_end_object(w);
    json_end_object(w);
    if (journal->fd < 0) { /* for reading: the change stays in memory */
        strbuf_free(line);
        return 0;
    }
    strbuf_add_char(line, '\n');
    ssize_t written = write(journal->fd, line->str, line->len);
    int rc = 0;
    if (written != (ssize_t)line->len || (synced && fsync(journal->fd) != 0 && errno != EINVAL))
        rc = error_system(err, "could not write %s: %s; nothing more is submitted", journal->path,
                          written >= 0 && written != (ssize_t)line->len ? strerror(ENOSPC)
                                                                        : strerror(errno));
    strbuf_free(line);
    return rc;
}

/* "NAME-ID-7": of this folder alone, so that it can be looked for in the queue. */
static char *new_name(const struct journal *journal, const struct plan *plan)
{
    return text_format("%s-%s-%zu", plan->name, plan->id, journal->count + 1);
}

int journal_intend(struct journal *journal, const struct plan *plan, const char *array,
                   int64_t first_block, const int64_t *blocks, size_t count, size_t *index,
                   struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    char *name = new_name(journal, plan);
    int64_t at = (int64_t)clock_now().tv_sec;
    begin_event(&w, "intend", name);
    json_string(&w, "array", array);
    json_int(&w, "first_block", first_block);
    json_int(&w, "at", at);
    json_begin_array(&w, "blocks");
    for (size_t i = 0; i < count; i++)
        json_int(&w, NULL, blocks[i]);
    json_end_array(&w);
    int rc = append(journal, &w, true, err);
    if (rc == 0) {
        *index = add_submission(journal, name, array, first_block, at, count);
        for (size_t i = 0; i < count; i++)
            journal->list[*index].elements[i].block = blocks[i];
    }
    free(name);
    return rc;
}

int journal_accept(struct journal *journal, size_t index, const char *job, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    struct submission *s = &journal->list[index];
    s->fate = SUBMISSION_ACCEPTED;
    set_text(&s->job, job);
    begin_event(&w, "accept", s->name);
    json_string(&w, "job", job);
    return append(journal, &w, true, err);
}

int journal_refuse(struct journal *journal, size_t index, const char *words, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    struct submission *s = &journal->list[index];
    s->fate = SUBMISSION_REFUSED;
    set_text(&s->words, words);
    begin_event(&w, "refuse", s->name);
    json_string(&w, "words", words);
    return append(journal, &w, false, err);
}

int journal_never(struct journal *journal, size_t index, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    journal->list[index].fate = SUBMISSION_NEVER;
    begin_event(&w, "never", journal->list[index].name);
    return append(journal, &w, false, err);
}

int journal_cancel(struct journal *journal, size_t index, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    journal->list[index].cancelled = true;
    begin_event(&w, "cancel", journal->list[index].name);
    return append(journal, &w, false, err);
}

int journal_end(struct journal *journal, size_t index, size_t element, enum slurm_state state,
                const char *reason, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    struct submission_element *e = &journal->list[index].elements[element];
    e->ended = true;
    e->state = state;
    set_text(&e->reason, reason);
    begin_event(&w, "end", journal->list[index].name);
    json_int(&w, "block", e->block);
    json_string(&w, "state", slurm_state_name(state));
    json_string(&w, "reason", reason);
    return append(journal, &w, false, err);
}

int journal_account(struct journal *journal, size_t index, size_t element,
                    const struct slurm_account *account, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    struct submission_element *e = &journal->list[index].elements[element];
    e->accounted = true;
    e->cpu_seconds = account->cpu_seconds;
    e->memory_bytes = account->memory_bytes;
    e->energy_joules = account->energy_joules;
    begin_event(&w, "account", journal->list[index].name);
    json_int(&w, "block", e->block);
    json_number(&w, "cpu_seconds", e->cpu_seconds);
    json_number(&w, "memory_bytes", e->memory_bytes);
    json_number(&w, "energy_joules", e->energy_joules);
    return append(journal, &w, false, err);
}
