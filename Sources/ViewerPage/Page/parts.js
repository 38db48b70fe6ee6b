"use strict";
/** The parts of objects: a table and boxplots of a metric that scores each part. */
PL.partsView = () => PL.element("div", { id: "parts" });

/** The metrics that have parts. */
PL.partMetrics = function () {
  const named = PL.data.index.metrics.filter((metric) => metric.part !== "");
  return Array.from(new Set(named.map((metric) => metric.name)));
};

/** The keys of the parts of the metric that a key belongs to, or of the first with parts. */
PL.partKeys = function (key) {
  const names = PL.partMetrics();
  const own = PL.metric(key) && names.includes(PL.metric(key).name) ? PL.metric(key).name
    : names[0];
  return PL.data.index.metrics
    .filter((metric) => metric.name === own && metric.part !== "")
    .slice(0, 60).map((metric) => metric.key);
};

PL.updateParts = function () {
  const place = PL.byID("parts");
  if (!place) return;
  const keys = PL.partKeys(PL.state.score);
  if (keys.length === 0) {
    place.replaceChildren(PL.element("p", {}, "No score of these results has parts."));
    return;
  }
  const name = PL.metric(keys[0]).name;
  const total = PL.data.index.metrics.filter((m) => m.name === name && m.part !== "").length;
  const rows = keys.map((key) => ({
    key, part: PL.metric(key).part, ...PL.summary(PL.shownValues(key, PL.state.run)),
  })).sort((a, b) => (b.median > a.median ? 1 : b.median < a.median ? -1 : 0));
  const low = Math.min(...keys.map((key) => PL.extent(key)[0]));
  const high = Math.max(...keys.map((key) => PL.extent(key)[1]));
  const choose = PL.choice("Metric", "choose-parts", PL.partMetrics().map((n) => [n, n]), name,
    (chosen) => PL.change((state) => {
      state.score = PL.data.index.metrics.find((m) => m.name === chosen && m.part !== "").key;
    }));
  const head = ["part", "median", "mean", "images", "missing",
    "from " + PL.number(low) + " to " + PL.number(high)];
  place.replaceChildren(choose,
    PL.element("p", { class: "note" }, "Over the images that pass the filters. A box goes from "
      + "the first to the third quartile, its line is the median, the thin line the range."
      + (total > keys.length ? " Only the first " + keys.length + " of " + total + " parts." : "")),
    PL.element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Parts" },
      PL.element("table", {}, PL.element("caption", {}, "Parts: " + PL.metric(keys[0]).title),
        PL.element("thead", {}, PL.element("tr", {}, head.map((title) =>
          PL.element("th", { scope: "col" }, title)))),
        PL.element("tbody", {}, rows.map((row) => PL.partRow(row, low, high))))));
};

PL.partRow = function (row, low, high) {
  const number = (value) => PL.element("td", { class: "number" }, PL.number(value) || "–");
  const link = PL.element("button", {
    type: "button", class: "link", onclick: () => PL.change((state) => {
      state.score = row.key;
      state.view = "images";
    }),
  }, PL.name(row.part));
  return PL.element("tr", {}, PL.element("th", { scope: "row" }, link),
    number(row.median), number(row.mean),
    PL.element("td", { class: "number" }, String(row.count)),
    PL.element("td", { class: "number" }, String(row.missing)),
    PL.element("td", {}, PL.boxplot(row, low, high)));
};

PL.boxplot = function (row, low, high) {
  const at = (value) => 4 + ((value - low) / (high - low || 1)) * 192;
  const text = "from " + PL.number(row.low) + ", quartiles " + PL.number(row.first) + " and "
    + PL.number(row.third) + ", median " + PL.number(row.median) + ", to " + PL.number(row.high);
  const marks = row.count === 0 ? [] : [
    PL.svg("path", { class: "axis", d: `M${at(row.low)} 10H${at(row.high)}` }),
    PL.svg("rect", {
      class: "bar", x: at(row.first), y: 3, width: Math.max(1, at(row.third) - at(row.first)),
      height: 14,
    }),
    PL.svg("path", { class: "median", d: `M${at(row.median)} 1V19` }),
  ];
  return PL.svg("svg", { class: "box", viewBox: "0 0 200 20", role: "img", "aria-label": text },
    marks);
};
