#define _GNU_SOURCE
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "files.h"
#include "strbuf.h"

/* Every record begins so; an index reads no more of the line than this. */
static const char record_start[] = "{\"order\": ";
enum { LONGEST_LINE = 1 << 20 };

struct record_log {
    int fd;
    int64_t attempt;
    char *path;
    struct strbuf line;
    pthread_t syncer;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool dirty, closing;
    int sync_error; /* errno of a failed sync, told at the next append */
};

/* Waits for something new, then gives more records half a second to come. */
static void *sync_in_groups(void *context)
{
    struct record_log *log = context;
    pthread_mutex_lock(&log->mutex);
    while (!log->closing) {
        if (!log->dirty) {
            pthread_cond_wait(&log->changed, &log->mutex);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 500000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        while (!log->closing &&
               pthread_cond_timedwait(&log->changed, &log->mutex, &until) != ETIMEDOUT)
            ;
        log->dirty = false;
        pthread_mutex_unlock(&log->mutex);
        int failed = fdatasync(log->fd) == 0 ? 0 : errno;
        pthread_mutex_lock(&log->mutex);
        if (failed != 0 && failed != EINVAL) /* EINVAL: a file system that needs no sync */
            log->sync_error = failed;
    }
    pthread_mutex_unlock(&log->mutex);
    return NULL;
}

static int start_syncer(struct record_log *log, struct error *err)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&log->mutex, NULL);
    pthread_cond_init(&log->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    sigset_t all, before;
    sigfillset(&all); /* signals are for the main thread */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&log->syncer, NULL, sync_in_groups, log);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0)
        return error_system(err, "could not start a thread: %s", strerror(code));
    return 0;
}

/* One line ends where the next begins, even after a crash in the middle of one. */
static int close_torn_line(int fd)
{
    char last;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0)
        return size < 0 ? -1 : 0;
    if (pread(fd, &last, 1, size - 1) != 1)
        return -1;
    return last == '\n' || write(fd, "\n", 1) == 1 ? 0 : -1;
}

static char *log_path(const char *folder, const char *task, int64_t attempt)
{
    return text_format("%s/records/%s.%lld.jsonl", folder, task, (long long)attempt);
}

