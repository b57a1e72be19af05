#include "error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char cut_mark[] = "…";

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* By way of a buffer, since err->text may be among the arguments; a sentence
 * that is too long ends between two characters and says so. */
static void write_sentence(struct error *err, const char *format, va_list arguments)
{
    char text[sizeof err->text];
    int length = vsnprintf(text, sizeof text, format, arguments);
    if (length < 0)
        text[0] = '\0';
    if (length >= (int)sizeof text) {
        size_t end = sizeof text - sizeof cut_mark;
        while (end > 0 && continues_character(text[end]))
            end--;
        memcpy(text + end, cut_mark, sizeof cut_mark);
    }
    strcpy(err->text, text);
}

int error_set(struct error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_sentence(err, format, arguments);
    va_end(arguments);
    err->status = STATUS_INPUT;
    return -1;
}

int error_system(struct error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_sentence(err, format, arguments);
    va_end(arguments);
    err->status = STATUS_SYSTEM;
    return -1;
}

const char *error_name(char out[ERROR_NAME_SIZE], const char *text, size_t length)
{
    enum { SHOWN = 60, LONGEST = ERROR_NAME_SIZE - (int)sizeof cut_mark };
    size_t end = 0;
    for (size_t characters = 0; end < length && end < LONGEST; end++)
        if (!continues_character(text[end]) && ++characters > SHOWN)
            break;
    memcpy(out, text, end);
    if (end == length)
        out[end] = '\0';
    else
        memcpy(out + end, cut_mark, sizeof cut_mark);
    return out;
}

enum { LONGEST_WORD = 63 };

static size_t smallest(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance: insert, delete, replace, swap of neighbours. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST_WORD + 1];
    size_t *before = rows[0], *previous = rows[1], *current = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        previous[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        current[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replace = previous[j - 1] + (a[i - 1] != b[j - 1]);
            current[j] = smallest(replace, smallest(previous[j], current[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = smallest(current[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return previous[b_length];
}

/* The distance of "studies" to "study" is that of its singular, and one. */
static size_t slips(const char *word, size_t length, const char *meant, size_t meant_length)
{
    size_t d = distance(word, length, meant, meant_length);
    if (length <= 3 || strcmp(word + length - 3, "ies") != 0)
        return d;
    char singular[LONGEST_WORD + 1];
    memcpy(singular, word, length - 3);
    singular[length - 3] = 'y';
    return smallest(d, distance(singular, length - 2, meant, meant_length) + 1);
}

const char *suggest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = 3, length = strlen(word);
    if (length > LONGEST_WORD)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t candidate_length = strlen(candidates[i]);
        if (candidate_length > LONGEST_WORD)
            continue;
        size_t d = slips(word, length, candidates[i], candidate_length);
        if (d < best_distance && d * 2 < candidate_length) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}
