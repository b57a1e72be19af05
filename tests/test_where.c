#include "where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "profile_find.h"
#include "strbuf.h"

/* A home of its own with the profiles that a test writes. */
struct fixture {
    char home[64];
    char *profiles;
    const char *account; /* on the command line; NULL none */
    struct study study;
    struct where where;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    strcpy(f->home, "/tmp/test_where.XXXXXX");
    if (mkdtemp(f->home) == NULL)
        return -1;
    setenv("XDG_CONFIG_HOME", f->home, 1);
    f->profiles = path_join(f->home, "scalestudy/clusters");
    return folder_make(f->profiles, &f->err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -r %s", f->home);
    int rc = system(command);
    where_free(&f->where);
    study_free(&f->study);
    free(f->profiles);
    free(command);
    free(f);
    return rc;
}

static void put_profile(struct fixture *f, const char *name, const char *more)
{
    char *file = text_format("%s.json", name), *path = path_join(f->profiles, file);
    char *text = text_format("{\"name\": \"%s\", \"title\": \"The %s\", %s\"cpus\": [{\"id\": \"n\", "
                             "\"sockets\": 2, \"cores_per_socket\": 8}]}",
                             name, name, more);
    assert_int_equal(file_write(path, text, strlen(text), &f->err), 0);
    free(text);
    free(path);
    free(file);
}

/* One on whose login node we are. */
static void put_profile_of_here(struct fixture *f, const char *name, const char *hosts)
{
    char *host = profile_this_host();
    char *more = text_format("\"%s\": [\"%s\"], ", hosts, host);
    put_profile(f, name, more);
    free(more);
    free(host);
}

static int choose(struct fixture *f, const char *clusters, const char *cluster, bool local)
{
    const struct where_asked asked = {.local = local, .cluster = cluster, .account = f->account};
    char *text = text_format("{\"name\": \"s\", \"kernel\": \"integration2d\", \"backends\": "
                             "[\"openmp\"]%s%s%s}",
                             clusters[0] == '\0' ? "" : ", \"clusters\": {", clusters,
                             clusters[0] == '\0' ? "" : "}");
    where_free(&f->where);
    study_free(&f->study);
    if (study_parse(&f->study, "s.json", text, strlen(text), NULL, 0, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(text);
    return where_choose(&f->where, &f->study, &asked, &f->err);
}

static void assert_local(struct fixture *f, const char *clusters, const char *cluster, bool local)
{
    if (choose(f, clusters, cluster, local) != 0)
        fail_msg("%s", f->err.text);
    assert_true(f->where.local);
    assert_null(f->where.target.cluster.name);
}

static void assert_chosen(struct fixture *f, const char *clusters, const char *cluster,
                          const char *folder, const char *profile)
{
    if (choose(f, clusters, cluster, false) != 0)
        fail_msg("%s", f->err.text);
    assert_false(f->where.local);
    assert_string_equal(f->where.profile.name, profile);
    assert_string_equal(f->where.target.cluster.name, folder);
    assert_string_equal(f->where.target.cluster.profile, profile);
}

static void assert_refused(struct fixture *f, const char *clusters, const char *cluster, bool local,
                           const char *message)
{
    assert_int_equal(choose(f, clusters, cluster, local), -1);
    assert_int_equal(f->err.status, STATUS_INPUT);
    if (strstr(f->err.text, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, f->err.text);
    assert_false(f->where.local);
    assert_null(f->where.profile.name);
}

static void elsewhere_a_study_without_clusters_is_measured_here(void **state)
{
    struct fixture *f = *state;
    assert_local(f, "", NULL, false);
    put_profile(f, "other", "\"login_hosts\": [\"no-such-host\"], ");
    assert_local(f, "", NULL, false);
}

static void local_is_this_machine_whatever_the_study_says(void **state)
{
    struct fixture *f = *state;
    put_profile_of_here(f, "here", "login_hosts");
    assert_local(f, "\"here\": {}, \"dardel\": {}", NULL, true);
}

static void local_and_a_cluster_are_one_too_many(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(choose(f, "", "dardel", true), -1);
    assert_string_equal(f->err.text, "--local and --cluster dardel: give one of them");
}

static void the_login_node_chooses_its_cluster(void **state)
{
    struct fixture *f = *state;
    put_profile_of_here(f, "here", "login_hosts");
    assert_chosen(f, "", NULL, "here", "here");
    assert_null(f->where.wishes);
    assert_chosen(f, "\"dardel\": {}, \"mine\": {\"cluster\": \"here\", \"qos\": \"high\"}", NULL, "mine",
                  "here");
    assert_ptr_equal(f->where.wishes, &f->study.clusters[1]);
    assert_string_equal(f->where.target.cluster.qos, "high");
}

static void so_does_a_compute_node(void **state)
{
    struct fixture *f = *state;
    put_profile_of_here(f, "here", "node_hosts");
    assert_chosen(f, "", NULL, "here", "here");
}

static void a_host_of_two_clusters_is_none_s(void **state)
{
    struct fixture *f = *state;
    put_profile_of_here(f, "one", "login_hosts");
    put_profile_of_here(f, "two", "login_hosts");
    assert_local(f, "", NULL, false);
}

/* Measured by mistake on a laptop it would be no study of a cluster. */
static void a_study_for_clusters_is_not_measured_elsewhere_unasked(void **state)
{
    struct fixture *f = *state;
    assert_refused(f, "\"dardel\": {\"account\": \"a\"}, \"k\": {\"cluster\": \"kebnekaise\"}", NULL, false,
                   "this is no login node of a cluster that the study names; choose one with "
                   "--cluster NAME (dardel, k), or measure on this machine with --local");
    assert_non_null(strstr(f->err.text, "s.json:1:"));
    put_profile_of_here(f, "here", "login_hosts");
    assert_refused(f, "\"dardel\": {}", NULL, false, "this is no login node of a cluster that the study "
                                                     "names");
}

static void two_entries_for_this_cluster_leave_a_choice(void **state)
{
    struct fixture *f = *state;
    static const char entries[] = "\"a\": {\"cluster\": \"here\"}, \"b\": {\"cluster\": \"here\"}";
    put_profile_of_here(f, "here", "login_hosts");
    assert_refused(f, entries, NULL, false, "several of its entries are for this cluster; choose one "
                                            "with --cluster NAME (a, b)");
    assert_refused(f, entries, "here", false, "several of the study's entries are for that cluster; "
                                              "choose one with --cluster NAME (a, b)");
    assert_chosen(f, entries, "b", "b", "here");
}

static void a_cluster_is_named_by_folder_profile_or_file(void **state)
{
    struct fixture *f = *state;
    static const char entries[] = "\"mine\": {\"cluster\": \"dardel\", \"account\": \"naiss-1\"}";
    put_profile(f, "lab", "");
    assert_chosen(f, entries, "mine", "mine", "dardel");
    assert_string_equal(f->where.target.cluster.account, "naiss-1");
    assert_chosen(f, entries, "dardel", "mine", "dardel"); /* the study's only entry for it */
    assert_chosen(f, entries, "kebnekaise", "kebnekaise", "kebnekaise");
    assert_null(f->where.wishes);
    assert_chosen(f, entries, "lab", "lab", "lab"); /* the user's own */
    char *path = path_join(f->profiles, "lab.json");
    assert_chosen(f, entries, path, "lab", "lab");
    free(path);
}

static void a_folder_of_the_study_counts_before_a_profile(void **state)
{
    struct fixture *f = *state;
    assert_chosen(f, "\"dardel\": {\"cluster\": \"kebnekaise\"}", "dardel", "dardel", "kebnekaise");
}

static void a_user_s_profile_counts_before_a_built_in_one(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "dardel", "");
    assert_chosen(f, "", "dardel", "dardel", "dardel");
    assert_string_equal(f->where.profile.title, "The dardel");
}

static void an_account_on_the_command_line_goes_before_the_studys(void **state)
{
    struct fixture *f = *state;
    static const char entry[] = "\"mine\": {\"cluster\": \"dardel\", \"account\": \"naiss-1\", "
                                "\"qos\": \"high\"}";
    f->account = "naiss-2";
    assert_chosen(f, entry, "mine", "mine", "dardel");
    assert_string_equal(f->where.target.cluster.account, "naiss-2");
    assert_string_equal(f->where.target.cluster.qos, "high"); /* its other wishes stay */
    assert_string_equal(f->study.clusters[0].account, "naiss-1");
    assert_chosen(f, "", "dardel", "dardel", "dardel");
    assert_string_equal(f->where.target.cluster.account, "naiss-2");
    assert_false(f->where.target.cluster.exclusive);
    assert_local(f, entry, NULL, true);
}

static void unknown_names_are_told(void **state)
{
    struct fixture *f = *state;
    assert_refused(f, "", "dadrel", false, "there is no cluster profile \"dadrel\"; did you mean "
                                           "\"dardel\"?");
    /* The study's mistake is told with its place. */
    assert_refused(f, "\"mine\": {\"cluster\": \"dadrel\"}", "mine", false, "s.json:1:");
    assert_non_null(strstr(f->err.text, "did you mean \"dardel\"?"));
    assert_refused(f, "\"dardel\": {\"cpu\": \"zen9\"}", "dardel", false,
                   "has no nodes of the kind \"zen9\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(elsewhere_a_study_without_clusters_is_measured_here),
        TEST(local_is_this_machine_whatever_the_study_says),
        TEST(local_and_a_cluster_are_one_too_many),
        TEST(the_login_node_chooses_its_cluster),
        TEST(so_does_a_compute_node),
        TEST(a_host_of_two_clusters_is_none_s),
        TEST(a_study_for_clusters_is_not_measured_elsewhere_unasked),
        TEST(two_entries_for_this_cluster_leave_a_choice),
        TEST(a_cluster_is_named_by_folder_profile_or_file),
        TEST(a_folder_of_the_study_counts_before_a_profile),
        TEST(a_user_s_profile_counts_before_a_built_in_one),
        TEST(an_account_on_the_command_line_goes_before_the_studys),
        TEST(unknown_names_are_told),
    };
    return cmocka_run_group_tests_name("where", tests, NULL, NULL);
}
