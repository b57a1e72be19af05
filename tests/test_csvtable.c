#include "csvtable.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char path[64];
    struct error err;
    struct strbuf seen; /* rows as "line:[a][b]\n" */
    size_t rows;
    size_t complain_at; /* field of each row to write a message about; SIZE_MAX: none */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->path, "/tmp/test_csvtable.XXXXXX");
    close(mkstemp(f->path));
    f->seen = (struct strbuf)STRBUF_INIT;
    f->complain_at = SIZE_MAX;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    strbuf_free(&f->seen);
    free(f);
    return 0;
}

static int take(const struct csv_row *row, void *context, struct error *err)
{
    struct fixture *f = context;
    f->rows++;
    strbuf_addf(&f->seen, "%zu:", row->line);
    for (size_t i = 0; i < row->count; i++) {
        assert_int_equal(strlen(row->fields[i]), row->lengths[i]);
        strbuf_addf(&f->seen, "[%s]", row->fields[i]);
    }
    strbuf_add_char(&f->seen, '\n');
    if (f->complain_at < row->count)
        return csv_row_error(row, f->complain_at, err, "wrong");
    return 0;
}

static int read_bytes(struct fixture *f, const char *bytes, size_t length)
{
    strbuf_clear(&f->seen);
    f->rows = 0;
    unlink(f->path); /* file_write() and truncating would wait for the disk */
    FILE *file = fopen(f->path, "w");
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return csv_read(f->path, take, f, &f->err);
}

static int read_text(struct fixture *f, const char *text)
{
    return read_bytes(f, text, strlen(text));
}

/* The message without the file's name: "line:column: sentence". */
static const char *message(const struct fixture *f)
{
    size_t length = strlen(f->path);
    assert_memory_equal(f->err.text, f->path, length);
    return f->err.text + length + 1;
}

static void what_is_no_csv_is_located_and_explained(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *message;
    } rejected[] = {
        {"a,b\nc\"d,e\n", "2:2: a quote inside a field that does not begin with one; put the "
                          "field in quotes and double those inside"},
        {"å,\"b\"c\n", "1:6: text behind the closing quote of a field; a quote inside a field is "
                       "written twice"},
        {"a,b\n\"c\n\nd\",\"e\"f\n", "4:7: text behind the closing quote of a field; a quote "
                                     "inside a field is written twice"},
        {"a,b\nc, \"d\ne,f\n", "2:4: this quote is never closed"},
        {"\"", "1:1: this quote is never closed"},
        {"a,\"\"\"", "1:3: this quote is never closed"},
        {"a,b\rc,d\r", "1:4: a carriage return without a line feed; save the file with LF line "
                       "ends"},
        {"a,\"b\"\rc,d\n", "1:6: a carriage return without a line feed; save the file with LF line "
                           "ends"},
        {"\xff\xfe" "a", "1:1: the file is UTF-16; save it as UTF-8"},
    };
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(read_text(f, rejected[i].text), -1);
        assert_string_equal(message(f), rejected[i].message);
        assert_int_equal(f->err.status, STATUS_INPUT);
    }
    assert_int_equal(read_bytes(f, "a,b\nc\0,d\n", 9), -1);
    assert_string_equal(message(f), "2:2: a NUL byte; this is not a text file");
    assert_int_equal(read_bytes(f, "a,b\n\"c\n\0\",d\n", 12), -1);
    assert_string_equal(message(f), "3:1: a NUL byte; this is not a text file");
}

static void a_file_that_is_not_there_or_a_folder_is_named(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(csv_read("/nonexistent/x.csv", take, f, &f->err), -1);
    assert_string_equal(f->err.text, "cannot read /nonexistent/x.csv: No such file or directory");
    assert_int_equal(csv_read("/tmp", take, f, &f->err), -1);
    assert_string_equal(f->err.text, "/tmp is a folder, not a file");
}

