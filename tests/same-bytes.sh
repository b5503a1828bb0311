#!/bin/bash
# The same scenario and seed give the same bytes, whoever compiled the program, however well, and with however many threads.
#
#   tests/same-bytes.sh [DIR]
#
# Builds with gcc and clang, -O0 and -O2, below DIR (default build/same), runs `compare` on the shipped scenarios with one and
# two threads, and compares every CSV with the first build's. Thinned to three scenarios unless BAKEOFF_TEST_FULL is set.
# Also prints, as a note and not as a test, whether a processor without FMA and AVX2 would give the same bytes.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
out=${1:-build/same}
make=${MAKE:-make}

shopt -s nullglob
scenarios=()
for file in scenarios/*.json; do
    [[ $file == *.schema.json ]] || scenarios+=("$file")
done
if [ "${#scenarios[@]}" -eq 0 ]; then
    echo "no scenarios yet"
    exit 77
fi
[ -n "${BAKEOFF_TEST_FULL:-}" ] || scenarios=("${scenarios[@]:0:3}")

compilers=(gcc)
if command -v clang >/dev/null 2>&1; then
    compilers+=(clang)
else
    echo "clang is not installed: gcc alone"
fi

# compare DIR PROGRAM THREADS: exit status 1 is an answer (a gate said no), not a failure.
compare() {
    rm -rf "$1" && mkdir -p "$1" || return 1
    local status=0
    "$2" compare "${scenarios[@]}" -n 8 -j "$3" -q --csv-dir "$1" >"$1.table" 2>"$1.stderr" || status=$?
    if [ "$status" -gt 1 ]; then
        echo "$2 -j $3: exit status $status" && tail -n 20 "$1.stderr"
        return 1
    fi
    [ -s "$1/trials.csv" ] || { echo "$2 -j $3: no trials.csv" && return 1; }
}

failed=0
first=
for compiler in "${compilers[@]}"; do
    for level in -O2 -O0; do
        build=$out/$compiler$level
        # Options of a make that called us are not ours.
        if ! env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "$make" -s -j"${JOBS:-2}" BUILD="$build" CC="$compiler" CFLAGS="$level" \
            "$build/bakeoff" 2>&1; then
            echo "$compiler $level: does not build"
            failed=1
            continue
        fi
        for threads in 1 2; do
            csv=$build/csv-j$threads
            if ! compare "$csv" "$build/bakeoff" "$threads"; then
                failed=1
            elif [ -z "$first" ]; then
                first=$csv
            elif diff -rq "$first" "$csv"; then
                echo "same bytes: $compiler $level, $threads thread(s)"
            else
                diff -r "$first" "$csv" | head -n 6 | cut -c 1-200
                failed=1
            fi
        done
    done
done

if [ -n "$first" ]; then
    older=${first%/*}/csv-older-processor
    if GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4 compare "$older" "${first%/*}/bakeoff" 1; then
        if diff -rq "$first" "$older" >/dev/null; then
            echo "note: the same bytes without FMA and AVX2"
        else
            echo "note: other bytes without FMA and AVX2"
        fi
    fi
fi
exit "$failed"
