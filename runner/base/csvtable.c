/*
 * libcsv calls back for each field and looks at each byte, which is half of
 * the time that a report of a million rows has. Rows without a quote need no
 * parser: they are cut at their commas where they stand in the buffer. Rows
 * with one go to libcsv, line by line, until it says that the row has ended.
 */
#include "csvtable.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "number.h"

enum {
    CHUNK = 256 * 1024, /* bytes asked of read(); fits the second-level cache */
    LONGEST_FIELD = 1024 * 1024,
    LONGEST_ROW = 16 * 1024 * 1024
};

struct reader {
    const char *path;
    int fd;
    struct error *err;
    csv_row_fn *each;
    void *context;

    char *buffer; /* [start, end) is not yet handed out; a byte more is allocated */
    size_t capacity, start, end;
    bool at_eof;
    size_t line; /* of buffer[start] */

    const char **fields; /* of the current row, with room for `room` */
    size_t *lengths;
    size_t count, room;

    struct csv_parser parser; /* for rows with quotes */
    struct strbuf text;       /* their fields, each with its NUL */
    bool row_ended;
};

/* --- places ---------------------------------------------------------------- */

/* Steps through a row as it stands in the file, minding its quotes. */
struct cursor {
    const char *raw;
    size_t length, at;
    bool quoted;   /* inside quotes */
    size_t opened; /* where they opened */
    size_t closed; /* behind the last that closed; 0: none */
};

/* Past the next byte; true where that is a comma or line end that means something. */
static bool step(struct cursor *c)
{
    char byte = c->raw[c->at];
    if (byte == '"') {
        c->quoted = !c->quoted; /* a doubled quote closes and opens again */
        if (!c->quoted)
            c->closed = c->at + 1;
        else if (c->closed != c->at || c->at == 0)
            c->opened = c->at;
    }
    c->at++;
    return !c->quoted && (byte == ',' || byte == '\n' || byte == '\r');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t field_offset(const struct csv_row *row, size_t index)
{
    if (index >= row->count)
        return row->raw_length;
    if (row->in_place)
        return (size_t)(row->fields[index] - row->raw);
    struct cursor c = {.raw = row->raw, .length = row->raw_length};
    while (index > 0 && c.at < c.length)
        index -= step(&c);
    while (c.at < c.length && is_blank(c.raw[c.at]))
        c.at++;
    return c.at;
}

/* The sentence at raw[offset] of a row that begins on `line`. Always -1. */
static int refuse_at(const char *path, size_t line, const char *raw, size_t offset,
                     struct error *err, const char *sentence)
{
    size_t column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (raw[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)raw[i] & 0xc0) != 0x80) {
            column++; /* characters, not bytes */
        }
    }
    return error_set(err, "%s:%zu:%zu: %s", path, line, column, sentence);
}

int csv_row_error(const struct csv_row *row, size_t index, struct error *err, const char *format,
                  ...)
{
    struct strbuf sentence = STRBUF_INIT;
    va_list arguments;
    va_start(arguments, format);
    strbuf_addv(&sentence, format, arguments);
    va_end(arguments);
    refuse_at(row->path, row->line, row->raw, field_offset(row, index), err, sentence.str);
    strbuf_free(&sentence);
    return -1;
}

static int refuse(const struct reader *r, size_t offset, const char *sentence)
{
    return refuse_at(r->path, r->line, r->buffer + r->start, offset, r->err, sentence);
}

/* --- the buffer ------------------------------------------------------------ */

static int fill(struct reader *r)
{
    if (r->start > 0) {
        memmove(r->buffer, r->buffer + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    if (r->capacity - r->end < CHUNK / 2) { /* a row is this long */
        r->capacity *= 2;
        r->buffer = xrealloc(r->buffer, r->capacity + 1);
    }
    ssize_t got;
    do
        got = read(r->fd, r->buffer + r->end, r->capacity - r->end);
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EISDIR)
        return error_set(r->err, "%s is a folder, not a file", r->path);
    if (got < 0)
        return error_set(r->err, "cannot read %s: %s", r->path, strerror(errno));
    r->at_eof = got == 0;
    r->end += (size_t)got;
    return 0;
}

static int refuse_long_row(const struct reader *r)
{
    if (memchr(r->buffer + r->start, '\r', LONGEST_ROW) != NULL)
        return refuse(r, 0, "lines end in a carriage return only; save the file with LF ones");
    return refuse(r, 0, "this row is longer than 16 MiB; is it a table?");
}

/*
 * Finds the end of the line that holds the byte `from` of the row: `*length`
 * is the row's up to there, its LF included unless the file ends before.
 * Moves the buffer.
 */
static int find_line_end(struct reader *r, size_t from, size_t *length)
{
    for (;;) {
        const char *row = r->buffer + r->start;
        size_t available = r->end - r->start;
        const char *end = from < available ? memchr(row + from, '\n', available - from) : NULL;
        if (end != NULL || r->at_eof) {
            *length = end != NULL ? (size_t)(end - row) + 1 : available;
            return 0;
        }
        if (available > LONGEST_ROW)
            return refuse_long_row(r);
        from = available;
        if (fill(r) != 0)
            return -1;
    }
}

/* --- rows ------------------------------------------------------------------ */

static void make_room(struct reader *r, size_t count)
{
    if (count <= r->room)
        return;
    r->room = count > 2 * r->room ? count : 2 * r->room;
    r->fields = xreallocarray(r->fields, r->room, sizeof *r->fields);
    r->lengths = xreallocarray(r->lengths, r->room, sizeof *r->lengths);
}

/* Ends the field before `end` there, without the blanks around it. */
static void close_field(struct reader *r, char *begin, char *end)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (begin < end && is_blank(end[-1]))
        end--;
    *end = '\0';
    r->fields[r->count] = begin;
    r->lengths[r->count++] = (size_t)(end - begin);
}