/* 0 (EEXIST in errno) where `exclusive` finds the file there already. */
static int open_locked(const char *path, const char *task, bool exclusive, struct error *err)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (exclusive ? O_EXCL : 0);
    int fd = open(path, flags, 0666);
    if (fd < 0 && exclusive && errno == EEXIST)
        return 0;
    if (fd < 0)
        return error_system(err, "could not open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(fd);
        return error_system(err, "task %s is being run by another worker", task);
    }
    if (close_torn_line(fd) != 0) {
        error_system(err, "could not write %s: %s", path, strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

/* The file of that attempt, of the first new one where it is 0. */
static int open_attempt(const char *folder, const char *task, int64_t *attempt, char **path,
                        struct error *err)
{
    bool exclusive = *attempt == 0;
    for (int64_t number = exclusive ? 1 : *attempt;; number++) {
        *path = log_path(folder, task, number);
        int fd = open_locked(*path, task, exclusive, err);
        if (fd > 0)
            *attempt = number;
        if (fd != 0)
            return fd;
        free(*path);
    }
}

struct record_log *record_log_open(const char *folder, const char *task, int64_t attempt,
                                   struct error *err)
{
    char *path;
    int fd = open_attempt(folder, task, &attempt, &path, err);
    if (fd < 0) {
        free(path);
        return NULL;
    }
    struct record_log *log = xcalloc(1, sizeof *log);
    log->fd = fd;
    log->attempt = attempt;
    log->path = path;
    log->line = (struct strbuf)STRBUF_INIT;
    if (start_syncer(log, err) != 0) {
        close(fd);
        free(path);
        free(log);
        return NULL;
    }
    return log;
}

int64_t record_log_attempt(const struct record_log *log)
{
    return log->attempt;
}

static int write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int append_line(struct record_log *log, struct error *err)
{
    strbuf_add_char(&log->line, '\n');
    int problem = write_whole(log->fd, log->line.str, log->line.len) == 0 ? 0 : errno;
    pthread_mutex_lock(&log->mutex);
    if (problem == 0)
        problem = log->sync_error;
    log->dirty = true;
    pthread_cond_signal(&log->changed);
    pthread_mutex_unlock(&log->mutex);
    if (problem != 0)
        return error_system(err, "could not write %s: %s", log->path, strerror(problem));
    return 0;
}

int record_log_machine(struct record_log *log, const struct machine *machine, struct error *err)
{
    strbuf_clear(&log->line);
    struct json_writer w = {.out = &log->line, .first = true};
    json_begin_object(&w, NULL);
    machine_write(machine, &w, "machine");
    json_end_object(&w);
    return append_line(log, err);
}

int record_log_line(struct record_log *log, const char *line, struct error *err)
{
    strbuf_clear(&log->line);
    strbuf_add(&log->line, line);
    return append_line(log, err);
}

/* Left out where not known, so that the line stays short. */
static void put_number(struct json_writer *w, const char *key, double value)
{
    if (isfinite(value))
        json_number(w, key, value);
}

static void put_text(struct json_writer *w, const char *key, const char *text)
{
    if (text[0] != '\0')
        json_string(w, key, text);
}

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
    if (value != RESULTS_UNKNOWN)
        json_int(w, key, value);
}

/* The fields of struct run that a record holds, for writing and reading alike. */
static const struct {
    const char *key;
    enum { TEXT, REAL, WHOLE } kind;
    size_t offset;
} fields[] = {
    {"reason", TEXT, offsetof(struct run, reason)},
    {"seconds", REAL, offsetof(struct run, seconds)},
    {"first_seconds", REAL, offsetof(struct run, first_seconds)},
    {"wall_seconds", REAL, offsetof(struct run, wall_seconds)},
    {"user_seconds", REAL, offsetof(struct run, user_seconds)},
    {"system_seconds", REAL, offsetof(struct run, system_seconds)},
    {"peak_memory_bytes", REAL, offsetof(struct run, peak_memory_bytes)},
    {"granted_memory_bytes", REAL, offsetof(struct run, granted_memory_bytes)},
    {"work", REAL, offsetof(struct run, work)},
    {"value", REAL, offsetof(struct run, value)},
    {"error", REAL, offsetof(struct run, error)},
    {"bound", WHOLE, offsetof(struct run, bound)},
    {"mask", TEXT, offsetof(struct run, mask)},
    {"frequency_mhz", REAL, offsetof(struct run, frequency_mhz)},
    {"cpu_model", TEXT, offsetof(struct run, cpu_model)},
    {"host", TEXT, offsetof(struct run, host)},
    {"partition", TEXT, offsetof(struct run, partition)},
    {"job", TEXT, offsetof(struct run, job)},
    {"task", TEXT, offsetof(struct run, task)},
    {"attempt", WHOLE, offsetof(struct run, attempt)},
    {"started", TEXT, offsetof(struct run, started)},
    {"exit", WHOLE, offsetof(struct run, exit)},
};

int record_log_append(struct record_log *log, const struct planned_run *planned,
                      const struct run *run, struct error *err)
{
    strbuf_clear(&log->line);
    struct json_writer w = {.out = &log->line, .first = true};
    json_begin_object(&w, NULL);
    json_int(&w, "order", planned->order);
    json_string(&w, "status", run->status);
    json_int(&w, "point", (int64_t)planned->point);
    json_int(&w, "block", planned->block);
    json_int(&w, "run", planned->run);
    json_int(&w, "warmup", planned->warmup);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *member = (const char *)run + fields[i].offset;
        if (fields[i].kind == TEXT)
            put_text(&w, fields[i].key, *(const char *const *)(const void *)member);
        else if (fields[i].kind == REAL)
            put_number(&w, fields[i].key, *(const double *)(const void *)member);
        else
            put_int(&w, fields[i].key, *(const int64_t *)(const void *)member);
    }
    json_end_object(&w);
    return append_line(log, err);
}

int record_log_close(struct record_log *log, struct error *err)
{
    pthread_mutex_lock(&log->mutex);
    log->closing = true;
    pthread_cond_signal(&log->changed);
    pthread_mutex_unlock(&log->mutex);
    pthread_join(log->syncer, NULL);
    int problem = fdatasync(log->fd) == 0 || errno == EINVAL ? log->sync_error : errno;
    if (lseek(log->fd, 0, SEEK_END) == 0)
        unlink(log->path); /* nothing was left to do */
    if (close(log->fd) != 0 && problem == 0)
        problem = errno;
    int rc = 0;
    if (problem != 0)
        rc = error_system(err, "could not write %s: %s", log->path, strerror(problem));
    pthread_mutex_destroy(&log->mutex);
    pthread_cond_destroy(&log->changed);
    strbuf_free(&log->line);
    free(log->path);
    free(log);
    return rc;
}

/* ---- reading ---- */

