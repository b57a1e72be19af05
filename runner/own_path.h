/*
 * The program's own file, as jobs start it.
 */
#ifndef SCALESTUDY_OWN_PATH_H
#define SCALESTUDY_OWN_PATH_H

#include "error.h"

/* Absolute; the caller frees it. NULL where the system does not tell. */
char *own_path(struct error *err);

#endif
