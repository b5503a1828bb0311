/* A JSON tree for people: two blanks a level, and on one line what fits there. */
#ifndef BAKEOFF_REPORT_PRETTY_H
#define BAKEOFF_REPORT_PRETTY_H

#include <stdio.h>

#include <cjson/cJSON.h>

/* Objects and lists that fit into so many columns stand on one line, those with comments (keys that begin with "//")
 * never. Ends with a newline. Errors stay in the stream. */
void pretty_write(FILE *to, const cJSON *root, int width);

#endif
