#include "jsontext.h"

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

#include "files.h"

struct fixture {
    struct json_doc doc;
    struct error err;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    json_free(&f->doc);
    free(f);
    return 0;
}

static int parse(struct fixture *f, const char *text)
{
    json_free(&f->doc);
    return json_parse(&f->doc, "t.json", text, strlen(text), &f->err);
}

static const struct {
    const char *json, *message;
} rejected[] = {
    /* nothing, or not JSON at all */
    {"", "t.json:1:1: the file is empty"},
    {" \n\t\r\n", "t.json:1:1: the file is empty"},
    {"\xef\xbb\xbf{}", "t.json:1:1: the file begins with a byte-order mark; save it as UTF-8 "
                       "without"},
    {"\xff\xfe{", "t.json:1:1: the file is UTF-16; save it as UTF-8"},
    {"\x1f\x8b", "t.json:1:1: control character 0x1f; remove it"},
    {"// a study\n{}", "t.json:1:1: JSON has no comments; remove it"},
    {"{\n  # runs\n}", "t.json:2:3: JSON has no comments; remove it"},
    {"[1 /* one */]", "t.json:1:4: JSON has no comments; remove it"},
    /* numbers */
    {"{\"a\": 012}", "t.json:1:7: a number does not begin with 0; write 12"},
    {"[00]", "t.json:1:2: a number does not begin with 0; write 0"},
    {"[1.]", "t.json:1:2: a digit is missing behind the decimal point"},
    {"[.5]", "t.json:1:2: a number does not begin with its point; write 0 before it"},
    {"[+1]", "t.json:1:2: a number does not begin with \"+\"; write it without"},
    {"[-]", "t.json:1:2: a digit is missing behind \"-\""},
    {"[-.5]", "t.json:1:2: a digit is missing behind \"-\""},
    {"[1e]", "t.json:1:2: a digit is missing in the exponent"},
    {"[1e+]", "t.json:1:2: a digit is missing in the exponent"},
    {"[0x1f]", "t.json:1:2: numbers are decimal in JSON, not hexadecimal"},
    {"[1, 1e309]", "t.json:1:5: the number 1e309 is too large"},
    {"[NaN]", "t.json:1:2: JSON has no number NaN; write null for not known"},
    {"[Infinity]", "t.json:1:2: JSON has no number Infinity; write null for not known"},
    /* words */
    {"[True]", "t.json:1:2: unknown word True; did you mean true?"},
    {"[FALSE]", "t.json:1:2: unknown word FALSE; did you mean false?"},
    {"[None]", "t.json:1:2: unknown word None; did you mean null?"},
    {"[flase]", "t.json:1:2: unknown word flase; did you mean false?"},
    {"[openmp]", "t.json:1:2: unknown word openmp; texts stand in double quotes: \"openmp\""},
    {"tru", "t.json:1:1: unknown word tru; did you mean true?"},
    /* texts */
    {"['a']", "t.json:1:2: texts stand in double quotes (\"), not in single ones"},
    {"[“a”]", "t.json:1:2: texts stand in plain double quotes (\"), not in typographic ones"},
    {"[\"a]", "t.json:1:2: this text has no closing quote (\")"},
    {"[1,\n \"a\nb\"]", "t.json:2:2: this text is not closed on its line; a quote (\") is "
                        "missing, or \\n in place of the line end"},
    {"[\"a\tb\"]", "t.json:1:4: a tab inside a text; write \\t"},
    {"[\"\x01\"]", "t.json:1:3: control character 0x01 inside a text; write \\u0001"},
    {"[\"\\x\"]", "t.json:1:3: \"\\x\" is no escape; a backslash itself is written \\\\"},
    {"[\"C:\\dir\"]", "t.json:1:5: \"\\d\" is no escape; a backslash itself is written \\\\"},
    {"[\"\\u12g4\"]", "t.json:1:3: \\u needs four hexadecimal digits behind it"},
    {"[\"\\u00", "t.json:1:3: \\u needs four hexadecimal digits behind it"},
    {"[\"\\u0000\"]", "t.json:1:3: \\u0000 cannot stand in a text"},
    {"[\"\\ud800\"]", "t.json:1:3: \\ud800 is half of a surrogate pair; write the character "
                       "itself"},
    {"[\"\\udc00\"]", "t.json:1:3: \\udc00 is half of a surrogate pair; write the character "
                       "itself"},
    {"[\"\\ud83d\\u0041\"]", "t.json:1:3: \\ud83d is half of a surrogate pair; write the character "
                             "itself"},
    /* UTF-8: cut, overlong, a surrogate, above U+10FFFF, a stray continuation, Latin-1 */
    {"[\"\xc3\"]", "t.json:1:3: byte 0xc3 is not UTF-8; save the file as UTF-8"},
    {"[\"\xc0\xaf\"]", "t.json:1:3: byte 0xc0 is not UTF-8; save the file as UTF-8"},
    {"[\"\xe0\x80\xaf\"]", "t.json:1:3: byte 0xe0 is not UTF-8; save the file as UTF-8"},
    {"[\"\xed\xa0\x80\"]", "t.json:1:3: byte 0xed is not UTF-8; save the file as UTF-8"},
    {"[\"\xf4\x90\x80\x80\"]", "t.json:1:3: byte 0xf4 is not UTF-8; save the file as UTF-8"},
    {"[\"\x80\"]", "t.json:1:3: byte 0x80 is not UTF-8; save the file as UTF-8"},
    {"[\"r\xe4ksm\xf6rg\xe5s\"]", "t.json:1:4: byte 0xe4 is not UTF-8; save the file as UTF-8"},
    /* objects and arrays */
    {"{\"a\": 1,}", "t.json:1:8: remove this comma: nothing follows it before the \"}\""},
    {"[1,\n 2,\n]", "t.json:2:3: remove this comma: nothing follows it before the \"]\""},
    {"[1,,2]", "t.json:1:4: two commas with nothing between them"},
    {"[,1]", "t.json:1:2: a value is missing before this \",\""},
    {"{,}", "t.json:1:2: remove this comma: nothing stands before it"},
    {"{\"a\": 1\n \"b\": 2}", "t.json:2:2: a comma is missing before this"},
    {"[1 2]", "t.json:1:4: a comma is missing before this"},
    {"[1; 2]", "t.json:1:3: expected a comma or \"]\" here, found \";\""},
    {"{name: 1}", "t.json:1:2: keys stand in double quotes: \"name\""},
    {"{1: 2}", "t.json:1:2: expected a key in double quotes here"},
    {"{'a': 1}", "t.json:1:2: texts stand in double quotes (\"), not in single ones"},
    {"{\"a\" = 1}", "t.json:1:6: write \":\" in place of \"=\" behind the key \"a\""},
    {"{\"a\", 1}", "t.json:1:5: a \":\" and a value are missing behind the key \"a\""},
    {"{\"a\": }", "t.json:1:7: a value is missing before this \"}\""},
    {"{\"a\": [1}", "t.json:1:9: expected \"]\" here, found \"}\""},
    {"{]", "t.json:1:2: expected \"}\" here, found \"]\""},
    {"[\"åäö\", \"日本\" x]", "t.json:1:14: a comma is missing before this"},
    /* ends */
    {"{\"a\": 1", "t.json:1:8: the file ends too early; a \"}\" is missing"},
    {"[1,", "t.json:1:4: the file ends too early; a \"]\" is missing"},
    {"{\"a\"", "t.json:1:5: the file ends too early; the key \"a\" has no value"},
    {"{\"a\":", "t.json:1:6: the file ends too early; a value is missing"},
    {"{\n", "t.json:2:1: the file ends too early; a \"}\" is missing"},
    {"{}}", "t.json:1:3: one \"}\" too many"},
    {"{} {}", "t.json:1:4: the document ends before this; one file holds one value"},
    {"1 # one", "t.json:1:3: JSON has no comments; remove it"},
    /* keys */
    {"{\"a\": 1, \"a\": 1}", "t.json:1:10: the key \"a\" is there twice; line 1 has it already"},
    {"{\"a\": 1,\n \"b\": {\"a\": 2},\n \"\\u0061\": 3}",
     "t.json:3:2: the key \"a\" is there twice; line 1 has it already"},
    {"[{}, {\"x\": [{\"c\": 1, \"b\": 1,\n\"b\": 1, \"c\": 1}]}]",
     "t.json:2:1: the key \"b\" is there twice; line 1 has it already"},
};

