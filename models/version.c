#include "models/version.h"

#define FIELD(key, member, scale, low, high, low_open, required, meaning) \
    { \
        key, offsetof(struct defect, member), scale, low, high, low_open, required, meaning \
    }
#define ONSET \
    FIELD("onset_s", onset_us, 1e6, 0.0, 1e7, false, false, "begins so long after the instance's first traffic"), \
        FIELD("onset_requests", onset_requests, 1.0, 0.0, 1e12, false, false, \
              "begins after so many requests to the instance")

enum { GIVEN_FIRST = 1, GIVEN_SECOND = 2, GIVEN_THIRD = 4, GIVEN_FOURTH = 8 };

static const char *one_onset(unsigned given, unsigned seconds, unsigned requests)
{
    return (given & seconds) && (given & requests) ? "takes one of onset_s and onset_requests, not both" : NULL;
}

static const char *errors_resolve(struct defect *d, unsigned given)
{
    if (!(given & (GIVEN_FIRST | GIVEN_SECOND)))
        return "needs error_5xx_fraction, error_4xx_fraction or both";
    if (d->error_5xx_fraction + d->error_4xx_fraction > 1.0)
        return "error fractions must not add up to more than 1";
    return one_onset(given, GIVEN_THIRD, GIVEN_FOURTH);
}

static const char *latency_resolve(struct defect *d, unsigned given)
{
    if (!(given & (GIVEN_FIRST | GIVEN_SECOND)))
        return "needs factor, added_ms or both";
    if (!(given & GIVEN_FIRST))
        d->factor = 1.0;
    return one_onset(given, GIVEN_THIRD, GIVEN_FOURTH);
}

const struct defect_row defect_rows[DEFECT_KINDS] = {
    [DEFECT_ERRORS] =
        {"errors",
         "answers a share of requests with an error",
         {FIELD("error_5xx_fraction", error_5xx_fraction, 1.0, 0.0, 1.0, false, false, "share answered 5xx"),
          FIELD("error_4xx_fraction", error_4xx_fraction, 1.0, 0.0, 1.0, false, false, "share answered 4xx"), ONSET},
         errors_resolve},
    [DEFECT_LATENCY] = {"latency",
                        "serves every request slower",
                        {FIELD("factor", factor, 1.0, 0.0, 1e6, true, false, "service time is multiplied by this"),
                         FIELD("added_ms", added_us, 1e3, 0.0, 1e7, false, false, "and this is added"), ONSET},
                        latency_resolve},
    [DEFECT_COLD_START] =
        {"cold_start",
         "an instance serves its first requests slower",
         {FIELD("requests", requests, 1.0, 1.0, 1e12, false, true, "how many requests of each instance"),
          FIELD("factor", factor, 1.0, 0.0, 1e6, true, true, "their service time is multiplied by this")},
         NULL},
    [DEFECT_LEAK] = {"leak",
                     "latency grows with the requests served, until the instance restarts",
                     {FIELD("added_ms_per_1000_requests", added_us_per_request, 1.0, 0.0, 1e7, true, true,
                            "added to service for every thousand requests admitted")},
                     NULL},
    [DEFECT_CRASH] = {"crash",
                      "an instance crashes and restarts",
                      {FIELD("mean_s", mean_us, 1e6, 1.0, 1e9, false, true, "mean time to a crash (exponential)"),
                       FIELD("restart_s", restart_us, 1e6, 0.0, 1e7, false, true, "time out of service")},
                      NULL},
    [DEFECT_NO_LAUNCH] = {"no_launch", "never becomes healthy", {{NULL, 0, 0, 0, 0, false, false, NULL}}, NULL},
};

const struct defect *version_defect(const struct version_config *version, enum defect_kind kind)
{
    for (size_t i = 0; i < version->defect_count; i++)
        if (version->defects[i].kind == kind)
            return &version->defects[i];
    return NULL;
}
