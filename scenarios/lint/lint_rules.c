#include "scenarios/lint/lint_rules.h"

#include <string.h>

#define GUIDE "https://docs.aws.amazon.com/sagemaker/latest/dg/"
#define CLOUDWATCH "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
#define API "https://docs.aws.amazon.com/sagemaker/latest/APIReference/"
#define METRICS_PAGE GUIDE "monitoring-cloudwatch.html"
#define CONFIGURATION_PAGE GUIDE "deployment-guardrails-configuration.html"

/* ---- the worked examples ---- */

#define NAMED "\"AlarmName\": \"watch\", \"Namespace\": \"AWS/SageMaker\", "
#define ENDPOINT_DIMENSIONS \
    "{\"Name\": \"EndpointName\", \"Value\": \"demo\"}, {\"Name\": \"VariantName\", \"Value\": \"AllTraffic\"}"
#define BOTH_FLEETS "\"Dimensions\": [" ENDPOINT_DIMENSIONS "], "
#define ONE_FLEET(config) \
    "\"Dimensions\": [" ENDPOINT_DIMENSIONS ", {\"Name\": \"EndpointConfigName\", \"Value\": \"" config "\"}], "
#define NEW_FLEET ONE_FLEET("cfg-2")
#define MINUTE "\"Period\": 60, \"EvaluationPeriods\": 1, \"TreatMissingData\": \"notBreaching\", "
#define ABOVE(statistic, threshold) \
    "\"Statistic\": \"" statistic "\", \"ComparisonOperator\": \"GreaterThanThreshold\", \"Threshold\": " threshold
#define AT_LEAST(statistic, threshold) \
    "\"Statistic\": \"" statistic \
    "\", \"ComparisonOperator\": \"GreaterThanOrEqualToThreshold\", \"Threshold\": " threshold
#define ERRORS "\"MetricName\": \"Invocation5XXErrors\", "
#define LATENCY "\"MetricName\": \"ModelLatency\", "
#define ROLLBACK "\"AutoRollbackConfiguration\": {\"Alarms\": [{\"AlarmName\": \"watch\"}]}"
#define CANARY_POLICY(rest) \
    "{\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"CANARY\", " \
    "\"WaitIntervalInSeconds\": 300, \"CanarySize\": {\"Type\": \"INSTANCE_COUNT\", \"Value\": 1}}" rest \
    "}, " ROLLBACK "}"
#define ROLLING_POLICY \
    "{\"RollingUpdatePolicy\": {\"MaximumBatchSize\": {\"Type\": \"INSTANCE_COUNT\", \"Value\": 1}, " \
    "\"WaitIntervalInSeconds\": 300}, " ROLLBACK "}"

static const char default_endpoint[] = "\"InitialInstanceCount\": 3";
static const char default_traffic[] = "{\"process\": \"poisson\", \"rate_rps\": 10}";
static const char default_policy[] = CANARY_POLICY(", \"TerminationWaitInSeconds\": 300");
static const char default_alarm[] = "{" NAMED ERRORS NEW_FLEET MINUTE ABOVE("Average", "0.02") "}";

const char *lint_rule_example(const struct lint_rule *rule, struct arena *arena)
{
    const struct lint_example_parts *parts = &rule->example;
    return arena_format(
        arena,
        "{\"name\": \"example\",\n"
        " \"endpoint\": {\"EndpointName\": \"demo\", \"VariantName\": \"AllTraffic\", %s},\n"
        " \"traffic\": %s,\n"
        " \"launch\": {\"distribution\": \"constant\", \"value_s\": 120},\n"
        " \"versions\": {\n"
        "  \"v1\": {\"EndpointConfigName\": \"cfg-1\", \"service_time\": {\"distribution\": \"constant\", \"value_ms\": "
        "20}, \"error_5xx_fraction\": 0.001},\n"
        "  \"faulty\": {\"like\": \"v1\", \"EndpointConfigName\": \"cfg-2\", \"defects\": [{\"kind\": \"errors\", "
        "\"error_5xx_fraction\": 0.08}]}},\n"
        " \"current\": \"v1\",\n"
        " \"alarms\": [%s],\n"
        " \"policies\": {\"update\": %s}}\n",
        parts->endpoint != NULL ? parts->endpoint : default_endpoint,
        parts->traffic != NULL ? parts->traffic : default_traffic, parts->alarm != NULL ? parts->alarm : default_alarm,
        parts->policy != NULL ? parts->policy : default_policy);
}

