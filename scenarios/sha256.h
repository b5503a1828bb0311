/* SHA-256 (FIPS 180-4), by hand: a scenario's results name the very bytes they came from. */
#ifndef BAKEOFF_SCENARIOS_SHA256_H
#define BAKEOFF_SCENARIOS_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t bytes;         /* fed so far */
    unsigned char rest[64]; /* bytes % 64 of them wait for their block to fill */
};

enum { SHA256_HEX = 65 }; /* 64 digits and the end */

void sha256_init(struct sha256 *sha);
void sha256_feed(struct sha256 *sha, const void *data, size_t size);
/* Ends the message and writes its hash in lower-case hex. */
void sha256_end(struct sha256 *sha, char hex[SHA256_HEX]);

#endif
