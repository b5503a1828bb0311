/* AWS's JSON for CloudWatch alarms: the input of PutMetricAlarm, and {"MetricAlarms": [...]} as describe-alarms prints
 * it. What AWS would refuse is refused; so is, by name, what is not modelled: metric math, anomaly detection, composite
 * alarms, PromQL, wall-clock windows.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
#ifndef BAKEOFF_SCENARIOS_AWS_ALARM_H
#define BAKEOFF_SCENARIOS_AWS_ALARM_H

#include "models/alarm.h"
#include "scenarios/reader.h"

extern const struct key_table aws_alarm_table;           /* PutMetricAlarm */
extern const struct key_table aws_alarm_described_table; /* what describe-alarms adds, all unused */
extern const struct key_table aws_alarm_wrapper_table;   /* {"MetricAlarms": [...], ...} */

extern const struct form aws_alarm_form, aws_alarm_wrapper_form;

/* One alarm and where it was found. Lies in the scratch arena; what its config points to, in the reader's. */
struct alarm_entry {
    struct alarm_config config;
    const struct json *value;
    const struct json *foreign; /* the first dimension that none of our metrics has; NULL: none */
    bool is_renamed;            /* it came from {"file": ..., "rename": true} */
    bool is_good;               /* read without an error */
    const char *not_modelled;   /* what about it is not, "metric math"; NULL: nothing */
    size_t order;               /* in its list */
    struct alarm_entry *next;
};

/* In the order of the files. */
struct alarm_list {
    struct alarm_entry *first, *last;
    size_t count;
};

/* Adds what a value holds: one alarm, a list of alarms, or a wrapper. Metric and namespace may be any. False after an
 * error; the alarms are in the list all the same, so that their names are known. */
bool aws_alarms_read(struct reader *reader, const struct json *value, struct alarm_list *list);

/* Two alarms of one name are an error. */
bool aws_alarms_judge(struct reader *reader, const struct alarm_list *list);

#endif