/* ---- the rules ---- */

const struct lint_rule lint_rules[LINT_RULES] = {
    {{"L1", "threshold outside the statistic's range",
      "SageMaker's error metrics hold a 1 or a 0 for each request, so their Average is a fraction between 0 and 1; no answer "
      "takes longer than the invocation timeout; counts are never negative. A threshold outside that range is met "
      "never or always.",
      METRICS_PAGE},
     rules_range,
     {.alarm = "{" NAMED ERRORS BOTH_FLEETS MINUTE ABOVE("Average", "1") "}"}},
    {{"L2", "dilution",
      "With the dimensions EndpointName and VariantName alone an alarm sees both fleets mixed. While the new version "
      "has a share s of the traffic and fails a part e of it, the Average is s e + (1 - s) b, where b is what the old "
      "version fails: at most s + (1 - s) b. The dimension EndpointConfigName separates the fleets.",
      CONFIGURATION_PAGE},
     rules_dilution,
     {.alarm = "{" NAMED ERRORS BOTH_FLEETS MINUTE AT_LEAST("Average", "0.5") "}"}},
    {{"L3", "the alarm is slower than the bake",
      "An alarm needs M breaching datapoints of one Period each; its window slides by minutes, the metric becomes visible "
      "after a delay, the alarm is evaluated once a minute, and the guardrail polls. For a gross fault that is about "
      "(M - 1) Period, up to a minute, and the delays. A bake that ends before cannot be protected by the alarm.",
      CLOUDWATCH "alarm-evaluation.html"},
     rules_too_late,
     {.alarm = "{" NAMED ERRORS NEW_FLEET "\"Period\": 600, \"EvaluationPeriods\": 2, \"TreatMissingData\": "
               "\"notBreaching\", " ABOVE("Average", "0.02") "}"}},
    {{"L4", "no data before the shift",
      "Metrics of the new configuration exist from its first request on. Until then TreatMissingData decides: breaching "
      "is ALARM, and the first poll rolls back whatever the version is like; missing is INSUFFICIENT_DATA, which trips "
      "nothing; notBreaching is OK, also when the new fleet gets no requests at all.",
      CLOUDWATCH "alarms-and-missing-data.html"},
     rules_no_data,
     {.alarm = "{" NAMED ERRORS NEW_FLEET "\"Period\": 60, \"EvaluationPeriods\": 1, \"TreatMissingData\": "
               "\"breaching\", " ABOVE("Average", "0.02") "}"}},
    {{"L5", "a good version is rolled back",
      "An alarm that the old fleet's own errors set off now and then also ends deployments of good versions. The "
      "probability adds up over all polls of all bakes.",
      CONFIGURATION_PAGE},
     rules_false_trip,
     {.alarm = "{" NAMED ERRORS BOTH_FLEETS MINUTE AT_LEAST("Sum", "3") "}"}},
    {{"L6", "a percentile of few samples",
      "CloudWatch calls a percentile low on samples under 10/(1-p) of them (p >= 0.5) or 10/p (below): p99 wants 1,000 in "
      "each period. EvaluateLowSampleCountPercentile \"ignore\" then keeps the state; \"evaluate\", the default, judges "
      "what rests on a few samples, or on the largest alone.",
      "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
     rules_few_samples,
     {.alarm =
          "{" NAMED LATENCY NEW_FLEET MINUTE "\"ExtendedStatistic\": \"p99\", \"EvaluateLowSampleCountPercentile\": "
          "\"ignore\", \"ComparisonOperator\": \"GreaterThanThreshold\", \"Threshold\": 250000}"}},
    {{"L7", "the timeout is shorter than the deployment",
      "MaximumExecutionTimeoutInSeconds covers launches, flips and waits. AWS refuses a timeout that the waits alone "
      "exceed; one that leaves too little for the launches rolls good versions back.",
      API "API_BlueGreenUpdatePolicy.html"},
     rules_budget,
     {.policy = CANARY_POLICY(", \"TerminationWaitInSeconds\": 200, \"MaximumExecutionTimeoutInSeconds\": 600")}},
    {{"L8", "AWS's bounds, and instances are whole",
      "AWS bounds a canary by 50 % of the instances, a linear step by 10 to 50 %, a batch by 5 to 50 %, waits by an hour. "
      "Within them a percentage becomes whole instances, at least one: AWS does not document how, and bakeoff takes "
      "max(1, floor).",
      API "API_CapacitySize.html"},
     rules_rounding,
     {.policy = "{\"RollingUpdatePolicy\": {\"MaximumBatchSize\": {\"Type\": \"CAPACITY_PERCENT\", \"Value\": 5}, "
                "\"WaitIntervalInSeconds\": 300}, " ROLLBACK "}"}},
    {{"L9", "quota, and launches on the way back",
      "Blue/green runs two whole fleets, a rolling update one batch more than the fleet. A quota below that refuses the "
      "deployment. A rolling update deletes old instances as it goes, so a late rollback must launch them anew.",
      GUIDE "deployment-guardrails-rolling.html"},
     rules_quota,
     {.endpoint = "\"InitialInstanceCount\": 3, \"instance_quota\": 5"}},
    {{"L10", "the alarm may be red before it starts",
      "What counts is the state ALARM, not the transition to it. An alarm that the old fleet holds in ALARM when the first "
      "bake begins rolls the deployment back at once.",
      CONFIGURATION_PAGE},
     rules_red,
     {.alarm = "{" NAMED LATENCY BOTH_FLEETS MINUTE ABOVE("Average", "15000") "}"}},
    {{"L11", "too few requests to see an error",
      "Of n requests of a version that fails a share e, one at least fails with 1 - (1 - e)^n: to see one with 95 % takes "
      "59 requests at 5 %, 299 at 1 %. A bake that the new version spends nearly idle tells little.",
      "log(0.05) / log(1 - e)"},
     rules_exposure,
     {.traffic = "{\"process\": \"poisson\", \"rate_rps\": 0.1}"}},
    {{"L12", "units",
      "ModelLatency and OverheadLatency are in microseconds, error metrics are fractions of 1, utilisation is in percent. "
      "A Unit that the metric does not have leaves the alarm without data.",
      METRICS_PAGE},
     rules_units,
     {.alarm = "{" NAMED LATENCY NEW_FLEET MINUTE ABOVE("Average", "250") "}"}},
    {{"L13", "no such metric or dimension",
      "CloudWatch accepts an alarm on any name; one that nobody publishes never has data. Asynchronous endpoints publish "
      "no Invocations and no OverheadLatency. An endpoint's metrics have the dimensions EndpointName and VariantName, "
      "and perhaps EndpointConfigName, to the letter.",
      METRICS_PAGE},
     rules_identity,
     {.alarm = "{" NAMED ERRORS ONE_FLEET("cfg-3") MINUTE ABOVE("Average", "0.02") "}"}},
    {{"L14", "no alarms", "Without alarms under AutoRollbackConfiguration a bake is only a wait: nobody looks.",
      CONFIGURATION_PAGE},
     rules_no_alarms,
     {.policy = "{\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"CANARY\", "
                "\"WaitIntervalInSeconds\": 300, \"CanarySize\": {\"Type\": \"INSTANCE_COUNT\", \"Value\": 1}}, "
                "\"TerminationWaitInSeconds\": 300}}"}},
    {{"L15", "nothing watches full traffic",
      "The final bake of a blue/green update is TerminationWaitInSeconds, and its default is 0: the old fleet is deleted "
      "as soon as the new one has all of the traffic, and what shows only then is not rolled back. A "
      "WaitIntervalInSeconds of 0 likewise leaves a canary, a step or a batch without a bake.",
      GUIDE "deployment-guardrails-blue-green.html"},
     rules_no_bake,
     {.policy = CANARY_POLICY("")}},
    {{"L16", "an endpoint that guardrails leave out",
      "On Inf1 instances, with Marketplace containers and on serverless endpoints an update falls back to all at once "
      "without a bake. Rolling updates also leave out endpoints of several variants.",
      GUIDE "deployment-guardrails-exclusions.html"},
     rules_excluded,
     {.endpoint = "\"InitialInstanceCount\": 3, \"InstanceType\": \"ml.inf1.xlarge\""}},
    {{"L17", "names that do not meet",
      "A policy names its alarms. A name without a definition is an alarm that CloudWatch does not know; a definition "
      "that no policy lists rolls nothing back; a composite alarm is not among what DescribeAlarms answers by default.",
      CONFIGURATION_PAGE},
     rules_names,
     {.policy = "{\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"ALL_AT_ONCE\", "
                "\"WaitIntervalInSeconds\": 0}, \"TerminationWaitInSeconds\": 300}, \"AutoRollbackConfiguration\": "
                "{\"Alarms\": [{\"AlarmName\": \"watsh\"}]}}"}},
    {{"L18", "a period shorter than the metric's",
      "SageMaker publishes most metrics once a minute. Of an alarm with a Period of 10, 20 or 30 s most datapoints are then "
      "missing, and TreatMissingData decides more than the metric does.",
      METRICS_PAGE},
     rules_resolution,
     {.alarm = "{" NAMED ERRORS NEW_FLEET "\"Period\": 10, \"EvaluationPeriods\": 3, \"TreatMissingData\": "
               "\"notBreaching\", " ABOVE("Average", "0.02") "}"}},
    {{"L19", "members without effect",
      "CanarySize belongs to CANARY, LinearStepSize to LINEAR, and WaitIntervalInSeconds has no part in ALL_AT_ONCE. Who "
      "gives them believes in a bake that there is not.",
      API "API_TrafficRoutingConfig.html"},
     rules_unused,
     {.policy = "{\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"ALL_AT_ONCE\", "
                "\"WaitIntervalInSeconds\": 600, \"CanarySize\": {\"Type\": \"INSTANCE_COUNT\", \"Value\": 1}}, "
                "\"TerminationWaitInSeconds\": 300}, " ROLLBACK "}"}},
    {{"L20", "the alarm watches the old version",
      "With EndpointConfigName of the old configuration the alarm sees the old fleet alone, and whatever the new version "
      "does leaves it unmoved.",
      CONFIGURATION_PAGE},
     rules_old_only,
     {.alarm = "{" NAMED ERRORS ONE_FLEET("cfg-1") MINUTE ABOVE("Average", "0.02") "}"}},
    {{"L21", "counting samples for errors",
      "An error metric has one sample for each request, of value 1 or 0. Its Sum is the number of errors, its SampleCount "
      "the number of requests.",
      METRICS_PAGE},
     rules_counted,
     {.alarm = "{" NAMED ERRORS NEW_FLEET MINUTE ABOVE("SampleCount", "5") "}"}},
    {{"L22", "an alarm that is not modelled",
      "Metric math, anomaly detection, PromQL and metrics of the instances (CPUUtilization and its like) are real, and "
      "bakeoff does not simulate them: what such an alarm can do is not told.",
      "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
     rules_unmodelled,
     {.alarm = "{\"AlarmName\": \"watch\", \"Namespace\": \"/aws/sagemaker/Endpoints\", \"MetricName\": "
               "\"CPUUtilization\", " NEW_FLEET MINUTE ABOVE("Average", "90") "}"}},
    {{"L23", "a bad version that nobody catches",
      "Of the versions given, the listed alarms together are likelier to miss this one than to catch it. Probabilities of "
      "several alarms are added up, which is an upper bound.",
      CONFIGURATION_PAGE},
     rules_uncaught,
     {.alarm = "{" NAMED LATENCY NEW_FLEET MINUTE ABOVE("Average", "500000") "}"}},
};

size_t lint_rule_find(const char *id)
{
    for (size_t i = 0; i < LINT_RULES; i++)
        if (strcmp(lint_rules[i].text.id, id) == 0)
            return i;
    return SIZE_MAX;
}
