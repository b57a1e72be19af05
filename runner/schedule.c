#include "schedule.h"

#include <stdlib.h>

#include "alloc.h"

/* splitmix64, Steele, Lea and Flood, OOPSLA 2014: one step of the generator. */
static uint64_t next_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t schedule_seed(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        hash = (hash ^ *p) * 0x100000001b3u;
    return next_random(&hash);
}

/* Uniform below `bound`: the few values that would favour small results are drawn again. */
static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    uint64_t reject_below = (UINT64_MAX - bound + 1) % bound;
    uint64_t value;
    do
        value = next_random(state);
    while (value < reject_below);
    return value % bound;
}

void schedule_shuffle(size_t *list, size_t count, uint64_t seed)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)random_below(&seed, i);
        size_t swapped = list[i - 1];
        list[i - 1] = list[j];
        list[j] = swapped;
    }
}

static const struct plan_wave *current_wave(const struct schedule *s)
{
    return &s->plan->waves[s->wave];
}

static void shuffle_block(struct schedule *s)
{
    const struct plan_wave *wave = current_wave(s);
    uint64_t state = s->plan->seed;
    state = next_random(&state) ^ (uint64_t)s->wave;
    state = next_random(&state) ^ (uint64_t)s->block;
    s->points = xreallocarray(s->points, wave->points + 1, sizeof *s->points);
    for (size_t i = 0; i < wave->points; i++)
        s->points[i] = plan_wave_point(wave, i);
    schedule_shuffle(s->points, wave->points, state);
    s->position = 0;
    s->step = 0;
}

/* Runs of one task share its warm-ups. On this machine a wave is one task, so
 * they come in its first block only; on a cluster each block is a job. */
static int64_t warmups_of_block(const struct plan *plan, const struct plan_wave *wave, int64_t block)
{
    return block == wave->first_block || !plan_is_local(plan) ? plan->warmups : 0;
}

/* Waves without blocks are passed over. */
static bool enter_next_block(struct schedule *s)
{
    s->block++;
    while (s->block >= current_wave(s)->first_block + current_wave(s)->blocks) {
        if (++s->wave >= s->plan->wave_count)
            return false;
        s->block = current_wave(s)->first_block;
    }
    shuffle_block(s);
    return true;
}

void schedule_begin(struct schedule *s, const struct plan *plan)
{
    *s = (struct schedule){.plan = plan};
    if (plan->wave_count > 0) {
        s->block = plan->waves[0].first_block - 1;
        enter_next_block(s);
    }
}

bool schedule_next(struct schedule *s, struct planned_run *run)
{
    if (s->wave >= s->plan->wave_count)
        return false;
    const struct plan_wave *wave = current_wave(s);
    int64_t warmups = warmups_of_block(s->plan, wave, s->block);
    if (s->step >= warmups + s->plan->runs) {
        s->step = 0;
        s->position++;
    }
    while (s->position >= wave->points) {
        if (!enter_next_block(s))
            return false;
        wave = current_wave(s);
        warmups = warmups_of_block(s->plan, wave, s->block);
    }
    bool warmup = s->step < warmups;
    *run = (struct planned_run){
        .order = s->order++,
        .wave = s->wave,
        .point = s->points[s->position],
        .block = s->block,
        .run = warmup ? s->step : s->step - warmups,
        .warmup = warmup,
    };
    s->step++;
    return true;
}

void schedule_end(struct schedule *s)
{
    free(s->points);
    s->points = NULL;
}

int64_t schedule_wave_count(const struct plan *plan, size_t index)
{
    const struct plan_wave *wave = &plan->waves[index];
    if (wave->blocks == 0)
        return 0;
    int64_t warmed_up = plan_is_local(plan) ? 1 : wave->blocks;
    return (int64_t)wave->points * (wave->blocks * plan->runs + warmed_up * plan->warmups);
}

int64_t schedule_count(const struct plan *plan)
{
    int64_t count = 0;
    for (size_t i = 0; i < plan->wave_count; i++)
        count += schedule_wave_count(plan, i);
    return count;
}
