/* The rules that look at one deployment policy by itself. */
#include "scenarios/lint/rules.h"

#include "scenarios/aws_deployment.h"
#include "scenarios/nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the rules share ---- */

static const struct json *member_of(const struct lint *lint, size_t policy, const char *name)
{
    const struct json *config = lint->subject->parts.policies.values[policy];
    const struct json *shape = json_get(config, "BlueGreenUpdatePolicy");
    shape = shape != NULL ? shape : json_get(config, "RollingUpdatePolicy");
    const struct json *member = json_get(shape, name);
    return member != NULL ? member : json_get(json_get(shape, "TrafficRoutingConfiguration"), name);
}

/* At a member of the DeploymentConfig, or at the whole of it (NULL, or a member that is not there). */
static struct about about_member(const struct lint *lint, size_t policy, const char *name)
{
    const struct json *member = name != NULL ? member_of(lint, policy, name) : NULL;
    return (struct about){.at = member != NULL ? member : finding_policy_place(lint, policy),
                          .policy = lint->subject->parts.policies.items[policy].name};
}

static const struct deployment_config *config_of(const struct lint *lint, size_t policy)
{
    return &lint->subject->parts.policies.items[policy].config;
}

/* The next policy whose sizes and waits mean something. */
static size_t next_sound(const struct lint *lint, size_t policy)
{
    const struct policy_list *list = &lint->subject->parts.policies;
    while (policy < list->count && !list->are_sound[policy])
        policy++;
    return policy;
}

#define EACH_SOUND(policy, lint) \
    size_t policy = next_sound(lint, 0); \
    (policy) < (lint)->subject->parts.policies.count; \
    (policy) = next_sound(lint, (policy) + 1)

static int instances(const struct lint *lint)
{
    return lint->subject->setting.endpoint.instance_count;
}

static struct plan *plan_of(const struct lint *lint, size_t policy)
{
    struct plan *plan = xalloc(sizeof *plan); /* too large for the stack */
    shift_plan(plan, config_of(lint, policy), instances(lint), lint->subject->setting.modelling.size_rounding);
    return plan;
}

/* ---- L7: MaximumExecutionTimeoutInSeconds ---- */

enum { CELLS = 512 };

/* The law of a sum, on a grid of CELLS over the time there is; what lies beyond is left out. */
struct grid_law {
    double p[CELLS];
};

static void add_laws(const struct grid_law *a, const struct grid_law *b, struct grid_law *sum)
{
    *sum = (struct grid_law){{0.0}};
    for (int i = 0; i < CELLS; i++)
        for (int j = 0; a->p[i] > 0.0 && i + j < CELLS; j++)
            sum->p[i + j] += a->p[i] * b->p[j];
}

/* P(so many launches, one after another, each of a batch that is ready with its slowest, take no longer than that). The
 * grid rounds each of them to its cell's middle. */
static double p_in_time(const struct launch_config *launch, int launches, int batch, double budget_us)
{
    struct grid_law power, sum = {{1.0}}, spare;
    double before = 0.0, half = 0.5 / CELLS;
    for (int i = 0; i < CELLS; i++) {
        double until =
            pow(draw_cdf(&launch->time, budget_us * ((i + 0.5) / CELLS + half)), launch->per_fleet ? 1 : batch);
        power.p[i] = until - before;
        before = until;
    }
    for (int left = launches; left > 0; left /= 2) {
        if (left % 2 == 1) {
            add_laws(&sum, &power, &spare);
            sum = spare;
        }
        if (left > 1) {
            add_laws(&power, &power, &spare);
            power = spare;
        }
    }
    double p = 0.0;
    for (int i = 0; i < CELLS; i++)
        p += sum.p[i];
    return fmin(p, 1.0);
}

/* Creation times of 309 endpoints in AWS's own sample notebooks: half took longer than the first, one in a hundred longer
 * than the second. */
static const double recorded_median_s = 330.0, recorded_p99_s = 840.0;

