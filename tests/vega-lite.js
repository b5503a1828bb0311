// node tests/vega-lite.js SCHEMA.json SPEC...: judges specs by Vega-Lite's own schema; each number in a spec's data must stand in the
// CSV file beside it, at the same place.
"use strict";
const fs = require("fs");
const Ajv = require("ajv");
const { parseCsv } = require("./csv");
const schema = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const validate = new Ajv({ jsonPointers: true, unknownFormats: "ignore" }).compile(schema);

function judge(file) {
    const text = fs.readFileSync(file, "utf8");
    if (text.includes("<")) return "has a bare <";
    const spec = JSON.parse(text);
    if (!validate(spec)) return validate.errors.slice(0, 3).map((e) => `${e.dataPath}: ${e.message}`).join("; ");
    if (!spec.description || !spec.title.text) return "has no description or title";
    const [head, ...rows] = parseCsv(fs.readFileSync(file.replace(/\.vl\.json$/, ".csv"), "utf8"));
    if (rows.length === 0 || rows.length !== spec.data.values.length) return `has ${spec.data.values.length} rows, the CSV ${rows.length}`;
    for (const [i, row] of rows.entries())
        for (const [c, name] of head.entries()) {
            const value = spec.data.values[i][name];
            if (row[c] !== (value === null ? "" : String(value)) && Number(row[c]) !== value)
                return `row ${i}: ${name} is ${value}, in the CSV ${row[c]}`;
        }
    return "";
}

let failed = 0;
for (const file of process.argv.slice(3)) {
    const why = judge(file);
    failed += why !== "";
    if (why) console.log(`${file}: ${why}`);
}
process.exit(failed > 0 ? 1 : 0);
