#include "number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/*
 * Results hold a dozen doubles a row and a million rows, and printf and strtod
 * cost a microsecond a number. Both directions are therefore done in exact
 * 128-bit integers for the sizes that measurements have, and left to the C
 * library for the rest.
 */
__extension__ typedef unsigned __int128 wide;

enum { LARGEST_POWER = 27 }; /* of five, in 64 bits */

static const uint64_t powers_of_five[LARGEST_POWER + 1] = {
    UINT64_C(1),
    UINT64_C(5),
    UINT64_C(25),
    UINT64_C(125),
    UINT64_C(625),
    UINT64_C(3125),
    UINT64_C(15625),
    UINT64_C(78125),
    UINT64_C(390625),
    UINT64_C(1953125),
    UINT64_C(9765625),
    UINT64_C(48828125),
    UINT64_C(244140625),
    UINT64_C(1220703125),
    UINT64_C(6103515625),
    UINT64_C(30517578125),
    UINT64_C(152587890625),
    UINT64_C(762939453125),
    UINT64_C(3814697265625),
    UINT64_C(19073486328125),
    UINT64_C(95367431640625),
    UINT64_C(476837158203125),
    UINT64_C(2384185791015625),
    UINT64_C(11920928955078125),
    UINT64_C(59604644775390625),
    UINT64_C(298023223876953125),
    UINT64_C(1490116119384765625),
    UINT64_C(7450580596923828125),
};

static const double powers_of_ten[] = { /* all exact */
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};
enum { LARGEST_EXACT_TEN = 22 };

static const uint64_t ten_to_the[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
};

#define MANTISSA_BITS 52
#define HIDDEN_BIT (UINT64_C(1) << MANTISSA_BITS)

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* --- writing --------------------------------------------------------------- */

/* A decimal number: digits x 10^(exponent - count + 1), so `exponent` is that
 * of the first digit. */
struct decimal {
    uint64_t digits;
    int count;
    int exponent;
};

/*
 * Rounds `value`, normal and in [1e-10, 1e15), to `count` digits, and says
 * whether they read back as the same double.
 *
 * value = m 2^e, so value 10^k = m 5^k 2^(e+k) is an integer m 5^k shifted right
 * by s = -(e+k), and in that integer's unit the gap between doubles is 5^k.
 * The rounded digits read back if they are nearer than half a gap.
 */
static bool round_exactly(double value, struct decimal *out)
{
    uint64_t bits = bits_of(value);
    uint64_t m = (bits & (HIDDEN_BIT - 1)) | HIDDEN_BIT;
    int e = (int)(bits >> MANTISSA_BITS) - 1075;
    uint64_t digits;
    int k;
    for (;;) { /* again only where the estimate of the exponent was off by one */
        k = out->count - 1 - out->exponent;
        int s = -(e + k);
        wide product = (wide)m * powers_of_five[k];
        digits = (uint64_t)(product >> s);
        wide dropped = product - ((wide)digits << s), half = (wide)1 << (s - 1);
        digits += dropped > half || (dropped == half && (digits & 1) != 0);
        if (digits >= ten_to_the[out->count]) {
            out->exponent++;
        } else if (digits < ten_to_the[out->count - 1]) {
            out->exponent--;
        } else {
            wide back = (wide)digits << s;
            bool below = back < product;
            wide difference = below ? product - back : back - product;
            /* the gap below a power of two is half of the one above it */
            int parts = m == HIDDEN_BIT && below ? 4 : 2;
            out->digits = digits;
            return difference * (unsigned)parts < powers_of_five[k];
        }
    }
}

/* Any finite value that is not zero, by the C library, whatever its locale. */
static void round_by_printf(double value, struct decimal *out)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", out->count - 1, value);
    out->digits = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9') /* not the locale's decimal point */
            out->digits = out->digits * 10 + (uint64_t)(*p - '0');
    out->exponent = (int)strtol(p + 1, NULL, 10);
}

static char *add_digits(char *p, uint64_t digits, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        p[i] = (char)('0' + digits % 10);
        digits /= 10;
    }
    return p + count;
}

static char *add_exponent(char *p, int exponent)
{
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    int size = abs(exponent);
    return add_digits(p, (uint64_t)size, size >= 100 ? 3 : 2);
}