static void tight(struct lint *lint, size_t policy, double wait_s, double left_s, int launches)
{
    if (left_s > recorded_p99_s * launches)
        return;
    bool is_warning = left_s <= recorded_median_s * launches;
    finding_add(
        lint, is_warning ? FINDING_WARNING : FINDING_NOTE,
        about_member(lint, policy, "MaximumExecutionTimeoutInSeconds"),
        say(lint, "allow %.0f s", 60.0 * ceil((wait_s + recorded_p99_s * launches) / 60.0)),
        "the waits take %.15g of %d s, which leaves %.15g s for %s: of 309 recorded endpoint creations half took "
        "over %.15g s and one in a hundred over %.15g s",
        wait_s, config_of(lint, policy)->maximum_execution_s, left_s / launches,
        launches == 1 ? "the launch" : say(lint, "each of %d launches", launches), recorded_median_s, recorded_p99_s);
}

void rules_budget(struct lint *lint)
{
    for (EACH_SOUND(policy, lint)) {
        const struct deployment_config *config = config_of(lint, policy);
        if (config->maximum_execution_s == 0)
            continue;
        struct plan *plan = plan_of(lint, policy);
        double wait_s = plan_wait_s(plan), left_s = config->maximum_execution_s - wait_s;
        int launches = 0, batch = 0;
        for (int i = 0; i < plan->count; i++)
            if (plan->steps[i].kind == STEP_LAUNCH) {
                launches++;
                batch = plan->steps[i].instances > batch ? plan->steps[i].instances : batch;
            }
        free(plan);
        if (lint->subject->is_launch_assumed) {
            tight(lint, policy, wait_s, left_s, launches);
            continue;
        }
        double late = 1.0 - p_in_time(&lint->subject->setting.launch, launches, batch, left_s * 1e6);
        if (late < 0.01)
            continue;
        finding_add(
            lint, late >= 0.5 ? FINDING_ERROR : FINDING_WARNING,
            about_member(lint, policy, "MaximumExecutionTimeoutInSeconds"), "allow more time, or shorten the waits",
            "the waits take %.15g of %d s, which leaves %.15g s for %d launch%s: with the launch times given "
            "that is too little with P = %s, and a good version is rolled back",
            wait_s, config->maximum_execution_s, left_s, launches, launches == 1 ? "" : "es", say_percent(lint, late));
    }
}

/* ---- L8: instances are whole ---- */

struct size_member {
    const char *name;
    struct capacity_size size;
};

static void percent_of_few(struct lint *lint, size_t policy, const struct size_member *member, int n, int k)
{
    double exact = n * member->size.value / 100.0, share = (double)k / n, asked = member->size.value / 100.0;
    bool is_far = share >= 1.5 * asked || share <= asked / 1.5;
    finding_add(lint, is_far ? FINDING_WARNING : FINDING_NOTE, about_member(lint, policy, member->name),
                is_far ? "give INSTANCE_COUNT, or run more and smaller instances" : "",
                "%s: %d %% of %d instances is %.15g, rounded to %d: %s of the traffic, not %d %%", member->name,
                member->size.value, n, exact, k, say_percent(lint, share), member->size.value);
}

static void last_step(struct lint *lint, size_t policy, const struct size_member *member, int n, int k)
{
    int steps = (n + k - 1) / k;
    finding_add(lint, FINDING_NOTE, about_member(lint, policy, member->name), "",
                "%s: %d instances in steps of %d are %d steps, the last one of %d", member->name, n, k, steps,
                n - (steps - 1) * k);
}

