/*
 * Fills a template of a script; templates/job.sbatch says how one is written.
 */
#ifndef SCALESTUDY_SCRIPT_FILL_H
#define SCALESTUDY_SCRIPT_FILL_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "strbuf.h"

/*
 * What a {name} stands for. A text is quoted by the line it comes into: for
 * sbatch in an #SBATCH line, not at all in another comment, else for the shell.
 */
struct fill_value {
    const char *name;
    char *const *items; /* NULL-terminated; no item: not given. Borrowed */
    bool as_is;         /* a line of shell, or quoted already */
};

/* Appends the filled template; every item is one line. -1 (STATUS_INPUT) where the template is
 * wrong, with `path` and the line. */
int script_fill(const char *path, const char *text, const struct fill_value *values, size_t count,
                struct strbuf *out, struct error *err);

/* One word of shell, in quotes only where it needs them: easier to read. */
void script_add_word(struct strbuf *out, const char *text);

#endif