static void every_mistake_is_located_and_explained(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(parse(f, rejected[i].json), -1);
        assert_string_equal(f->err.text, rejected[i].message);
        assert_int_equal(f->err.status, STATUS_INPUT);
        assert_null(f->doc.root);
    }
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *json;
        size_t length;
        const char *message;
    } binaries[] = {
        {"\0", 1, "t.json:1:1: a NUL byte; this is not a text file"},
        {"{}\0", 3, "t.json:1:3: a NUL byte; this is not a text file"},
        {"[\"a\0b\"]", 7, "t.json:1:4: a NUL byte; this is not a text file"},
        {"[\"\\\0\"]", 6, "t.json:1:3: \"\\\" is no escape; a backslash itself is written \\\\"},
        {"[1\0]", 4, "t.json:1:3: a NUL byte; this is not a text file"},
    };
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        assert_int_equal(
            json_parse(&f->doc, "t.json", binaries[i].json, binaries[i].length, &f->err), -1);
        assert_string_equal(f->err.text, binaries[i].message);
    }
}

static void nesting_ends_at_64_levels(void **state)
{
    struct fixture *f = *state;
    char text[200000];
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    assert_int_equal(json_parse(&f->doc, "t.json", text, 128, &f->err), 0);
    json_free(&f->doc);

    memset(text, '[', sizeof text); /* a stack would not survive it */
    assert_int_equal(json_parse(&f->doc, "t.json", text, sizeof text, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:1:65: nested deeper than 64 levels");
}

static void long_names_are_cut_in_messages(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, "{\"");
    for (int i = 0; i < 100; i++)
        strbuf_add(&text, "å");
    strbuf_add(&text, "\" 1}");
    assert_int_equal(parse(f, text.str), -1);
    strbuf_clear(&text);
    strbuf_add(&text, "t.json:1:105: a \":\" and a value are missing behind the key \"");
    for (int i = 0; i < 60; i++)
        strbuf_add(&text, "å");
    strbuf_add(&text, "…\"");
    assert_string_equal(f->err.text, text.str);
    strbuf_free(&text);
}

static void all_of_rfc_8259_is_read(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        parse(f, " {\"a\" : [ ] , \"b\":{},\"\":-0.0e-2,\t\"c\":[true,false,null,1E5,0],\r\n"
                 "\"s\":"
                 "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e5\\ud83d\\ude00 \x7f 日本\", \"z\":0} \n"),
        0);
    const cJSON *s = cJSON_GetObjectItemCaseSensitive(f->doc.root, "s");
    assert_string_equal(s->valuestring, "\"\\/\b\f\n\r\tå😀 \x7f 日本");
    assert_int_equal(f->doc.node_count, 12);
    assert_int_equal(parse(f, "\"only a text\""), 0);
    assert_int_equal(parse(f, "-12.5e-1"), 0);
    assert_true(f->doc.root->valuedouble == -1.25);
    assert_int_equal(parse(f, "{\"A\": 1, \"a\": 2}"), 0); /* keys that differ in case differ */
}

