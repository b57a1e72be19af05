#include "profile_find.h"

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

/* A home of its own, with the user's profiles that a test writes. */
struct fixture {
    char home[64];
    char *folder;
    struct profile profile;
    struct profile_list list;
    char *origin;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->home, "/tmp/test_profile_find.XXXXXX");
    if (mkdtemp(f->home) == NULL)
        return -1;
    setenv("XDG_CONFIG_HOME", f->home, 1);
    f->folder = path_join(f->home, "scalestudy/clusters");
    *state = f;
    return folder_make(f->folder, &f->err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -r %s", f->home);
    profile_free(&f->profile);
    profile_list_free(&f->list);
    free(f->origin);
    int rc = system(command);
    free(command);
    free(f->folder);
    free(f);
    return rc;
}

static char *write_profile(struct fixture *f, const char *file, const char *text)
{
    char *path = path_join(f->folder, file);
    assert_int_equal(file_write(path, text, strlen(text), &f->err), 0);
    return path;
}

#define PROFILE(name, more)                                                                        \
    "{\"name\": \"" name "\", " more                                                               \
    "\"cpus\": [{\"id\": \"n\", \"sockets\": 2, \"cores_per_socket\": 8}]}"

static void the_built_in_profiles_are_there(void **state)
{
    static const char *const names[] = {"cosmos", "dardel", "kebnekaise", "pelle", "tetralith"};
    struct fixture *f = *state;
    assert_int_equal(profile_list_load(&f->list, &f->err), 0);
    assert_int_equal(f->list.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(f->list.entries[i].name, names[i]);
        assert_null(f->list.entries[i].path);
        assert_null(f->list.entries[i].problem);
    }
    assert_int_equal(profile_find(&f->profile, "dardel", &f->origin, &f->err), 0);
    assert_string_equal(f->profile.title, "Dardel");
    assert_null(f->origin);
}

static void an_unknown_name_is_answered_with_the_known_ones(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(profile_find(&f->profile, "dadrel", &f->origin, &f->err), -1);
    assert_string_equal(f->err.text,
                        "there is no cluster profile \"dadrel\"; did you mean \"dardel\"? There "
                        "are cosmos, dardel, kebnekaise, pelle, tetralith");
    assert_int_equal(f->err.status, STATUS_INPUT);
    assert_int_equal(profile_find(&f->profile, "lumi", &f->origin, &f->err), -1);
    assert_string_equal(f->err.text,
                        "there is no cluster profile \"lumi\"; there are cosmos, dardel, "
                        "kebnekaise, pelle, tetralith, and `scalestudy probe` prints one for the "
                        "cluster that it is run on");
}

static void a_users_profile_takes_the_place_of_a_built_in_one(void **state)
{
    struct fixture *f = *state;
    char *path = write_profile(f, "mine.json", PROFILE("dardel", "\"title\": \"Mine\", "));
    free(write_profile(f, "lab.json", PROFILE("lab", "")));
    free(write_profile(f, "notes.txt", "no profile"));
    assert_int_equal(profile_find(&f->profile, "dardel", &f->origin, &f->err), 0);
    assert_string_equal(f->profile.title, "Mine");
    assert_string_equal(f->origin, path);
    assert_int_equal(profile_list_load(&f->list, &f->err), 0);
    assert_int_equal(f->list.count, 6);
    assert_string_equal(profile_list_find(&f->list, "dardel")->path, path);
    assert_non_null(profile_list_find(&f->list, "lab"));
    free(path);
}