void rules_rounding(struct lint *lint)
{
    int n = instances(lint);
    for (EACH_SOUND(policy, lint)) {
        const struct deployment_config *config = config_of(lint, policy);
        const struct size_member members[] = {
            [SHIFT_ALL_AT_ONCE] = {NULL, {0}},
            [SHIFT_CANARY] = {"CanarySize", config->canary},
            [SHIFT_LINEAR] = {"LinearStepSize", config->linear_step},
            [SHIFT_ROLLING] = {"MaximumBatchSize", config->batch},
        };
        const struct size_member *member = &members[config->mode];
        if (member->name == NULL)
            continue;
        int k = capacity_instances(member->size, n, lint->subject->setting.modelling.size_rounding);
        if (member->size.type == CAPACITY_PERCENT && n * member->size.value != 100 * k)
            percent_of_few(lint, policy, member, n, k);
        if (config->mode != SHIFT_CANARY && n % k != 0)
            last_step(lint, policy, member, n, k);
    }
}

/* ---- L9: quota, and launches on the way back ---- */

static void late_rollback(struct lint *lint, size_t policy, int n)
{
    const struct deployment_config *config = config_of(lint, policy);
    const struct launch_config *launch = &lint->subject->setting.launch;
    int k = capacity_instances(config->batch, n, lint->subject->setting.modelling.size_rounding);
    int deleted = (n + k - 1) / k * k - k; /* all batches but the one that bakes */
    if (deleted <= 0)
        return;
    double fails = launch->failure_probability;
    finding_add(
        lint, fails > 0.0 ? FINDING_WARNING : FINDING_NOTE, about_member(lint, policy, "MaximumBatchSize"),
        "use a blue/green policy where the way back must not depend on capacity",
        "a trip in the last batch's bake finds %d of the %d old instances deleted: they must be launched again, "
        "which takes as long as a launch and can fail%s",
        deleted < n ? deleted : n - k, n,
        fails > 0.0 ? say(lint, " (P = %s a launch): UpdateRollbackFailed", say_percent(lint, fails)) : "");
}

void rules_quota(struct lint *lint)
{
    int n = instances(lint), quota = lint->subject->setting.endpoint.instance_quota;
    for (EACH_SOUND(policy, lint)) {
        struct plan *plan = plan_of(lint, policy);
        int peak = plan_peak_instances(plan, n);
        free(plan);
        if (quota > 0 && peak > quota)
            finding_add(lint, FINDING_ERROR, about_member(lint, policy, "MaximumBatchSize"),
                        n + 1 <= quota ? "use a rolling update in batches that fit, or raise the quota"
                                       : "raise the quota",
                        "the deployment needs %d instances at once, old and new, and the quota is %d: it is refused",
                        peak, quota);
        if (config_of(lint, policy)->mode == SHIFT_ROLLING)
            late_rollback(lint, policy, n);
    }
}

/* ---- L14: no alarms, L15: no bake ---- */

/* Neither names alarms nor gives names that AWS would refuse: those are L8's. */
static bool lists_none(const struct lint *lint, size_t policy)
{
    const struct policy_list *list = &lint->subject->parts.policies;
    const struct json *rollback = json_get(list->values[policy], "AutoRollbackConfiguration");
    const struct json *alarms = json_get(rollback, "Alarms");
    bool is_read = list->are_sound[policy] || lint->subject->type == ENDPOINT_COMPONENT;
    bool is_empty = alarms != NULL && json_is_list(alarms) && json_count(alarms) == 0;
    return is_empty || (is_read && config_of(lint, policy)->alarm_count == 0);
}

void rules_no_alarms(struct lint *lint)
{
    const struct policy_list *list = &lint->subject->parts.policies;
    for (size_t policy = 0; policy < list->count; policy++)
        if (lists_none(lint, policy))
            finding_add(lint, FINDING_WARNING, about_member(lint, policy, NULL),
                        "list alarms under AutoRollbackConfiguration",
                        "lists no alarms: its bakes are only waits, and nothing rolls it back");
}

