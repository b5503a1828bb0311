/* CloudWatch watches: every alarm evaluated at its own instants, whether or not a policy lists it. Internal to sim/. */
#ifndef BAKEOFF_SIM_WATCH_H
#define BAKEOFF_SIM_WATCH_H

#include "sim/run.h"

/* Every alarm starts in INSUFFICIENT_DATA; its first evaluation after `from` is scheduled. */
void watch_begin(struct run *run, int64_t from);

/* At t = 0: alarms take the state that the setting forces, if it does. */
void watch_force_initial(struct run *run);

/* One evaluation of alarm event->subject; schedules the next. */
void watch_on_alarm(struct run *run, int64_t now, const struct event *event);

/* Bits of the policy's alarms that are in ALARM. */
unsigned watch_red_alarms(const struct run *run);

/* Notes for alarm_s whether a listed alarm is red: after states changed, and when the run ends. */
void watch_note_red(struct run *run, int64_t now);

#endif
