/*
 * Why a warning matters: what goes wrong for who passes over it. For --explain;
 * the warning itself says what was seen and what to do.
 */
#ifndef SCALESTUDY_REASONS_H
#define SCALESTUDY_REASONS_H

#include <stddef.h>

#include "page.h"

/* Of a warning's code, or of a comparison's notice; NULL for one that is neither. */
const char *reason_of(const char *code);

/* The codes that have one; NULL past the last. */
const char *reason_code(size_t index);

/* "Why it matters: …" below a notice; nothing where the code has no reason. */
void reason_add(struct page *page, struct page_block *notice, const char *code);

#endif
