#include "scenarios/clock.h"

#include <stdio.h>

enum { US = 1000000, DAY_S = 86400 };

/* Days since 1970-01-01 of a date of the Gregorian calendar. Years are counted from March, so that a leap day is the
 * last of its year; 400 years have 146,097 days. */
static int64_t days_from_date(int year, int month, int day)
{
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t year_of_era = year % 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_from_days(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t months = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * months + 2) / 5 + 1);
    *month = (int)(months < 10 ? months + 3 : months - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `count` digits at *text, which moves past them; -1 if they are not there. */
static int take_digits(const char **text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (!is_digit(**text))
            return -1;
        value = 10 * value + (**text - '0');
    }
    return value;
}

static bool take_char(const char **text, char wanted)
{
    if (**text != wanted)
        return false;
    (*text)++;
    return true;
}

/* ".9799600" in microseconds, rounded; false if no digit follows the point. */
static bool take_fraction(const char **text, int64_t *us)
{
    int64_t value = 0;
    int digits = 0;
    bool rounds_up = false;
    for (; is_digit(**text); (*text)++, digits++) {
        if (digits < 6)
            value = 10 * value + (**text - '0');
        else if (digits == 6)
            rounds_up = **text >= '5';
    }
    for (int i = digits; i < 6; i++)
        value *= 10;
    *us = value + rounds_up;
    return digits > 0;
}

/* The zone in seconds east of Greenwich. */
static bool take_zone(const char **text, int *east_s)
{
    *east_s = 0;
    if (**text == '\0' || take_char(text, 'Z') || take_char(text, 'z'))
        return true;
    int sign = **text == '-' ? -1 : 1;
    if (!take_char(text, '+') && !take_char(text, '-'))
        return false;
    int hours = take_digits(text, 2);
    bool has_colon = take_char(text, ':');
    int minutes = has_colon || **text != '\0' ? take_digits(text, 2) : 0;
    *east_s = sign * (hours * 3600 + minutes * 60);
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

bool clock_parse(const char *text, int64_t *unix_us)
{
    int year = take_digits(&text, 4);
    int month = year >= 0 && take_char(&text, '-') ? take_digits(&text, 2) : -1;
    int day = month >= 0 && take_char(&text, '-') ? take_digits(&text, 2) : -1;
    if (year < 1583 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return false;
    int hour = 0, minute = 0, second = 0, east_s = 0;
    int64_t fraction_us = 0;
    if (*text != '\0') {
        if (!take_char(&text, 'T') && !take_char(&text, 't') && !take_char(&text, ' '))
            return false;
        hour = take_digits(&text, 2);
        minute = hour >= 0 && take_char(&text, ':') ? take_digits(&text, 2) : -1;
        if (minute >= 0 && take_char(&text, ':'))
            second = take_digits(&text, 2);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
            return false;
        if (take_char(&text, '.') && !take_fraction(&text, &fraction_us))
            return false;
        if (!take_zone(&text, &east_s) || *text != '\0')
            return false;
    }
    int64_t seconds = days_from_date(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second - east_s;
    *unix_us = seconds * US + fraction_us;
    return true;
}

char *clock_format(char *text, size_t size, int64_t unix_us, bool millis)
{
    int64_t us = unix_us % US < 0 ? unix_us % US + US : unix_us % US;
    int64_t seconds = (unix_us - us) / US;
    int64_t second_of_day = seconds % DAY_S < 0 ? seconds % DAY_S + DAY_S : seconds % DAY_S;
    int year, month, day;
    date_from_days((seconds - second_of_day) / DAY_S, &year, &month, &day);
    int hour = (int)(second_of_day / 3600), minute = (int)(second_of_day / 60 % 60), second = (int)(second_of_day % 60);
    if (millis)
        snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, hour, minute, second,
                 (int)(us / 1000));
    else
        snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour, minute, second);
    return text;
}
