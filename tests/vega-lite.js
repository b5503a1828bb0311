// node tests/vega-lite.js SCHEMA.json SPEC...: judges specs by Vega-Lite's own schema; each number in a spec's data must stand in the
// CSV file beside it, at the same place.
"use strict";
const fs = require("fs");
const Ajv = require("ajv");
const schema = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const validate = new Ajv({ jsonPointers: true, unknownFormats: "ignore" }).compile(schema);

// RFC 4180, lines ending in a newline.
function parseCsv(text) {
    const cells = [...text.matchAll(/("(?:[^"]|"")*"|[^",\n]*)(,|\n)/g)];
    const rows = [[]];
    for (const [, cell, end] of cells) {
        rows[rows.length - 1].push(cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell);
        if (end === "\n") rows.push([]);
    }
    rows.pop();
    return rows;
}

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
