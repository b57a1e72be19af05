#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "memory_kills.h"
#include "strbuf.h"

static char root[] = "/tmp/test_memory_kills.XXXXXX";

static void write_file(const char *path, const char *text)
{
    char *command = text_format("mkdir -p \"$(dirname '%s/%s')\"", root, path);
    assert_int_equal(system(command), 0);
    free(command);
    char *full = text_format("%s/%s", root, path);
    FILE *file = fopen(full, "w");
    free(full);
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) == NULL ? -1 : 0;
}

static int remove_root(void **state)
{
    (void)state;
    char *command = text_format("rm -rf '%s'", root);
    int rc = system(command);
    free(command);
    return rc;
}

static void version_1_counts_in_its_memory_controller(void **state)
{
    (void)state;
    write_file("memory/slurm/job_1/step_batch/memory.oom_control",
               "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    assert_int_equal(memory_kills_in(root, "5:freezer:/slurm/job_1\n"
                                           "4:cpu,memory:/slurm/job_1/step_batch\n"
                                           "1:name=systemd:/\n"),
                     2);
}

static void version_2_counts_in_its_events(void **state)
{
    (void)state;
    write_file("job_2/memory.events", "low 0\noom 1\noom_kill 3\noom_group_kill 0\n");
    assert_int_equal(memory_kills_in(root, "0::/job_2\n"), 3);
}

static void what_is_not_there_is_not_known(void **state)
{
    (void)state;
    assert_int_equal(memory_kills_in(root, ""), -1);
    assert_int_equal(memory_kills_in(root, "nonsense\n3\n:\n"), -1);
    assert_int_equal(memory_kills_in(root, "3:memory:/elsewhere\n0::/elsewhere\n"), -1);
    assert_int_equal(memory_kills_in(root, "3:memoryless:/slurm/job_1/step_batch\n"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_counts_in_its_memory_controller),
        cmocka_unit_test(version_2_counts_in_its_events),
        cmocka_unit_test(what_is_not_there_is_not_known),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