static uint64_t load_eight(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
           (uint64_t)b[7] << 56;
}

/* The top bit of each of eight bytes that is a comma, exactly. */
static uint64_t find_commas(uint64_t eight)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t zero_where_comma = eight ^ UINT64_C(0x2c2c2c2c2c2c2c2c);
    return ~(((zero_where_comma & low_bits) + low_bits) | zero_where_comma | low_bits);
}

/* Cuts a line without quotes at its commas. Fields are short (six bytes on
 * average), so eight bytes at a time beat a memchr() for each. */
static void cut(struct reader *r, char *begin, char *end)
{
    char *p = begin;
    for (; end - p >= 8; p += 8) {
        uint64_t commas = find_commas(load_eight(p));
        make_room(r, r->count + 9);
        for (; commas != 0; commas &= commas - 1) {
            char *comma = p + __builtin_ctzll(commas) / 8;
            close_field(r, begin, comma);
            begin = comma + 1;
        }
    }
    make_room(r, r->count + 9);
    for (; p < end; p++) {
        if (*p == ',') {
            close_field(r, begin, p);
            begin = p + 1;
        }
    }
    close_field(r, begin, end);
}

static int hand_out(struct reader *r, size_t length, bool in_place)
{
    struct csv_row row = {.path = r->path,
                          .line = r->line,
                          .count = r->count,
                          .fields = r->fields,
                          .lengths = r->lengths,
                          .raw = r->buffer + r->start,
                          .raw_length = length,
                          .in_place = in_place};
    for (size_t i = 0; length > LONGEST_FIELD && i < row.count; i++)
        if (row.lengths[i] > LONGEST_FIELD)
            return csv_row_error(&row, i, r->err, "this field is longer than 1 MiB");
    return r->each(&row, r->context, r->err);
}

static const char nul_byte[] = "a NUL byte; this is not a text file";
static const char lone_return[] =
    "a carriage return without a line feed; save the file with LF line ends";

static int read_plain_row(struct reader *r, size_t length)
{
    char *begin = r->buffer + r->start, *end = begin + length;
    char *carriage_return = memchr(begin, '\r', length);
    if (carriage_return != NULL) {
        if (carriage_return + 1 != end)
            return refuse(r, (size_t)(carriage_return - begin), lone_return);
        end--;
    }
    char *first = begin;
    while (first < end && is_blank(*first))
        first++;
    if (first == end)
        return 0;
    r->count = 0;
    cut(r, begin, end);
    return hand_out(r, (size_t)(end - begin), true);
}

/* libcsv's callbacks: a field, then the row's end. */
static void take_field(void *bytes, size_t length, void *context)
{
    struct reader *r = context;
    make_room(r, r->count + 1);
    r->lengths[r->count++] = length;
    strbuf_add_bytes(&r->text, bytes, length);
    strbuf_add_char(&r->text, '\0');
}

static void take_row_end(int terminator, void *context)
{
    struct reader *r = context;
    (void)terminator;
    r->row_ended = true;
}

static int is_line_feed(unsigned char c)
{
    return c == '\n';
}

/* A CR before the LF is a blank behind the last field; others are refused before. */
static int is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static int refuse_quote(const struct reader *r, size_t offset)
{
    if (r->buffer[r->start + offset] == '"' && !r->parser.quoted)
        return refuse(r, offset, "a quote inside a field that does not begin with one; put the "
                                 "field in quotes and double those inside");
    return refuse(r, offset, "text behind the closing quote of a field; a quote inside a field is "
                             "written twice");
}

/*
 * Feeds libcsv with the row's bytes [cursor->at, length), which end a line or
 * the file. The cursor goes along, so that a row of many lines is read once.
 */
