/*
 * Every mistake in study.json, and in a setting, has its place, says what is
 * wrong and what to do.
 */
#include "study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct study study;
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
    study_free(&f->study);
    free(f);
    return 0;
}

static int parse(struct fixture *f, const char *json, char *const *settings, size_t count)
{
    study_free(&f->study);
    return study_parse(&f->study, "t.json", json, strlen(json), settings, count, &f->err);
}

static int set(struct fixture *f, const char *json, const char *setting)
{
    char *copy = strdup(setting);
    assert_non_null(copy);
    int rc = parse(f, json, &copy, 1);
    free(copy);
    return rc;
}

/* A study of a kernel, of one of its backends, of a program, of clusters. */
#define K(members)                                                                                 \
    "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [\"openmp\"], " members "}"
#define B(backend) "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [" backend "]}"
#define P(members) "{\"name\": \"a\", \"backends\": [{\"name\": \"x\", " members "}]}"
#define C(clusters) K("\"clusters\": " clusters)
#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16

/* clang-format off */
static const struct {
    const char *json, *message;
} rejected[] = {
    {"{\"name\": \"s\", \"kernel\": {\"triad\": {\"size\": 5}, \"sleep\": {\"size\": 6}},\n\"size\": 7, "
     "\"backends\": [\"serial\"]}",
     "t.json:2:1: \"size\" is for kernels without one of their own, and each has one; change that, as by "
     "--set kernel.triad.size=…"},
    {"{\"name\": \"s\",\n\"backends\": [{\"name\": \"p\", \"command\": [\"x\"], \"seconds\": \"took (\\\\d+) s\"}]}",
     "t.json:2:46: \"seconds\" holds \\d, which a POSIX regular expression does not know; write [0-9]"},
    {"{\"name\": \"s\",\n\"kernel\": 3, \"backends\": [\"serial\"]}",
     "t.json:2:1: \"kernel\" must be a name, an array of names, or an object of them, got 3"},
    {"{\"name\": \"s\",\n\"kernel\": [\"triad\", {}], \"backends\": [\"serial\"]}",
     "t.json:2:21: \"kernel\" must hold names, got an object; what a kernel has of its own goes into an "
     "object, {\"NAME\": {…}}"},
    {"{\"name\": \"s\",\n\"kernel\": [\"triad\", \"triad\"], \"backends\": [\"serial\"]}",
     "t.json:2:21: \"kernel\" holds \"triad\" a second time"},
    {"{\"name\": \"s\",\n\"kernel\": [], \"backends\": [\"serial\"]}",
     "t.json:2:1: \"kernel\" must name from 1 to 100 kernels, got 0"},
    {"{\"name\": \"s\",\n\"kernel\": {\"triad\": 5}, \"backends\": [\"serial\"]}",
     "t.json:2:12: a kernel must be an object, {\"size\": …}, got 5"},
    {"{\"name\": \"s\",\n\"kernel\": {\"triad\": {\"sise\": 5}}, \"backends\": [\"serial\"]}",
     "t.json:2:22: unknown key \"sise\"; did you mean \"size\"?"},
    {"{\"name\": \"s\", \"kernel\": [\"triad\", \"sleep\"],\n\"size\": \"auto\", \"backends\": [\"serial\"]}",
     "t.json:2:1: \"auto\" finds a size for one kernel, and the study has several; give each a \"size\", or "
     "leave it out for the kernel's own"},
    {"{\"name\": \"s\", \"kernel\": [\"triad\", \"sleep\"],\n\"backends\": [{\"name\": \"p\", \"command\": [\"x\"]}]}",
     "t.json:2:14: the study has several kernels, and the command of backend \"p\" is none of them; give "
     "it a study of its own"},
    {"{\"name\": \"s\", \"kernel\": \"sleep\", \"backends\": [\"serial\"],\n\"options\": [1]}",
     "t.json:2:1: \"options\" must be an object of numbers, got an array"},
    {"{\"name\": \"s\", \"kernel\": \"sleep\", \"backends\": [\"serial\"],\n\"options\": {\"seconds\": \"1\"}}",
     "t.json:2:13: the option \"seconds\" must be a number, got text \"1\"; write it without quotes"},
    {"{\"name\": \"s\", \"kernel\": \"sleep\", \"backends\": [\"serial\"],\n\"options\": {\"--seconds\": 1}}",
     "t.json:2:13: the option \"--seconds\" is written without its dashes, \"seconds\""},
    {"{\"name\": \"s\", \"kernel\": \"sleep\", \"backends\": [\"serial\"],\n\"options\": {\"a b\": 1}}",
     "t.json:2:13: \"a b\" is no name of an option: those have small letters, digits and dashes"},
    {"{\"name\": \"s\", \"options\": {\"n\": 1},\n\"backends\": [{\"name\": \"p\", \"command\": [\"x\"]}]}",
     "t.json:1:15: \"options\" are those of a kernel, and the study names no kernel; write them into the "
     "\"command\""},
    {"{\"name\": \"s\",\n\"backends\": [{\"name\": \"p\", \"command\": [\"x\"], \"options\": {\"n\": 1}}]}",
     "t.json:2:46: \"options\" are those of a kernel, and this backend has a command of its own; write "
     "them into the \"command\""},
    /* the file itself */
    {"[]",
     "t.json:1:1: a study must be an object, {\"name\": …}, got an array"},
    {"\"study\"",
     "t.json:1:1: a study must be an object, {\"name\": …}, got text \"study\""},
    {"null",
     "t.json:1:1: a study must be an object, {\"name\": …}, got null"},
    /* keys */
    {"{ \"warmups\": 1,\n  \"blcoks\": 5 }",
     "t.json:2:3: unknown key \"blcoks\"; did you mean \"blocks\"?"},
    {"{\"Name\": \"a\"}",
     "t.json:1:2: unknown key \"Name\"; did you mean \"name\"?"},
    {"{\"zzz\": 1}",
     "t.json:1:2: unknown key \"zzz\"; `scalestudy help study` lists all"},
    {"{\"account\": \"a\"}",
     "t.json:1:2: unknown key \"account\" of a study; it is one of a cluster"},
    {"{\"command\": [\"a\"]}",
     "t.json:1:2: unknown key \"command\" of a study; it is one of a backend"},
    {"{\"\\u001b[31m\": 1}",
     "t.json:1:2: unknown key \"\033[31m\"; `scalestudy help study` lists all"},
    {"{}",
     "t.json:1:1: a study must have \"name\"; add \"name\": \"integration\""},
    {"{\"name\": \"a\"}",
     "t.json:1:1: a study must have \"backends\"; add \"backends\": [\"serial\", \"openmp\"]"},
    {"{\"kernel\": \"triad\", \"backends\": \"auto\"}",
     "t.json:1:1: a study must have \"name\"; add \"name\": \"integration\""},
    /* whole numbers */
    {K("\"blocks\": \"nine\""),
     "t.json:1:58: \"blocks\" must be a whole number, got text \"nine\""},
    {K("\"blocks\": 0"),
     "t.json:1:58: \"blocks\" must be from 1 to 1000000, got 0"},
    {K("\"blocks\": -1"),
     "t.json:1:58: \"blocks\" must be from 1 to 1000000, got -1"},
    {K("\"blocks\": 2.5"),
     "t.json:1:58: \"blocks\" must be a whole number, got 2.5"},
    {K("\"blocks\": 1e300"),
     "t.json:1:58: \"blocks\" must be from 1 to 1000000, got 1e+300"},
    {K("\"blocks\": 1000001"),
     "t.json:1:58: \"blocks\" must be from 1 to 1000000, got 1000001"},
    {K("\"blocks\": true"),
     "t.json:1:58: \"blocks\" must be a whole number, got true"},
    {K("\"blocks\": null"),
     "t.json:1:58: \"blocks\" must be a whole number, got null; leave the key out for the default"},
    {K("\"blocks\": []"),
     "t.json:1:58: \"blocks\" must be a whole number, got an array"},
    {K("\"blocks\": {}"),
     "t.json:1:58: \"blocks\" must be a whole number, got an object"},
    {K("\"runs\": 0"),
     "t.json:1:58: \"runs\" must be from 1 to 1000000, got 0"},
    {K("\"warmups\": 1001"),
     "t.json:1:58: \"warmups\" must be from 0 to 1000, got 1001"},
    {K("\"warmups\": 0.5"),
     "t.json:1:58: \"warmups\" must be a whole number, got 0.5"},
    /* numbers */
    {K("\"precision\": 0"),
     "t.json:1:58: \"precision\" must be above 0 and below 1, got 0"},
    {K("\"precision\": 1"),
     "t.json:1:58: \"precision\" must be above 0 and below 1, got 1"},
    {K("\"precision\": \"2 %\""),
     "t.json:1:58: \"precision\" must be a number, got text \"2 %\""},
    {K("\"budget_core_hours\": 0"),
     "t.json:1:58: \"budget_core_hours\" must be above 0 and at most 1000000000000, got 0"},
    {K("\"timeout\": 0"),
     "t.json:1:58: \"timeout\" must be above 0 and at most 31622400 seconds, got 0"},
    {K("\"timeout\": \"1:75\""),
     "t.json:1:58: \"timeout\" must be seconds or a time such as \"1:30:00\", got text \"1:75\""},
    {K("\"timeout\": \"ten\""),
     "t.json:1:58: \"timeout\" must be seconds or a time such as \"1:30:00\", got text \"ten\""},
    {K("\"timeout\": \"1-24\""),
     "t.json:1:58: \"timeout\" must be seconds or a time such as \"1:30:00\", got text \"1-24\""},
    {K("\"timeout\": \"1:2:3:4\""),
     "t.json:1:58: \"timeout\" must be seconds or a time such as \"1:30:00\", got text \"1:2:3:4\""},
    {K("\"timeout\": \"-5\""),
     "t.json:1:58: \"timeout\" must be seconds or a time such as \"1:30:00\", got text \"-5\""},
    {K("\"timeout\": \"1:30:00 \""),
     "t.json:1:58: \"timeout\" must be seconds or a time such as \"1:30:00\", got text \"1:30:00 \""},
    {K("\"timeout\": 1e9"),
     "t.json:1:58: \"timeout\" must be above 0 and at most 31622400 seconds, got 1000000000"},
    {K("\"timeout\": \"9999-00\""),
     "t.json:1:58: \"timeout\" must be above 0 and at most 31622400 seconds, got 863913600"},
    /* choices */
    {K("\"scaling\": \"stong\""),
     "t.json:1:58: \"scaling\" must be \"strong\" or \"weak\", got text \"stong\"; did you mean \"strong\"?"},
    {K("\"scaling\": 1"),
     "t.json:1:58: \"scaling\" must be \"strong\" or \"weak\", got 1; put it in quotes"},
    {K("\"layout\": \"packd\""),
     "t.json:1:58: \"layout\" must be \"array\" or \"packed\", got text \"packd\"; did you mean \"packed\"?"},
    {K("\"bind\": \"core\""),
     "t.json:1:58: \"bind\" must be \"cores\" or \"none\", got text \"core\"; did you mean \"cores\"?"},
    {K("\"timing\": \"wall\""),
     "t.json:1:58: \"timing\" must be \"kernel\" or \"total\", got text \"wall\""},
    {K("\"background\": null"),
     "t.json:1:58: \"background\" must be \"idle\" or \"fill\", got null; leave the key out for the default"},
    {K("\"work\": \"size^4\""),
     "t.json:1:58: \"work\" must be \"size\", \"size^2\" or \"size^3\", got text \"size^4\"; did you mean \"size^2\"?"},
    /* names */
    {"{\"name\": \"\"}",
     "t.json:1:2: \"name\" must not be empty; allowed are letters, digits and . _ + -"},
    {"{\"name\": 5}",
     "t.json:1:2: \"name\" must be a name, got 5; put it in quotes"},
    {"{\"name\": \"a/b\"}",
     "t.json:1:2: \"name\" may not hold \"/\"; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"../etc\"}",
     "t.json:1:2: \"name\" may not hold \"/\"; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"-x\"}",
     "t.json:1:2: \"name\" must begin with a letter or a digit, not with \"-\""},
    {"{\"name\": \"a b\"}",
     "t.json:1:2: \"name\" may not hold a blank; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"a\\nb\"}",
     "t.json:1:2: \"name\" may not hold a line end; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"a\\tb\"}",
     "t.json:1:2: \"name\" may not hold a tab; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"a\\u0007\"}",
     "t.json:1:2: \"name\" may not hold the control character U+0007; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"a\\\"b\"}",
     "t.json:1:2: \"name\" may not hold a double quote; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"a'b\"}",
     "t.json:1:2: \"name\" may not hold \"'\"; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"$(reboot)\"}",
     "t.json:1:2: \"name\" may not hold \"$\"; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"<script>\"}",
     "t.json:1:2: \"name\" may not hold \"<\"; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"Åsa\"}",
     "t.json:1:2: \"name\" may not hold \"Å\"; allowed are letters, digits and . _ + -"},
    {"{\"name\": \"" A64 "a\"}",
     "t.json:1:2: \"name\" is 65 characters long; a name has at most 64"},
    {K("\"kernel2\": 1"),
     "t.json:1:58: unknown key \"kernel2\"; did you mean \"kernel\"?"},
    {"{\"name\": \"a\", \"kernel\": \"../triad\"}",
     "t.json:1:15: \"kernel\" may not hold \"/\"; allowed are letters, digits and . _ + -"},
    /* core counts */
    {K("\"cores\": []"),
     "t.json:1:58: \"cores\" is empty; write core counts, [1, 2, 4], or \"auto\""},
    {K("\"cores\": [0]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got 0"},
    {K("\"cores\": [65537]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got 65537"},
    {K("\"cores\": [2.5]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got 2.5"},
    {K("\"cores\": [1, 2, 1]"),
     "t.json:1:74: \"cores\" holds 1 a second time"},
    {K("\"cores\": [1, \"1_core\"]"),
     "t.json:1:71: \"cores\" holds \"1_core\" a second time"},
    {K("\"cores\": [\"1_2_node\", \"2_4_node\"]"),
     "t.json:1:80: \"cores\" holds \"2_4_node\" a second time"},
    {K("\"cores\": [\"2_node\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"2_node\""},
    {K("\"cores\": [\"1_cores\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"1_cores\""},
    {K("\"cores\": [\"4_1_node\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"4_1_node\""},
    {K("\"cores\": [\"0_nodes\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"0_nodes\""},
    {K("\"cores\": [\"node\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"node\""},
    {K("\"cores\": [\"65537_cores\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"65537_cores\""},
    {K("\"cores\": [\"auto\"]"),
     "t.json:1:68: \"auto\" stands alone; write \"cores\": \"auto\""},
    {K("\"cores\": [[1]]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got an array"},
    {K("\"cores\": [null]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got null"},
    {K("\"cores\": \"1,2,4\""),
     "t.json:1:58: \"cores\" must be an array such as [1, 2, 4, \"1_node\"], or \"auto\", got text \"1,2,4\"; write an array, [1, 2, 4]"},
    {K("\"cores\": \"all\""),
     "t.json:1:58: \"cores\" must be an array such as [1, 2, 4, \"1_node\"], or \"auto\", got text \"all\""},
    {K("\"cores\": {}"),
     "t.json:1:58: \"cores\" must be an array such as [1, 2, 4, \"1_node\"], or \"auto\", got an object"},
    {K("\"cores\": 0"),
     "t.json:1:58: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got 0"},
    /* sizes */
    {K("\"size\": 0"),
     "t.json:1:58: \"size\" must be from 1 to 100000000000000, got 0"},
    {K("\"size\": 1.5"),
     "t.json:1:58: \"size\" must be a whole number, an array of them, or \"auto\", got 1.5"},
    {K("\"size\": []"),
     "t.json:1:58: \"size\" is empty; write a size, or several, [1000, 10000]"},
    {K("\"size\": [10, 100, 10]"),
     "t.json:1:76: \"size\" holds 10 a second time"},
    {K("\"size\": [\"auto\"]"),
     "t.json:1:67: \"auto\" stands alone; write \"size\": \"auto\""},
    {K("\"size\": \"big\""),
     "t.json:1:58: \"size\" must be a whole number, an array of them, or \"auto\", got text \"big\""},
    {K("\"size\": \"100\""),
     "t.json:1:58: \"size\" must be a whole number, an array of them, or \"auto\", got text \"100\"; write it without quotes"},
    {K("\"cores\": [\"2\"]"),
     "t.json:1:68: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got text \"2\"; write it without quotes"},
    {K("\"cores\": \"2\""),
     "t.json:1:58: \"cores\" must be an array such as [1, 2, 4, \"1_node\"], or \"auto\", got text \"2\"; write it without quotes"},
    {K("\"size\": [true]"),
     "t.json:1:67: \"size\" must be a whole number, an array of them, or \"auto\", got true"},
    {K("\"size\": 1e15"),
     "t.json:1:58: \"size\" must be from 1 to 100000000000000, got 1e+15"},
    /* cores to ask for */
    {K("\"request_cores\": 0"),
     "t.json:1:58: \"request_cores\" must be from 1 to 65536, got 0"},
    {K("\"request_cores\": \"1\""),
     "t.json:1:58: \"request_cores\" must be a whole number, or a text such as \"+1\", got text \"1\"; write it without quotes"},
    {K("\"request_cores\": \"+0\""),
     "t.json:1:58: \"request_cores\" must be from \"+1\" to \"+65536\", got \"+0\""},
    {K("\"request_cores\": \"+x\""),
     "t.json:1:58: \"request_cores\" must be a whole number, or a text such as \"+1\", got text \"+x\""},
    {K("\"request_cores\": \"+99999999999\""),
     "t.json:1:58: \"request_cores\" must be from \"+1\" to \"+65536\", got \"+99999999999\""},
    {K("\"cores\": [1, 8], \"request_cores\": 4"),
     "t.json:1:75: \"request_cores\" is 4, but 8 cores are to be used; ask for 8 or more, or for \"+1\", one more than each"},
    {"{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [{\"name\": \"mpi\", \"cores\": [16]}], \"cores\": [1], \"request_cores\": 4}",
     "t.json:1:94: \"request_cores\" is 4, but 16 cores are to be used; ask for 16 or more, or for \"+1\", one more than each"},
    {K("\"request_cores\": \"+1\", \"layout\": \"packed\""),
     "t.json:1:58: \"request_cores\" does not go with \"layout\": \"packed\", which asks for whole nodes"},
    /* backends */
    {B(""),
     "t.json:1:34: \"backends\" is empty; write names, [\"serial\", \"openmp\"], \"auto\" or \"all\""},
    {"{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": \"openmp\"}",
     "t.json:1:34: \"backends\" must be an array such as [\"serial\", \"openmp\"], \"auto\" or \"all\", got text \"openmp\"; write [\"openmp\"]"},
    {"{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": {}}",
     "t.json:1:34: \"backends\" must be an array such as [\"serial\", \"openmp\"], \"auto\" or \"all\", got an object"},
    {B("1"),
     "t.json:1:47: \"backends\" must hold names and objects, got 1"},
    {B("\"auto\""),
     "t.json:1:47: \"auto\" stands alone; write \"backends\": \"auto\""},
    {B("\"openmp\", \"openmp\""),
     "t.json:1:57: \"backends\" holds \"openmp\" a second time; give each a \"name\" of its own"},
    {B("\"open/mp\""),
     "t.json:1:47: a backend's name may not hold \"/\"; allowed are letters, digits and . _ + -"},
    {B("{}"),
     "t.json:1:47: a backend needs a \"name\""},
    {B("{\"name\": \"x y\"}"),
     "t.json:1:48: \"name\" may not hold a blank; allowed are letters, digits and . _ + -"},
    {B("{\"nmae\": \"x\"}"),
     "t.json:1:48: unknown key \"nmae\"; did you mean \"name\"?"},
    {B("\"x\", {\"name\": \"x\", \"backend\": \"openmp\"}"),
     "t.json:1:52: \"backends\" holds \"x\" a second time; give each a \"name\" of its own"},
    {B("{\"name\": \"x\", \"seconds\": \"a\"}"),
     "t.json:1:61: backend \"x\" has no \"command\", so \"seconds\" is not for it: a kernel reports its time"},
    {B("{\"name\": \"x\", \"value\": \"a\"}"),
     "t.json:1:61: backend \"x\" has no \"command\", so \"value\" is not for it: a kernel reports its answer"},
    {B("{\"name\": \"x\", \"parallel\": \"threads\"}"),
     "t.json:1:61: backend \"x\" has no \"command\", so \"parallel\" is not for it: a built-in backend knows how it is parallel"},
    {B("{\"name\": \"x\", \"threads_per_rank\": 0}"),
     "t.json:1:61: \"threads_per_rank\" must be from 1 to 65536, got 0"},
    {"{\"name\": \"a\", \"backends\": \"auto\"}",
     "t.json:1:15: \"auto\" takes all built-in backends, and the study names no kernel for them; add \"kernel\": \"integration2d\" or another"},
    {"{\"name\": \"a\", \"backends\": [\"x\"]}",
     "t.json:1:28: backend \"x\" has no command, and the study names no kernel: add \"kernel\": \"integration2d\" or another, or give the backend a \"command\""},
    {"{\"name\": \"a\", \"backends\": [{\"command\": [\"a\"]}]}",
     "t.json:1:28: a backend with a \"command\" needs a \"name\""},
    /* commands */
    {P("\"command\": []"),
     "t.json:1:42: \"command\" names no program; write [\"prog\", \"arg\"]"},
    {P("\"command\": [\"\"]"),
     "t.json:1:42: \"command\" names no program; write [\"prog\", \"arg\"]"},
    {P("\"command\": [\"a\", 4]"),
     "t.json:1:59: \"command\" must hold texts, got 4; put it in quotes"},
    {P("\"command\": [\"a\", [\"b\"]]"),
     "t.json:1:59: \"command\" must hold texts, got an array"},
    {P("\"command\": \"a 4\""),
     "t.json:1:42: \"command\" must be an array of texts, got text \"a 4\"; write each argument as a text of its own, [\"prog\", \"arg\"], for nothing splits it"},
    {P("\"command\": [\"a\"], \"backend\": \"openmp\""),
     "t.json:1:60: backend \"x\" has both \"command\" and \"backend\"; keep the one that is to run"},
    {P("\"command\": [\"a\", \"{core}\"]"),
     "t.json:1:59: \"command\" holds {core}, which nothing replaces; did you mean {cores}?"},
    {P("\"command\": [\"a\", \"{Cores}\"]"),
     "t.json:1:59: \"command\" holds {Cores}, which nothing replaces; did you mean {cores}?"},
    {P("\"command\": [\"a\", \"n={workers}\"]"),
     "t.json:1:59: \"command\" holds {workers}, which nothing replaces; there are {cores}, {threads}, {ranks}, {nodes}, {size}, {block} and {run}, and braces for the program need a blank: { workers }"},
    {P("\"command\": [\"a\", \"${cores}\"]"),
     "t.json:1:59: \"command\" holds ${cores}, of which the $ would stay; write {cores}"},
    {P("\"command\": [\"a\", \"{size}\"]"),
     "t.json:1:28: the command of backend \"x\" has {size}, and the study gives no \"size\""},
    {P("\"command\": [\"mpirun\", \"-np\", \"{cores}\", \"a\"]"),
     "t.json:1:42: \"command\" begins with mpirun; leave it and its options out and say \"parallel\": \"ranks\""},
    {P("\"command\": [\"/usr/bin/srun\", \"a\"], \"parallel\": \"ranks\""),
     "t.json:1:42: \"command\" begins with srun, but ranks are started by the cluster's own launcher; leave srun and its options out"},
    {P("\"command\": [\"a\", \"{ranks}\"]"),
     "t.json:1:42: \"command\" uses {ranks}, but there is one process; say \"parallel\": \"ranks\" or \"hybrid\", or write {cores}"},
    {P("\"command\": [\"a\"], \"threads_per_rank\": 2"),
     "t.json:1:60: \"threads_per_rank\" is for \"parallel\": \"hybrid\", but backend \"x\" is \"threads\""},
    {P("\"command\": [\"a\"], \"parallel\": \"ranks\", \"threads_per_rank\": 2"),
     "t.json:1:81: \"threads_per_rank\" is for \"parallel\": \"hybrid\", but backend \"x\" is \"ranks\""},
    {P("\"command\": [\"a\"], \"parallel\": \"rank\""),
     "t.json:1:60: \"parallel\" must be \"serial\", \"threads\", \"processes\", \"ranks\" or \"hybrid\", got text \"rank\"; did you mean \"ranks\"?"},
    {P("\"command\": [\"a\"], \"workdir\": \"\""),
     "t.json:1:60: \"workdir\" must not be empty; leave it out instead"},
    /* what a program prints */
    {P("\"command\": [\"a\"], \"seconds\": \"time: (\""),
     "t.json:1:60: \"seconds\" is no POSIX extended regular expression: Unmatched ( or \\("},
    {P("\"command\": [\"a\"], \"seconds\": \"[0-9\""),
     "t.json:1:60: \"seconds\" is no POSIX extended regular expression: Unmatched [, [^, [:, [., or [="},
    {P("\"command\": [\"a\"], \"seconds\": \"*\""),
     "t.json:1:60: \"seconds\" is no POSIX extended regular expression: Invalid preceding regular expression"},
    {P("\"command\": [\"a\"], \"seconds\": \"\""),
     "t.json:1:60: \"seconds\" must not be empty; leave it out instead"},
    {P("\"command\": [\"a\"], \"seconds\": \"" A64 A64 A64 A64 "a\""),
     "t.json:1:60: \"seconds\" is 257 bytes long; a regular expression has at most 256"},
    {P("\"command\": [\"a\"], \"value\": \"((((((((((((((((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)\""),
     "t.json:1:60: \"value\" repeats repetitions too often; write it without + and {} inside of each other"},
    {P("\"command\": [\"a\"], \"value\": \"((a{1,255}){1,255}){1,255}\""),
     "t.json:1:60: \"value\" repeats repetitions too often; write it without + and {} inside of each other"},
    {P("\"command\": [\"a\"], \"expect\": {\"value\": 1}"),
     "t.json:1:60: \"expect\" needs \"value\", the regular expression that finds the answer in the output"},
    {P("\"command\": [\"a\"], \"value\": \"a\", \"expect\": 1"),
     "t.json:1:74: \"expect\" must be an object, got 1"},
    {P("\"command\": [\"a\"], \"value\": \"a\", \"expect\": {}"),
     "t.json:1:74: \"expect\" must have \"value\"; add \"value\": 1.5"},
    {P("\"command\": [\"a\"], \"value\": \"a\", \"expect\": {\"value\": \"1\"}"),
     "t.json:1:85: \"value\" must be a number, got text \"1\"; write it without quotes"},
    {P("\"command\": [\"a\"], \"value\": \"a\", \"expect\": {\"value\": 1, \"tolerance\": -1}"),
     "t.json:1:97: \"tolerance\" must be 0 or more, got -1"},
    {P("\"command\": [\"a\"], \"value\": \"a\", \"expect\": {\"value\": 1, \"tolerence\": 1}"),
     "t.json:1:97: unknown key \"tolerence\"; did you mean \"tolerance\"?"},
    /* environment, modules, set-up */
    {P("\"command\": [\"a\"], \"environment\": {\"A\": 1}"),
     "t.json:1:76: the variable \"A\" must be a text, got 1; put it in quotes"},
    {P("\"command\": [\"a\"], \"environment\": {\"1A\": \"1\"}"),
     "t.json:1:76: the variable \"1A\" must not begin with a digit; a variable's name has letters, digits and _, and no digit in front"},
    {P("\"command\": [\"a\"], \"environment\": {\"\": \"1\"}"),
     "t.json:1:76: the variable \"\" must not be empty; a variable's name has letters, digits and _, and no digit in front"},
    {P("\"command\": [\"a\"], \"environment\": {\"A=B\": \"1\"}"),
     "t.json:1:76: the variable \"A=B\" may not hold \"=\"; a variable's name has letters, digits and _, and no digit in front"},
    {P("\"command\": [\"a\"], \"environment\": {\"SCALESTUDY_RUN\": \"1\"}"),
     "t.json:1:76: the variable \"SCALESTUDY_RUN\" must not begin with SCALESTUDY_: those mark the runs of a study"},
    {P("\"command\": [\"a\"], \"environment\": [\"A=1\"]"),
     "t.json:1:60: \"environment\" must be an object of texts, got an array; write {\"NAME\": \"value\"}"},
    {P("\"command\": [\"a\"], \"modules\": \"foss\""),
     "t.json:1:60: \"modules\" must be an array of texts, got text \"foss\"; write it in brackets: [\"…\"]"},
    {P("\"command\": [\"a\"], \"modules\": [1]"),
     "t.json:1:72: \"modules\" must hold texts, got 1; put it in quotes"},
    {P("\"command\": [\"a\"], \"modules\": [\"GCC OpenMPI\"]"),
     "t.json:1:72: \"modules\" may not hold a blank; it is one word of letters, digits and signs, and no shell or quotes are read"},
    {P("\"command\": [\"a\"], \"modules\": [\"$(reboot)\"]"),
     "t.json:1:72: \"modules\" may not hold \"$\"; it is one word of letters, digits and signs, and no shell or quotes are read"},
    {P("\"command\": [\"a\"], \"setup\": [\"a\\nb\"]"),
     "t.json:1:70: \"setup\" may not hold a line end; write each line as a text of its own"},
    /* clusters */
    {C("[]"),
     "t.json:1:58: \"clusters\" is empty; leave the key out to run anywhere"},
    {C("{}"),
     "t.json:1:58: \"clusters\" is empty; leave the key out to run anywhere"},
    {C("\"pelle\""),
     "t.json:1:58: \"clusters\" must be an array of names, or an object of overrides, got text \"pelle\"; write [\"pelle\"]"},
    {C("[\"pelle\", \"pelle\"]"),
     "t.json:1:80: \"clusters\" holds \"pelle\" a second time"},
    {C("[\"local\"]"),
     "t.json:1:71: \"local\" is the folder of runs on this machine; leave it out, and run with --local"},
    {C("[{\"pelle\": {}}]"),
     "t.json:1:71: \"clusters\" must hold names, got an object; overrides go into an object, {\"NAME\": {…}}"},
    {C("{\"pelle\": \"x\"}"),
     "t.json:1:71: a cluster must be an object of overrides, got text \"x\"; {} overrides nothing"},
    {C("{\"../pelle\": {}}"),
     "t.json:1:71: a cluster's name may not hold \"/\"; allowed are letters, digits and . _ + -"},
    {C("{\"pelle\": {\"acount\": \"x\"}}"),
     "t.json:1:81: unknown key \"acount\"; did you mean \"account\"?"},
    {C("{\"pelle\": {\"cluster\": \"pelle/2\"}}"),
     "t.json:1:81: \"cluster\" may not hold \"/\"; allowed are letters, digits and . _ + -"},
    {C("{\"pelle\": {\"account\": \"\"}}"),
     "t.json:1:81: \"account\" must not be empty; leave it out instead"},
    {C("{\"pelle\": {\"account\": \"a; reboot\"}}"),
     "t.json:1:81: \"account\" may not hold \";\"; it is one word of letters, digits and signs, and no shell or quotes are read"},
    {C("{\"pelle\": {\"account\": 2026}}"),
     "t.json:1:81: \"account\" must be a text, got 2026; put it in quotes"},
    {C("{\"pelle\": {\"memory\": \"16G\"}}"),
     "t.json:1:81: \"memory\" must be a number, got text \"16G\"; it counts MiB: 16 GiB is 16384"},
    {C("{\"pelle\": {\"exclusive\": 1}}"),
     "t.json:1:81: \"exclusive\" must be true or false, got 1"},
    {C("{\"pelle\": {\"gpus\": -1}}"),
     "t.json:1:81: \"gpus\" must be from 0 to 1024, got -1"},
    {C("{\"pelle\": {\"time_limit\": \"x\"}}"),
     "t.json:1:81: \"time_limit\" must be seconds or a time such as \"1:30:00\", got text \"x\""},
    {C("{\"pelle\": {\"time_limit\": 0}}"),
     "t.json:1:81: \"time_limit\" must be from 1 to 31622400 seconds, got 0"},
    {C("{\"pelle\": {\"extra_sbatch\": [\"mail-type=END\"]}}"),
     "t.json:1:98: \"extra_sbatch\" must begin with \"-\", as in \"--mail-type=END\""},
    {C("{\"pelle\": {\"extra_sbatch\": [\"--account=x\"]}}"),
     "t.json:1:98: \"extra_sbatch\" may not hold --account: it has a key of its own, \"account\""},
    {C("{\"pelle\": {\"extra_sbatch\": [\"-n4\"]}}"),
     "t.json:1:98: \"extra_sbatch\" may not hold --ntasks: the plan decides it"},
    {C("{\"pelle\": {\"extra_sbatch\": [\"--array=1-9\"]}}"),
     "t.json:1:98: \"extra_sbatch\" may not hold --array: the plan decides it"},
    {C("{\"pelle\": {\"extra_sbatch\": [\"--mail-type=END\\nreboot\"]}}"),
     "t.json:1:98: \"extra_sbatch\" may not hold a line end; write each line as a text of its own"},
    /* optimum */
    {K("\"optimum\": \"fast\""),
     "t.json:1:58: \"optimum\" must be an object, got text \"fast\""},
    {K("\"optimum\": {\"rule\": \"fastest\"}"),
     "t.json:1:70: \"rule\" must be \"fast\", \"efficient\", \"knee\" or \"cheapest\", got text \"fastest\""},
    {K("\"optimum\": {\"tolerance\": 1}"),
     "t.json:1:70: \"tolerance\" must be at least 0 and below 1, got 1"},
    {K("\"optimum\": {\"efficiency\": 0}"),
     "t.json:1:70: \"efficiency\" must be above 0 and at most 1, got 0"},
    {K("\"optimum\": {\"efficiency\": 1.1}"),
     "t.json:1:70: \"efficiency\" must be above 0 and at most 1, got 1.1"},
    {K("\"optimum\": {\"deadline\": 0}"),
     "t.json:1:70: \"deadline\" must be above 0 and at most 31622400 seconds, got 0"},
    {K("\"optimum\": {\"tolernce\": 0.1}"),
     "t.json:1:70: unknown key \"tolernce\"; did you mean \"tolerance\"?"},
    /* what does not go together */
    {K("\"max_blocks\": 20"),
     "t.json:1:58: \"max_blocks\" needs \"precision\", without which the number of blocks is fixed"},
    {K("\"budget_core_hours\": 5"),
     "t.json:1:58: \"budget_core_hours\" needs \"precision\", without which the number of blocks is fixed"},
    {K("\"precision\": 0.02, \"max_blocks\": 5"),
     "t.json:1:77: \"max_blocks\" must be from 6 to 1000000, got 5"},
    {K("\"precision\": 0.02, \"blocks\": 5"),
     "t.json:1:77: \"blocks\" must be 6 or more where \"precision\" is given, got 5; with fewer there is no interval"},
    {K("\"precision\": 0.02, \"blocks\": 40"),
     "t.json:1:77: \"blocks\" is 40, but \"max_blocks\" is 30"},
    {K("\"precision\": 0.02, \"blocks\": 9, \"max_blocks\": 8"),
     "t.json:1:77: \"blocks\" is 9, but \"max_blocks\" is 8"},
    {K("\"work\": \"size\""),
     "t.json:1:58: \"work\" is for programs, and all backends run the kernel, which knows how its work grows"},
    {"{\"name\": \"a\", \"scaling\": \"weak\", \"backends\": [{\"name\": \"x\", \"command\": [\"a\"]}]}",
     "t.json:1:47: \"scaling\" is \"weak\", but the command of backend \"x\" has no {size}, so it would always do the same work"},
    {"{\"name\": \"a\", \"size\": \"auto\", \"backends\": [{\"name\": \"x\", \"command\": [\"a\"]}]}",
     "t.json:1:44: \"size\" is \"auto\", but the command of backend \"x\" has no {size}, so it would always do the same work"},
    {"{\"name\": \"a\", \"size\": [1, 2], \"backends\": [{\"name\": \"x\", \"command\": [\"a\"]}]}",
     "t.json:1:44: \"size\" has several values, but the command of backend \"x\" has no {size}, so it would always do the same work"},
    {"{\"name\": \"a\", \"timing\": \"kernel\", \"backends\": [{\"name\": \"x\", \"command\": [\"a\"]}]}",
     "t.json:1:15: \"timing\" is \"kernel\", but backend \"x\" does not say how to find its time; give it \"seconds\", or take \"total\""},
};

static const struct {
    const char *setting, *message;
} rejected_settings[] = {
    {"blocks", "--set blocks: has no \"=\"; write key=value, as in blocks=9"},
    {"=5", "--set =5: has no key before the \"=\"; write key=value, as in blocks=9"},
    {"blocks=", "--set blocks=: \"blocks\" must be a whole number, got text \"\""},
    {"blocks=x", "--set blocks=x: \"blocks\" must be a whole number, got text \"x\""},
    {"blocks=0", "--set blocks=0: \"blocks\" must be from 1 to 1000000, got 0"},
    {"blcoks=5", "--set blcoks=5: unknown key \"blcoks\"; did you mean \"blocks\"?"},
    {"blocks.x=5", "--set blocks.x=5: \"blocks\" has no keys of its own; write blocks=VALUE"},
    {"optimum.x=5", "--set optimum.x=5: unknown key \"x\"; `scalestudy help study` lists all"},
    {"optimum.tolernce=0.1", "--set optimum.tolernce=0.1: unknown key \"tolernce\"; did you mean \"tolerance\"?"},
    {"optimum.tolerance=2", "--set optimum.tolerance=2: \"tolerance\" must be at least 0 and below 1, got 2"},
    {"optimum={\"x\": 1}", "--set optimum={\"x\": 1}: unknown key \"x\"; `scalestudy help study` lists all"},
    {"cores=1,2,4", "--set cores=1,2,4: \"cores\" must be an array such as [1, 2, 4, \"1_node\"], or \"auto\", got text \"1,2,4\"; write an array, [1, 2, 4]"},
    {"cores=[0]", "--set cores=[0]: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got 0"},
    {"name=a/b", "--set name=a/b: \"name\" may not hold \"/\"; allowed are letters, digits and . _ + -"},
    {"backends.mpi.environment.A=4", "--set backends.mpi.environment.A=4: the study lists no backend \"mpi\""},
    {"clusters.v1.2.x=4", "--set clusters.v1.2.x=4: the study lists no cluster \"v1.2\"; write clusters={\"v1.2\": {…}}"},
    {"backends.mpi.cores=4", "--set backends.mpi.cores=4: the study lists no backend \"mpi\""},
    {"backends.openmp.cores=0", "--set backends.openmp.cores=0: \"cores\" must hold whole numbers from 1 to 65536, or \"1_core\", \"1_4_node\", \"1_node\", \"2_nodes\" and the like, got 0"},
    {"backends.openmp.environment.A-B=1", "--set backends.openmp.environment.A-B=1: the variable \"A-B\" may not hold \"-\"; a variable's name has letters, digits and _, and no digit in front"},
    {"clusters.pelle.account=x", "--set clusters.pelle.account=x: the study lists no cluster \"pelle\"; write clusters={\"pelle\": {…}}"},
    {"clusters.pelle={}", "--set clusters.pelle={}: the study lists no cluster \"pelle\"; write clusters={\"pelle\": {…}}"},
    {"backends.openmp={\"cores\": [1]}", "--set backends.openmp={\"cores\": [1]}: a backend is changed key by key; write backends.openmp.KEY=VALUE"},
    {"clusters=[\"pelle\",\"pelle\"]", "--set clusters=[\"pelle\",\"pelle\"]: \"clusters\" holds \"pelle\" a second time"},
    {"scaling=weka", "--set scaling=weka: \"scaling\" must be \"strong\" or \"weak\", got text \"weka\"; did you mean \"weak\"?"},
    {"request_cores=+x", "--set request_cores=+x: \"request_cores\" must be a whole number, or a text such as \"+1\", got text \"+x\""},
    {"max_blocks=20", "--set max_blocks=20: \"max_blocks\" needs \"precision\", without which the number of blocks is fixed"},
    {"backends.openmp.expect.tolerance=1", "--set backends.openmp.expect.tolerance=1: \"expect\" must have \"value\"; add \"value\": 1.5"},
};
/* clang-format on */

static void every_mistake_is_located_and_explained(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(parse(f, rejected[i].json, NULL, 0), -1);
        assert_string_equal(f->err.text, rejected[i].message);
        assert_int_equal(f->err.status, STATUS_INPUT);
    }
}

static const char small[] = "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [\"openmp\"]}";

static void a_wrong_setting_is_named_as_it_was_given(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected_settings / sizeof *rejected_settings; i++) {
        assert_int_equal(set(f, small, rejected_settings[i].setting), -1);
        assert_string_equal(f->err.text, rejected_settings[i].message);
    }
}

/* What is wrong with the text itself is worded by jsontext.c. */
static void what_is_no_json_is_refused_at_its_place(void **state)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "{\"name\": \"a\",}",
                                        "{\"name\": \"a\"} {}",
                                        "{\"name\": \"a\", \"name\": \"b\"}",
                                        "{\"name\": \"\xff\"}",
                                        "{\"name\": \"a\\u0000\"}",
                                        "{name: \"a\"}"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(parse(f, texts[i], NULL, 0), -1);
        assert_memory_equal(f->err.text, "t.json:1:", strlen("t.json:1:"));
    }
}

static void a_setting_that_is_no_json_says_so_only_where_json_was_meant(void **state)
{
    static const char begin[] = "--set cores=[1,2: \"cores\" must be an array";
    struct fixture *f = *state;
    assert_int_equal(set(f, small, "cores=[1,2"), -1);
    assert_memory_equal(f->err.text, begin, strlen(begin));
    assert_non_null(strstr(f->err.text, "; it is no JSON: "));
    assert_int_equal(set(f, small, "title=[1,2"), 0);
    assert_string_equal(f->study.title, "[1,2");
    assert_int_equal(set(f, small, "title=\xff"), -1);
}

static void a_study_that_is_refused_leaves_the_struct_alone(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, small, NULL, 0), 0);
    assert_int_equal(study_parse(&f->study, "t.json", "{}", 2, NULL, 0, &f->err), -1);
    assert_string_equal(f->study.name, "a");
    assert_int_equal(f->study.backend_count, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_located_and_explained),
        TEST(a_wrong_setting_is_named_as_it_was_given),
        TEST(what_is_no_json_is_refused_at_its_place),
        TEST(a_setting_that_is_no_json_says_so_only_where_json_was_meant),
        TEST(a_study_that_is_refused_leaves_the_struct_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
