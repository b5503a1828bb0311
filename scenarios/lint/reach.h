/* What alarms can and cannot do, before any simulation: for every policy, every alarm that it lists and every bake, what
 * the alarm sees of the new version, how bad that must be, how soon it fires and with what probability.
 *
 * Each alarm is treated by itself, as if the policy listed no other. Launches are taken to succeed. Works on any setting,
 * also on one that knows no traffic (a mean rate of 0): then probabilities and counts of requests are NaN. */
#ifndef BAKEOFF_SCENARIOS_REACH_H
#define BAKEOFF_SCENARIOS_REACH_H

#include "sim/setting.h"

enum reach_method {
    REACH_EXACT,       /* up to rounding and the averaging over delays and phases */
    REACH_APPROXIMATE, /* an approximation that method_words names */
    REACH_UPPER_BOUND, /* P(tripped before a bake ends) is an upper bound; P(in this bake alone) a difference of two */
    REACH_SIMULATE,    /* only simulation can tell: probabilities are NaN */
    REACH_UNKNOWN,     /* no traffic is given: probabilities are NaN */
    REACH_METHODS
};
extern const char *const reach_method_names[REACH_METHODS]; /* "exact", "approximate", ... */

/* New versions that fail this share of their requests and are the current version otherwise. Of error metrics only. */
enum { REACH_FRACTIONS = 4 };
extern const double reach_fractions[REACH_FRACTIONS]; /* 0.01, 0.05, 0.2, 1 */

/* How the numbers of one new version were had. */
struct reach_way {
    enum reach_method method;
    const char *why; /* what is assumed, or why only simulation can tell: a clause without a full stop; NULL: nothing */
    double error;    /* estimated standard error of the averaging over delays and phases, the largest of P(it trips) and
                        P(it trips in a bake); 0 where nothing is averaged, NaN where there is no number */
};

/* One alarm in one bake of one policy. Bakes of 0 s have no row. */
struct reach {
    size_t policy, alarm; /* indices into the setting's */
    enum phase_kind phase;
    int phase_index;
    double phase_s;     /* length of the bake */
    double green_share; /* of the traffic, once it has followed the flip, 0..1 */
    unsigned mask;      /* MASK_BLUE, MASK_GREEN of models/meter.h: the fleets that the alarm sees; 0: none */

    /* The alarm can breach here for some new version: the mean of its statistic under the worst one does, or chance makes
     * one datapoint in a million. It says nothing of the time that this takes. */
    bool is_reachable;
    double max_statistic; /* mean of the statistic under the worst version (every request fails, or takes until the
                             timeout); NaN: not known without traffic or service times */
    double min_visible_error_fraction; /* of the new version, whose mean statistic breaches; infinite: none;
                                          NaN: not an error metric, or not known without traffic */
    double min_visible_latency_factor; /* likewise of the latency metrics, >= 0 */

    double earliest_trip_s;        /* from the first bad response of a version that fails or delays every request, with
                                      the shortest delays and the luckiest phases; infinite: never */
    const double *expected_trip_s; /* [version_count], from the first bad response if this bake went on for ever, near:
                                       a number however large (an alarm that chance alone makes fire may take 1e30 s, so
                                       writers should cut it off); infinite: never, NaN: not known */
    double expected_trip_fraction_s
        [REACH_FRACTIONS];          /* the same of new versions that fail a share; NaN: not an error metric */
    double expected_green_requests; /* in the bake, the routing lag taken off; NaN without traffic */

    /* P(this alarm has tripped the deployment before this bake ends), all bakes before it included; and in this bake
     * alone, unconditionally (or, where alarms are read throughout, in the launch and the flip before it too). NaN where
     * only simulation can tell, and for the current version; of a bound the latter is known of the first bake alone. */
    const double *p_trip, *p_trip_here;                                             /* [version_count] */
    double p_trip_fraction[REACH_FRACTIONS], p_trip_fraction_here[REACH_FRACTIONS]; /* NaN: not an error metric */
    double p_false_trip, p_false_trip_here; /* of a new version that is the current one under another name */

    /* P(one whole period breaches), P(it is missing): the old fleet alone before the shift, and a good new version in
     * this bake. NaN where only simulation can tell. */
    double old_breach, old_missing, good_breach, good_missing;

    enum reach_method method;     /* the worst over the versions and fractions */
    const char *method_words;     /* method and assumptions, one sentence or two without a full stop at the end */
    const struct reach_way *ways; /* [version_count + 1]; the last is that of a good new version */
    const struct reach_way *fraction_ways; /* [REACH_FRACTIONS] */
};

/* One alarm of one policy over the whole deployment. */
struct reach_deployment {
    size_t policy, alarm;
    const double *p_trip; /* [version_count] */
    const double
        *expected_detect_s; /* [version_count], the mean time of a trip after the first traffic of the new fleet,
                                        given that there is one; NaN without */
    double p_false_trip;
    const struct reach_way *ways; /* [version_count + 1], as of its rows */
    double
        p_old_red; /* P(the old fleet alone has the alarm in ALARM at an instant before the shift, or at the call where
                         red_at_start is "refuse" or initial_alarm_state not "evaluated"); NaN: not known */
};

struct reach_table {
    struct reach *rows; /* policies outer, alarms in the policy's order, bakes inner */
    size_t count;
    struct reach_deployment *deployments;
    size_t deployment_count;
    void *memory; /* all that the rows point to */
};

/* Returns 0, or -1 when memory is not to be had. An alarm that a policy lists and the setting lacks has no row. */
int reach_make(const struct setting *setting, struct reach_table *table);
void reach_free(struct reach_table *table);

#endif