/* Steps that follow one another at once; of a rolling update those are all the bakes that there are. */
static void no_step_bake(struct lint *lint, size_t policy)
{
    const struct deployment_config *config = config_of(lint, policy);
    bool is_rolling = config->mode == SHIFT_ROLLING;
    bool has_final =
        config->termination_wait_s > 0; /* otherwise nothing is watched at all, and no_final_bake says so */
    if (config->mode == SHIFT_ALL_AT_ONCE || config->wait_interval_s > 0 || (!is_rolling && !has_final))
        return;
    finding_add(lint, is_rolling && config->alarm_count > 0 ? FINDING_ERROR : FINDING_WARNING,
                about_member(lint, policy, "WaitIntervalInSeconds"),
                "set WaitIntervalInSeconds to what its alarms need to trip",
                "WaitIntervalInSeconds is 0: %s has no bake, and no alarm watches the new version %s",
                config->mode == SHIFT_CANARY   ? "the canary"
                : config->mode == SHIFT_LINEAR ? "a step"
                                               : "a batch",
                is_rolling ? "at all" : "before it has all of the traffic");
}

static void no_final_bake(struct lint *lint, size_t policy)
{
    const struct deployment_config *config = config_of(lint, policy);
    if (config->mode == SHIFT_ROLLING || config->termination_wait_s > 0)
        return;
    bool is_given = member_of(lint, policy, "TerminationWaitInSeconds") != NULL;
    bool bakes_before = config->mode != SHIFT_ALL_AT_ONCE && config->wait_interval_s > 0;
    bool is_error = !bakes_before && config->alarm_count > 0;
    const char *waits =
        config->mode == SHIFT_ALL_AT_ONCE && config->wait_interval_s > 0
            ? say(lint, " (WaitIntervalInSeconds, %d, has no part in ALL_AT_ONCE)", config->wait_interval_s)
            : "";
    finding_add(lint, is_error ? FINDING_ERROR : FINDING_WARNING,
                about_member(lint, policy, "TerminationWaitInSeconds"),
                "set TerminationWaitInSeconds to what its alarms need to trip",
                "TerminationWaitInSeconds is %s: the old fleet is deleted at once, and no alarm watches the new "
                "version %s%s",
                is_given ? "0" : "absent, so 0", bakes_before ? "at full traffic" : "at all", waits);
}

void rules_no_bake(struct lint *lint)
{
    for (EACH_SOUND(policy, lint)) {
        no_step_bake(lint, policy);
        no_final_bake(lint, policy);
    }
}

/* ---- L16: endpoints that guardrails leave out ---- */

void rules_excluded(struct lint *lint)
{
    const struct lint_subject *subject = lint->subject;
    const struct policy_list *list = &subject->parts.policies;
    const char *type = subject->instance_type, *inf1 = "ml.inf1.";
    for (size_t policy = 0; policy < list->count; policy++) {
        struct about about = about_member(lint, policy, NULL);
        bool is_rolling = list->items[policy].config.mode == SHIFT_ROLLING;
        const struct json *at = json_get(json_get(subject->root, "endpoint"), "InstanceType");
        if (type != NULL && strncmp(type, inf1, strlen(inf1)) == 0)
            finding_add(lint, FINDING_ERROR, (struct about){.at = at != NULL ? at : about.at, .policy = about.policy},
                        "use another instance type",
                        "deployment guardrails leave out Inf1 instances: the update falls back to all at once without "
                        "a bake, and says nothing");
        if (subject->type == ENDPOINT_SERVERLESS)
            finding_add(lint, FINDING_ERROR, about, "use a real-time endpoint",
                        "deployment guardrails are for real-time and asynchronous endpoints: a serverless one %s",
                        is_rolling ? "takes no rolling update" : "falls back to all at once without a bake");
        if (subject->type == ENDPOINT_COMPONENT)
            finding_add(lint, FINDING_NOTE, about, "",
                        "an inference component is updated by its own rolling policy: what its alarms can do is not "
                        "modelled");
    }
}

/* ---- L17: names ---- */

