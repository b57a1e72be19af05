#include "toolchain.h"

#include <stdio.h>
#include <string.h>

/* Their version is that of GCC. */
static const char *const of_version[] = {"GCC", "GCCcore", "gcccuda"};

/* Their version is a generation of EasyBuild's common toolchains. */
static const char *const of_generation[] = {"foss",   "gfbf",  "gompi", "gompic", "fosscuda",
                                            "intel",  "iimpi", "iimkl", "iompi",  "iomkl"};

/* EasyBuild's documentation, common toolchains. */
static const struct {
    const char *generation, *gcc;
} generations[] = {
    {"2019a", "8.2.0"},  {"2019b", "8.3.0"},  {"2020a", "9.3.0"},  {"2020b", "10.2.0"},
    {"2021a", "10.3.0"}, {"2021b", "11.2.0"}, {"2022a", "11.3.0"}, {"2022b", "12.2.0"},
    {"2023a", "12.3.0"}, {"2023b", "13.2.0"}, {"2024a", "13.3.0"}, {"2025a", "14.2.0"},
    {"2025b", "14.3.0"},
};

/* Whether text[0..length) is one of the names. */
static bool is_one_of(const char *const *names, size_t count, const char *text, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0)
            return true;
    return false;
}

/* `name` and the version behind it, which ends at '-' or the end. */
static bool read_toolchain(const char *name, size_t length, const char *version,
                           char gcc[TOOLCHAIN_TEXT_SIZE])
{
    bool generation = is_one_of(of_generation, sizeof of_generation / sizeof *of_generation, name,
                                length);
    if (!generation &&
        !is_one_of(of_version, sizeof of_version / sizeof *of_version, name, length))
        return false;
    size_t version_length = strcspn(version, "-");
    if (version_length == 0 || version_length >= TOOLCHAIN_TEXT_SIZE)
        return false;
    snprintf(gcc, TOOLCHAIN_TEXT_SIZE, "%.*s", (int)version_length, version);
    for (size_t i = 0; generation && i < sizeof generations / sizeof *generations; i++)
        if (strcmp(gcc, generations[i].generation) == 0)
            snprintf(gcc, TOOLCHAIN_TEXT_SIZE, "%s", generations[i].gcc);
    return true;
}

bool toolchain_of_module(const char *module, char gcc[TOOLCHAIN_TEXT_SIZE])
{
    const char *slash = strrchr(module, '/'), *start = module;
    if (slash == NULL)
        return false;
    for (const char *p = module; p < slash; p++) /* "tools/GCC/13.2.0" */
        start = *p == '/' ? p + 1 : start;
    if (read_toolchain(start, (size_t)(slash - start), slash + 1, gcc))
        return true;
    for (const char *dash = strchr(slash, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
        size_t length = strcspn(dash + 1, "-");
        if (dash[1 + length] == '-' && read_toolchain(dash + 1, length, dash + 2 + length, gcc))
            return true;
    }
    return false;
}

bool toolchain_find_mix(char *const *modules, const char **first, const char **second)
{
    char wanted[TOOLCHAIN_TEXT_SIZE], gcc[TOOLCHAIN_TEXT_SIZE];
    *first = NULL;
    for (size_t i = 0; modules != NULL && modules[i] != NULL; i++) {
        if (!toolchain_of_module(modules[i], gcc))
            continue;
        if (*first == NULL) {
            *first = modules[i];
            memcpy(wanted, gcc, sizeof wanted);
        } else if (strcmp(wanted, gcc) != 0) {
            *second = modules[i];
            return true;
        }
    }
    return false;
}
