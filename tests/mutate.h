/* One change to a JSON document, for tests that break files on purpose. */
#ifndef BAKEOFF_TESTS_MUTATE_H
#define BAKEOFF_TESTS_MUTATE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/* The whole file, terminated; NULL if it is not there. The caller frees. */
char *mutate_load(const char *path);

/* `change`: "set PATH VALUE", "delete PATH", "rename PATH NAME" or "duplicate PATH" (the last member is given twice).
 * PATH is as in messages: alarms[1].Period, policies["a b"]. `set` also adds; VALUE is JSON. False if PATH is not
 * there or the change makes no sense. */
bool mutate(cJSON *root, const char *change);

/* The document with its changes (separated by ";;") as text; the caller frees. NULL when one cannot be made. */
char *mutate_text(const char *text, const char *changes);

#endif