/* Laid out as printf's %g does with enough digits. */
static void lay_out(char *p, struct decimal d)
{
    int precision = d.count;
    while (d.count > 1 && d.digits % 10 == 0) {
        d.digits /= 10;
        d.count--;
    }
    if (d.exponent < -4 || d.exponent >= precision) {
        uint64_t unit = ten_to_the[d.count - 1];
        *p++ = (char)('0' + d.digits / unit);
        if (d.count > 1) {
            *p++ = '.';
            p = add_digits(p, d.digits % unit, d.count - 1);
        }
        p = add_exponent(p, d.exponent);
    } else if (d.exponent < 0) {
        *p++ = '0';
        *p++ = '.';
        for (int i = -1; i > d.exponent; i--)
            *p++ = '0';
        p = add_digits(p, d.digits, d.count);
    } else if (d.exponent >= d.count - 1) {
        p = add_digits(p, d.digits, d.count);
        for (int i = d.count - 1; i < d.exponent; i++)
            *p++ = '0';
    } else {
        int behind = d.count - 1 - d.exponent;
        p = add_digits(p, d.digits / ten_to_the[behind], d.exponent + 1);
        *p++ = '.';
        p = add_digits(p, d.digits % ten_to_the[behind], behind);
    }
    *p = '\0';
}

static int count_digits(uint64_t whole)
{
    int count = 1;
    while (count < 17 && whole >= ten_to_the[count])
        count++;
    return count;
}

/* Fewer digits of a value in [1e-10, 1e15) where they read back, else 17, which always do. */
static struct decimal shorten_exactly(double value)
{
    int binary_exponent = (int)(bits_of(value) >> MANTISSA_BITS) - 1023;
    int estimate = (int)floor(binary_exponent * 0.30103); /* log10(2): right, or one too few */
    struct decimal d = {.count = 15};
    for (;; d.count++) {
        d.exponent = estimate;
        if (round_exactly(value, &d) || d.count == 17)
            return d;
    }
}

static bool reads_back(struct decimal d, double value)
{
    char text[NUMBER_TEXT_SIZE];
    double back = 0;
    lay_out(text, d);
    return number_parse(text, strlen(text), &back) && back == value;
}

/* The same for any other value. printf is the dear part, so its 17 digits are
 * shortened here, and it is asked again only where they end in a tie. */
static struct decimal shorten_by_printf(double value)
{
    struct decimal all = {.count = 17};
    round_by_printf(value, &all);
    for (int count = 15; count < 17; count++) {
        uint64_t unit = ten_to_the[17 - count], rest = all.digits % unit;
        struct decimal d = {.digits = all.digits / unit, .count = count, .exponent = all.exponent};
        /* half the gap between normal doubles is less than 12 in the 17th digit */
        if (rest > 12 && unit - rest > 12 && value >= DBL_MIN)
            continue;
        if (rest * 2 == unit)
            round_by_printf(value, &d);
        else if (rest * 2 > unit)
            d.digits++;
        if (d.digits == ten_to_the[count]) {
            d.digits /= 10;
            d.exponent++;
        }
        if (reads_back(d, value))
            return d;
    }
    return all;
}

const char *number_format(char text[NUMBER_TEXT_SIZE], double value)
{
    if (isnan(value))
        return strcpy(text, "nan");
    char *p = text;
    if (signbit(value)) {
        *p++ = '-';
        value = -value;
    }
    if (isinf(value)) {
        strcpy(p, "inf");
    } else if (value < 1e15 && (double)(uint64_t)value == value) {
        uint64_t whole = (uint64_t)value;
        p = add_digits(p, whole, count_digits(whole));
        *p = '\0';
    } else {
        lay_out(p, value >= 1e-10 && value < 1e15 ? shorten_exactly(value)
                                                  : shorten_by_printf(value));
    }
    return text;
}

/* --- reading --------------------------------------------------------------- */

/* The parts of a decimal number in text: [+-] digits [. digits] [e [+-] digits]. */
struct spelled {
    bool negative;
    uint64_t mantissa; /* of the first 19 significant digits */
    bool all_digits;   /* no digit was left out of it, unless a zero that `exponent` counts */
    int64_t exponent;  /* value = mantissa x 10^exponent */
};

