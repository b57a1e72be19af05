#include "program.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "files.h"
#include "process.h"
#include "strbuf.h"

static char *place_of(const char *program, const char *workdir)
{
    if (strchr(program, '/') == NULL)
        return process_find(program);
    return program[0] == '/' ? xstrdup(program) : path_join(workdir, program);
}

static bool is_file(const char *path)
{
    struct stat status;
    return path != NULL && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool can_be_started(const char *program, const char *workdir)
{
    char *path = place_of(program, workdir);
    bool found = is_file(path) && access(path, X_OK) == 0;
    free(path);
    return found;
}

/* "./heat --fast" as one argument. */
static char *blame_blank(const char *program, const char *workdir)
{
    size_t length = strcspn(program, " ");
    char *first = xstrndup(program, length), *problem = NULL;
    if (program[length] != '\0' && can_be_started(first, workdir))
        problem =
            text_format("was not found, but \"%.200s\" is there; write each argument as a text "
                        "of its own, [\"%.200s\", \"…\"], for nothing splits them",
                        first, first);
    free(first);
    return problem;
}

/* One of this folder, without the "./" that a program needs which is not on the PATH. */
static char *blame_path(const char *program, const char *workdir)
{
    char *here = path_join(workdir, program), *problem = NULL;
    if (strchr(program, '/') == NULL && is_file(here))
        problem = text_format("is not on the PATH; did you mean \"./%.200s\"?", program);
    free(here);
    return problem;
}

static char *blame_permission(const char *program, const char *workdir)
{
    char *path = place_of(program, workdir), *problem = NULL;
    if (is_file(path) && access(path, X_OK) != 0)
        problem = text_format("may not be executed; allow it with chmod +x '%s'", path);
    free(path);
    return problem;
}

char *program_problem(const char *program, const char *workdir)
{
    if (!folder_exists(workdir))
        return text_format(
            "cannot be started: there is no folder %s; make it, or correct \"workdir\"", workdir);
    if (can_be_started(program, workdir))
        return NULL;
    char *(*const causes[])(const char *, const char *) = {blame_permission, blame_blank,
                                                           blame_path};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        char *problem = causes[i](program, workdir);
        if (problem != NULL)
            return problem;
    }
    return text_format("was not found from %s; give its path, or set it up with \"setup\" or "
                       "\"modules\"",
                       workdir);
}
