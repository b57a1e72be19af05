#include "profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "profile_fields.h"
#include "templates.h"

struct fixture {
    struct profile profile;
    struct error err;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    profile_free(&f->profile);
    free(f);
    return 0;
}

static int parse(struct fixture *f, const char *text)
{
    profile_free(&f->profile);
    return profile_parse(&f->profile, "c.json", text, strlen(text), &f->err);
}

#define CPUS "\"cpus\": [{\"id\": \"n\", \"sockets\": 2, \"cores_per_socket\": 8}]"
static const char minimal[] = "{\"name\": \"c\", " CPUS "}";

/* Members added behind "name": "c", so that the first stands at 1:15. */
static const struct {
    const char *members, *message;
} rejected[] = {
    {"\"acount_required\": true", "1:15: unknown key \"acount_required\"; did you mean "
                                  "\"account_required\"?"},
    {"\"sockets\": 2", "1:15: unknown key \"sockets\" of a profile; it is one of a kind of node"},
    {"\"colour\": 2", "1:15: unknown key \"colour\"; `scalestudy help cluster` lists all"},
    {"\"name\": \"d\"", "1:15: the key \"name\" is there twice; line 1 has it already"},
    {"\"title\": 3", "1:15: \"title\" must be a text, got 3; put it in quotes"},
    {"\"title\": \"a\\nb\"",
     "1:15: \"title\" may not hold a line end; write each line as a text of its own"},
    {"\"title\": \"a\\tb\"", "1:15: \"title\" may not hold a tab; write blanks"},
    {"\"monitor\": \"\\u001b[2J\"", "1:15: \"monitor\" may not hold the control character U+001B; "
                                    "write each line as a text of its own"},
    {"\"qos\": null", "1:15: \"qos\" must be a text, one word, got null; leave the key out"},
    {"\"qos\": \"a b\"", "1:15: \"qos\" may not hold a blank; it is one word of letters, digits "
                         "and signs, and no shell or quotes are read"},
    {"\"partition\": \"$(id)\"", "1:15: \"partition\" may not hold \"$\"; it is one word of "
                                 "letters, digits and signs, and no shell or quotes are read"},
    {"\"partition\": \"\"", "1:15: \"partition\" must not be empty; leave it out instead"},
    {"\"account_pattern\": \"(a\"",
     "1:15: \"account_pattern\" is no POSIX extended regular expression: Unmatched ( or \\("},
    {"\"login_hosts\": \"a\"", "1:15: \"login_hosts\" must be an array of texts, regular "
                               "expressions, got text \"a\"; write it in brackets, [\"…\"]"},
    {"\"login_hosts\": [\"a(\"]",
     "1:31: \"login_hosts\" is no POSIX extended regular expression: Unmatched ( or \\("},
    {"\"modules_gcc\": [1]", "1:31: \"modules_gcc\" must hold texts, got 1; put it in quotes"},
    {"\"modules_gcc\": [\"a;b\"]", "1:31: \"modules_gcc\" may not hold \";\"; it is one word of "
                                   "letters, digits and signs, and no shell or quotes are read"},
    {"\"pre\": [\"a\\nb\"]",
     "1:23: \"pre\" may not hold a line end; write each line as a text of its own"},
    {"\"extra_sbatch\": [\"-x\"]",
     "1:32: \"extra_sbatch\" must begin with \"--\", as in \"--mail-type=END\""},
    {"\"shebang\": \"/bin/bash\"", "1:15: \"shebang\" must begin with \"#!/\", as in "
                                   "\"#!/bin/bash\""},
    {"\"shebang\": \"#!/bin/sh\\nrm -r x\"",
     "1:15: \"shebang\" may not hold a line end; write each line as a text of its own"},
    {"\"ends\": \"2026-02-29\"", "1:15: \"ends\" must be a day, as in \"2026-09-30\""},
    {"\"ends\": \"2026-09\"", "1:15: \"ends\" must be a day, as in \"2026-09-30\""},
    {"\"purge\": \"true\"",
     "1:15: \"purge\" must be true or false, got text \"true\"; write it without quotes"},
    {"\"launcher\": \"mpirn\"", "1:15: \"launcher\" must be \"srun\", \"mpirun\" or \"mpprun\", "
                                "got text \"mpirn\"; did you mean \"mpirun\"?"},
    {"\"layout\": \"heap\"",
     "1:15: \"layout\" must be \"array\" or \"packed\", got text \"heap\""},
    {"\"max_array\": \"1001\"",
     "1:15: \"max_array\" must be a whole number, got text \"1001\"; write it without quotes"},
    {"\"max_array\": 1.5", "1:15: \"max_array\" must be a whole number, got 1.5"},
    {"\"max_array\": 0", "1:15: \"max_array\" must be from 1 to 4000001, got 0"},
    {"\"max_time\": \"soon\"",
     "1:15: \"max_time\" must be seconds or a time such as \"1:30:00\", got text \"soon\""},
    {"\"max_time\": 1", "1:15: \"max_time\" must be from 60 to 31622400 seconds, got 1"},
    {"\"max_time\": 60, \"default_time\": 61",
     "1:31: \"default_time\" is longer than \"max_time\"; one of the two is wrong"},
    {"\"charge_unit\": \"granule\"",
     "1:15: \"charge_unit\" is \"granule\", and \"charge_granule\" does not say how many cores "
     "that is; add \"charge_granule\": 16 or another"},
    {"\"charge_granule\": 16", "1:15: \"charge_granule\" is for \"charge_unit\": \"granule\", but "
                               "that is \"core\""},
    {"\"partition_required\": true, \"partition_forbidden\": true",
     "1:43: a partition cannot be both required and forbidden; leave one of the two out"},
    {"\"partition_forbidden\": true, \"partition\": \"p\"",
     "1:44: \"partition_forbidden\" is true, so there may be no \"partition\""},
    {"\"sources\": {}", "1:15: \"sources\" must be an array of objects, got an object"},
    {"\"sources\": [1]", "1:27: \"sources\" must hold objects, {…}"},
    {"\"sources\": [{\"fact\": \"f\"}]",
     "1:27: a source must have \"source\"; add \"source\": \"the centre's documentation\""},
    {"\"sources\": [{\"fact\": \"f\", \"source\": \"s\", \"date\": \"May\"}]",
     "1:56: \"date\" must be a date, as in \"2026-09-30\", \"2026-09\" or \"2026\""},
};

