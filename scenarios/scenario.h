/* A scenario file, read and believed: the one way from a path to a setting.
 *
 * Reading never stops at the first error: everything wrong with the file, and with the files it includes, is
 * gathered. Unknown keys, duplicate keys and unknown words are errors that name the nearest valid one. */
#ifndef BAKEOFF_SCENARIOS_SCENARIO_H
#define BAKEOFF_SCENARIOS_SCENARIO_H

#include "scenarios/diagnostic.h"
#include "scenarios/promises.h"
#include "scenarios/silence.h"
#include "sim/setting.h"

struct scenario {
    const char *file; /* as named by the user */
    const char *name;
    const char *says; /* may be NULL */
    struct setting setting;
    uint64_t replications;
    const struct gate *gates;
    size_t gate_count;
    struct silence_list silence; /* findings of lint */
    const char *text;            /* the scenario file itself, `text_size` bytes */
    size_t text_size;
    char sha256[65]; /* of the file and, in the order of their mention, of the files it includes, one after another */
    void *memory;    /* all that the above points to */
};

/* Reads, checks and completes a scenario file ("-": stdin). NULL when there is any error; warnings may come with
 * a scenario. scenario_free() when done. */
struct scenario *scenario_read(const char *path, struct diagnostics *diagnostics);
void scenario_free(struct scenario *scenario); /* NULL is fine */

/* A value to stand at a key, in JSON. */
struct variation {
    const char *key, *value;
};

/* The same with other values at some keys, and a name that tells of them (vary.h). The hash is of the varied text. */
struct scenario *scenario_read_varied(const char *path, const struct variation *variations, size_t count,
                                      struct diagnostics *diagnostics);

/* The same from memory; opens no file, so whatever includes one is an error. */
struct scenario *scenario_read_text(const char *name, const char *text, size_t size, struct diagnostics *diagnostics);

/* Checks any file that bakeoff understands and says nothing more: a scenario, an UpdateEndpoint or
 * UpdateInferenceComponent request, a DeploymentConfig, a PutMetricAlarm input, {"MetricAlarms": [...]}, or a list.
 * What a file is is told by its keys. `what` ("scenario, 3 policies, 4 versions") is filled in where that is told. */
void check_file(const char *path, struct diagnostics *diagnostics, char *what, size_t what_size);

/* The same from memory; opens no file. */
void check_text(const char *name, const char *text, size_t size, struct diagnostics *diagnostics, char *what,
                size_t what_size);

/* What a JSON file is that is told by its keys to be no scenario ("a DeploymentConfig"); NULL for whatever else it is. */
const char *file_other_kind(const char *path);

/* One alarm out of a PutMetricAlarm file, for `bakeoff alarm`; metric and namespace may be any. NULL on error.
 * alarm_file_free() when done. */
struct alarm_file {
    struct alarm_config alarm;
    void *memory;
};
struct alarm_file *alarm_file_read(const char *path, struct diagnostics *diagnostics);
void alarm_file_free(struct alarm_file *file); /* NULL is fine */

#endif
