# strip_clock takes the clock out of manifests, however they are laid out, and leaves the rest to the byte.
. "$REPO/tests/cli/lib.sh"

printf '{\n\t"manifest":\t{\n\t\t"program":\t"bakeoff",\n\t\t"version":\t"1-{\\"x",\n\t\t"a":\t[1, {"version": 2}],
\t\t"wall_s":\t0.5\n\t},\n\t"rows": [{"version": "v1"}]\n}\n' | strip_clock
echo '[{"manifest":{"wall_s":1,"threads":2},"version":1},{"manifest":{"seed":1,"cpu_s":3}}]' | strip_clock
echo '{"rows":[{"version":"v1","threads":1}]}' | strip_clock
