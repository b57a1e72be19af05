#include "quantiles.h"

#include <float.h>
#include <math.h>

/* Terms needed grow with the square root of the parameters; this serves to 1e7. */
enum { TERMS_MOST = 20000 };

/* Stands for 0 in a continued fraction, where a 0 would be divided by. */
static const double nearly_nothing = 1e-300;

/*
 * Continued fractions b0 + a1/(b1 + a2/(b2 + ...)) by Lentz's method as
 * modified by Thompson and Barnett (J. Comput. Phys. 64, 1986): `value` grows
 * by one factor a term.
 */
struct fraction {
    double value, c, d;
};

static struct fraction fraction_start(double b0)
{
    double value = b0 == 0 ? nearly_nothing : b0;
    return (struct fraction){value, value, 0};
}

/* The factor that the term made; 1 within rounding where it has converged. */
static double fraction_add(struct fraction *f, double a, double b)
{
    f->d = b + a * f->d;
    f->d = 1 / (f->d == 0 ? nearly_nothing : f->d);
    f->c = b + a / f->c;
    if (f->c == 0)
        f->c = nearly_nothing;
    f->value *= f->c * f->d;
    return f->c * f->d;
}

/* Abramowitz and Stegun 6.5.29 below a + 1 (a series), 6.5.31 above (a fraction). */
double incomplete_gamma(double a, double x)
{
    if (!(a > 0) || !(x >= 0))
        return NAN;
    if (x == 0)
        return 0;
    double front = exp(a * log(x) - x - lgamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int n = 1; n < TERMS_MOST && term > sum * (DBL_EPSILON / 4); n++) {
            term *= x / (a + n);
            sum += term;
        }
        return front * sum;
    }
    if (front == 0)
        return 1;
    struct fraction f = fraction_start(x + 1 - a);
    for (int n = 1; n < TERMS_MOST; n++)
        if (fabs(fraction_add(&f, n * (a - n), x + 2 * n + 1 - a) - 1) < DBL_EPSILON)
            break;
    return 1 - front / f.value;
}

/* Abramowitz and Stegun 26.5.8; it converges quickly below the mean. */
static double beta_fraction(double a, double b, double x)
{
    struct fraction f = fraction_start(1);
    for (int m = 0; m < TERMS_MOST; m++) {
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        fraction_add(&f, odd, 1);
        double even = (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2));
        if (fabs(fraction_add(&f, even, 1) - 1) < DBL_EPSILON)
            break;
    }
    return 1 / f.value;
}

double incomplete_beta(double a, double b, double x)
{
    if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1))
        return NAN;
    if (x == 0 || x == 1)
        return x;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* Upper tails, so that what is small is not the difference of two large ones. */
static double normal_tail(double x, double unused)
{
    (void)unused;
    return erfc(x / sqrt(2)) / 2;
}

static double student_tail(double x, double freedom)
{
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + x * x)) / 2;
}

static double chi_square_tail(double x, double freedom)
{
    return 1 - incomplete_gamma(freedom / 2, x / 2);
}

/* Where a falling tail from x = 0 on reaches `probability`: doubled, then halved. */
static double where(double (*tail)(double, double), double freedom, double probability)
{
    double low = 0, high = 1;
    while (tail(high, freedom) > probability && high < DBL_MAX / 4) {
        low = high;
        high *= 2;
    }
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return middle;
        if (tail(middle, freedom) > probability)
            low = middle;
        else
            high = middle;
    }
}

/* Both distributions are symmetric around 0. */
static double symmetric(double (*tail)(double, double), double freedom, double probability)
{
    if (!(probability > 0 && probability < 1))
        return NAN;
    if (probability == 0.5)
        return 0;
    if (probability < 0.5)
        return -where(tail, freedom, probability);
    return where(tail, freedom, 1 - probability);
}

double normal_quantile(double probability)
{
    return symmetric(normal_tail, 0, probability);
}

double student_quantile(double probability, double freedom)
{
    return freedom > 0 ? symmetric(student_tail, freedom, probability) : NAN;
}

double chi_square_quantile(double probability, double freedom)
{
    if (!(probability > 0 && probability < 1) || !(freedom > 0))
        return NAN;
    return where(chi_square_tail, freedom, 1 - probability);
}
