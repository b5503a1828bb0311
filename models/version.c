#include "models/version.h"

#define FIELD(key, member, scale, low, high, low_open, required, meaning) \
    { \
        key, offsetof(struct defect, member), scale, low, high, low_open, required, meaning \
    }
#define ONSET \
    FIELD("onset_s", onset_us, 1e6, 0.0, 1e7, false, false, "begins so long after the instance's first traffic"), \
        FIELD("onset_requests", onset_requests, 1.0, 0.0, 1e12, false, false, \
              "begins after so many requests to the instance")

#define ONE_ONSET \
    { \
        "onset_s", "onset_requests" \
    }

static const char *errors_resolve(struct defect *d)
{
    bool is_too_much = d->error_5xx_fraction + d->error_4xx_fraction > 1.0;
    return is_too_much ? "error fractions must not add up to more than 1" : NULL;
}

static const char *latency_resolve(struct defect *d)
{
    if (d->factor == 0.0)
        d->factor = 1.0;
    return NULL;
}

const struct defect_row defect_rows[DEFECT_KINDS] = {
    [DEFECT_ERRORS] =
        {"errors",
         "answers a share of requests with an error",
         {FIELD("error_5xx_fraction", error_5xx_fraction, 1.0, 0.0, 1.0, false, false, "share answered 5xx"),
          FIELD("error_4xx_fraction", error_4xx_fraction, 1.0, 0.0, 1.0, false, false, "share answered 4xx"), ONSET},
         {"error_5xx_fraction", "error_4xx_fraction"},
         ONE_ONSET,
         errors_resolve},
    [DEFECT_LATENCY] = {"latency",
                        "serves every request slower",
                        {FIELD("factor", factor, 1.0, 0.0, 1e6, true, false, "service time is multiplied by this"),
                         FIELD("added_ms", added_us, 1e3, 0.0, 1e7, false, false, "and this is added"), ONSET},
                        {"factor", "added_ms"},
                        ONE_ONSET,
                        latency_resolve},
    [DEFECT_COLD_START] =
        {"cold_start",
         "an instance serves its first requests slower",
         {FIELD("requests", requests, 1.0, 1.0, 1e12, false, true, "how many requests of each instance"),
          FIELD("factor", factor, 1.0, 0.0, 1e6, true, true, "their service time is multiplied by this")},
         {NULL},
         {NULL},
         NULL},
    [DEFECT_LEAK] = {"leak",
                     "latency grows with the requests served, until the instance restarts",
                     {FIELD("added_ms_per_1000_requests", added_us_per_request, 1.0, 0.0, 1e7, true, true,
                            "added to service for every thousand requests admitted")},
                     {NULL},
                     {NULL},
                     NULL},
    [DEFECT_CRASH] = {"crash",
                      "an instance crashes and restarts",
                      {FIELD("mean_s", mean_us, 1e6, 1.0, 1e9, false, true, "mean time to a crash (exponential)"),
                       FIELD("restart_s", restart_us, 1e6, 0.0, 1e7, false, true, "time out of service")},
                      {NULL},
                      {NULL},
                      NULL},
    [DEFECT_NO_LAUNCH] =
        {"no_launch", "never becomes healthy", {{NULL, 0, 0, 0, 0, false, false, NULL}}, {NULL}, {NULL}, NULL},
};

const struct defect *version_defect(const struct version_config *version, enum defect_kind kind)
{
    for (size_t i = 0; i < version->defect_count; i++)
        if (version->defects[i].kind == kind)
            return &version->defects[i];
    return NULL;
}