/* Members of a kind of node, the first at 1:80. */
static const struct {
    const char *members, *message;
} rejected_cpus[] = {
    {"\"max_array\": 1",
     "1:80: unknown key \"max_array\" of a kind of node; it is one of a profile"},
    {"\"threads_per_core\": 0", "1:80: \"threads_per_core\" must be from 1 to 16, got 0"},
    {"\"gpu_type\": \"a100\"", "1:80: \"gpu_type\" needs \"gpus\", how many a node has"},
    {"\"charge_unit\": \"granule\"",
     "1:80: \"charge_unit\" is \"granule\", and \"charge_granule\" does not say how many cores "
     "that is; add \"charge_granule\": 16 or another"},
};

static void expect(struct fixture *f, char *text, const char *message)
{
    assert_int_equal(parse(f, text), -1);
    free(text);
    char *wanted = text_format("c.json:%s", message);
    assert_string_equal(f->err.text, wanted);
    free(wanted);
    assert_null(f->profile.name); /* left alone */
}

static void every_mistake_is_located_and_explained(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, minimal), 0);
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++)
        expect(f, text_format("{\"name\": \"c\", %s, " CPUS "}", rejected[i].members),
               rejected[i].message);
    for (size_t i = 0; i < sizeof rejected_cpus / sizeof *rejected_cpus; i++)
        expect(f,
               text_format("{\"name\": \"c\", \"cpus\": [{\"id\": \"n\", \"sockets\": 2, "
                           "\"cores_per_socket\": 8,        %s}]}",
                           rejected_cpus[i].members),
               rejected_cpus[i].message);
    expect(f, xstrdup("[]"), "1:1: a cluster profile is an object, {…}");
    expect(f, xstrdup("{" CPUS "}"),
           "1:1: a profile must have \"name\"; add \"name\": \"mycluster\"");
    expect(f, xstrdup("{\"name\": \"c\"}"),
           "1:1: a profile must have \"cpus\"; add \"cpus\": [{\"id\": \"node\", \"sockets\": 2, "
           "\"cores_per_socket\": 64}]");
    expect(f, xstrdup("{\"name\": \"c\", \"cpus\": []}"),
           "1:15: \"cpus\" is empty; a cluster has at least one kind of node");
    expect(f, xstrdup("{\"name\": \"c\", \"cpus\": [{\"id\": \"a\", \"sockets\": 2}]}"),
           "1:24: a kind of node must have \"cores_per_socket\"; add \"cores_per_socket\": 64");
    expect(f,
           xstrdup("{\"name\": \"c\", \"cpus\": [\n"
                   "{\"id\": \"a\", \"sockets\": 2, \"cores_per_socket\": 2},\n"
                   "{\"id\": \"a\", \"sockets\": 2, \"cores_per_socket\": 2}]}"),
           "3:2: there is a kind of node \"a\" already; give each an id of its own");
    expect(f,
           xstrdup("{\"name\": \"c\", \"partition_forbidden\": true, \"cpus\": [\n"
                   "{\"id\": \"a\", \"sockets\": 2, \"cores_per_socket\": 2, "
                   "\"partition\": \"p\"}]}"),
           "2:50: \"partition_forbidden\" is true, so no kind of node may name a \"partition\"");
}

