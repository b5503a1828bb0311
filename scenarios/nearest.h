/* The valid word nearest to a wrong one, for "did you mean". Offer the candidates one by one, then ask. */
#ifndef BAKEOFF_SCENARIOS_NEAREST_H
#define BAKEOFF_SCENARIOS_NEAREST_H

#include <stddef.h>

/* Owns nothing; `best` is one of the offered texts, which must live as long. */
struct nearest {
    const char *word;
    const char *best;
    size_t distance;
};

struct nearest nearest_to(const char *word);
void nearest_offer(struct nearest *nearest, const char *candidate); /* the first of equals wins */

/* The nearest candidate, or NULL when none is near enough: at most a third of its letters differ by an insertion,
 * a deletion, a replacement or a swap of neighbours, capitals and small letters being alike; or all that the word lacks
 * is an ending such as a unit, as "rate" for "rate_rps". */
const char *nearest_found(const struct nearest *nearest);

#endif
