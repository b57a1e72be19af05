#include "templates.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

enum { TEMPLATE_MAX_BYTES = 1 << 20 };

const struct template_file *template_find(const char *name)
{
    for (const struct template_file *file = template_files; file->name != NULL; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

int template_load(const char *folder, const char *name, struct strbuf *out, struct error *err)
{
    const struct template_file *file = template_find(name);
    assert(file != NULL);
    if (folder != NULL) {
        char *path = path_join(folder, name);
        int rc = file_exists(path) ? file_read(path, TEMPLATE_MAX_BYTES, out, err) : 1;
        free(path);
        if (rc <= 0)
            return rc;
    }
    strbuf_add_bytes(out, file->bytes, file->length);
    return 0;
}
