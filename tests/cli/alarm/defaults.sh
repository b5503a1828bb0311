# What an alarm does without being asked: DynamoDB's metrics ignore missing data unless the alarm says otherwise, and a
# Unit that the metric does not have shows the alarm nothing.
alarm() {
    cat <<END
{"AlarmName": "a", "Period": 60, "EvaluationPeriods": 1, "Statistic": "Sum", "Threshold": 5,
 "ComparisonOperator": "GreaterThanThreshold", $1}
END
}
states() {
    bakeoff alarm alarm.json metric.csv 2>/dev/null | cut -d , -f 2 | tail -n +2 | tr '\n' ' '
    echo
}
printf '%s\n' timestamp,value 0,9 60, 120, 180, 240, >metric.csv
alarm '"Namespace": "AWS/DynamoDB", "MetricName": "SystemErrors"' >alarm.json
states
alarm '"Namespace": "AWS/DynamoDB", "MetricName": "SystemErrors", "TreatMissingData": "missing"' >alarm.json
states
alarm '"Namespace": "AWS/SageMaker", "MetricName": "ModelLatency"' >alarm.json
states
alarm '"Namespace": "AWS/SageMaker", "MetricName": "ModelLatency", "Unit": "Milliseconds"' >alarm.json
states
