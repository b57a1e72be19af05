/*
 * The texts of this folder as bytes in the program, each replaceable at run
 * time by a file of the same name (`--templates DIR`).
 */
#ifndef SCALESTUDY_TEMPLATES_H
#define SCALESTUDY_TEMPLATES_H

#include <stddef.h>

#include "error.h"
#include "strbuf.h"

struct template_file {
    const char *name;  /* "report.css", "clusters/dardel.json" */
    const char *bytes; /* ends in a NUL that `length` does not count */
    size_t length;
};

extern const struct template_file template_files[]; /* ends with a NULL name */

const struct template_file *template_find(const char *name); /* NULL: there is none */

/*
 * Appends the template: the file of that name in `folder` where there is one,
 * else the built-in bytes. `folder` may be NULL. -1 if a file in the folder
 * cannot be read. A name that is not built in is a mistake of ours.
 */
int template_load(const char *folder, const char *name, struct strbuf *out, struct error *err);

#endif
