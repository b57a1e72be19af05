#include "core_clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "strbuf.h"

void core_clock_look(void *clock)
{
    struct core_clock *c = clock;
    char *path =
        text_format("%s/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq", c->sys, c->cpu);
    FILE *file = fopen(path, "re");
    double khz;

    free(path);
    if (file == NULL)
        return;
    if (fscanf(file, "%lf", &khz) == 1 && khz > 0) {
        c->sum_mhz += khz / 1000;
        c->samples++;
    }
    fclose(file);
}

double core_clock_mhz(const struct core_clock *clock)
{
    return clock->samples > 0 ? clock->sum_mhz / (double)clock->samples : NAN;
}