static int compare_names(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* "TASK.ATTEMPT.jsonl", of the one task where one is named. */
static bool is_record_file(const char *name, const char *task)
{
    size_t length = strlen(name), task_length = task == NULL ? 0 : strlen(task);
    if (name[0] == '.' || length < 7 || strcmp(name + length - 6, ".jsonl") != 0)
        return false;
    if (task == NULL)
        return true;
    const char *attempt = name + task_length + 1;
    return strncmp(name, task, task_length) == 0 && name[task_length] == '.' &&
           strspn(attempt, "0123456789") == length - task_length - 1 - 6;
}

static int list_files(struct records_index *index, const char *folder, const char *task,
                      struct error *err)
{
    char *records = path_join(folder, "records");
    DIR *dir = opendir(records);
    if (dir == NULL) {
        error_set(err, "%s has no records: %s", folder, strerror(errno));
        free(records);
        return -1;
    }
    size_t capacity = 0;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (!is_record_file(entry->d_name, task))
            continue;
        array_grow(&index->files, index->file_count, &capacity, sizeof *index->files);
        index->files[index->file_count++] = text_format("%s/%s", records, entry->d_name);
    }
    closedir(dir);
    free(records);
    if (index->file_count > 1)
        qsort(index->files, index->file_count, sizeof *index->files, compare_names);
    return 0;
}

/* Whether a line is one whole object without others in it: a crash may have
 * torn it anywhere, also behind a brace in a text, or left bytes of zero. */
static bool is_whole(const char *line, size_t length)
{
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)line[i] < 0x20 || (line[i] == '{' && i > 0 && !quoted))
            return false;
        if (quoted && line[i] == '\\')
            i++;
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == '}' && !quoted)
            return i == length - 1;
    }
    return false;
}

/* The order and status that a whole record line begins with. */
static bool read_start(const char *line, size_t length, int64_t *order, bool *ok)
{
    static const char status[] = ", \"status\": \"";
    if (length < sizeof record_start || !is_whole(line, length) ||
        strncmp(line, record_start, sizeof record_start - 1) != 0)
        return false;
    char *end;
    *order = strtoll(line + sizeof record_start - 1, &end, 10);
    if (strncmp(end, status, sizeof status - 1) != 0)
        return false;
    *ok = strncmp(end + sizeof status - 1, "ok\"", 3) == 0;
    return true;
}

struct machine_hook {
    int (*call)(const struct json_doc *doc, const cJSON *object, void *context, struct error *err);
    void *context;
};

static int read_machine_line(const char *path, const char *line, size_t length,
                             const struct machine_hook *hook, struct error *err)
{
    struct json_doc doc;
    if (hook->call == NULL || json_parse(&doc, path, line, length, err) != 0)
        return 0; /* torn: the machine is told again at the next start */
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(doc.root, "machine");
    int rc = cJSON_IsObject(object) ? hook->call(&doc, object, hook->context, err) : 0;
    json_free(&doc);
    return rc;
}

static void enter(struct records_index *index, int64_t order, bool ok, struct record_place place)
{
    struct record_place *known = &index->places[order];
    if (known->ok)
        return;
    if (known->file == UINT32_MAX)
        index->found++;
    index->ok += ok;
    place.ok = ok;
    *known = place;
}

static int index_line(struct records_index *index, uint32_t file, const char *line, size_t length,
                      int64_t offset, const struct machine_hook *hook, struct error *err)
{
    int64_t order;
    bool ok;
    if (strncmp(line, "{\"machine\"", 10) == 0)
        return read_machine_line(index->files[file], line, length, hook, err);
    if (strncmp(line, "{\"begin\"", 8) == 0 || strncmp(line, "{\"end\"", 6) == 0)
        return 0; /* of the task, see task_facts.h */
    if (!read_start(line, length, &order, &ok) || order < 0 || order >= index->count) {
        index->torn += length > 0;
        return 0;
    }
    enter(index, order, ok,
          (struct record_place){.file = file, .length = (uint32_t)length, .offset = offset});
    return 0;
}

