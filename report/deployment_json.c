#include "report/deployment_json.h"

#include <stdlib.h>
#include <string.h>

static void put_size(struct json *json, const char *key, struct capacity_size size)
{
    static const char *const names[] = {
        [CAPACITY_INSTANCE_COUNT] = "INSTANCE_COUNT", [CAPACITY_PERCENT] = "CAPACITY_PERCENT"};
    if (size.value == 0)
        return;
    json_key(json, key);
    json_begin(json, '{');
    json_member_text(json, "Type", names[size.type]);
    json_member_integer(json, "Value", size.value);
    json_end(json, '}');
}

static void put_blue_green(struct json *json, const struct deployment_config *config)
{
    json_key(json, "BlueGreenUpdatePolicy");
    json_begin(json, '{');
    json_key(json, "TrafficRoutingConfiguration");
    json_begin(json, '{');
    json_member_text(json, "Type", shift_rows[config->mode].name);
    json_member_integer(json, "WaitIntervalInSeconds", config->wait_interval_s);
    if (config->mode == SHIFT_CANARY)
        put_size(json, "CanarySize", config->canary);
    if (config->mode == SHIFT_LINEAR)
        put_size(json, "LinearStepSize", config->linear_step);
    json_end(json, '}');
    json_member_integer(json, "TerminationWaitInSeconds", config->termination_wait_s);
    if (config->maximum_execution_s > 0)
        json_member_integer(json, "MaximumExecutionTimeoutInSeconds", config->maximum_execution_s);
    json_end(json, '}');
}

static void put_rolling(struct json *json, const struct deployment_config *config)
{
    json_key(json, "RollingUpdatePolicy");
    json_begin(json, '{');
    put_size(json, "MaximumBatchSize", config->batch);
    json_member_integer(json, "WaitIntervalInSeconds", config->wait_interval_s);
    if (config->maximum_execution_s > 0)
        json_member_integer(json, "MaximumExecutionTimeoutInSeconds", config->maximum_execution_s);
    put_size(json, "RollbackMaximumBatchSize", config->rollback_batch);
    json_end(json, '}');
}

void deployment_json_put(struct json *json, const struct deployment_config *config)
{
    json_begin(json, '{');
    if (config->mode == SHIFT_ROLLING)
        put_rolling(json, config);
    else
        put_blue_green(json, config);
    if (config->alarm_count > 0) {
        json_key(json, "AutoRollbackConfiguration");
        json_begin(json, '{');
        json_key(json, "Alarms");
        json_begin(json, '[');
        for (int i = 0; i < config->alarm_count; i++) {
            json_begin(json, '{');
            json_member_text(json, "AlarmName", config->alarm_names[i]);
            json_end(json, '}');
        }
        json_end(json, ']');
        json_end(json, '}');
    }
    json_end(json, '}');
}

static bool is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@+,-";
    return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

static bool is_printable(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c >= 0x7F)
            return false;
    return true;
}

void shell_put(FILE *to, const char *text)
{
    if (is_plain(text)) {
        fputs(text, to);
        return;
    }
    bool is_ansi = !is_printable(text);
    fputs(is_ansi ? "$'" : "'", to);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (!is_ansi && *c == '\'')
            fputs("'\\''", to);
        else if (is_ansi && (*c == '\'' || *c == '\\'))
            fprintf(to, "\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7F)
            fprintf(to, "\\%03o", *c); /* octal ends after three digits, \x does not */
        else
            fputc(*c, to);
    }
    fputc('\'', to);
}

int update_command_put(FILE *to, const char *endpoint_name, const char *endpoint_config_name,
                       const struct deployment_config *config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return -1;
    struct json json = {.to = memory, .is_ascii = true};
    deployment_json_put(&json, config);
    if (fclose(memory) || !text) {
        free(text);
        return -1;
    }
    fputs("aws sagemaker update-endpoint --endpoint-name ", to);
    shell_put(to, endpoint_name);
    fputs(" --endpoint-config-name ", to);
    shell_put(to, endpoint_config_name ? endpoint_config_name : "NEW-ENDPOINT-CONFIG");
    fputs(" --deployment-config ", to);
    shell_put(to, text);
    fputc('\n', to);
    free(text);
    return 0;
}