static void a_pattern_of_257_bytes_is_refused(void **state)
{
    struct fixture *f = *state;
    char pattern[258];
    memset(pattern, 'a', 257);
    pattern[257] = '\0';
    char *text = text_format("{\"name\": \"c\", \"account_pattern\": \"%s\", " CPUS "}", pattern);
    assert_int_equal(parse(f, text), -1);
    assert_string_equal(f->err.text, "c.json:1:15: \"account_pattern\" is 257 bytes long; a "
                                     "regular expression has at most 256");
    free(text);
}

static void what_is_not_given_has_its_default(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, minimal), 0);
    const struct profile *p = &f->profile;
    assert_string_equal(p->title, "c");
    assert_string_equal(p->centre, "");
    assert_string_equal(p->launcher, "srun");
    assert_string_equal(p->shebang, "#!/bin/bash");
    assert_string_equal(p->layout, "array");
    assert_string_equal(p->terms.charge_unit, "core");
    assert_true(p->memory_allowed && p->has_sacct && !p->purge && !p->cpu_is_thread);
    assert_true(isnan(p->terms.max_time) && p->poll_seconds == 30);
    assert_true(p->terms.charge_weight == 1);
    assert_int_equal(p->max_array, 0);
    assert_null(p->modules_gcc[0]);
    assert_int_equal(p->cpus[0].threads_per_core, 1);
    assert_string_equal(p->cpus[0].partition, "");
    assert_true(isnan(p->cpus[0].memory_mib));
    assert_int_equal(profile_cpu_cores(&p->cpus[0]), 16);
    assert_int_equal(profile_charge_granule(&p->cpus[0]), 1);
}

static const char terms[] =
    "{\"name\": \"c\", \"partition\": \"p\", \"exclusive\": true, \"max_time\": \"1-00\",\n"
    "\"charge_unit\": \"granule\", \"charge_granule\": 4, \"charge_weight\": 2, \"cpus\": [\n"
    "{\"id\": \"as_all\", \"sockets\": 2, \"cores_per_socket\": 8},\n"
    "{\"id\": \"own\", \"sockets\": 2, \"cores_per_socket\": 8, \"partition\": \"q\",\n"
    " \"exclusive\": false, \"max_time\": 7200, \"charge_unit\": \"core\"},\n"
    "{\"id\": \"granule\", \"sockets\": 1, \"cores_per_socket\": 8, \"exclusive\": false},\n"
    "{\"id\": \"node\", \"sockets\": 1, \"cores_per_socket\": 8, \"exclusive\": false,\n"
    " \"charge_unit\": \"node\", \"charge_weight\": 0.5}]}";

static void a_kind_of_node_has_the_profiles_terms_or_its_own(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, terms), 0);
    const struct profile_cpu *cpu = f->profile.cpus;
    assert_true(cpu[0].terms.exclusive && cpu[0].terms.max_time == 86400);
    assert_string_equal(cpu[0].partition, "p");
    assert_int_equal(profile_charge_granule(&cpu[0]), 16); /* whole nodes are allocated */
    assert_false(cpu[1].terms.exclusive);
    assert_string_equal(cpu[1].partition, "q");
    assert_true(cpu[1].terms.max_time == 7200 && cpu[1].terms.charge_weight == 2);
    assert_int_equal(profile_charge_granule(&cpu[1]), 1);
    assert_int_equal(profile_charge_granule(&cpu[2]), 4);
    assert_int_equal(profile_charge_granule(&cpu[3]), 8);
    assert_true(cpu[3].terms.charge_weight == 0.5);
}