static void fields_beyond_their_limit_are_refused(void **state)
{
    struct fixture *f = *state;
    size_t limit = 1024 * 1024, length = 17 * limit;
    char *text = malloc(length + 8);
    memset(text, 'x', length);
    memcpy(text, "a,b\nc,", 6);

    text[6 + limit] = '\n';
    assert_int_equal(read_bytes(f, text, 7 + limit), 0);
    text[6 + limit] = 'x';
    text[7 + limit] = '\n';
    assert_int_equal(read_bytes(f, text, 8 + limit), -1);
    assert_string_equal(message(f), "2:3: this field is longer than 1 MiB");

    text[6] = '"'; /* never closed, and with lines in it */
    for (size_t i = 1000; i < length; i += 1000)
        text[i] = '\n';
    assert_int_equal(read_bytes(f, text, length), -1);
    assert_string_equal(message(f), "2:3: this field is longer than 1 MiB; is its closing quote "
                                    "missing?");

    memset(text, 'x', length); /* one line without an end */
    assert_int_equal(read_bytes(f, text, length), -1);
    assert_string_equal(message(f), "1:1: this row is longer than 16 MiB; is it a table?");
    text[100] = '\r';
    assert_int_equal(read_bytes(f, text, length), -1);
    assert_string_equal(message(f), "1:1: lines end in a carriage return only; save the file with "
                                    "LF ones");
    free(text);
}

static void places_count_characters_of_any_row(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        size_t field;
        const char *message;
    } places[] = {
        {"åäö,b,c\n", 0, "1:1: wrong"},       {"åäö,b,c\n", 1, "1:5: wrong"},
        {"a ,\t b , c\r\n", 1, "1:6: wrong"}, {"a ,\t b , c\r\n", 2, "1:10: wrong"},
        {"\"a,\nå\",b,\"c\"\n", 1, "2:4: wrong"}, {"\"a,\nå\",b, \"c\"\n", 2, "2:7: wrong"},
        {"\"a\"\"b\",,c\n", 1, "1:8: wrong"}, {"\n\n a,b\n", 0, "3:2: wrong"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        f->complain_at = places[i].field;
        assert_int_equal(read_text(f, places[i].text), -1);
        assert_string_equal(message(f), places[i].message);
    }
}

static int stop(const struct csv_row *row, void *context, struct error *err)
{
    (void)context, (void)err;
    return row->line == 2 ? 77 : 0;
}

static void a_callback_can_end_the_reading(void **state)
{
    struct fixture *f = *state;
    read_text(f, "a\nb\nc\n");
    assert_int_equal(csv_read(f->path, stop, f, &f->err), 77);
}

static void every_form_of_csv_is_read(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *seen;
    } read[] = {
        {"", ""},
        {"\n \n\t\r\n", ""},
        {"a", "1:[a]\n"},
        {"a,b\nc,d", "1:[a][b]\n2:[c][d]\n"},
        {"a,b\r\nc,d\r\n", "1:[a][b]\n2:[c][d]\n"},
        {"\xef\xbb\xbf" "a,b\n", "1:[a][b]\n"},
        {"\xef\xbb\xbf\"a\",b\n", "1:[a][b]\n"},
        {",\n,,\n", "1:[][]\n2:[][][]\n"},
        {"a,\n,b\n", "1:[a][]\n2:[][b]\n"},
        {"\n\na\n\nb\n", "3:[a]\n5:[b]\n"},
        {" a b ,\tc\t\n", "1:[a b][c]\n"},
        {"\"a\",\"b\"\n", "1:[a][b]\n"},
        {"\"a,b\",\"c\"\"d\",\" e \"\n", "1:[a,b][c\"d][ e ]\n"},
        {"\"a\nb\r\nc\",d\r\ne,f\n", "1:[a\nb\r\nc][d]\n4:[e][f]\n"},
        {"a, \"b\" ,c\r\n", "1:[a][b][c]\n"},
        {"\"\"\n", "1:[]\n"},
        {"\"\",\"\"\na,\"\"", "1:[][]\n2:[a][]\n"},
        {"\"\"\"\"", "1:[\"]\n"},
        {"12345678,1234567,123456789012345678,\n", "1:[12345678][1234567][123456789012345678][]\n"},
        {"räksmörgås,日本\n", "1:[räksmörgås][日本]\n"},
    };
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        assert_int_equal(read_text(f, read[i].text), 0);
        assert_string_equal(f->seen.str, read[i].seen);
    }
}

static void rows_of_every_length_cross_the_buffers_end(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT, expected = STRBUF_INIT;
    for (size_t i = 0; i < 4000; i++) {
        char field[700];
        size_t length = i * 37 % 600;
        memset(field, 'a' + (int)(i % 26), length);
        field[length] = '\0';
        bool quoted = i % 3 == 0;
        strbuf_addf(&text, quoted ? "%zu,\"%s\",z\n" : "%zu,%s,z\n", i, field);
        strbuf_addf(&expected, "%zu:[%zu][%s][z]\n", i + 1, i, field);
    }
    assert_int_equal(read_bytes(f, text.str, text.len), 0);
    assert_string_equal(f->seen.str, expected.str);
    strbuf_free(&text);
    strbuf_free(&expected);
}

