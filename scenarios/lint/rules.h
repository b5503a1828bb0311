/* What each rule of lint looks at; scenarios/lint/lint_rules.c tells what they mean. */
#ifndef BAKEOFF_SCENARIOS_RULES_H
#define BAKEOFF_SCENARIOS_RULES_H

#include "scenarios/lint/finding.h"

/* rules_alarm.c: each alarm by itself. */
void rules_range(struct lint *lint);      /* L1 */
void rules_units(struct lint *lint);      /* L12 */
void rules_identity(struct lint *lint);   /* L13 */
void rules_resolution(struct lint *lint); /* L18 */
void rules_counted(struct lint *lint);    /* L21 */
void rules_unmodelled(struct lint *lint); /* L22 */

/* rules_bake.c: what alarms can do in the bakes of the policies that list them. */
void rules_dilution(struct lint *lint);    /* L2 */
void rules_too_late(struct lint *lint);    /* L3 */
void rules_no_data(struct lint *lint);     /* L4 */
void rules_false_trip(struct lint *lint);  /* L5 */
void rules_few_samples(struct lint *lint); /* L6 */
void rules_red(struct lint *lint);         /* L10 */
void rules_exposure(struct lint *lint);    /* L11 */
void rules_old_only(struct lint *lint);    /* L20 */
void rules_uncaught(struct lint *lint);    /* L23 */

/* rules_policy.c: each policy by itself. */
void rules_budget(struct lint *lint);    /* L7 */
void rules_rounding(struct lint *lint);  /* L8 */
void rules_quota(struct lint *lint);     /* L9 */
void rules_no_alarms(struct lint *lint); /* L14 */
void rules_no_bake(struct lint *lint);   /* L15 */
void rules_excluded(struct lint *lint);  /* L16 */
void rules_names(struct lint *lint);     /* L17 */
void rules_unused(struct lint *lint);    /* L19 */

#endif
