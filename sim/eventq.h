/* The queue of control events: a binary heap in a caller's array, one total order (at, kind, serial).
 *
 * The order of `enum event_kind` IS the rule for events at the same instant; then the order of pushing decides,
 * never a pointer and never chance. */
#ifndef BAKEOFF_SIM_EVENTQ_H
#define BAKEOFF_SIM_EVENTQ_H

#include "models/units.h"

enum event_kind {
    EVENT_INSTANCE_FREED, /* billing of a deleted instance ends: capacity is back before anything asks for it */
    EVENT_CRASH,          /* the state of an instance changes before requests are routed to it */
    EVENT_RESTART,
    EVENT_SETTLED,  /* traffic has moved before anything looks at it */
    EVENT_LAUNCHED, /* a launch is over before the metrics of its instant */
    EVENT_LAUNCH_BROKE,
    EVENT_SAMPLE,        /* concurrency is sampled within the minute that ends here */
    EVENT_PERIOD_CLOSED, /* a minute is complete before any alarm looks at it */
    EVENT_ALARM,         /* alarms are evaluated before the guardrail reads them */
    EVENT_POLL,          /* the guardrail reads before the bake it guards can end */
    EVENT_BAKE_OVER,     /* success beats timeout */
    EVENT_TIMEOUT,
    EVENT_WINDOW_END,
    EVENT_KINDS
};

struct event {
    int64_t at;
    enum event_kind kind;
    uint32_t order;  /* set by eventq_push */
    int32_t subject; /* instance, alarm, or the count that the kind is about */
    int32_t serial;  /* of the wait it belongs to */
};

struct eventq {
    int count, capacity;
    uint32_t pushed;
};

/* `heap` holds eventq->capacity events; a push beyond that is an assertion. Scheduling is never into the past of
 * the last event popped, but for a world that replays its deployment's past. */
void eventq_push(struct eventq *queue, struct event *heap, struct event event);
struct event eventq_pop(struct eventq *queue, struct event *heap);

/* The instant of the next event; US_NEVER when there is none. */
static inline int64_t eventq_next(const struct eventq *queue, const struct event *heap)
{
    return queue->count ? heap[0].at : US_NEVER;
}

#endif
