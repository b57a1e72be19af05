#include "random.h"

#include <math.h>

uint64_t random_bits(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The middles of 2^52 equal parts. */
double random_uniform(struct random *random)
{
    return ((double)(random_bits(random) >> 12) + 0.5) * 0x1p-52;
}

/* Box and Muller (1958); the second of each pair is not kept, so that a state is all there is. */
double random_normal(struct random *random)
{
    static const double turn = 6.283185307179586;
    double radius = sqrt(-2 * log(random_uniform(random)));
    return radius * cos(turn * random_uniform(random));
}
