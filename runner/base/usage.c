#define _GNU_SOURCE /* getline */
#include "usage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csvtable.h"
#include "run_key.h"

static const char header[] =
    RUN_KEY_HEADER ",source,seconds_since_start,busy_cores,memory_bytes";
enum { COLUMN_SOURCE = RUN_KEY_COLUMNS, COLUMN_SECONDS };

static const char *const sources[] = {[USAGE_TREE] = "tree", [USAGE_FIRST_NODE] = "first-node"};

void usage_add_header(struct strbuf *sb)
{
    strbuf_add(sb, header);
    csv_end_row(sb);
}

static void add_run(struct strbuf *sb, const struct run *run)
{
    run_key_add(sb, run);
    csv_add_field(sb, sources[run->nodes > 1 ? USAGE_FIRST_NODE : USAGE_TREE]);
}

void usage_add_rows(struct strbuf *sb, const struct run *run)
{
    struct strbuf start = STRBUF_INIT;
    if (run->samples[0] == '\0')
        return;
    add_run(&start, run);
    for (const char *at = run->samples; *at != '\0';) {
        size_t length = strcspn(at, ","), blanks = 0;
        strbuf_add_bytes(sb, start.str, start.len);
        strbuf_add_char(sb, ',');
        for (size_t i = 0; i < length; i++) {
            blanks += at[i] == ' ';
            strbuf_add_char(sb, at[i] == ' ' ? ',' : at[i]);
        }
        if (blanks < 2)
            strbuf_add_char(sb, ','); /* nobody looked at the memory */
        csv_end_row(sb);
        at += length + (at[length] == ',');
    }
    strbuf_free(&start);
}

/* --- reading --------------------------------------------------------------- */

struct reading {
    const struct usage_reader *reader;
    const char *path;
    size_t line;
    int64_t order;    /* of the last row that was wanted; -1 none */
    double previous;  /* its time */
    char skipped[24]; /* the order, and the comma, of the last row that was not wanted */
    size_t skipped_length;
};

static int malformed(const struct reading *r, struct error *err)
{
    return error_set(err,
                     "%s:%zu: this row is not as `scalestudy collect` writes it; collect again",
                     r->path, r->line);
}

/* Behind `count` commas; NULL where there are fewer. */
static char *behind_commas(char *at, int count)
{
    while (count-- > 0) {
        at = strchr(at, ',');
        if (at++ == NULL)
            return NULL;
    }
    return at;
}

/* Blanks between the three numbers, of which the last may be missing. */
static char *as_in_record(char *numbers)
{
    size_t length = strlen(numbers);
    for (char *comma = strchr(numbers, ','); comma != NULL; comma = strchr(comma, ','))
        *comma = ' ';
    if (length > 0 && numbers[length - 1] == ' ')
        numbers[length - 1] = '\0';
    return numbers;
}

static int read_sample(struct reading *r, int64_t order, char *line, struct error *err)
{
    struct sample sample;
    char *source = behind_commas(line, COLUMN_SOURCE);
    char *numbers = behind_commas(line, COLUMN_SECONDS);
    if (source == NULL || numbers == NULL)
        return malformed(r, err);
    numbers[-1] = '\0';
    bool first_node = strcmp(source, sources[USAGE_FIRST_NODE]) == 0;
    if (order != r->order)
        r->previous = 0;
    const char *text = as_in_record(numbers);
    if (samples_next(&text, r->previous, &sample) != 1 || *text != '\0')
        return malformed(r, err);
    r->order = order;
    r->previous = sample.seconds;
    r->reader->sample(order, first_node ? USAGE_FIRST_NODE : USAGE_TREE, &sample,
                      r->reader->context);
    return 0;
}

static int read_row(struct reading *r, char *line, struct error *err)
{
    char *end;
    /* Most rows are the next ones of a run that is not wanted. */
    if (r->skipped_length > 0 && strncmp(line, r->skipped, r->skipped_length) == 0)
        return 0;
    long long order = strtoll(line, &end, 10);
    if (end == line || *end != ',')
        return malformed(r, err);
    if (!r->reader->wants(order, r->reader->context)) {
        size_t length = (size_t)(end + 1 - line);
        r->skipped_length = length <= sizeof r->skipped ? length : 0;
        memcpy(r->skipped, line, r->skipped_length);
        return 0;
    }
    return read_sample(r, order, line, err);
}

static int read_lines(struct reading *r, FILE *stream, struct error *err)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    int rc = 0;
    while (rc == 0 && (length = getline(&line, &capacity, stream)) > 0) {
        r->line++;
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            line[--length] = '\0';
        if (r->line > 1)
            rc = length > 0 ? read_row(r, line, err) : 0;
        else if (strcmp(line, header) != 0)
            rc =
                error_set(err, "%s:1: this is not the header of usage.csv; collect again", r->path);
    }
    if (rc == 0 && ferror(stream))
        rc = error_set(err, "could not read %s: %s", r->path, strerror(errno));
    free(line);
    return rc;
}

int usage_read(const char *path, const struct usage_reader *reader, struct error *err)
{
    struct reading r = {.reader = reader, .path = path, .order = -1};
    FILE *stream = fopen(path, "re");
    if (stream == NULL)
        return error_set(err, "could not read %s: %s", path, strerror(errno));
    int rc = read_lines(&r, stream, err);
    fclose(stream);
    return rc;
}
