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

enum { LARGEST_JOURNAL = 1 << 30, LARGEST_SERIAL = 1 << 30 };

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
    array_grow(&journal->list, journal->count, &journal->capacity, sizeof *journal->list);
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
    return (s->fate == SUBMISSION_INTENDED || s->fate == SUBMISSION_ACCEPTED) &&
           s->ended_count < s->element_count;
}

bool journal_task_is_open(const struct journal *journal, const char *array, int64_t block)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct submission *s = &journal->list[i];
        if (!submission_is_open(s) || strcmp(s->array, array) != 0)
            continue;
        const struct submission_element *e = submission_element(s, block);
        if (e != NULL && !e->ended)
            return true;
    }
    return false;
}

int64_t journal_open_tasks(const struct journal *journal)
{
    int64_t open = 0;
    for (size_t i = 0; i < journal->count; i++)
        if (submission_is_open(&journal->list[i]))
            open += (int64_t)(journal->list[i].element_count - journal->list[i].ended_count);
    return open;
}

static void end_element(struct submission *s, struct submission_element *e, enum slurm_state state,
                        const char *reason)
{
    s->ended_count += !e->ended;
    e->ended = true;
    e->state = state;
    set_text(&e->reason, reason);
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
    struct submission *submission; /* NULL for an intent */
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

/* The number at the end of a name; 0 where there is none of ours. */
static int64_t serial_of(const char *name)
{
    const char *number = strrchr(name, '-');
    long long serial = number == NULL ? 0 : strtoll(number + 1, NULL, 10);
    return serial > 0 && serial < LARGEST_SERIAL ? serial : 0;
}

static void read_intend(struct journal *journal, const struct event *e)
{
    int64_t serial = serial_of(e->name);
    if (serial > journal->serial)
        journal->serial = serial;
    const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(e->object, "blocks"), *item;
    size_t count = cJSON_IsArray(blocks) ? (size_t)cJSON_GetArraySize(blocks) : 0;
    size_t index = add_submission(journal, e->name, text_of(e, "array"), whole_of(e, "first_block"),
                                  whole_of(e, "at"), count);
    struct submission_element *element = journal->list[index].elements;
    cJSON_ArrayForEach(item, blocks)
        (element++)->block = fabs(item->valuedouble) < 1e15 ? (int64_t)item->valuedouble : -1;
}

static void read_end(const struct event *e)
{
    struct submission_element *element = submission_element(e->submission, whole_of(e, "block"));
    if (element != NULL)
        end_element(e->submission, element, slurm_state_parse(text_of(e, "state")),
                    text_of(e, "reason"));
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

static void apply(const struct event *e, const char *kind)
{
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

/* A line that a crash has torn is passed over: what it tells is asked again. It
 * may have been an intent, whose name nobody else may have. */
static void read_line(struct journal *journal, const char *line, size_t length)
{
    struct json_doc doc;
    struct error ignored = ERROR_INIT;
    if (length == 0)
        return;
    if (json_parse(&doc, "journal", line, length, &ignored) != 0) {
        journal->serial++;
        return;
    }
    const cJSON *object = doc.root->child;
    if (cJSON_IsObject(object)) {
        struct event e = {.doc = &doc, .object = object};
        e.name = text_of(&e, "submission");
        if (strcmp(object->string, "intend") == 0) {
            read_intend(journal, &e);
        } else {
            e.submission = find_submission(journal, e.name);
            apply(&e, object->string);
        }
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
    /* A power cut may leave bytes of zero: they end no text. */
    for (size_t at = 0; at < text.len;) {
        const char *line = text.str + at, *end = memchr(line, '\n', text.len - at);
        size_t length = end == NULL ? text.len - at : (size_t)(end - line);
        read_line(journal, line, length);
        at += length + 1;
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
    journal->followed = (int64_t)size;
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
    if (journal->path != NULL && journal->fd >= 0)
        close(journal->fd);
    free(journal->path);
    *journal = (struct journal){.fd = -1};
}

static void begin_event(struct json_writer *w, const char *kind, const char *submission)
{
    json_begin_object(w, NULL);
    json_begin_object(w, kind);
    json_string(w, "submission", submission);
}

/* In one write, so that two lines never mix. What a full disk has torn ends
 * where the next line begins. */
static int write_line(struct journal *journal, struct strbuf *line)
{
    ssize_t written;
    strbuf_add_char(line, '\n');
    const char *bytes = line->str;
    size_t length = line->len;
    while (journal->torn && (written = write(journal->fd, "\n", 1)) != 1)
        if (written == 0 || errno != EINTR)
            return written == 0 ? ENOSPC : errno;
    journal->torn = false;
    while ((written = write(journal->fd, bytes, length)) < 0 && errno == EINTR)
        ;
    if (written < 0)
        return errno;
    journal->torn = (size_t)written < length;
    return journal->torn ? ENOSPC : 0;
}

static int append(struct journal *journal, struct json_writer *w, bool synced, struct error *err)
{
    struct strbuf *line = w->out;
    json_end_object(w);
    json_end_object(w);
    if (journal->fd < 0) { /* for reading: the change stays in memory */
        strbuf_free(line);
        return 0;
    }
    int problem = write_line(journal, line);
    if (problem == 0 && synced && fsync(journal->fd) != 0 && errno != EINVAL)
        problem = errno; /* EINVAL: a file system that needs no sync */
    strbuf_free(line);
    if (problem != 0)
        return error_system(err, "could not write %s: %s; nothing more is submitted", journal->path,
                            strerror(problem));
    return 0;
}

/* "NAME-ID-7": of this folder alone, so that it can be looked for in the queue. */
static char *new_name(struct journal *journal, const struct plan *plan)
{
    return text_format("%s-%s-%lld", plan->name, plan->id, (long long)++journal->serial);
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

int journal_stop(struct journal *journal, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    char stamp[CLOCK_STAMP_SIZE];
    json_begin_object(&w, NULL);
    json_begin_object(&w, "stop");
    json_string(&w, "at", clock_stamp(stamp, clock_now()));
    return append(journal, &w, false, err);
}

bool journal_asks_to_stop(struct journal *journal)
{
    static const char wish[] = "{\"stop\"";
    char text[65536];
    bool asked = false;
    for (;;) {
        ssize_t length = pread(journal->fd, text, sizeof text - 1, (off_t)journal->followed);
        char *end = length <= 0 ? NULL : memrchr(text, '\n', (size_t)length);
        if (end == NULL && length < (ssize_t)sizeof text - 1)
            return asked; /* nothing new, or half a line */
        if (end == NULL) { /* one line longer than this is an intent */
            journal->followed += length;
            continue;
        }
        *end = '\0';
        asked = asked || strncmp(text, wish, strlen(wish)) == 0 || strstr(text, "\n{\"stop\"") != NULL;
        journal->followed += end + 1 - text;
    }
}

int journal_end(struct journal *journal, size_t index, size_t element, enum slurm_state state,
                const char *reason, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    struct submission_element *e = &journal->list[index].elements[element];
    end_element(&journal->list[index], e, state, reason);
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