static void numbers_longer_than_the_parser_takes_are_read(void **state)
{
    struct fixture *f = *state;
    char text[512] = "[0.";
    for (int i = 0; i < 200; i++)
        strcat(text, "3");
    strcat(text, ", 1000000000000000000000000000000000000000000000000000000000000000000000000000"
                 "0e-76, \"after\", x]");
    assert_int_equal(parse(f, text), -1);
    assert_string_equal(f->err.text, "t.json:1:298: unknown word x; texts stand in double quotes: "
                                     "\"x\"");
    strcpy(strchr(text, 'x'), "7]");
    assert_int_equal(parse(f, text), 0);
    const cJSON *item = f->doc.root->child;
    assert_true(item->valuedouble == 1.0 / 3);
    assert_true(item->next->valuedouble == 1);
    assert_string_equal(item->next->next->valuestring, "after");
    json_error(&f->doc, item->next->next->next, &f->err, "here");
    assert_string_equal(f->err.text, "t.json:1:298: here");
}

static void each_value_knows_its_place(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, "{\"ä\": [10, {\"b\": 1}],\n  \"c\": \"x\"}"), 0);
    const cJSON *array = f->doc.root->child, *c = array->next;
    const struct {
        const cJSON *item;
        const char *message;
    } places[] = {
        {f->doc.root, "t.json:1:1: here"},
        {array, "t.json:1:2: here"},
        {array->child, "t.json:1:8: here"},
        {array->child->next, "t.json:1:12: here"},
        {array->child->next->child, "t.json:1:13: here"},
        {c, "t.json:2:3: here"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        assert_int_equal(json_error(&f->doc, places[i].item, &f->err, "%s", "here"), -1);
        assert_string_equal(f->err.text, places[i].message);
    }
}

static void a_hundred_thousand_keys_are_compared_quickly(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, "{");
    for (int i = 0; i < 100000; i++)
        strbuf_addf(&text, "\"key%d\": %d,\n", i, i);
    strbuf_add(&text, "\"key77\": 1}");
    assert_int_equal(json_parse(&f->doc, "t.json", text.str, text.len, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:100001:1: the key \"key77\" is there twice; line 78 "
                                     "has it already");
    strbuf_free(&text);
}