enum { MANTISSA_DIGITS = 19, EXPONENT_LIMIT = 1000000000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits (and a point) that are too many for 64 bits: the first 19 significant ones. */
static void spell_long(const char *p, const char *end, struct spelled *out)
{
    int significant = 0;
    bool behind_point = false;
    out->mantissa = 0;
    out->exponent = 0;
    for (; p < end; p++) {
        if (*p == '.') {
            behind_point = true;
        } else if (significant < MANTISSA_DIGITS) {
            out->mantissa = out->mantissa * 10 + (uint64_t)(*p - '0');
            significant += out->mantissa != 0;
            out->exponent -= behind_point;
        } else {
            out->all_digits = out->all_digits && *p == '0';
            out->exponent += !behind_point;
        }
    }
}

/* The exponent behind "e"; false where it is none. */
static bool spell_exponent(const char *p, const char *end, int64_t *exponent)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t written = 0;
    for (; p < end && is_digit(*p); p++)
        if (written < EXPONENT_LIMIT)
            written = written * 10 + (*p - '0');
    *exponent += negative ? -written : written;
    return p == end;
}

static bool spell(const char *p, const char *end, struct spelled *out)
{
    uint64_t mantissa = 0;
    out->negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    const char *start = p;
    for (; p < end && is_digit(*p); p++)
        mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    ptrdiff_t whole = p - start, behind = 0;
    if (p < end && *p == '.') {
        const char *point = p++;
        for (; p < end && is_digit(*p); p++)
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
        behind = p - point - 1;
    }
    if (whole + behind == 0)
        return false;
    out->mantissa = mantissa;
    out->exponent = -(int64_t)behind;
    out->all_digits = true;
    if (whole + behind > MANTISSA_DIGITS)
        spell_long(start, p, out);
    if (p == end)
        return true;
    return (*p == 'e' || *p == 'E') && spell_exponent(p + 1, end, &out->exponent);
}

/*
 * mantissa / 10^k, correctly rounded: both normalised to 64 bits, so that the
 * quotient has 63 or 64, more than the 53 kept; the remainder breaks ties.
 * Only for results in the range of normal doubles, which 0 < mantissa < 2^64
 * and k <= 27 give.
 */
static double divide(uint64_t mantissa, int k)
{
    int mantissa_shift = __builtin_clzll(mantissa);
    int power_shift = __builtin_clzll(powers_of_five[k]);
    wide numerator = (wide)(mantissa << mantissa_shift) << 63;
    uint64_t divisor = powers_of_five[k] << power_shift;
    uint64_t quotient = (uint64_t)(numerator / divisor);
    bool rest = (wide)quotient * divisor != numerator;

    int drop = 63 - __builtin_clzll(quotient) - MANTISSA_BITS;
    uint64_t kept = quotient >> drop;
    uint64_t dropped = quotient & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
    if (dropped > half || (dropped == half && (rest || (kept & 1) != 0)))
        kept++; /* may become 2^53: the addition below then carries into the exponent */
    int exponent = drop - 63 - mantissa_shift + power_shift - k;
    uint64_t bits = ((uint64_t)(exponent + 1075 - 1) << MANTISSA_BITS) + kept;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The digits without their point and an exponent: no locale reads that differently. */
static double by_strtod(const char *text, size_t length)
{
    char few[128];
    char *copy = length + 24 <= sizeof few ? few : xmalloc(length + 24);
    char *p = copy;
    int64_t exponent = 0;
    bool behind_point = false;
    size_t i = 0;
    for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '.') {
            behind_point = true;
        } else {
            *p++ = text[i];
            exponent -= behind_point;
        }
    }
    if (i < length)
        spell_exponent(text + i + 1, text + length, &exponent);
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    uint64_t size = (uint64_t)(exponent < 0 ? -exponent : exponent);
    p = add_digits(p, size, count_digits(size));
    *p = '\0';
    double value = strtod(copy, NULL);
    if (copy != few)
        free(copy);
    return value;
}

bool number_parse(const char *text, size_t length, double *value)
{
    struct spelled s;
    if (!spell(text, text + length, &s))
        return false;

    double size;
    if (s.mantissa == 0) {
        size = 0;
    } else if (s.all_digits && s.exponent <= 0 && s.exponent >= -LARGEST_POWER) {
        int k = (int)-s.exponent;
        if (s.mantissa <= HIDDEN_BIT * 2 && k <= LARGEST_EXACT_TEN)
            size = (double)s.mantissa / powers_of_ten[k]; /* both exact: rounded once */
        else
            size = divide(s.mantissa, k);
    } else if (s.all_digits && s.mantissa <= HIDDEN_BIT * 2 && s.exponent > 0 &&
               s.exponent <= LARGEST_EXACT_TEN) {
        size = (double)s.mantissa * powers_of_ten[s.exponent];
    } else {
        size = fabs(by_strtod(text, length));
        if (isinf(size))
            return false;
    }
    *value = s.negative ? -size : size;
    return true;
}
