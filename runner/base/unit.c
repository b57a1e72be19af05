#include "unit.h"

#include <string.h>

static const struct unit units[] = {
    {"s", UNIT_TIME, 1, 1},
    {"sec", UNIT_TIME, 1, 1},
    {"secs", UNIT_TIME, 1, 1},
    {"second", UNIT_TIME, 1, 1},
    {"seconds", UNIT_TIME, 1, 1},
    {"ms", UNIT_TIME, 1, 1e3},
    {"us", UNIT_TIME, 1, 1e6},
    {"µs", UNIT_TIME, 1, 1e6}, /* the micro sign */
    {"μs", UNIT_TIME, 1, 1e6}, /* the Greek letter */
    {"ns", UNIT_TIME, 1, 1e9},
    {"min", UNIT_TIME, 60, 1},
    {"h", UNIT_TIME, 3600, 1},
    {"1/s", UNIT_RATE, 1, 1},
    {"op/s", UNIT_RATE, 1, 1},
    {"ops/s", UNIT_RATE, 1, 1},
    {"runs/s", UNIT_RATE, 1, 1},
    {"B", UNIT_MEMORY, 1, 1},
    {"byte", UNIT_MEMORY, 1, 1},
    {"bytes", UNIT_MEMORY, 1, 1},
    {"kB", UNIT_MEMORY, 1e3, 1},
    {"KB", UNIT_MEMORY, 1e3, 1},
    {"MB", UNIT_MEMORY, 1e6, 1},
    {"GB", UNIT_MEMORY, 1e9, 1},
    {"KiB", UNIT_MEMORY, 1024, 1},
    {"MiB", UNIT_MEMORY, 1048576, 1},
    {"GiB", UNIT_MEMORY, 1073741824, 1},
};

const struct unit *unit_find(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, text, length) == 0)
            return &units[i];
    return NULL;
}

double unit_apply(const struct unit *unit, double value)
{
    if (unit == NULL)
        return value;
    double applied = value * unit->times / unit->over;
    return unit->kind == UNIT_RATE ? 1 / applied : applied;
}

bool unit_fits(const struct unit *unit, int kind)
{
    return (int)unit->kind == kind || (unit->kind == UNIT_RATE && kind == UNIT_TIME);
}

bool unit_same(const struct unit *a, const struct unit *b)
{
    return a->times / a->over == b->times / b->over &&
           (a->kind == UNIT_RATE) == (b->kind == UNIT_RATE);
}

const struct unit *unit_rate(void)
{
    return unit_find("1/s", 3);
}

const struct unit *unit_of_column(const char *column, size_t *name_length)
{
    size_t length = *name_length = strlen(column);
    if (length < 3)
        return NULL;
    char open = column[length - 1] == ']' ? '[' : column[length - 1] == ')' ? '(' : '\0';
    const char *begin = open == '\0' ? NULL : strrchr(column, open);
    if (begin == NULL || begin == column)
        return NULL;
    size_t inner = length - (size_t)(begin - column) - 2;
    const struct unit *unit = unit_find(begin + 1, inner);
    if (unit == NULL)
        return NULL;
    *name_length = (size_t)(begin - column);
    while (*name_length > 1 && column[*name_length - 1] == ' ')
        (*name_length)--;
    return unit;
}

const char *unit_list(enum unit_kind kind)
{
    static const char *const lists[] = {
        [UNIT_TIME] = "s, ms, us, ns, min, h",
        [UNIT_MEMORY] = "B, kB, MB, GB, KiB, MiB, GiB",
        [UNIT_RATE] = "1/s, op/s, ops/s, runs/s",
    };
    return lists[kind];
}
