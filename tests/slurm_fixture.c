#include "slurm_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "files.h"
#include "process.h"

int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    char folder[] = "/tmp/scalestudy-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    f->folder = xstrdup(folder);
    f->path_before = xstrdup(getenv("PATH"));
    f->client.time_limit = 60;
    char *path = text_format("%s:/usr/bin:/bin", folder);
    setenv("PATH", path, 1);
    free(path);
    *state = f;
    return 0;
}

int teardown(void **state)
{
    struct fixture *f = *state;
    struct process_request request = {.argv = (char *[]){"/bin/rm", "-r", f->folder, NULL}};
    struct process_result result;
    process_run(&request, &result, &f->err);
    process_result_free(&result);
    setenv("PATH", f->path_before, 1);
    free(f->path_before);
    free(f->folder);
    free(f);
    return 0;
}

static void put(const struct fixture *f, const char *name, const char *text, mode_t mode)
{
    struct error err = ERROR_INIT;
    char *path = path_join(f->folder, name);
    assert_int_equal(file_write(path, text, strlen(text), &err), 0);
    assert_int_equal(chmod(path, mode), 0);
    free(path);
}

void fake(const struct fixture *f, const char *program, const char *body)
{
    char *text = text_format("#!/bin/sh\ncd '%s' || exit\nprintf '%%s\\n' \"$@\" >>%s.arguments\n"
                             "env >%s.environment\n%s\n",
                             f->folder, program, program, body);
    put(f, program, text, 0755);
    free(text);
}

void answers(const struct fixture *f, const char *program, const char *output, const char *errors,
             int status)
{
    char *body = text_format("cat %s.output; cat %s.errors >&2; exit %d", program, program, status);
    char *name = text_format("%s.output", program);
    put(f, name, output, 0644);
    free(name);
    name = text_format("%s.errors", program);
    put(f, name, errors, 0644);
    free(name);
    fake(f, program, body);
    free(body);
}

/* What a fake noted; the caller frees it. */
static char *noted(const struct fixture *f, const char *name)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    char *path = path_join(f->folder, name);
    assert_int_equal(file_read(path, 1 << 24, &text, &err), 0);
    free(path);
    return strbuf_take(&text);
}

void assert_noted(const struct fixture *f, const char *name, const char *expected)
{
    char *text = noted(f, name);
    assert_string_equal(text, expected);
    free(text);
}

bool notes(const struct fixture *f, const char *name, const char *part)
{
    char *text = noted(f, name);
    bool has = strstr(text, part) != NULL;
    free(text);
    return has;
}

char *own_user(void)
{
    return text_format("%lu", (unsigned long)getuid());
}