/* Written, read and written again: the same bytes. */
static void assert_comes_back(struct fixture *f)
{
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct profile again;
    profile_write(&f->profile, &first);
    if (profile_parse(&again, "again", first.str, first.len, &f->err) != 0)
        fail_msg("%s\n%s", f->err.text, first.str);
    profile_write(&again, &second);
    assert_string_equal(first.str, second.str);
    assert_int_equal(again.cpu_count, f->profile.cpu_count);
    for (size_t i = 0; i < again.cpu_count; i++) {
        const struct profile_cpu *a = &again.cpus[i], *b = &f->profile.cpus[i];
        assert_string_equal(a->id, b->id);
        assert_string_equal(a->partition, b->partition);
        assert_string_equal(a->terms.charge_unit, b->terms.charge_unit);
        assert_int_equal(profile_charge_granule(a), profile_charge_granule(b));
        assert_int_equal(a->terms.exclusive, b->terms.exclusive);
        assert_true(a->terms.max_time == b->terms.max_time ||
                    (isnan(a->terms.max_time) && isnan(b->terms.max_time)));
    }
    profile_free(&again);
    strbuf_free(&first);
    strbuf_free(&second);
}

static void a_profile_comes_back_the_same(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, minimal), 0);
    assert_comes_back(f);
    assert_int_equal(parse(f, terms), 0);
    assert_comes_back(f);
    assert_int_equal(parse(f, "{\"$schema\": 3, \"name\": \"c\", \"title\": \"räksmörgås \\\" \\\\\", "
                              "\"default_time\": 90.5, \"pre\": [\"a\\t$(b)\", \"\"], "
                              "\"memory_allowed\": false, \"extra_sbatch\": [\"--x=a b\"], "
                              "\"sources\": [{\"fact\": \"f\", \"source\": \"s\", "
                              "\"verified\": false}], " CPUS "}"),
                     0);
    assert_comes_back(f);
    assert_string_equal(f->profile.pre[0], "a\t$(b)");
}

static void the_built_in_profiles_are_right(void **state)
{
    struct fixture *f = *state;
    size_t count = 0;
    for (const struct template_file *file = template_files; file->name != NULL; file++) {
        if (strncmp(file->name, "clusters/", 9) != 0)
            continue;
        profile_free(&f->profile);
        if (profile_parse(&f->profile, file->name, file->bytes, file->length, &f->err) != 0)
            fail_msg("%s", f->err.text);
        char *name = text_format("clusters/%s.json", f->profile.name);
        assert_string_equal(name, file->name);
        free(name);
        assert_comes_back(f);
        assert_true(f->profile.source_count > 3);
        for (size_t i = 0; i < f->profile.source_count; i++)
            assert_true(!f->profile.sources[i].verified || *f->profile.sources[i].date != '\0');
        count++;
    }
    assert_int_equal(count, 5);
}

static void kinds_of_node_are_found_by_id(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, terms), 0);
    assert_ptr_equal(profile_cpu_find(&f->profile, NULL), f->profile.cpus);
    assert_ptr_equal(profile_cpu_find(&f->profile, ""), f->profile.cpus);
    assert_ptr_equal(profile_cpu_find(&f->profile, "own"), f->profile.cpus + 1);
    assert_null(profile_cpu_find(&f->profile, "zen5"));
}

static void a_pattern_is_of_the_whole_text(void **state)
{
    (void)state;
    assert_true(profile_pattern_matches("a|bc", "bc"));
    assert_false(profile_pattern_matches("a|bc", "abc"));
    assert_true(profile_pattern_matches("b|ab", "ab"));
    assert_true(profile_pattern_matches("^ab$", "ab"));
    assert_false(profile_pattern_matches("a)", "a"));
    assert_false(profile_pattern_matches("n[0-9]+", "bin12"));
}

static void damaged_profiles_do_no_harm(void **state)
{
    struct fixture *f = *state;
    const struct template_file *file = template_find("clusters/dardel.json");
    char *text = xstrndup(file->bytes, file->length);
    unsigned random = 1;
    for (int i = 0; i < 3000; i++) {
        random = random * 1664525u + 1013904223u;
        size_t at = (random >> 4) % file->length;
        char kept = text[at];
        text[at] = "0-9n\"x.e[]{}"[(random >> 26) % 12];
        if (parse(f, text) == 0)
            assert_comes_back(f);
        else
            assert_memory_equal(f->err.text, "c.json:", 7);
        text[at] = kept;
    }
    free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_located_and_explained),
        TEST(a_pattern_of_257_bytes_is_refused),
        TEST(what_is_not_given_has_its_default),
        TEST(a_kind_of_node_has_the_profiles_terms_or_its_own),
        TEST(a_profile_comes_back_the_same),
        TEST(the_built_in_profiles_are_right),
        TEST(kinds_of_node_are_found_by_id),
        TEST(a_pattern_is_of_the_whole_text),
        TEST(damaged_profiles_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