static void typed_reads_refuse_other_types(void **state)
{
    struct fixture *f = *state;
    const char *text;
    double number;
    int64_t whole;
    bool flag;
    assert_int_equal(parse(f, "{\"t\": \"x\", \"n\": 1.5, \"b\": true, \"l\": [], \"o\": {},\n"
                              " \"big\": 9007199254740994}"),
                     0);
    struct json_doc *d = &f->doc;
    assert_int_equal(json_get_string(d, d->root, "n", "", &text, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:1:12: \"n\" must be a text, not a number");
    assert_int_equal(json_get_number(d, d->root, "t", 0, &number, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:1:2: \"t\" must be a number, not a text");
    assert_int_equal(json_get_int(d, d->root, "n", 0, &whole, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:1:12: \"n\" must be a whole number, not 1.5");
    assert_int_equal(json_get_int(d, d->root, "b", 0, &whole, &f->err), -1);
    assert_string_equal(f->err.text,
                        "t.json:1:22: \"b\" must be a whole number, not true or false");
    assert_int_equal(json_get_int(d, d->root, "big", 0, &whole, &f->err), -1);
    assert_string_equal(f->err.text,
                        "t.json:2:2: \"big\" must be a whole number of at most 16 digits");
    assert_int_equal(json_get_bool(d, d->root, "l", false, &flag, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:1:33: \"l\" must be true or false, not a list");
    assert_int_equal(json_get_string(d, d->root, "o", "", &text, &f->err), -1);
    assert_string_equal(f->err.text, "t.json:1:42: \"o\" must be a text, not an object");
}

static void absent_and_null_give_the_default(void **state)
{
    struct fixture *f = *state;
    const char *text, *const keys[] = {"null", "absent"};
    double number;
    int64_t whole;
    bool flag;
    assert_int_equal(parse(f, "{\"null\": null, \"n\": -9007199254740992, \"b\": false}"), 0);
    const cJSON *root = f->doc.root;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(json_get_string(&f->doc, root, keys[i], NULL, &text, &f->err), 0);
        assert_null(text);
        assert_int_equal(json_get_number(&f->doc, root, keys[i], 2.5, &number, &f->err), 0);
        assert_true(number == 2.5);
        assert_int_equal(json_get_int(&f->doc, root, keys[i], -3, &whole, &f->err), 0);
        assert_int_equal(whole, -3);
        assert_int_equal(json_get_bool(&f->doc, root, keys[i], true, &flag, &f->err), 0);
        assert_true(flag);
    }
    assert_int_equal(json_get_int(&f->doc, root, "n", 0, &whole, &f->err), 0);
    assert_true(whole == -INT64_C(9007199254740992));
    assert_int_equal(json_get_bool(&f->doc, root, "b", true, &flag, &f->err), 0);
    assert_false(flag);
}

static void write_sample(struct json_writer *w)
{
    json_begin_object(w, NULL);
    json_string(w, "text", "a \"b\"\n");
    json_string(w, "none", NULL);
    json_begin_array(w, "list");
    json_int(w, NULL, INT64_MIN);
    json_number(w, NULL, 0.1);
    json_number(w, NULL, NAN);
    json_begin_object(w, NULL);
    json_end_object(w);
    json_begin_array(w, NULL);
    json_end_array(w);
    json_end_array(w);
    json_bool(w, "yes", true);
    json_null(w, "null");
    json_end_object(w);
}

static void writing_is_pretty_or_on_one_line(void **state)
{
    struct fixture *f = *state;
    struct strbuf pretty = STRBUF_INIT, line = STRBUF_INIT;
    struct json_writer w = {.out = &pretty, .pretty = true}, v = {.out = &line};
    write_sample(&w);
    write_sample(&v);
    assert_string_equal(pretty.str, "{\n"
                                    "  \"text\": \"a \\\"b\\\"\\n\",\n"
                                    "  \"none\": null,\n"
                                    "  \"list\": [\n"
                                    "    -9223372036854775808,\n"
                                    "    0.1,\n"
                                    "    null,\n"
                                    "    {},\n"
                                    "    []\n"
                                    "  ],\n"
                                    "  \"yes\": true,\n"
                                    "  \"null\": null\n"
                                    "}");
    assert_string_equal(line.str, "{\"text\": \"a \\\"b\\\"\\n\", \"none\": null, \"list\": "
                                  "[-9223372036854775808, 0.1, null, {}, []], \"yes\": true, "
                                  "\"null\": null}");
    assert_int_equal(parse(f, pretty.str), 0);
    assert_int_equal(parse(f, line.str), 0);
    strbuf_free(&pretty);
    strbuf_free(&line);
}

static void any_bytes_are_written_as_valid_json(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    char all[256];
    for (int i = 0; i < 255; i++)
        all[i] = (char)(i + 1);
    all[255] = '\0';
    json_add_string(&text, all);
    assert_int_equal(json_parse(&f->doc, "t.json", text.str, text.len, &f->err), 0);
    assert_memory_equal(f->doc.root->valuestring, all, 127);
    strbuf_clear(&text);
    json_add_string(&text, "</script> 日本 \xff å\xc3");
    assert_string_equal(text.str, "\"</script> 日本 � å�\"");
    strbuf_free(&text);
}

static void files_are_read_up_to_their_limit(void **state)
{
    struct fixture *f = *state;
    char path[] = "/tmp/test_jsontext.XXXXXX";
    close(mkstemp(path));
    assert_int_equal(file_write(path, "{\"a\": 1}", 8, &f->err), 0);
    assert_int_equal(json_load(&f->doc, path, 8, &f->err), 0);
    json_free(&f->doc);
    assert_int_equal(json_load(&f->doc, path, 7, &f->err), -1);
    assert_non_null(strstr(f->err.text, path));
    unlink(path);
    assert_int_equal(json_load(&f->doc, path, 8, &f->err), -1);
    assert_non_null(strstr(f->err.text, path));
    assert_int_equal(f->err.status, STATUS_INPUT);
}

static const char sample[] =
    "{\"name\": \"å\\u00e5\\ud83d\\ude00\\n\", \"cores\": [1, 2.5e-3, -0.0, 1e300], "
    "\"x\": {\"t\": "
    "true,\n\"f\": false, \"n\": null, \"l\": [[], {}, [\"日本\"]]}, \"long\": "
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803}";

/* Whatever is accepted has as many nodes as places; whatever is not names one. */
static void check_any(struct fixture *f, const char *text, size_t length)
{
    char *exact = malloc(length + 1); /* the sanitizer sees each byte read beyond it */
    memcpy(exact, text, length);
    if (json_parse(&f->doc, "t.json", exact, length, &f->err) != 0) {
        assert_true(strncmp(f->err.text, "t.json:", 7) == 0);
    } else {
        const cJSON *last = f->doc.root;
        while (last->child != NULL || last->next != NULL)
            last = last->next != NULL ? last->next : last->child;
        json_error(&f->doc, last, &f->err, "here");
        assert_null(strstr(f->err.text, "t.json:1:1:"));
        json_free(&f->doc);
    }
    free(exact);
}

static void truncated_documents_are_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, sample), 0);
    json_free(&f->doc);
    for (size_t length = 0; length < sizeof sample - 1; length++) {
        assert_int_equal(json_parse(&f->doc, "t.json", sample, length, &f->err), -1);
        check_any(f, sample, length);
    }
}

