#include "report/figures/gnuplot.h"

void gnuplot_text(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text != '\0'; text++)
        fputs(*text == '\'' ? "''" : (char[]){*text, '\0'}, to);
    fputc('\'', to);
}

void gnuplot_tic(FILE *to, const char *text, size_t place)
{
    fputs(place > 0 ? ", '" : "'", to);
    for (; *text != '\0'; text++)
        fputs(*text == '\'' ? "''" : *text == '%' ? "%%" : (char[]){*text, '\0'}, to);
    fprintf(to, "' %zu", place);
}

void gnuplot_colour(FILE *to, size_t index)
{
    static const char *const colours[GNUPLOT_STYLES] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                        "#E69F00", "#56B4E9", "#000000", "#F0E442"};
    fprintf(to, "linecolor rgb '%s'", colours[index % GNUPLOT_STYLES]);
}

void gnuplot_style(FILE *to, size_t index)
{
    static const char *const dashes[] = {"solid", "(8,4)", "(2,3)", "(10,3,2,3)", "(14,4)"};
    gnuplot_colour(to, index);
    fprintf(to, " dashtype %s", dashes[index % (sizeof dashes / sizeof *dashes)]);
}

void gnuplot_rows(FILE *to, size_t first, size_t count)
{
    fprintf(to, "data skip 1 every ::%zu::%zu", first, first + count - 1);
}

void gnuplot_begin(FILE *to, const char *name, double width_cm, double height_cm)
{
    fprintf(to,
            "# gnuplot %s.gp, in this folder: makes %s.pdf and %s.svg.\n"
            "data = '%s.csv'\n"
            "set encoding utf8\n"
            "set datafile separator comma\n"
            "set border 3 linewidth 0.5\n"
            "set tics nomirror out scale 0.5\n"
            "set grid linewidth 0.3 linecolor rgb '#CCCCCC'\n"
            "do for [format in 'pdf svg'] {\n"
            "if (format eq 'pdf') {\n"
            "set terminal pdfcairo noenhanced size %.1fcm,%.1fcm font 'Helvetica,8' linewidth 1\n"
            "} else {\n"
            "set terminal svg noenhanced size %.0f,%.0f font 'Helvetica,11' background rgb 'white'\n"
            "}\n"
            "set output '%s.'.format\n",
            name, name, name, name, width_cm, height_cm, width_cm * 50, height_cm * 50, name);
}

void gnuplot_end(FILE *to)
{
    fputs("unset output\n}\n", to);
}
