// node scripts/picture.js MODULES PAGE SELECTOR PNG: one element of a page from disk, photographed by headless Chromium.
"use strict";
const { pathToFileURL } = require("url");
const [modules, file, selector, png] = process.argv.slice(2);
const { chromium } = require(modules + "/playwright-core");

(async () => {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, deviceScaleFactor: 1.5 });
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => [...document.querySelectorAll(".plot")].every((plot) => plot.dataset.drawn), null, { timeout: 60000 });
    await page.addStyleTag({ content: `${selector} svg { padding: 12px; background: white }` });
    await page.locator(selector).screenshot({ path: png });
    await browser.close();
})().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
