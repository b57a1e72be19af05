/*
 * EasyBuild's module names tell with which compilers a module was built, and
 * modules of two generations do not go together.
 */
#ifndef SCALESTUDY_TOOLCHAIN_H
#define SCALESTUDY_TOOLCHAIN_H

#include <stdbool.h>
#include <stddef.h>

enum { TOOLCHAIN_TEXT_SIZE = 32 };

/*
 * The version of GCC beneath a module: "13.2.0" of "GCC/13.2.0", "foss/2023b",
 * "Python/3.11.5-GCCcore-13.2.0" and "mpi4py/3.1.5-gompi-2023b"; the generation
 * itself ("2030a") where its GCC is not known. False where the name says
 * nothing.
 */
bool toolchain_of_module(const char *module, char gcc[TOOLCHAIN_TEXT_SIZE]);

/* The first two modules of a NULL-terminated list that do not go together. */
bool toolchain_find_mix(char *const *modules, const char **first, const char **second);

#endif
