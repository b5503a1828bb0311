#include "models/shift.h"

#include <assert.h>
#include <stdio.h>

int capacity_instances(struct capacity_size size, int n, enum size_rounding rounding)
{
    int count = size.value;
    if (size.type == CAPACITY_PERCENT) {
        int64_t hundredths = (int64_t)n * size.value;
        count = (int)(rounding == ROUND_CEIL ? (hundredths + 99) / 100 : hundredths / 100);
    }
    return count < 1 ? 1 : count > n ? n : count;
}

/* ---- building a plan ---- */

static void add(struct plan *plan, struct step step)
{
    assert(plan->count < PLAN_MAX_STEPS);
    plan->steps[plan->count++] = step;
}

static void launch(struct plan *plan, enum phase_kind phase, int index, enum fleet_colour fleet, int instances)
{
    add(plan,
        (struct step){.kind = STEP_LAUNCH, .phase = phase, .index = index, .fleet = fleet, .instances = instances});
}

static void flip(struct plan *plan, enum phase_kind phase, int index, int green_on)
{
    add(plan, (struct step){.kind = STEP_FLIP, .phase = phase, .index = index, .green_on = green_on});
}

static void bake(struct plan *plan, enum phase_kind phase, int index, int seconds)
{
    add(plan, (struct step){.kind = STEP_BAKE, .phase = phase, .index = index, .wait_us = seconds * US_PER_S});
}

static void settle(struct plan *plan, enum phase_kind phase)
{
    add(plan, (struct step){.kind = STEP_SETTLE, .phase = phase});
}

static void discard(struct plan *plan, enum phase_kind phase, enum fleet_colour fleet, int instances)
{
    add(plan, (struct step){.kind = STEP_DELETE, .phase = phase, .fleet = fleet, .instances = instances});
}

static void finish(struct plan *plan)
{
    add(plan, (struct step){.kind = STEP_FINISH, .phase = PHASE_DONE});
}

/* Every blue/green plan ends alike: all traffic to green, the final bake, the old fleet goes. */
static void finish_blue_green(struct plan *plan, const struct deployment_config *config, int n)
{
    flip(plan, PHASE_FINAL_FLIP, 0, n);
    bake(plan, PHASE_FINAL_BAKE, 0, config->termination_wait_s);
    discard(plan, PHASE_CLEANUP, BLUE, n);
    finish(plan);
}

static void plan_all_at_once(struct plan *plan, const struct deployment_config *config, int n,
                             enum size_rounding rounding)
{
    (void)rounding;
    launch(plan, PHASE_CREATE, 0, GREEN, n);
    finish_blue_green(plan, config, n);
}

static void plan_canary(struct plan *plan, const struct deployment_config *config, int n, enum size_rounding rounding)
{
    launch(plan, PHASE_CREATE, 0, GREEN, n);
    flip(plan, PHASE_CANARY_FLIP, 0, capacity_instances(config->canary, n, rounding));
    bake(plan, PHASE_CANARY_BAKE, 0, config->wait_interval_s);
    finish_blue_green(plan, config, n);
}

static void plan_linear(struct plan *plan, const struct deployment_config *config, int n, enum size_rounding rounding)
{
    int step = capacity_instances(config->linear_step, n, rounding);
    launch(plan, PHASE_CREATE, 0, GREEN, n);
    for (int i = 1; i * step < n; i++) {
        flip(plan, PHASE_LINEAR_FLIP, i, i * step);
        bake(plan, PHASE_LINEAR_BAKE, i, config->wait_interval_s);
    }
    finish_blue_green(plan, config, n);
}

static void plan_rolling(struct plan *plan, const struct deployment_config *config, int n, enum size_rounding rounding)
{
    int batch = capacity_instances(config->batch, n, rounding);
    for (int done = 0, i = 1; done < n; i++) {
        int size = batch < n - done ? batch : n - done;
        done += size;
        launch(plan, PHASE_ROLLING_CREATE, i, GREEN, size);
        flip(plan, PHASE_ROLLING_FLIP, i, done);
        bake(plan, PHASE_ROLLING_BAKE, i, config->wait_interval_s);
        discard(plan, PHASE_CLEANUP, BLUE, size);
    }
    finish(plan);
}

const struct shift_row shift_rows[SHIFT_MODES] = {
    [SHIFT_ALL_AT_ONCE] = {"ALL_AT_ONCE", "a second fleet takes all traffic at one instant", plan_all_at_once},
    [SHIFT_CANARY] = {"CANARY", "a second fleet; a small part of it first, then all", plan_canary},
    [SHIFT_LINEAR] = {"LINEAR", "a second fleet; traffic moves in equal steps", plan_linear},
    [SHIFT_ROLLING] = {"ROLLING", "no second fleet; instances are replaced batch by batch", plan_rolling},
};

