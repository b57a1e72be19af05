#define _GNU_SOURCE
#include "catalog.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "clock.h"
#include "files.h"
#include "strbuf.h"

/* A folder of fake executables: shell scripts that answer what a test says. */
struct fixture {
    char folder[64];
    char *path; /* PATH as it was */
    struct catalog catalog;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    strcpy(f->folder, "/tmp/test_catalog.XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    f->path = xstrdup(getenv("PATH"));
    setenv("SCALESTUDY_LIBEXEC", f->folder, 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    setenv("PATH", f->path, 1);
    unsetenv("SCALESTUDY_LIBEXEC");
    char *command = text_format("rm -rf '%s'", f->folder);
    int rc = system(command);
    free(command);
    catalog_free(&f->catalog);
    free(f->path);
    free(f);
    return rc;
}

static void put(struct fixture *f, const char *name, mode_t mode, const char *text)
{
    char *path = path_join(f->folder, name);

    if (file_write(path, text, strlen(text), &f->err) != 0)
        fail_msg("%s", f->err.text);
    assert_int_equal(chmod(path, mode), 0);
    free(path);
}

#define ONE_WORKLOAD                                                                              \
    "[{\"name\":\"integration2d\",\"summary\":\"midpoint rule\",\"unit\":\"sin\","               \
    "\"work\":\"size^2\",\"default_size\":10000,\"maximum_size\":50000}]"

static void put_script(struct fixture *f, const char *backend, const char *body)
{
    char *name = text_format("scalestudy-%s", backend);
    char *text = text_format("#!/bin/sh\n%s\n", body);

    put(f, name, 0755, text);
    free(name);
    free(text);
}

static void put_answer(struct fixture *f, const char *backend, const char *answer)
{
    char *body = text_format("test \"$*\" = --describe || exit 9\ncat <<'END'\n%s\nEND", answer);

    put_script(f, backend, body);
    free(body);
}

static void put_backend(struct fixture *f, const char *backend, const char *parallel)
{
    char *answer = text_format("{\"backend\":\"%s\",\"parallel\":\"%s\",\"version\":\"%s\","
                               "\"workloads\":" ONE_WORKLOAD "}",
                               backend, parallel, SCALESTUDY_VERSION);

    put_answer(f, backend, answer);
    free(answer);
}

static void load(struct fixture *f)
{
    if (catalog_load(&f->catalog, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

static const char *why_not(struct fixture *f, const char *backend)
{
    const struct catalog_backend *found = catalog_find(&f->catalog, backend);

    if (found == NULL)
        fail_msg("no row \"%s\"", backend);
    return found != NULL && found->why_not != NULL ? found->why_not : "";
}

static void a_backend_says_itself_what_it_holds(void **state)
{
    struct fixture *f = *state;

    put_backend(f, "openmp", "threads");
    load(f);
    assert_string_equal(f->catalog.folder, f->folder);
    const struct catalog_backend *openmp = catalog_find(&f->catalog, "openmp");
    assert_non_null(openmp);
    assert_null(openmp->why_not);
    assert_string_equal(openmp->parallel, "threads");
    assert_string_equal(strrchr(openmp->executable, '/'), "/scalestudy-openmp");
    assert_null(catalog_find(&f->catalog, "mpi"));

    const struct catalog_workload *workload = catalog_workload(openmp, "integration2d");
    assert_non_null(workload);
    assert_string_equal(workload->summary, "midpoint rule");
    assert_string_equal(workload->unit, "sin");
    assert_string_equal(workload->work, "size^2");
    assert_true(workload->default_size == 10000);
    assert_true(workload->maximum_size == 50000);
    assert_null(catalog_workload(openmp, "matmul"));
}

static void what_says_no_largest_size_takes_any(void **state)
{
    struct fixture *f = *state;

    put_answer(f, "old", "{\"backend\":\"old\",\"parallel\":\"serial\",\"version\":\"" SCALESTUDY_VERSION
                         "\",\"workloads\":[{\"name\":\"a\",\"default_size\":9}]}");
    load(f);
    const struct catalog_workload *workload =
        catalog_workload(catalog_find(&f->catalog, "old"), "a");
    assert_non_null(workload);
    assert_true(isinf(workload->maximum_size));
}

static void rows_come_by_kind_and_then_by_name(void **state)
{
    static const char *const expected[] = {"serial", "fortran", "openmp", "pthreads", "processes",
                                           "mpi",    "hybrid",  "julia"};
    struct fixture *f = *state;

    put_backend(f, "hybrid", "hybrid");
    put_backend(f, "pthreads", "threads");
    put_backend(f, "mpi", "ranks");
    put_backend(f, "serial", "serial");
    put_backend(f, "fortran", "threads");
    put_backend(f, "processes", "processes");
    put_backend(f, "openmp", "threads");
    put(f, "not-built.txt", 0644, "julia\tjulia was not found: install it\n");
    load(f);
    assert_int_equal(f->catalog.backend_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < f->catalog.backend_count; i++)
        assert_string_equal(f->catalog.backends[i].name, expected[i]);
}

static void what_was_not_built_says_why(void **state)
{
    struct fixture *f = *state;

    put_backend(f, "openmp", "threads");
    put(f, "not-built.txt", 0644,
        "mpi\tOpen MPI was not found: install libopenmpi-dev and build again\n"
        "no tab in this line\n\n"
        "../etc\ta hostile name\n"
        "openmp\tbut it is there\n"
        "mpi\ttold twice\n"
        "julia\t\n");
    load(f);
    assert_int_equal(f->catalog.backend_count, 3);
    assert_string_equal(why_not(f, "mpi"),
                        "Open MPI was not found: install libopenmpi-dev and build again");
    assert_string_equal(why_not(f, "julia"), "it was not built");
    assert_string_equal(why_not(f, "openmp"), "");
    assert_null(catalog_find(&f->catalog, "mpi")->executable);
    assert_string_equal(catalog_find(&f->catalog, "mpi")->parallel, "");
}

static void other_languages_are_asked_when_they_are_wanted(void **state)
{
    struct fixture *f = *state;
    char *folder = path_join(f->folder, "languages");

    assert_int_equal(folder_make(folder, &f->err), 0);
    put_backend(f, "serial", "serial");
    put(f, "languages/scalestudy-numba", 0755,
        "#!/bin/sh\necho '{\"backend\":\"numba\",\"parallel\":\"serial\",\"version\":\"" SCALESTUDY_VERSION
        "\",\"needs\":\"python3-numba (import numba fails)\",\"workloads\":" ONE_WORKLOAD "}'\n");
    put(f, "languages/not-built.txt", 0644, "fortran\tbuilt without Fortran\n");
    load(f);
    assert_int_equal(f->catalog.backend_count, 3);
    assert_string_equal(f->catalog.backends[0].name, "serial");
    assert_false(f->catalog.backends[0].language);
    const struct catalog_backend *numba = catalog_find(&f->catalog, "numba");
    assert_true(numba->language);
    assert_false(numba->asked);
    assert_int_equal(numba->workload_count, 0);

    catalog_ask(&f->catalog, "numba");
    catalog_ask(&f->catalog, "nobody");
    numba = catalog_find(&f->catalog, "numba");
    assert_string_equal(numba->parallel, "serial");
    assert_non_null(catalog_workload(numba, "integration2d"));
    assert_string_equal(why_not(f, "numba"), ""); /* a job's modules may bring it */
    catalog_require_tools(&f->catalog);
    assert_string_equal(why_not(f, "numba"), "it needs python3-numba (import numba fails)");
    assert_string_equal(why_not(f, "fortran"), "built without Fortran");
    assert_true(catalog_find(&f->catalog, "fortran")->language);
    free(folder);
}

static void ranks_need_mpirun_on_the_path(void **state)
{
    static const char sentence[] =
        "mpirun was not found: install openmpi-bin (Fedora: openmpi), or load an MPI module";
    struct fixture *f = *state;
    struct strbuf tools = STRBUF_INIT;

    put_backend(f, "mpi", "ranks");
    put_backend(f, "hybrid", "hybrid");
    put_backend(f, "openmp", "threads");
    strbuf_addf(&tools, "%s/bin", f->folder); /* only what the scripts need */
    assert_int_equal(folder_make(tools.str, &f->err), 0);
    char *cat = path_join(tools.str, "cat");
    assert_int_equal(symlink("/bin/cat", cat), 0);
    setenv("PATH", tools.str, 1);
    load(f);
    assert_string_equal(why_not(f, "mpi"), "");
    catalog_require_tools(&f->catalog);
    assert_string_equal(why_not(f, "mpi"), sentence);
    assert_string_equal(why_not(f, "hybrid"), sentence);
    assert_string_equal(why_not(f, "openmp"), "");
    catalog_free(&f->catalog);

    put(f, "bin/mpirun", 0755, "#!/bin/sh\n");
    load(f);
    catalog_require_tools(&f->catalog);
    assert_string_equal(why_not(f, "mpi"), "");
    strbuf_free(&tools);
    free(cat);
}

static void files_that_are_no_backends_are_passed_over(void **state)
{
    struct fixture *f = *state;

    put_backend(f, "serial", "serial");
    put(f, "scalestudy-notes", 0644, "not executable\n");
    put(f, "scalestudy-", 0755, "#!/bin/sh\n");
    put(f, "scalestudy-a b", 0755, "#!/bin/sh\n");
    put(f, "scalestudy--rf", 0755, "#!/bin/sh\n");
    put(f, "scalestudy-openmp~", 0755, "#!/bin/sh\n");
    put(f, "openmp", 0755, "#!/bin/sh\n");
    char *folder = path_join(f->folder, "scalestudy-folder");
    assert_int_equal(folder_make(folder, &f->err), 0);
    free(folder);
    load(f);
    assert_int_equal(f->catalog.backend_count, 1);
}

/* Answers that are refused: each is a row with its reason. */
static const struct {
    const char *answer, *why; /* how the reason begins */
} refused[] = {
    {"hello", "scalestudy-bad --describe:1:1: "},
    {"", "scalestudy-bad --describe:"},
    {"[]", "scalestudy-bad --describe:1:1: the answer must be an object"},
    {"{\"backend\":\"other\"}", "scalestudy-bad --describe:1:1: it calls itself \"other\""},
    {"{\"backend\":\"bad\",\"version\":\"0.0.1\"}",
     "scalestudy-bad is of version 0.0.1 and this program of " SCALESTUDY_VERSION
     ": build and install both together"},
    {"{\"backend\":\"bad\",\"parallel\":\"serial\"}",
     "scalestudy-bad is of version (none) and this program of "},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION "\",\"parallel\":\"gpu\"}",
     "scalestudy-bad --describe:1:1: \"parallel\" must be serial, threads, processes, ranks or hybrid"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION "\",\"parallel\":\"serial\"}",
     "scalestudy-bad --describe:1:1: \"workloads\" must be an array"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\n\"workloads\":[7]}",
     "scalestudy-bad --describe:2:14: a workload must be an object"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\n\"workloads\":[{\"name\":\"../x\",\"default_size\":1}]}",
     "scalestudy-bad --describe:2:14: a workload needs a name of letters and digits"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\n\"workloads\":[{\"name\":\"a\",\"default_size\":1},"
     "{\"name\":\"b\",\"work\":\"size^9\",\"default_size\":1}]}",
     "scalestudy-bad --describe:2:44: \"work\" must be size, size^2 or size^3"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\n\"workloads\":[{\"name\":\"a\",\"default_size\":0}]}",
     "scalestudy-bad --describe:2:14: \"default_size\" must be 1 or more"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\n\"workloads\":[{\"name\":\"a\",\"default_size\":9,"
     "\"maximum_size\":8}]}",
     "scalestudy-bad --describe:2:14: \"maximum_size\" must be \"default_size\" or more"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\"workloads\":[],\n\"missing\":{}}",
     "scalestudy-bad --describe:2:1: \"missing\" must be an array"},
    {"{\"backend\":\"bad\",\"version\":\"" SCALESTUDY_VERSION
     "\",\"parallel\":\"serial\",\"workloads\":[],\n\"missing\":[{\"name\":\"/\"}]}",
     "scalestudy-bad --describe:2:12: a missing workload needs a name of letters and digits"},
};

static void a_kernel_that_cannot_run_here_has_its_reason(void **state)
{
    struct fixture *f = *state;

    put_answer(f, "serial", "{\"backend\":\"serial\",\"parallel\":\"serial\",\"version\":\"" SCALESTUDY_VERSION
                            "\",\"workloads\":" ONE_WORKLOAD
                            ",\"missing\":[{\"name\":\"matmul\",\"why\":\"install OpenBLAS\"}]}");
    load(f);
    const struct catalog_backend *serial = catalog_find(&f->catalog, "serial");
    assert_non_null(serial);
    assert_null(serial->why_not);
    assert_null(catalog_workload(serial, "matmul"));
    assert_non_null(catalog_missing(serial, "matmul"));
    assert_string_equal(catalog_missing(serial, "matmul")->why, "install OpenBLAS");
    assert_null(catalog_missing(serial, "triad"));
}

static void answers_that_are_wrong_are_rows_with_a_reason(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        put_answer(f, "bad", refused[i].answer);
        load(f);
        const char *why = why_not(f, "bad");
        if (strncmp(why, refused[i].why, strlen(refused[i].why)) != 0)
            assert_string_equal(why, refused[i].why);
        assert_int_equal(catalog_find(&f->catalog, "bad")->workload_count, 0);
        assert_string_equal(catalog_find(&f->catalog, "bad")->parallel, "");
        catalog_free(&f->catalog);
    }
}

static void executables_that_do_not_answer_are_rows_too(void **state)
{
    struct fixture *f = *state;

    put_script(f, "failing", "echo oops >&2; exit 3");
    put_script(f, "crashing", "kill -SEGV $$");
    put(f, "scalestudy-broken", 0755, "\177ELF and nothing more");
    put_backend(f, "serial", "serial");
    load(f);
    assert_non_null(strstr(why_not(f, "failing"), "scalestudy-failing does not answer --describe ("));
    assert_non_null(strstr(why_not(f, "failing"), "3"));
    assert_non_null(strstr(why_not(f, "crashing"), "scalestudy-crashing does not answer --describe ("));
    assert_true(strlen(why_not(f, "broken")) > 0);
    assert_string_equal(why_not(f, "serial"), "");
}

static void an_endless_answer_is_cut_and_refused(void **state)
{
    struct fixture *f = *state;

    put_script(f, "chatty", "head -c 20000000 /dev/zero | tr '\\0' '['");
    load(f);
    assert_true(strlen(why_not(f, "chatty")) > 0);
}

static void an_executable_that_hangs_is_given_ten_seconds(void **state)
{
    struct fixture *f = *state;
    double begun = clock_seconds();

    put_script(f, "hanging", "sleep 60");
    load(f);
    assert_true(clock_seconds() - begun < 20);
    assert_non_null(strstr(why_not(f, "hanging"), "scalestudy-hanging does not answer --describe ("));
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct fixture *f = *state;

    setenv("SCALESTUDY_LIBEXEC", "/nowhere/at/all", 1);
    assert_int_equal(catalog_load(&f->catalog, &f->err), -1);
    assert_non_null(strstr(f->err.text, "/nowhere/at/all: the folder of the backends cannot be read"));
    assert_int_equal(f->err.status, STATUS_INPUT);
}

static void without_the_variable_libexec_is_beside_the_program(void **state)
{
    struct fixture *f = *state;
    char program[4096];

    setenv("SCALESTUDY_LIBEXEC", "", 1); /* empty is not given */
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(length > 0);
    program[length] = '\0';
    for (int up = 0; up < 2; up++)
        *strrchr(program, '/') = '\0';
    strcat(program, "/libexec/scalestudy");
    if (catalog_load(&f->catalog, &f->err) == 0)
        assert_string_equal(f->catalog.folder, program);
    else
        assert_memory_equal(f->err.text, program, strlen(program));
}

static void work_grows_with_size_as_the_workload_says(void **state)
{
    (void)state;
    assert_true(work_of_size("size", 10) == 10);
    assert_true(work_of_size("size^2", 10) == 100);
    assert_true(work_of_size("size^3", 10) == 1000);
    assert_true(size_for_work("size", 1000, 28) == 28000);
    assert_true(size_for_work("size^2", 1000, 4) == 2000);
    assert_true(size_for_work("size^2", 10000, 2) == 14142);
    assert_true(size_for_work("size^3", 100, 8) == 200);
    assert_true(size_for_work("size^3", 100, 2) == 126);
    assert_true(size_for_work("size^3", 1, 1e-9) == 1); /* never none */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_backend_says_itself_what_it_holds),
        TEST(what_says_no_largest_size_takes_any),
        TEST(rows_come_by_kind_and_then_by_name),
        TEST(what_was_not_built_says_why),
        TEST(other_languages_are_asked_when_they_are_wanted),
        TEST(ranks_need_mpirun_on_the_path),
        TEST(files_that_are_no_backends_are_passed_over),
        TEST(a_kernel_that_cannot_run_here_has_its_reason),
        TEST(answers_that_are_wrong_are_rows_with_a_reason),
        TEST(executables_that_do_not_answer_are_rows_too),
        TEST(an_endless_answer_is_cut_and_refused),
        TEST(an_executable_that_hangs_is_given_ten_seconds),
        TEST(a_folder_that_is_not_there_is_an_error),
        TEST(without_the_variable_libexec_is_beside_the_program),
        TEST(work_grows_with_size_as_the_workload_says),
    };

    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
