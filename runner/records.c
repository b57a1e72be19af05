#define _GNU_SOURCE
#include "records.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "files.h"
#include "record_line.h"

enum { LONGEST_LINE = 1 << 20 };

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
    if (!record_line_start(line, length, &order, &ok) || order < 0 || order >= index->count) {
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
        record_line_read(&reader->doc, run, &why) == 0)
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
