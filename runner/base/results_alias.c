#include <string.h>

#include "results.h"
#include "unit.h"

/* "time:ms": the unit is what follows the last colon, if it is one. */
static const char *cut_unit(char *foreign)
{
    char *colon = strrchr(foreign, ':');
    if (colon == NULL || colon == foreign || unit_find(colon + 1, strlen(colon + 1)) == NULL)
        return NULL;
    *colon = '\0';
    return colon + 1;
}

int results_parse_aliases(char *text, struct results_alias *aliases, struct error *err)
{
    size_t count = 0;
    char *rest = text, *item;
    while ((item = strtok_r(rest, ",", &rest)) != NULL) {
        char *equals = strchr(item, '=');
        if (equals == NULL || equals == item || equals[1] == '\0')
            return error_set(err,
                             "--columns: \"%.60s\" is not OURS=THEIRS or OURS=THEIRS:UNIT, as in "
                             "cores=p,seconds=time:ms",
                             item);
        *equals = '\0';
        aliases[count] = (struct results_alias){.ours = item, .foreign = equals + 1};
        aliases[count].unit = cut_unit(equals + 1);
        count++;
    }
    aliases[count] = (struct results_alias){NULL, NULL, NULL};
    return 0;
}
