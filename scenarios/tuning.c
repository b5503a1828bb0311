#include "scenarios/tuning.h"

#include "scenarios/clock.h"
#include "scenarios/draws.h"

#define AT(field) offsetof(struct modelling, field)
#define DELAY(name, field, default_text, what) \
    { \
        name, KEY_OWN, AT(field), "s", .read = draws_read_key, .form = &draws_form, .fallback = default_text, \
                                       .meaning = what \
    }
#define CHOICE(name, field, names, default_text, what) \
    { \
        name, KEY_WORD, AT(field), .words = names, .word_count = sizeof(names) / sizeof *(names), \
                                   .fallback = default_text, .meaning = what \
    }
#define UNIFORM(low, high) "{\"distribution\": \"uniform\", \"low_s\": " #low ", \"high_s\": " #high "}"

bool tuning_read_start_time(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    (void)key;
    if (json_is_text(value) && clock_parse(json_text(value), field))
        return true;
    reader_error(reader, value, "must be an ISO 8601 time such as \"2026-01-01T00:00:00Z\", got %s",
                 reader_shown(reader, value));
    return false;
}

/* One key for alarms of every period: who says where alarms are evaluated, says it of all. `field` is the struct. */
static bool read_alarm_phase(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    struct modelling *modelling = field;
    if (!draws_read(reader, value, key->unit, NULL, &modelling->alarm_phase))
        return false;
    modelling->alarm_phase_high_resolution = modelling->alarm_phase;
    return true;
}

static const struct key tuning_keys[] = {
    DELAY("call_phase_s", call_phase, UNIFORM(0, 60), "where in CloudWatch's minute the UpdateEndpoint call falls"),
    {"alarm_phase_s", KEY_OWN, .unit = "s", .read = read_alarm_phase, .form = &draws_form, .fallback = UNIFORM(0, 60),
     .meaning = "each alarm's own evaluation instant inside the minute (default 0-10 s for periods under 60 s)"},
    DELAY("metric_delay_s", metric_delay,
          "{\"distribution\": \"mixture\", \"components\": ["
          "{\"weight\": 0.8, \"distribution\": \"uniform\", \"low_s\": 30, \"high_s\": 60}, "
          "{\"weight\": 0.2, \"distribution\": \"uniform\", \"low_s\": 90, \"high_s\": 150}]}",
          "a metric's bucket becomes visible this long after it closes"),
    {"poll_interval_s", KEY_NUMBER, AT(poll_interval_us), "s", 1e6, 0.1, 3600.0, .fallback = "10",
     .meaning = "the guardrail reads alarm states this often, while baking"},
    DELAY("poll_phase_s", poll_phase, UNIFORM(0, 10), "the first poll after the UpdateEndpoint call"),
    CHOICE("alarm_watch", alarm_watch, alarm_watch_names, "\"bake\"",
           "when alarms are read: while baking, or during launches and flips too"),
    DELAY("routing_lag_s", routing_lag, UNIFORM(20, 46), "traffic follows a flip after this"),
    {"final_routing_lag_s", KEY_OWN, AT(final_routing_lag), "s", .read = draws_read_key, .form = &draws_form,
     .meaning = "the same for the flip to 100 % of a blue/green update; as routing_lag_s if absent"},
    DELAY("rollback_routing_lag_s", rollback_routing_lag, UNIFORM(0, 30), "the same on the way back"),
    CHOICE("size_rounding", size_rounding, size_rounding_names, "\"floor\"", "percent to instances, at least 1"),
    {"evaluation_range_extra", KEY_INTEGER, AT(evaluation_range_extra), "periods", .low = 0, .high = 100,
     .fallback = "2", .meaning = "CloudWatch looks this many periods past EvaluationPeriods"},
    CHOICE("red_at_start", red_at_start, red_at_start_names, "\"trip\"",
           "what an alarm does that is already red: trip the first poll, or have the update refused"),
    CHOICE("on_timeout", on_timeout, on_timeout_names, "\"rollback\"", "what MaximumExecutionTimeoutInSeconds does"),
    DELAY("cleanup_s", cleanup, "{\"distribution\": \"constant\", \"value_s\": 30}",
          "an instance switched off for good is billed this much longer"),
    {"startup_timeout_s", KEY_NUMBER, AT(startup_timeout_us), "s", 1e6, 0.0, 86400.0, .low_open = true,
     .fallback = "480", .meaning = "an instance that never answers /ping is given up after this"},
    {"missed_fault_fixed_after_s", KEY_NUMBER, AT(missed_fault_fixed_after_us), "s", 1e6, 0.0, 2678400.0,
     .fallback = "1800",
     .meaning = "a bad version that nobody rolled back is noticed and fixed this long after the latest planned end"},
    CHOICE("initial_alarm_state", initial_alarm_state, initial_alarm_state_names, "\"evaluated\"",
           "alarms have run through the warm-up, or begin in one state"),
    {"start_time", KEY_OWN, AT(start_time_us), .read = tuning_read_start_time, .as = KEY_TEXT,
     .pattern = TUNING_TIME_PATTERN, .fallback = "\"2026-01-01T00:00:00Z\"",
     .meaning = "when the UpdateEndpoint call falls, for printed timestamps (ISO 8601)"},
};
const struct key_table tuning_table = {"modelling", tuning_keys, KEY_COUNT(tuning_keys)};
