#define _GNU_SOURCE
#include "own_path.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

char *own_path(struct error *err)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) {
        error_system(err, "this program does not find its own file: %s", strerror(errno));
        return NULL;
    }
    return xstrndup(path, (size_t)length);
}
