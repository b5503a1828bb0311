#include "report/story/endpoint_view.h"

#include <stdio.h>

const char *const endpoint_status_names[ENDPOINT_STATUSES] = {
    [ENDPOINT_IN_SERVICE] = "InService",
    [ENDPOINT_UPDATING] = "Updating",
    [ENDPOINT_UPDATE_ROLLBACK_FAILED] = "UpdateRollbackFailed",
};
const char *const endpoint_status_events[ENDPOINT_STATUSES] = {
    [ENDPOINT_IN_SERVICE] = "IN_SERVICE",
    [ENDPOINT_UPDATING] = "UPDATING",
    [ENDPOINT_UPDATE_ROLLBACK_FAILED] = "UPDATE_ROLLBACK_FAILED",
};

struct endpoint_view endpoint_view_begin(const struct told *told)
{
    return (struct endpoint_view){
        .on = {[BLUE] = told_instances(told, BLUE)},
        .desired = {told_instances(told, BLUE), told_instances(told, GREEN)},
        .modified = endpoint_created(told),
    };
}

int64_t endpoint_created(const struct told *told)
{
    return -told->setting->warmup_us;
}

char *endpoint_arn(char *text, size_t size, const struct told *told)
{
    snprintf(text, size, "arn:aws:sagemaker:" ENDPOINT_REGION ":" ENDPOINT_ACCOUNT ":endpoint/%s",
             told->setting->endpoint.endpoint_name);
    return text;
}

/* ---- what is being done ---- */

static void do_launch(struct variant_status *variant, const struct journal_record *record)
{
    variant->status = "Creating";
    snprintf(variant->message, sizeof variant->message, "Launching %d instance(s).", record->count);
}

static void do_delete(struct variant_status *variant, const struct journal_record *record)
{
    variant->status = "Deleting";
    snprintf(variant->message, sizeof variant->message, "Terminating %d instance(s).", record->count);
}

static const char *capacity_of(int on, int desired)
{
    return on < desired ? "canary" : "full";
}

/* A rollback activates the old fleet. */
static void do_flip(struct endpoint_view *view, const struct journal_record *record)
{
    enum fleet_colour fleet = record->phase == PHASE_ROLLBACK_FLIP ? BLUE : GREEN;
    int blue = view->desired[BLUE], green = view->desired[GREEN];
    view->on[GREEN] = record->green_on;
    /* Blue keeps what carries the rest of the traffic, an uneven share rounded up. */
    view->on[BLUE] = (int)(((int64_t)blue * (green - record->green_on) + green - 1) / green);
    view->variant.status = "ActivatingTraffic";
    snprintf(view->variant.message, sizeof view->variant.message,
             "Activating traffic on %s capacity of %d instance(s).", capacity_of(view->on[fleet], view->desired[fleet]),
             view->on[fleet]);
}

/* AWS's samples call every wait TerminationWaitInSeconds, that of a canary's bake too. Of a rolling update, which has no
 * such field, none is known: the same words. */
static void do_bake(struct endpoint_view *view, const struct told *told, const struct journal_record *record)
{
    (void)told;
    view->variant.status = "Baking";
    snprintf(
        view->variant.message, sizeof view->variant.message,
        "Baking for %.0f seconds (TerminationWaitInSeconds) with traffic enabled on %s capacity of %d instance(s).",
        record->value, capacity_of(view->on[GREEN], view->desired[GREEN]), view->on[GREEN]);
}

/* Left standing on both configurations: a rollback that failed, or a timeout that nobody answered. */
static bool is_mixed(const struct told *told, enum outcome_kind outcome)
{
    return outcome == OUTCOME_ROLLBACK_FAILED ||
           (outcome == OUTCOME_TIMED_OUT && told->setting->modelling.on_timeout == TIMEOUT_FAIL);
}

static void do_finish(struct endpoint_view *view, const struct told *told, const struct journal_record *record)
{
    view->is_new = record->outcome == OUTCOME_SUCCEEDED;
    view->has_failed = !view->is_new;
    view->status = is_mixed(told, record->outcome) ? ENDPOINT_UPDATE_ROLLBACK_FAILED : ENDPOINT_IN_SERVICE;
    view->modified = record->at;
    view->variant = (struct variant_status){0};
}

bool endpoint_view_step(struct endpoint_view *view, const struct told *told, const struct journal_record *record)
{
    switch (record->kind) {
    case JOURNAL_UPDATE:
        if (told->outcome->kind == OUTCOME_REFUSED)
            return false;
        view->status = ENDPOINT_UPDATING;
        view->was_updated = true;
        view->modified = record->at;
        return true;
    case JOURNAL_LAUNCH: do_launch(&view->variant, record); break;
    case JOURNAL_FLIP: do_flip(view, record); break;
    case JOURNAL_BAKE: do_bake(view, told, record); break;
    case JOURNAL_DELETE:
        if (record->count == 0)
            return false; /* nothing had come up */
        do_delete(&view->variant, record);
        break;
    case JOURNAL_DELETED:
        /* Only an instance that goes after the end leaves nothing to do behind it. */
        if (view->status != ENDPOINT_UPDATING)
            view->variant = (struct variant_status){0};
        return false;
    case JOURNAL_FINISHED: do_finish(view, told, record); return true;
    default: return false;
    }
    view->variant.since = record->at;
    return true;
}
