// node tests/pages.js MODULES PAGE...: opens each page from disk in Chromium, on a desk, on a phone and in the dark. Every figure is
// drawn, nothing is asked of any network, no error is told, nothing overflows, and axe-core finds no serious fault.
"use strict";
const { pathToFileURL } = require("url");
const modules = process.argv[2];
const { chromium } = require(modules + "/playwright-core");
const axe = require(modules + "/axe-core").source;
const complaints = [];
const start = Date.now();

async function watch(browser, file, name, options) {
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
    const least = await page.locator("#tradeoff").count() > 0 ? 4 : 1; // a comparison has more than stored results
    if (seen.figures < least) say(`only ${seen.figures} figures`);
    if (seen.empty.length > 0) say(`nothing is drawn in ${seen.empty}`);
    if (seen.over > 0 || seen.wide > 0) say(`overflows by ${seen.over} pixels, ${seen.wide} figures`);
    if (seen.injected > 0) say("a name has become an element");
    if (name === "desk") {
        const mark = page.locator(":is(#tradeoff, #stored) .mark-symbol.role-mark path").first();
        await mark.scrollIntoViewIfNeeded();
        await mark.hover({ force: true });
        await page.waitForSelector("#vg-tooltip-element.visible", { timeout: 5000 }).catch(() => say("no tooltip"));
        await page.mouse.move(0, 0);
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
        await watch(browser, file, "no scripts", { viewport: { width: 800, height: 800 }, javaScriptEnabled: false });
    }
    await browser.close();
    complaints.forEach((complaint) => console.log(complaint));
    process.exit(complaints.length > 0 ? 1 : 0);
})().catch((error) => { console.log(error.message); process.exit(1); });
