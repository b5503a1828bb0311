/* What the tests of the simulator share: a small world as a setting, ways to change it, to run it, and to compare what
 * came out.
 *
 * The base is exactly predictable: three instances with one worker, one request a second (half past every second),
 * 100 ms each, and nothing random but the routing. CloudWatch's minutes begin at t = 0; a minute is visible 10 s after
 * it closed; alarms are evaluated 15 s past the minute; the guardrail polls at 2 s, 12 s, ...; launches take 100 s,
 * traffic follows a flip after 20 s and the flip of a rollback after 7 s; what is deleted is billed 30 s longer. */
#ifndef BAKEOFF_TESTS_SUPPORT_H
#define BAKEOFF_TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/replicate.h"
#include "sim/world.h"

enum { CURRENT, NEW, FIXTURE_VERSIONS = 4, FIXTURE_DEFECTS = 4, FIXTURE_ALARMS = 8, FIXTURE_POLICIES = 8 };

/* A setting and all that it points to. Points into itself: not to be copied. */
struct fixture {
    struct setting setting;
    struct version_config versions[FIXTURE_VERSIONS];
    struct defect defects[FIXTURE_VERSIONS][FIXTURE_DEFECTS];
    struct alarm_config alarms[FIXTURE_ALARMS];
    struct policy policies[FIXTURE_POLICIES];
    double trace[1];
};

/* The base, with the versions CURRENT and NEW alike, no alarm and no policy. */
void fixture_init(struct fixture *f);

/* Poisson or regular arrivals in place of the base's. */
void fixture_traffic(struct fixture *f, enum traffic_process process, double rate_rps);

struct version_config *fixture_version(struct fixture *f, const char *name);
struct defect *fixture_defect(struct fixture *f, size_t version, enum defect_kind kind);

/* 60 s, 1 of 1, >=, notBreaching, of the version NEW alone. */
struct alarm_config *fixture_alarm(struct fixture *f, const char *name, enum metric_id metric,
                                   enum statistic_kind statistic, double threshold);

/* Lists every alarm that the fixture has so far. */
struct deployment_config *fixture_policy(struct fixture *f, const char *name, enum shift_mode mode);

/* The whole of a run; fails the test where it cannot be had. Free by replicate_free(). */
struct replicate_result fixture_run(const struct fixture *f, uint64_t replications);

/* One row: the long way, of the first policy and the version NEW. */
struct outcome fixture_tell(const struct fixture *f, uint64_t replication, struct journal *journal);
struct outcome fixture_tell_control(const struct fixture *f, uint64_t replication, struct journal *journal);

/* The figures of an outcome by name, for tables and comparisons. */
struct figure {
    const char *name;
    size_t offset; /* of a double in struct outcome */
};
extern const struct figure figures[];
extern const size_t figure_count;
double figure_of(const struct outcome *outcome, size_t figure);

/* The name of the first thing in which two outcomes differ, bit by bit; NULL where they are the same. How much was
 * simulated to get there is not compared. */
const char *outcome_difference(const struct outcome *a, const struct outcome *b);

bool is_full(void); /* BAKEOFF_TEST_FULL asks for the whole length */
uint64_t at_length(uint64_t thin, uint64_t full);

/* |got - want| <= relative * |want| */
void check_close(const char *what, double got, double want, double relative);

/* Theory: the mean of independent values is within 4 of its own standard errors of `want`. */
void check_mean(const char *what, const double *values, size_t count, double want);
/* The same with a known standard error. */
void check_theory(const char *what, double got, double want, double standard_error);
/* The same for a proportion of `trials`. */
void check_proportion(const char *what, double successes, double trials, double want);

/* Tables: the next line that is neither blank nor a comment, without its newline; false at the end. */
FILE *table_open(const char *path);
bool table_line(FILE *table, char *line, size_t size);

#endif
