#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "process_start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "files.h"

extern char **environ;

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t signals;
    int failed = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    if (failed == 0)
        failed = posix_spawnattr_setpgroup(attributes, 0);
    sigfillset(&signals);
    if (failed == 0)
        failed = posix_spawnattr_setsigdefault(attributes, &signals);
    sigemptyset(&signals);
    if (failed == 0)
        failed = posix_spawnattr_setsigmask(attributes, &signals);
    return failed;
}

static int set_actions(posix_spawn_file_actions_t *actions, const struct process_request *request,
                       const int files[3])
{
    int failed = 0;
    for (int i = 0; failed == 0 && i < 3; i++)
        failed = posix_spawn_file_actions_adddup2(actions, files[i], i);
    if (failed == 0 && request->workdir != NULL)
        failed = posix_spawn_file_actions_addchdir_np(actions, request->workdir);
    return failed;
}

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/*
 * Walks PATH as posix_spawnp does, which takes the caller's, whatever the
 * child's environment says. `executable`: only what may be executed.
 */
static char *search(const char *program, bool executable)
{
    const char *path = getenv("PATH");
    if (path == NULL)
        path = "/bin:/usr/bin"; /* as the C library has it */
    for (;;) {
        size_t length = strcspn(path, ":");
        char *folder = length == 0 ? xstrdup(".") : xstrndup(path, length);
        char *candidate = path_join(folder, program);
        free(folder);
        if (is_file(candidate) &&
            (!executable || faccessat(AT_FDCWD, candidate, X_OK, AT_EACCESS) == 0))
            return candidate;
        free(candidate);
        if (path[length] == '\0')
            return NULL;
        path += length + 1;
    }
}

int process_start(const struct process_request *request, const int files[3], pid_t *pid)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    char *const *environment = request->environment != NULL ? request->environment : environ;

    int failed = posix_spawnattr_init(&attributes);
    if (failed != 0)
        return failed;
    failed = posix_spawn_file_actions_init(&actions);
    if (failed == 0) {
        failed = set_attributes(&attributes);
        if (failed == 0)
            failed = set_actions(&actions, request, files);
        if (failed == 0)
            failed = posix_spawnp(pid, request->argv[0], &actions, &attributes, request->argv,
                                  environment);
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    /* One folder in PATH that may not be entered makes this of every slip of
     * the pen, although nothing of that name is there. */
    if (failed == EACCES && strchr(request->argv[0], '/') == NULL) {
        char *somewhere = search(request->argv[0], false);
        failed = somewhere == NULL ? ENOENT : EACCES;
        free(somewhere);
    }
    return failed;
}

/* Takes `path`; the caller frees what is returned. */
static char *make_absolute(char *path)
{
    char *here = path[0] == '/' ? NULL : getcwd(NULL, 0);
    if (here == NULL)
        return path;
    char *absolute = path_join(here, strncmp(path, "./", 2) == 0 ? path + 2 : path);
    free(here);
    free(path);
    return absolute;
}

char *process_find(const char *program)
{
    if (*program == '\0')
        return NULL;
    if (strchr(program, '/') == NULL) {
        char *found = search(program, true);
        return found == NULL ? NULL : make_absolute(found);
    }
    if (!is_file(program) || faccessat(AT_FDCWD, program, X_OK, AT_EACCESS) != 0)
        return NULL;
    return make_absolute(xstrdup(program));
}

/* The program named behind #! in the first line, or NULL; the caller frees it. */
static char *interpreter_of(const char *path)
{
    char line[256];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    ssize_t n = read(fd, line, sizeof line - 1);
    close(fd);
    if (n < 3 || line[0] != '#' || line[1] != '!')
        return NULL;
    line[n] = '\0';
    char *start = line + 2 + strspn(line + 2, " \t");
    size_t length = strcspn(start, " \t\r\n");
    return length == 0 ? NULL : xstrndup(start, length);
}

static char *not_found(const char *program)
{
    char *path = process_find(program);
    if (path != NULL) { /* the program is there, so it is what it needs that is not */
        char *interpreter = interpreter_of(path);
        char *text = interpreter != NULL
                         ? text_format("needs the interpreter %s, which was not found; correct "
                                       "the first line of %s",
                                       interpreter, path)
                         : text_format("was not found, or the loader it needs was not: it may be "
                                       "built for another system");
        free(interpreter);
        free(path);
        return text;
    }
    if (strchr(program, '/') != NULL)
        return xstrdup("was not found");
    return xstrdup("was not found; load its module, add its folder to PATH or give its full path");
}

static char *not_permitted(const char *program)
{
    char *path = strchr(program, '/') != NULL ? xstrdup(program) : search(program, false);
    struct stat about;
    char *text;
    if (path != NULL && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        text = xstrdup("is not executable: it is a folder");
    else if (path != NULL && is_file(path))
        text = text_format("is not executable; make it so with chmod +x %s, if its file system "
                           "allows programs",
                           path);
    else
        text = xstrdup("is not executable: a folder on the way to it may not be entered");
    free(path);
    return text;
}

/* NULL where the working folder can be entered. */
static char *workdir_problem(const char *workdir)
{
    struct stat about;
    if (stat(workdir, &about) != 0)
        return text_format("could not be started in the folder %s: %s", workdir, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return text_format("could not be started in %s: it is not a folder", workdir);
    if (faccessat(AT_FDCWD, workdir, X_OK, AT_EACCESS) != 0)
        return text_format("could not be started in the folder %s: %s", workdir, strerror(errno));
    return NULL;
}

char *process_start_problem(const struct process_request *request, int reason)
{
    if (request->workdir != NULL) {
        char *problem = workdir_problem(request->workdir);
        if (problem != NULL)
            return problem;
    }
    switch (reason) {
    case ENOENT:
    case EACCES: {
        /* The child was in its folder already when it looked for a relative path. */
        const char *name = request->argv[0];
        bool relative = name[0] != '/' && strchr(name, '/') != NULL && request->workdir != NULL;
        char *program = relative ? path_join(request->workdir, name) : xstrdup(name);
        char *problem = reason == ENOENT ? not_found(program) : not_permitted(program);
        free(program);
        return problem;
    }
    case ENOEXEC:
        return xstrdup("is not executable on this machine: it is built for another one, or a "
                       "script without a first line such as #!/bin/sh");
    case E2BIG:
        return xstrdup("could not be started: its arguments and environment are longer than the "
                       "system allows; pass long lists in a file");
    case EAGAIN:
        return xstrdup("could not be started: no more processes are allowed; see ulimit -u");
    case ETXTBSY:
        return xstrdup("could not be started: it is being written; wait until its build is done");
    default:
        return text_format("could not be started: %s", strerror(reason));
    }
}