static void damaged_documents_do_no_harm(void **state)
{
    struct fixture *f = *state;
    unsigned random = 1;
    for (int i = 0; i < 60000; i++) {
        char text[sizeof sample];
        memcpy(text, sample, sizeof sample);
        for (int flips = 1 + i % 3; flips > 0; flips--) {
            random = random * 1664525u + 1013904223u;
            size_t at = (random >> 8) % (sizeof sample - 1);
            random = random * 1664525u + 1013904223u;
            text[at] = i % 2 == 0 ? (char)(random >> 24)
                                  : "{}[]\",:\\u0de+-.1 \n\t'#/"[(random >> 8) % 23];
        }
        check_any(f, text, sizeof sample - 1);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_located_and_explained),
        TEST(a_nul_byte_is_refused_wherever_it_stands),
        TEST(nesting_ends_at_64_levels),
        TEST(long_names_are_cut_in_messages),
        TEST(all_of_rfc_8259_is_read),
        TEST(numbers_longer_than_the_parser_takes_are_read),
        TEST(each_value_knows_its_place),
        TEST(a_hundred_thousand_keys_are_compared_quickly),
        TEST(typed_reads_refuse_other_types),
        TEST(absent_and_null_give_the_default),
        TEST(writing_is_pretty_or_on_one_line),
        TEST(any_bytes_are_written_as_valid_json),
        TEST(files_are_read_up_to_their_limit),
        TEST(truncated_documents_are_refused),
        TEST(damaged_documents_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