static void a_broken_file_matters_only_to_who_asks_for_it(void **state)
{
    struct fixture *f = *state;
    char *path = write_profile(f, "pelle.json", "{\"name\": \"pelle\", \"cores\": 3}");
    char *message = text_format("%s:1:19: unknown key \"cores\"; `scalestudy help cluster` lists "
                                "all",
                                path);
    assert_int_equal(profile_list_load(&f->list, &f->err), 0);
    assert_int_equal(f->list.count, 5);
    assert_string_equal(profile_list_find(&f->list, "pelle")->problem, message);
    assert_int_equal(profile_find(&f->profile, "dardel", &f->origin, &f->err), 0);
    profile_free(&f->profile);
    assert_int_equal(profile_find(&f->profile, "pelle", &f->origin, &f->err), -1);
    assert_string_equal(f->err.text, message);
    free(message);
    free(path);
}

static void two_files_with_one_name_are_told(void **state)
{
    struct fixture *f = *state;
    free(write_profile(f, "a.json", PROFILE("lab", "\"title\": \"first\", ")));
    free(write_profile(f, "b.json", PROFILE("lab", "\"title\": \"second\", ")));
    assert_int_equal(profile_list_load(&f->list, &f->err), 0);
    assert_string_equal(profile_list_find(&f->list, "lab")->profile.title, "first");
    assert_non_null(strstr(profile_list_find(&f->list, "b")->problem,
                           "b.json: its name is \"lab\", and so is that of "));
}

static void a_path_is_read_as_it_stands(void **state)
{
    struct fixture *f = *state;
    char *path = write_profile(f, "x.json", PROFILE("other", ""));
    assert_int_equal(profile_find(&f->profile, path, &f->origin, &f->err), 0);
    assert_string_equal(f->profile.name, "other");
    assert_string_equal(f->origin, path);
    free(path);
    profile_free(&f->profile);
    assert_int_equal(profile_find(&f->profile, "none.json", &f->origin, &f->err), -1);
    assert_non_null(strstr(f->err.text, "none.json"));
}

static void a_cluster_is_known_by_its_hosts(void **state)
{
    static const struct {
        const char *host, *cluster;
    } hosts[] = {
        {"b-an01.hpc2n.umu.se", "kebnekaise"}, {"b-an03", "kebnekaise"},
        {"b-cn1703", "kebnekaise"},            {"tetralith2", "tetralith"},
        {"n1234", "tetralith"},                {"cosmos1.int.lunarc", "cosmos"},
        {"cn042", "cosmos"},                   {"login1.pdc.kth.se", "dardel"},
        {"nid002345", "dardel"},               {"pelle1.uppmax.uu.se", "pelle"},
        {"p12", "pelle"},                      {"login1", NULL},
        {"b-an01.evil.example", NULL},         {"laptop", NULL},
        {"", NULL},
    };
    struct fixture *f = *state;
    free(write_profile(f, "broken.json", "{"));
    assert_int_equal(profile_list_load(&f->list, &f->err), 0);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const struct profile_entry *entry = profile_list_by_host(&f->list, hosts[i].host);
        if (hosts[i].cluster == NULL)
            assert_null(entry);
        else
            assert_string_equal(entry->name, hosts[i].cluster);
    }
}

static void a_host_of_two_clusters_is_none_of_them(void **state)
{
    struct fixture *f = *state;
    free(write_profile(f, "lab.json", PROFILE("lab", "\"node_hosts\": [\"n[0-9]+\"], ")));
    free(write_profile(f, "gate.json", PROFILE("gate", "\"login_hosts\": [\"n7\"], ")));
    assert_int_equal(profile_list_load(&f->list, &f->err), 0);
    assert_null(profile_list_by_host(&f->list, "n12"));
    assert_string_equal(profile_list_by_host(&f->list, "n7")->name, "gate"); /* login goes first */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_built_in_profiles_are_there),
        TEST(an_unknown_name_is_answered_with_the_known_ones),
        TEST(a_users_profile_takes_the_place_of_a_built_in_one),
        TEST(a_broken_file_matters_only_to_who_asks_for_it),
        TEST(two_files_with_one_name_are_told),
        TEST(a_path_is_read_as_it_stands),
        TEST(a_cluster_is_known_by_its_hosts),
        TEST(a_host_of_two_clusters_is_none_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
