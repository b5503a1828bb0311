/* What one model version does to a request: service time, errors, and its defects.
 *
 * A defect's state belongs to an instance and is read when a request arrives there: onsets count from the
 * instance's first traffic, requests are requests admitted to that instance. Independent error sources
 * compose as 1 - (1-a)(1-b); latency factors multiply; added times add. */
#ifndef BAKEOFF_MODELS_VERSION_H
#define BAKEOFF_MODELS_VERSION_H

#include "models/draw.h"

enum defect_kind {
    DEFECT_ERRORS,
    DEFECT_LATENCY,
    DEFECT_COLD_START,
    DEFECT_LEAK,
    DEFECT_CRASH,
    DEFECT_NO_LAUNCH,
    DEFECT_KINDS
};

/* One defect; fields not named by its row are zero. Fractions in [0, 1]. */
struct defect {
    enum defect_kind kind;
    double error_5xx_fraction, error_4xx_fraction; /* errors */
    double factor;                                 /* latency, cold_start: multiplies service; 0 when not given */
    double added_us;                               /* latency: added to service */
    double onset_us;                               /* errors, latency: from the instance's first traffic */
    double onset_requests;                         /* errors, latency: or after so many requests there */
    double requests;                               /* cold_start: the first so many are slower */
    double added_us_per_request;                   /* leak */
    double mean_us, restart_us;                    /* crash: exponential up time, fixed restart time */
};

enum { DEFECT_PARAMS = 5 };
struct defect_param {
    const char *key;  /* as in the scenario file, unit included */
    size_t offset;    /* of the double in struct defect */
    double scale;     /* file's number x scale = field */
    double low, high; /* inclusive bounds in the file's unit */
    bool low_open;    /* low itself is refused */
    bool required;    /* otherwise any_of of its row may ask for it */
    const char *meaning;
};
struct defect_row {
    const char *name;
    const char *meaning;
    struct defect_param params[DEFECT_PARAMS]; /* ends at the first NULL key */
    const char *any_of[2];                     /* at least one of these keys is given; NULL: no such rule */
    const char *not_two[2];                    /* at most one of these */
    /* Completes a defect; NULL or what is wrong with its figures. May be NULL. */
    const char *(*resolve)(struct defect *d);
};
extern const struct defect_row defect_rows[DEFECT_KINDS];

/* Owns nothing. */
struct version_config {
    const char *name;
    const char *endpoint_config_name;
    double probability;  /* NaN: none, the version is not part of the (mix) */
    int instance_count;  /* 0: as the endpoint */
    struct draw service; /* kind NULL: take the trace's service column */
    double error_5xx_fraction, error_4xx_fraction;
    const struct defect *defects;
    size_t defect_count;
};

/* The first defect of that kind, or NULL. */
const struct defect *version_defect(const struct version_config *version, enum defect_kind kind);

#endif
