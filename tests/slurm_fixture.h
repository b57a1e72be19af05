/*
 * A folder that is first on PATH, whose programs answer as Slurm's did.
 */
#ifndef SCALESTUDY_SLURM_FIXTURE_H
#define SCALESTUDY_SLURM_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"

struct fixture {
    struct slurm_client client;
    struct error err;
    char *folder;
    char *path_before;
};

int setup(void **state);
int teardown(void **state);

/* A program that notes its arguments (PROGRAM.arguments, a line each, call after
 * call) and environment, and then does in the folder what `body` says in shell. */
void fake(const struct fixture *f, const char *program, const char *body);

/* A program that prints this and ends with `status`. */
void answers(const struct fixture *f, const char *program, const char *output, const char *errors,
             int status);

/* What is in a file of the folder, whole or in part. */
void assert_noted(const struct fixture *f, const char *name, const char *expected);
bool notes(const struct fixture *f, const char *name, const char *part);

char *own_user(void); /* as -u takes it; the caller frees it */

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
