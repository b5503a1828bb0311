# Helpers for command tests: . "$REPO/tests/cli/lib.sh"
# shellcheck shell=bash

# skip REASON: ends the test as skipped.
skip() {
    echo "$1" >&2 # standard output may be caught by $(shared_data)
    exit 77
}

# fail REASON: ends the test as failed.
fail() {
    echo "$1" >&2
    exit 1
}

# shared_data: the folder of recorded data, or the test is skipped.
shared_data() {
    [ -n "${BAKEOFF_SHARED_DATA:-}" ] || skip "BAKEOFF_SHARED_DATA is not set"
    echo "$BAKEOFF_SHARED_DATA"
}

# exits STATUS COMMAND...: runs the command and fails unless it ends with that status.
exits() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status, expected $wanted: $*"
}

# strip_clock [FILE...]: JSON without what differs from run to run: every manifest loses wall_s, cpu_s, threads, compiler and
# version. All else stays to the byte.
strip_clock() {
    awk '
        BEGIN { split("wall_s cpu_s threads compiler version", keys, " "); for (i in keys) drops[keys[i]] = 1 }
        { text = text $0 "\n" }
        # Keeps or drops one member, written with the white space around it.
        function member(part,    key) {
            key = part
            sub(/^[ \t\n]*"/, "", key)
            sub(/".*/, "", key)
            if (!(key in drops)) {
                kept = kept (count++ ? "," : "") part
            } else if (match(part, /[ \t\n]+$/) && last) {
                tail = substr(part, RSTART) # white space before the closing brace
            }
        }
        END {
            while (match(text, /"manifest"[ \t\n]*:[ \t\n]*\{/)) {
                printf "%s", substr(text, 1, RSTART + RLENGTH - 1)
                text = substr(text, RSTART + RLENGTH)
                depth = 1; quoted = 0; begin = 1; kept = ""; count = 0; last = 0; tail = ""
                for (i = 1; depth > 0 && i <= length(text); i++) {
                    c = substr(text, i, 1)
                    if (quoted) {
                        if (c == "\\") i++
                        else if (c == "\"") quoted = 0
                    } else if (c == "\"") {
                        quoted = 1
                    } else if (c == "{" || c == "[") {
                        depth++
                    } else if (c == "}" || c == "]") {
                        if (--depth == 0) {
                            last = 1
                            member(substr(text, begin, i - begin))
                        }
                    } else if (c == "," && depth == 1) {
                        member(substr(text, begin, i - begin))
                        begin = i + 1
                    }
                }
                printf "%s%s}", kept, tail
                text = substr(text, i)
            }
            printf "%s", text
        }' "$@"
}
