// node tests/validate.js SCHEMA.json <DOCUMENTS: one JSON document a line in, "1" or "0" a line out.
"use strict";
const fs = require("fs");
const Ajv = require("ajv");
const schema = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const validate = new Ajv({ allErrors: false, jsonPointers: true }).compile(schema); // throws where the schema itself is wrong
const lines = fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
for (const line of lines) {
    const good = validate(JSON.parse(line));
    const why = good ? "" : " " + validate.errors.map((e) => `${e.dataPath}: ${e.message}`).join("; ");
    process.stdout.write((good ? "1" : "0") + why.replace(/\n/g, " ") + "\n");
}
