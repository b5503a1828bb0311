// node tests/pages.js MODULES PAGE...: opens each page from disk in Chromium, on a desk, on a phone, in the dark and as A4. Every figure is
// drawn, from the rows of PAGE without .html plus /FIGURE.csv where there is that folder and from no others; it tells of its marks
// under the pointer; nothing is asked of any network, no error is told, nothing overflows, and axe-core finds no serious fault.
"use strict";
const fs = require("fs");
const { parseCsv } = require("./csv");
const { pathToFileURL } = require("url");
const modules = process.argv[2];
const { chromium } = require(modules + "/playwright-core");
const axe = require(modules + "/axe-core").source;
const complaints = [];
const start = Date.now();

// Places on the screen where marks of a figure lie, at most `most`: the middle of areas, half way on lines.
function spots(plot, most) {
    const found = [];
    for (const mark of plot.querySelectorAll(".role-mark path, .role-mark line, .role-mark text")) {
        const box = mark.getBoundingClientRect(), length = mark.getTotalLength ? mark.getTotalLength() : 0;
        const half = length > 0 ? mark.getPointAtLength(length / 2).matrixTransform(mark.getScreenCTM()) : { x: -1, y: -1 };
        for (const { x, y } of [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }, half])
            if (document.elementFromPoint(x, y) === mark) found.push({ x, y });
        if (found.length >= most) break;
    }
    return found.slice(0, most);
}

// What each figure has drawn: the rows behind its marks.
function drawn(plot) {
    const rows = new Set();
    for (const mark of plot.querySelectorAll(".role-mark path, .role-mark line, .role-mark text"))
        for (const item of (mark.__data__ && mark.__data__.mark ? mark.__data__.mark.items : []))
            if (item.datum) rows.add(item.datum);
    return [...rows].map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => ["string", "number"].includes(typeof value))));
}

// Why the drawn rows are not those of the CSV file, or "". A row without any number need not be drawn.
function compareRows(file, rows) {
    const [head, ...lines] = parseCsv(fs.readFileSync(file, "utf8"));
    const key = (cell) => head.map(cell).join("\u0000");
    const wanted = new Set(lines.map((line) => key((name, c) => line[c] !== "" && !isNaN(line[c]) ? String(Number(line[c])) : line[c])));
    const shown = new Set(rows.filter((row) => head.some((name) => name in row)).map((row) => key((name) => (name in row ? String(row[name]) : ""))));
    const strange = [...shown].find((row) => !wanted.has(row)), missing = [...wanted].find((row) => !shown.has(row) && row.split("\u0000").some((cell) => cell !== "" && !isNaN(cell)));
    return strange ? `draws ${JSON.stringify(strange)}` : missing ? `does not draw ${JSON.stringify(missing)}` : "";
}

async function watch(browser, file, name, { isPaper, ...options }) {
    const page = await browser.newPage(options);
    const say = (what) => complaints.push(`${file}, ${name}: ${what}`);
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && say(message.text()));
    page.on("pageerror", (error) => say(error.message));
    page.on("dialog", (dialog) => { say("a dialog: " + dialog.message()); dialog.dismiss(); });
    page.on("request", (request) => request.url() !== pathToFileURL(file).href && !request.url().startsWith("data:") && say("asks for " + request.url()));
    await page.goto(pathToFileURL(file).href);
    if (options.javaScriptEnabled === false) {
        if ((await page.locator("table tbody tr").count()) < 3) say("has no tables without scripts");
        await page.close();
        return;
    }
    await page.waitForFunction(() => [...document.querySelectorAll(".plot")].every((plot) => plot.dataset.drawn), null, { timeout: 60000 })
        .catch(() => say("a figure is not drawn"));
    const seen = await page.evaluate(() => ({
        figures: document.querySelectorAll(".plot").length,
        empty: [...document.querySelectorAll(".plot")].filter((plot) => plot.querySelectorAll("svg path[d]").length < 4).map((plot) => plot.id),
        over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        injected: document.querySelectorAll("img, main script:not([type='application/json']), textarea, b").length,
        wide: [...document.querySelectorAll(".plot svg")].filter((svg) => svg.getBoundingClientRect().right > innerWidth).length,
    }));
    const least = await page.locator("#stored").count() > 0 ? 1 : 4; // a comparison has more than stored results
    if (seen.figures < least) say(`only ${seen.figures} figures`);
    if (seen.empty.length > 0) say(`nothing is drawn in ${seen.empty}`);
    if (seen.over > 0 || seen.wide > 0) say(`overflows by ${seen.over} pixels, ${seen.wide} figures`);
    if (seen.injected > 0) say("a name has become an element");
    if (name === "desk") {
        for (const plot of await page.locator(".plot").all()) {
            const id = await plot.getAttribute("id"), csv = file.replace(/\.html$/, `/${id}.csv`);
            await plot.scrollIntoViewIfNeeded();
            const points = await plot.evaluate(spots, 12);
            let told = false;
            for (const { x, y } of points) {
                await page.mouse.move(x, y);
                told = await page.waitForSelector("#vg-tooltip-element.visible", { timeout: 500 }).then(() => true, () => false);
                if (told) break;
            }
            if (!told) say(`no tooltip in ${id} at ${points.length} marks`);
            const hasFolder = fs.existsSync(file.replace(/\.html$/, ""));
            const why = !hasFolder ? "" : fs.existsSync(csv) ? compareRows(csv, await plot.evaluate(drawn)) : "has no CSV";
            if (why) say(`${id} ${why}`);
        }
        await page.mouse.move(0, 0);
    }
    if (isPaper) {
        await page.emulateMedia({ media: "print" });
        const cut = await page.evaluate(() => [...document.querySelectorAll("table, .plot svg, pre")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).length);
        if (cut > 0) say(`${cut} tables or figures are cut off`);
        await page.close();
        return;
    }
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run());
    for (const fault of found.violations.filter((v) => ["serious", "critical"].includes(v.impact)))
        say(`${fault.id}: ${fault.help}: ${fault.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join(" | ")}`);
    if (process.env.BAKEOFF_SCREENSHOTS) await page.screenshot({ path: `${process.env.BAKEOFF_SCREENSHOTS}/${file.replace(/.*\/|\.html$/g, "")}-${name}.png`, fullPage: true });
    await page.close();
    console.error(`${name} ${file.replace(/.*\//, "")}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

(async () => {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    for (const file of process.argv.slice(3)) {
        await watch(browser, file, "desk", { viewport: { width: 1280, height: 900 }});
        await watch(browser, file, "phone", { viewport: { width: 390, height: 800 } });
        await watch(browser, file, "dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" });
        await watch(browser, file, "dark phone", { viewport: { width: 390, height: 800 }, colorScheme: "dark" });
        await watch(browser, file, "paper", { viewport: { width: 680, height: 1000 }, isPaper: true }); // A4 less its margins, at 96 dots an inch
        await watch(browser, file, "no scripts", { viewport: { width: 800, height: 800 }, javaScriptEnabled: false });
    }
    await browser.close();
    complaints.forEach((complaint) => console.log(complaint));
    process.exit(complaints.length > 0 ? 1 : 0);
})().catch((error) => { console.log(error.message); process.exit(1); });