static void a_row_of_many_lines_is_read_in_time(void **state)
{
    struct fixture *f = *state;
    size_t fields = 100000;
    struct strbuf text = STRBUF_INIT;
    for (size_t i = 0; i < fields; i++)
        strbuf_add(&text, "\"a\nb\n\",");
    strbuf_add(&text, "end\nnext\n");
    assert_int_equal(read_bytes(f, text.str, text.len), 0);
    assert_int_equal(f->rows, 2);
    assert_non_null(strstr(f->seen.str, "[end]\n200002:[next]"));
    strbuf_free(&text);
}

static void fields_are_quoted_only_where_they_must_be(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    csv_add_field(&sb, "plain text");
    csv_add_field(&sb, "");
    csv_add_field(&sb, "a,b");
    csv_add_field(&sb, "say \"hi\"");
    csv_add_field(&sb, "two\nlines");
    csv_add_field(&sb, "\r");
    csv_add_field(&sb, " blank");
    csv_add_field(&sb, "blank\t");
    csv_add_field(&sb, "'; $(x) <b> å");
    csv_end_row(&sb);
    csv_add_field(&sb, "");
    csv_add_number(&sb, 0.1);
    csv_add_number(&sb, NAN);
    csv_add_number(&sb, INFINITY);
    csv_add_number(&sb, 1e8);
    csv_end_row(&sb);
    csv_add_number(&sb, NAN);
    csv_add_number(&sb, 1);
    assert_string_equal(sb.str, "plain text,,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"\r\","
                                "\" blank\",\"blank\t\",'; $(x) <b> å\n"
                                "\"\",0.1,,,100000000\n"
                                "\"\",1");
    strbuf_free(&sb);
}

static void what_is_written_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT, expected = STRBUF_INIT;
    static const char letters[] = ",\"\n\r \tab;";
    unsigned random = 3;
    for (size_t row = 0, line = 1; row < 3000; row++) {
        strbuf_addf(&expected, "%zu:", line);
        for (size_t column = 0; column < 4; column++) {
            char field[8] = "";
            random = random * 1664525u + 1013904223u;
            for (size_t i = 0; i < (random >> 28) % 8; i++)
                field[i] = letters[(random >> (3 * i + 4)) % 9];
            for (const char *p = field; *p != '\0'; p++)
                line += *p == '\n';
            csv_add_field(&text, field);
            strbuf_addf(&expected, "[%s]", field);
        }
        csv_end_row(&text);
        strbuf_add_char(&expected, '\n');
        line++;
    }
    assert_int_equal(read_bytes(f, text.str, text.len), 0);
    assert_string_equal(f->seen.str, expected.str);
    strbuf_free(&text);
    strbuf_free(&expected);
}

static const char sample[] =
    "\xef\xbb\xbfname,\"a \"\"b\"\"\",c\r\n1,2,3\n\n\"x\ny\", ä ,\"z\"\n4,5,\"6";

static void damaged_files_do_no_harm(void **state)
{
    struct fixture *f = *state;
    unsigned random = 1;
    f->complain_at = 1; /* exercises the search for the place, too */
    for (size_t length = 0; length < sizeof sample; length++)
        read_bytes(f, sample, length);
    for (int i = 0; i < 1500; i++) {
        char text[sizeof sample];
        memcpy(text, sample, sizeof sample);
        random = random * 1664525u + 1013904223u;
        text[(random >> 8) % (sizeof sample - 1)] = ",\"\n\r \0x\xff"[(random >> 24) % 8];
        if (i % 2 == 0)
            f->complain_at = (size_t)i % 5;
        read_bytes(f, text, sizeof sample - 1);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_csv_is_located_and_explained),
        TEST(a_file_that_is_not_there_or_a_folder_is_named),
        TEST(fields_beyond_their_limit_are_refused),
        TEST(places_count_characters_of_any_row),
        TEST(a_callback_can_end_the_reading),
        TEST(every_form_of_csv_is_read),
        TEST(rows_of_every_length_cross_the_buffers_end),
        TEST(a_row_of_many_lines_is_read_in_time),
        TEST(fields_are_quoted_only_where_they_must_be),
        TEST(what_is_written_is_read_back),
        TEST(damaged_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
