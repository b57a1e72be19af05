#include "task_facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "jsontext.h"
#include "strbuf.h"

static int append(struct record_log *log, struct strbuf *line, struct error *err)
{
    int rc = record_log_line(log, line->str, err);
    strbuf_free(line);
    return rc;
}

static void open_fact(struct json_writer *w, const char *kind)
{
    char stamp[CLOCK_STAMP_SIZE];
    json_begin_object(w, NULL);
    json_begin_object(w, kind);
    json_string(w, "at", clock_stamp(stamp, clock_now()));
}

int task_facts_begin(struct record_log *log, const struct task_begin *begin, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    open_fact(&w, "begin");
    json_string(&w, "submission", begin->submission);
    json_string(&w, "array_job", begin->array_job);
    json_string(&w, "job", begin->job);
    json_string(&w, "host", begin->host);
    json_end_object(&w);
    json_end_object(&w);
    return append(log, &line, err);
}

int task_facts_end(struct record_log *log, const struct worker_outcome *outcome,
                   const char *problem, struct error *err)
{
    struct strbuf line = STRBUF_INIT;
    struct json_writer w = {.out = &line, .first = true};
    open_fact(&w, "end");
    json_int(&w, "total", outcome->total);
    json_int(&w, "ok", outcome->ok);
    json_int(&w, "failed", outcome->failed);
    json_bool(&w, "cancelled", outcome->cancelled);
    json_string(&w, "problem", problem);
    json_end_object(&w);
    json_end_object(&w);
    return append(log, &line, err);
}

static char *text_of(const struct json_doc *doc, const cJSON *object, const char *key)
{
    const char *text;
    struct error err = ERROR_INIT;
    return xstrdup(json_get_string(doc, object, key, "", &text, &err) == 0 ? text : "");
}

static void take(char **to, char *text)
{
    free(*to);
    *to = text;
}

/* A torn line is passed over: what it would have said has not been said. */
static void read_fact(struct task_seen *seen, const char *line, size_t length)
{
    struct json_doc doc;
    struct error err = ERROR_INIT;
    if (json_parse(&doc, "fact", line, length, &err) != 0)
        return;
    const cJSON *begin = cJSON_GetObjectItemCaseSensitive(doc.root, "begin");
    const cJSON *end = cJSON_GetObjectItemCaseSensitive(doc.root, "end");
    if (cJSON_IsObject(begin)) {
        seen->begun = true;
        take(&seen->submission, text_of(&doc, begin, "submission"));
        take(&seen->array_job, text_of(&doc, begin, "array_job"));
        take(&seen->job, text_of(&doc, begin, "job"));
    }
    if (cJSON_IsObject(end)) {
        seen->ended = true;
        take(&seen->problem, text_of(&doc, end, "problem"));
    }
    json_free(&doc);
}

static int read_facts(struct task_seen *seen, FILE *file, const char *path, struct error *err)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, file)) > 0)
        if (strncmp(line, "{\"begin\"", 8) == 0 || strncmp(line, "{\"end\"", 6) == 0)
            read_fact(seen, line, (size_t)length);
    free(line);
    return ferror(file) ? error_set(err, "could not read %s: %s", path, strerror(errno)) : 0;
}

static FILE *open_last(struct task_seen *seen, const char *folder, const char *task, char **path)
{
    FILE *last = NULL;
    *path = NULL;
    for (;;) {
        char *next = text_format("%s/records/%s.%lld.jsonl", folder, task,
                                 (long long)seen->attempts + 1);
        FILE *file = fopen(next, "re");
        if (file == NULL) {
            free(next);
            return last;
        }
        if (last != NULL)
            fclose(last);
        free(*path);
        *path = next;
        last = file;
        seen->attempts++;
    }
}

int task_facts_look(struct task_seen *seen, const char *folder, const char *task,
                    struct error *err)
{
    *seen = (struct task_seen){.submission = xstrdup(""), .array_job = xstrdup(""),
                               .job = xstrdup(""), .problem = xstrdup("")};
    char *path;
    FILE *file = open_last(seen, folder, task, &path);
    int rc = 0;
    if (file != NULL) {
        rc = read_facts(seen, file, path, err);
        fclose(file);
    }
    free(path);
    if (rc != 0)
        task_seen_free(seen);
    return rc;
}

void task_seen_free(struct task_seen *seen)
{
    free(seen->submission);
    free(seen->array_job);
    free(seen->job);
    free(seen->problem);
    *seen = (struct task_seen){0};
}
