/* One replication, told: what the story, the waterfall, the events and DescribeEndpoint read. Borrows everything. */
#ifndef BAKEOFF_REPORT_TOLD_H
#define BAKEOFF_REPORT_TOLD_H

#include "sim/journal.h"
#include "sim/setting.h"

struct told {
    const char *scenario; /* name */
    const struct setting *setting;
    size_t policy, version; /* indices into the setting */
    uint64_t replication;
    const char *chosen; /* why this replication, fit for a terminal; NULL: it was asked for by number */
    const struct outcome *outcome;
    const struct journal *journal; /* in order of time */
};

static inline const struct policy *told_policy(const struct told *told)
{
    return &told->setting->policies[told->policy];
}

/* The version of a fleet: blue has the current one, green the new one. */
static inline const struct version_config *told_version(const struct told *told, enum fleet_colour fleet)
{
    return &told->setting->versions[fleet == BLUE ? told->setting->current : told->version];
}

static inline int told_instances(const struct told *told, enum fleet_colour fleet)
{
    return fleet == BLUE ? told->setting->endpoint.instance_count
                         : setting_green_instances(told->setting, told->version);
}

/* Unix time of an instant of the replication. */
static inline int64_t told_unix_us(const struct told *told, int64_t at)
{
    return told->setting->modelling.start_time_us + at;
}

#endif