static void undefined(struct lint *lint, size_t policy, int i, struct about about)
{
    const struct deployment_config *config = config_of(lint, policy);
    struct nearest nearest = nearest_to(config->alarm_names[i]);
    for (const struct alarm_entry *entry = lint->subject->parts.alarms.first; entry != NULL; entry = entry->next)
        if (entry->config.name != NULL)
            nearest_offer(&nearest, entry->config.name);
    const char *found = nearest_found(&nearest);
    if (!lint->subject->has_alarms)
        finding_add(lint, FINDING_NOTE, about, "give its definition (--alarms FILE)",
                    "the alarm is listed, and its definition is not at hand: what it can do is not told");
    else
        finding_add(lint, FINDING_ERROR, about,
                    found != NULL ? say(lint, "did you mean \"%s\"?", found) : "define it, or leave it out",
                    "the alarm is listed but not defined: a name that CloudWatch does not know rolls nothing back");
}

void rules_names(struct lint *lint)
{
    const struct policy_list *list = &lint->subject->parts.policies;
    for (size_t policy = 0; policy < list->count; policy++)
        for (int i = 0; i < config_of(lint, policy)->alarm_count; i++) {
            const struct deployment_config *config = config_of(lint, policy);
            const struct alarm_entry *entry = lint_subject_alarm(lint->subject, config->alarm_names[i]);
            struct about about = about_member(lint, policy, NULL);
            if (list->values[policy] != NULL)
                about.at = aws_deployment_alarm(list->values[policy], config, i);
            about.alarm = config->alarm_names[i];
            if (entry == NULL)
                undefined(lint, policy, i, about);
            else if (json_get(entry->value, "AlarmRule") != NULL)
                finding_add(lint, FINDING_ERROR, about, "list the metric alarms that it is made of",
                            "is a composite alarm: DescribeAlarms, which the guardrail calls, answers with metric "
                            "alarms alone unless asked otherwise, so do not rely on it");
        }
    for (const struct alarm_entry *entry = lint->subject->parts.alarms.first; entry != NULL; entry = entry->next)
        if (list->count > 0 && entry->is_good && !lint_subject_lists(lint->subject, entry->config.name))
            finding_add(lint, FINDING_NOTE,
                        (struct about){.at = finding_alarm_place(entry, "AlarmName"), .alarm = entry->config.name},
                        "list it under AutoRollbackConfiguration, or leave it out",
                        "the alarm is defined, and no policy lists it: it rolls nothing back");
}

/* ---- L19: members without effect ---- */

void rules_unused(struct lint *lint)
{
    static const struct {
        const char *name;
        enum shift_mode mode;
    } rows[] = {{"CanarySize", SHIFT_CANARY}, {"LinearStepSize", SHIFT_LINEAR}};
    for (EACH_SOUND(policy, lint)) {
        const struct deployment_config *config = config_of(lint, policy);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            if (config->mode != SHIFT_ROLLING && config->mode != rows[i].mode && member_of(lint, policy, rows[i].name))
                finding_add(lint, FINDING_WARNING, about_member(lint, policy, rows[i].name), "leave it out",
                            "%s has no effect where Type is %s", rows[i].name, shift_rows[config->mode].name);
        if (config->mode == SHIFT_ALL_AT_ONCE && config->wait_interval_s > 0 && config->termination_wait_s > 0)
            finding_add(lint, FINDING_NOTE, about_member(lint, policy, "WaitIntervalInSeconds"), "",
                        "WaitIntervalInSeconds has no part in ALL_AT_ONCE: the bake is TerminationWaitInSeconds (%d s)",
                        config->termination_wait_s);
    }
    const struct json *retain = json_get(lint->subject->root, "RetainDeploymentConfig");
    if (!lint->subject->is_scenario && retain != NULL && cJSON_IsTrue(retain->item))
        finding_add(
            lint, FINDING_WARNING, (struct about){.at = retain}, "set it to false, or leave the new one out",
            "RetainDeploymentConfig asks for the last deployment's configuration, alarms included, beside a new "
            "one");
}