static int index_file(struct records_index *index, uint32_t file, const struct machine_hook *hook,
                      struct error *err)
{
    FILE *stream = fopen(index->files[file], "re");
    if (stream == NULL)
        return error_set(err, "could not read %s: %s", index->files[file], strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    int64_t offset = 0;
    int rc = 0;
    while (rc == 0 && (length = getline(&line, &capacity, stream)) > 0) {
        size_t text = (size_t)length - (line[length - 1] == '\n');
        if (text < LONGEST_LINE)
            rc = index_line(index, file, line, text, offset, hook, err);
        offset += length;
    }
    if (rc == 0 && ferror(stream))
        rc = error_set(err, "could not read %s: %s", index->files[file], strerror(errno));
    free(line);
    fclose(stream);
    return rc;
}

int records_index(struct records_index *index, const char *folder, const char *task, int64_t run_count,
                  int (*machine)(const struct json_doc *doc, const cJSON *object, void *context,
                                 struct error *err),
                  void *context, struct error *err)
{
    struct machine_hook hook = {machine, context};
    *index = (struct records_index){.count = run_count};
    if (list_files(index, folder, task, err) != 0)
        return -1;
    index->places = xmalloc(((size_t)run_count + 1) * sizeof *index->places);
    for (int64_t i = 0; i < run_count; i++)
        index->places[i] = (struct record_place){.file = UINT32_MAX};
    int rc = 0;
    for (size_t i = 0; i < index->file_count && rc == 0; i++)
        rc = index_file(index, (uint32_t)i, &hook, err);
    if (rc != 0)
        records_index_free(index);
    return rc;
}

void records_index_free(struct records_index *index)
{
    for (size_t i = 0; i < index->file_count; i++)
        free(index->files[i]);
    free(index->files);
    free(index->places);
    *index = (struct records_index){0};
}

void records_reader_begin(struct records_reader *reader, const struct records_index *index,
                          const char *folder)
{
    *reader = (struct records_reader){
        .index = index, .folder = folder, .open_index = UINT32_MAX, .line = STRBUF_INIT};
}

static int read_line(struct records_reader *reader, const struct record_place *place,
                     struct error *err)
{
    const char *path = reader->index->files[place->file];
    if (reader->open_index != place->file) {
        if (reader->open_file != NULL)
            fclose(reader->open_file);
        reader->open_file = fopen(path, "re");
        reader->open_index = place->file;
    }
    if (reader->open_file == NULL)
        return error_set(err, "could not read %s: %s", path, strerror(errno));
    strbuf_clear(&reader->line);
    strbuf_reserve(&reader->line, place->length);
    /* Records mostly stand in order: a seek to where we are keeps stdio's buffer. */
    if (ftello(reader->open_file) != place->offset &&
        fseeko(reader->open_file, place->offset, SEEK_SET) != 0)
        return error_set(err, "could not read %s: %s", path, strerror(errno));
    if (fread(reader->line.str, 1, place->length, reader->open_file) != place->length)
        return error_set(err, "could not read %s: it became shorter", path);
    strbuf_set_length(&reader->line, place->length);
    getc(reader->open_file); /* the line end, so that the next record stands here */
    return 0;
}

/* The field of that key. Records are written in the table's order, so the next
 * one is looked for from where the last one was found. */
static size_t find_field(const char *key, size_t from)
{
    enum { COUNT = sizeof fields / sizeof *fields };
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = from + i < COUNT ? from + i : from + i - COUNT;
        if (fields[at].key[0] == key[0] && strcmp(fields[at].key, key) == 0)
            return at;
    }
    return COUNT;
}

static int read_member(const struct json_doc *doc, const cJSON *item, size_t field, struct run *run,
                       struct error *err)
{
    char *member = (char *)run + fields[field].offset;
    bool is_text = fields[field].kind == TEXT;
    if (is_text ? !cJSON_IsString(item) : !cJSON_IsNumber(item))
        return json_error(doc, item, err, "\"%s\" must be a %s", item->string,
                          is_text ? "text" : "number");
    if (is_text)
        *(const char **)(void *)member = item->valuestring;
    else if (fields[field].kind == REAL)
        *(double *)(void *)member = item->valuedouble;
    else if (item->valuedouble == floor(item->valuedouble) && fabs(item->valuedouble) < 0x1p53)
        *(int64_t *)(void *)member = (int64_t)item->valuedouble;
    else
        return json_error(doc, item, err, "\"%s\" must be a whole number", item->string);
    return 0;
}

static int fill_run(struct records_reader *reader, struct run *run, struct error *err)
{
    const struct json_doc *doc = &reader->doc;
    const cJSON *item;
    size_t next = 0;
    if (json_get_string(doc, doc->root, "status", "failed", &run->status, err) != 0)
        return -1;
    cJSON_ArrayForEach(item, doc->root)
    {
        size_t field = find_field(item->string, next);
        if (field == sizeof fields / sizeof *fields || cJSON_IsNull(item))
            continue; /* of the schedule, which is known */
        if (read_member(doc, item, field, run, err) != 0)
            return -1;
        next = field + 1;
    }
    return 0;
}

int records_reader_get(struct records_reader *reader, int64_t order, struct run *run,
                       struct error *err)
{
    const struct record_place *place = &reader->index->places[order];
    if (place->file == UINT32_MAX)
        return 0;
    if (read_line(reader, place, err) != 0)
        return -1;
    json_free(&reader->doc);
    reader->doc = (struct json_doc){0};
    const char *path = reader->index->files[place->file];
    struct error why = ERROR_INIT;
    if (json_parse(&reader->doc, "record", reader->line.str, reader->line.len, &why) == 0 &&
        fill_run(reader, run, &why) == 0)
        return 1;
    return error_set(err,
                     "%s: the record with \"order\": %lld was damaged (%s); remove its line, and the "
                     "run is done again with `scalestudy resume`",
                     path, (long long)order, why.text);
}

void records_reader_end(struct records_reader *reader)
{
    json_free(&reader->doc);
    strbuf_free(&reader->line);
    if (reader->open_file != NULL)
        fclose(reader->open_file);
}
