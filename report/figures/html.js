"use strict";
// Draws each figure into its place, as wide as the place is. Colours of text and axes are the page's own, so that dark mode and
// print need no other drawing.
(function () {
    function each(list, act) { Array.prototype.forEach.call(list, act); }

    function fit(spec, width) {
        const narrow = width < 560;
        const abreast = Math.max(1, Math.min(spec.columns || 1, Math.floor(width / 300)));
        const labels = narrow ? 110 : 200;
        delete spec.title;
        if (spec.columns) spec.columns = abreast;
        each([spec, spec.spec].concat(spec.vconcat || [], (spec.vconcat || []).map((part) => part.spec)), function (part) {
            if (part && typeof part.width === "number") part.width = Math.max(120, (width - labels) / abreast - 25);
        });
        each(spec.vconcat || [], function (part) {
            if (part.facet) part.facet.row.header.labelLimit = width - labels;
        });
        if (narrow && spec.encoding && spec.encoding.color) spec.encoding.color.legend.columns = 1;
        const config = spec.config;
        config.background = null;
        config.axis = Object.assign(config.axis, { labelColor: "currentColor", titleColor: "currentColor", domainColor: "currentColor",
            tickColor: "currentColor", gridColor: "currentColor", gridOpacity: 0.15, labelLimit: narrow ? 90 : 170 });
        config.header = { labelColor: "currentColor", titleColor: "currentColor", labelLimit: Math.max(120, (width - labels) / abreast - 10) };
        config.text = { color: "currentColor" };
        config.legend = Object.assign(config.legend, { labelColor: "currentColor", titleColor: "currentColor", symbolBaseFillColor: "currentColor",
            symbolBaseStrokeColor: "currentColor", columns: narrow ? 1 : 4 });
        config.style = { label: { fill: "currentColor" } };
        return spec;
    }

    // Vega-Lite has two legends of one field where the layers that share its colours do not share their rows.
    function join(spec) {
        const shapes = (spec.legends || []).filter((legend) => legend.shape && !legend.fill && !legend.stroke);
        each(shapes, function (legend) {
            const twin = spec.legends.find((other) => other !== legend && other.title === legend.title && (other.fill || other.stroke));
            if (!twin) return;
            legend.fill = twin.fill || twin.stroke;
            delete legend.encode; // the one colour of all its shapes
            spec.legends.splice(spec.legends.indexOf(twin), 1);
        });
        return spec;
    }

    // What draws nothing says nothing to who cannot see.
    function hush(place) {
        each(place.querySelectorAll("[role='graphics-symbol']:empty"), (group) => group.setAttribute("aria-hidden", "true"));
        place.dataset.drawn = "yes";
    }

    // Vega-Lite warns of facets whose layers leave out what is absent, as ours do.
    const quiet = { level() { return this; }, info() { return this; }, debug() { return this; }, warn() { return this; },
        error(...words) { console.error(...words); return this; } };

    function draw() {
        const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
        each(document.querySelectorAll(".plot"), function (place) {
            const source = document.getElementById("spec-" + place.id).textContent;
            const spec = join(vegaLite.compile(fit(JSON.parse(source), place.clientWidth), { logger: quiet }).spec);
            vegaEmbed(place, spec, {
                mode: "vega", actions: false, renderer: "svg", ast: true, logLevel: vega.Error, tooltip: { theme: dark ? "dark" : "light" },
            }).then(() => hush(place), function (error) {
                place.textContent = "This figure could not be drawn: " + error.message;
                console.error(error);
            });
        });
    }

    let last = 0, timer = 0;
    window.addEventListener("resize", function () {
        clearTimeout(timer);
        timer = setTimeout(function () {
            if (document.body.clientWidth !== last) draw();
            last = document.body.clientWidth;
        }, 200);
    });
    last = document.body.clientWidth;
    draw();
})();
