#include "scenarios/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LONGEST = 256 };

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: rows for the last two letters of a suffice. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    memset(before, 0, sizeof rows[0]);
    for (size_t i = 1; i <= a_length; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t differs = small(a[i - 1]) != small(b[j - 1]);
            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + differs);
            if (i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[b_length];
}

static bool lacks_ending(const char *word, size_t length, const char *candidate)
{
    return length >= 3 && strncmp(word, candidate, length) == 0 && candidate[length] == '_';
}

struct nearest nearest_to(const char *word)
{
    return (struct nearest){.word = word, .distance = SIZE_MAX};
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t length = strlen(nearest->word), candidate_length = strlen(candidate);
    if (length > LONGEST || candidate_length > LONGEST)
        return;
    size_t d = distance(nearest->word, length, candidate, candidate_length);
    if (lacks_ending(nearest->word, length, candidate))
        d = least(d, 1);
    if (d < nearest->distance) {
        nearest->distance = d;
        nearest->best = candidate;
    }
}

const char *nearest_found(const struct nearest *nearest)
{
    if (nearest->best == NULL)
        return NULL;
    size_t length = strlen(nearest->best);
    return nearest->distance <= (length < 6 ? 1 : length / 3) ? nearest->best : NULL;
}