void shift_plan(struct plan *plan, const struct deployment_config *config, int n, enum size_rounding rounding)
{
    plan->count = 0;
    shift_rows[config->mode].forward(plan, config, n, rounding);
}

/* ---- the way back ---- */

/* New instances of a batch that never got traffic make room for what must be launched. */
static int discard_unused(struct plan *plan, struct rollback_from from)
{
    int unused = from.green_alive - from.green_on;
    if (unused > 0)
        discard(plan, PHASE_ROLLBACK_CLEANUP, GREEN, unused);
    return from.green_alive - unused;
}

static void rollback_all(struct plan *plan, bool is_rolling, struct rollback_from from)
{
    int green = is_rolling ? discard_unused(plan, from) : from.green_alive;
    if (from.blue_alive < from.n)
        launch(plan, PHASE_ROLLBACK_CREATE, 0, BLUE, from.n - from.blue_alive);
    if (from.green_on > 0)
        flip(plan, PHASE_ROLLBACK_FLIP, 0, 0);
    if (green > 0)
        discard(plan, PHASE_ROLLBACK_CLEANUP, GREEN, green);
    finish(plan);
}

/* Batch by batch: what still idles of the old fleet returns first, without a launch; then, each time, new
 * instances that lost their traffic go, old ones are launched in their place, and traffic follows. */
static void rollback_stepwise(struct plan *plan, int batch, struct rollback_from from)
{
    int on = discard_unused(plan, from), idle = from.blue_alive - (from.n - on);
    for (int i = 1; on > 0; i++) {
        int size = idle > 0 ? idle : batch;
        size = size < on ? size : on;
        if (idle <= 0)
            launch(plan, PHASE_ROLLBACK_CREATE, i, BLUE, size);
        idle = 0;
        on -= size;
        flip(plan, PHASE_ROLLBACK_FLIP, i, on);
        if (on > 0)
            settle(plan, PHASE_ROLLBACK_FLIP);
        discard(plan, PHASE_ROLLBACK_CLEANUP, GREEN, size);
    }
    finish(plan);
}

void shift_rollback_plan(struct plan *plan, const struct deployment_config *config, struct rollback_from from,
                         enum size_rounding rounding)
{
    plan->count = 0;
    bool is_stepwise = config->mode == SHIFT_ROLLING && config->rollback_batch.value > 0;
    int batch = is_stepwise ? capacity_instances(config->rollback_batch, from.n, rounding) : from.n;
    if (is_stepwise && batch < from.n)
        rollback_stepwise(plan, batch, from);
    else
        rollback_all(plan, config->mode == SHIFT_ROLLING, from);
}

/* ---- reading a plan ---- */

char *phase_name(char *text, size_t size, enum phase_kind phase, int index)
{
    static const char *const names[PHASE_KINDS] = {
        [PHASE_CREATE] = "Create",
        [PHASE_CANARY_FLIP] = "CanaryFlipTraffic",
        [PHASE_CANARY_BAKE] = "CanaryBake",
        [PHASE_LINEAR_FLIP] = "LinearFlipTraffic",
        [PHASE_LINEAR_BAKE] = "LinearStepBake",
        [PHASE_FINAL_FLIP] = "FinalFlipTraffic",
        [PHASE_FINAL_BAKE] = "FinalBake",
        [PHASE_ROLLING_CREATE] = "RollingCreate",
        [PHASE_ROLLING_FLIP] = "RollingFlipTraffic",
        [PHASE_ROLLING_BAKE] = "RollingBake",
        [PHASE_CLEANUP] = "Cleanup",
        [PHASE_ROLLBACK_CREATE] = "RollbackCreate",
        [PHASE_ROLLBACK_FLIP] = "RollbackFlipTraffic",
        [PHASE_ROLLBACK_CLEANUP] = "RollbackCleanup",
        [PHASE_DONE] = "",
    };
    if (index > 0)
        snprintf(text, size, "%s[%d]", names[phase], index);
    else
        snprintf(text, size, "%s", names[phase]);
    return text;
}

int plan_peak_instances(const struct plan *plan, int n)
{
    int alive = n, peak = n;
    for (int i = 0; i < plan->count; i++) {
        if (plan->steps[i].kind == STEP_LAUNCH)
            alive += plan->steps[i].instances;
        else if (plan->steps[i].kind == STEP_DELETE)
            alive -= plan->steps[i].instances;
        peak = alive > peak ? alive : peak;
    }
    return peak;
}

double plan_wait_s(const struct plan *plan)
{
    int64_t total = 0;
    for (int i = 0; i < plan->count; i++)
        total += plan->steps[i].kind == STEP_BAKE ? plan->steps[i].wait_us : 0;
    return s_from_us(total);
}
