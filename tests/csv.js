"use strict";
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

module.exports = { parseCsv };
