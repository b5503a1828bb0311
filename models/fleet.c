#include "models/fleet.h"

const char *const routing_names[ROUTING_STRATEGIES] = {"RANDOM", "LEAST_OUTSTANDING_REQUESTS"};