static int parse_line(struct reader *r, struct cursor *cursor, size_t length)
{
    const char *row = r->buffer + r->start;
    size_t from = cursor->at;
    const char *nul = memchr(row + from, '\0', length - from);
    if (nul != NULL)
        return refuse(r, (size_t)(nul - row), nul_byte);
    cursor->raw = row; /* the buffer may have moved */
    cursor->length = length;
    while (cursor->at < length) {
        size_t at = cursor->at;
        if (step(cursor) && row[at] == '\r' && at + 1 < length && row[at + 1] != '\n')
            return refuse(r, at, lone_return);
    }
    size_t parsed = csv_parse(&r->parser, row + from, length - from, take_field, take_row_end, r);
    if (parsed != length - from)
        return refuse_quote(r, from + parsed);
    if (r->row_ended)
        return 0;
    if (r->parser.entry_pos > LONGEST_FIELD)
        return refuse(r, cursor->opened,
                      "this field is longer than 1 MiB; is its closing quote missing?");
    if (length > LONGEST_ROW)
        return refuse_long_row(r);
    if (r->at_eof && r->start + length == r->end &&
        csv_fini(&r->parser, take_field, take_row_end, r) != 0)
        return refuse(r, cursor->opened, "this quote is never closed");
    return 0;
}

static int read_quoted_row(struct reader *r, size_t *length)
{
    struct cursor cursor = {0};
    r->count = 0;
    r->row_ended = false;
    strbuf_clear(&r->text);
    for (;;) {
        if (parse_line(r, &cursor, *length) != 0)
            return -1;
        if (r->row_ended)
            break;
        if (find_line_end(r, *length, length) != 0)
            return -1;
    }
    const char *text = r->text.str;
    for (size_t i = 0; i < r->count; i++) {
        r->fields[i] = text;
        text += r->lengths[i] + 1;
    }
    return hand_out(r, *length, false);
}

/* The row at the buffer's start, whose first line has `length` bytes. */
static int read_row(struct reader *r, size_t length)
{
    char *row = r->buffer + r->start;
    size_t lines = 1;
    int rc;

    const char *nul = memchr(row, '\0', length);
    if (nul != NULL)
        return refuse(r, (size_t)(nul - row), nul_byte);
    if (memchr(row, '"', length) != NULL) {
        rc = read_quoted_row(r, &length);
        lines = 0;
        for (size_t i = 0; i < length; i++)
            lines += r->buffer[r->start + i] == '\n';
    } else {
        rc = read_plain_row(r, row[length - 1] == '\n' ? length - 1 : length);
    }
    r->start += length;
    r->line += lines;
    return rc;
}

static int skip_mark(struct reader *r)
{
    size_t length;
    if (find_line_end(r, 0, &length) != 0)
        return -1;
    const char *text = r->buffer + r->start;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r->start += 3;
    else if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return refuse(r, 0, "the file is UTF-16; save it as UTF-8");
    else if (length >= 2 && (text[0] == '\0') != (text[1] == '\0')) /* no mark, but every other byte */
        return refuse(r, 0, "the file looks like UTF-16; save it as UTF-8");
    return 0;
}

static int read_rows(struct reader *r)
{
    size_t length;
    if (skip_mark(r) != 0)
        return -1;
    for (;;) {
        if (find_line_end(r, 0, &length) != 0)
            return -1;
        if (length == 0)
            return 0;
        int rc = read_row(r, length);
        if (rc != 0)
            return rc;
    }
}

int csv_read(const char *path, csv_row_fn *each, void *context, struct error *err)
{
    struct reader r = {.path = path,
                       .each = each,
                       .context = context,
                       .err = err,
                       .line = 1,
                       .text = STRBUF_INIT};

    r.fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r.fd < 0)
        return error_set(err, "cannot read %s: %s", path, strerror(errno));
    r.capacity = CHUNK;
    r.buffer = xmalloc(r.capacity + 1);
    csv_init(&r.parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_realloc_func(&r.parser, xrealloc);
    csv_set_term_func(&r.parser, is_line_feed);
    csv_set_space_func(&r.parser, is_space);
    int rc = read_rows(&r);
    csv_free(&r.parser);
    close(r.fd);
    free(r.buffer);
    free(r.fields);
    free(r.lengths);
    strbuf_free(&r.text);
    return rc;
}

/* --- writing --------------------------------------------------------------- */

static bool begins_line(const struct strbuf *sb)
{
    return sb->len == 0 || sb->str[sb->len - 1] == '\n';
}

void csv_add_field(struct strbuf *sb, const char *text)
{
    size_t length = strlen(text);
    bool first = begins_line(sb);
    bool quote = length == 0 ? first
                             : is_blank(text[0]) || is_blank(text[length - 1]) ||
                                   strpbrk(text, ",\"\r\n") != NULL;
    if (!first)
        strbuf_add_char(sb, ',');
    if (!quote) {
        strbuf_add_bytes(sb, text, length);
        return;
    }
    size_t room = 2 * length + 2;
    strbuf_reserve(sb, room);
    strbuf_set_length(sb, sb->len + csv_write2(sb->str + sb->len, room, text, length, '"'));
}

void csv_add_number(struct strbuf *sb, double value)
{
    if (!isfinite(value)) {
        csv_add_field(sb, "");
        return;
    }
    if (!begins_line(sb))
        strbuf_add_char(sb, ',');
    strbuf_reserve(sb, NUMBER_TEXT_SIZE);
    number_format(sb->str + sb->len, value); /* digits need no quotes */
    strbuf_set_length(sb, sb->len + strlen(sb->str + sb->len));
}

void csv_end_row(struct strbuf *sb)
{
    strbuf_add_char(sb, '\n');
}
