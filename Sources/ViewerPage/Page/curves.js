"use strict";
/** Curves such as deletion and insertion: means over the images of a run, or of one image. */
PL.curvesView = () => PL.element("div", { id: "curves" });

PL.dashes = ["", "6 3", "2 3", "8 3 2 3", "12 4"];

/** One plot: each line has a colour and a pattern of its own. */
PL.curvePlot = function (title, lines) {
  const { width, height, left, right, top, bottom } = PL.scatterSize;
  const values = lines.flatMap((line) => line.values.filter(Number.isFinite));
  if (values.length === 0) return PL.element("p", {}, title + ": no values");
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + 1e-9);
  const scales = {
    xLow: 0, xHigh: 1, yLow: low, yHigh: high,
    x: (v) => left + v * (width - left - right),
    y: (v) => top + (1 - (v - low) / (high - low)) * (height - top - bottom),
  };
  const colour = (i) => "series-" + (i % 5);
  const paths = lines.map((line, i) => PL.svg("path", {
    class: "line " + colour(i), "stroke-dasharray": PL.dashes[i % PL.dashes.length],
    d: PL.curvePath(line, scales),
  }));
  const legend = lines.map((line, i) => PL.element("li", {},
    PL.svg("svg", { viewBox: "0 0 30 8", "aria-hidden": "true" }, PL.svg("path", {
      class: "line " + colour(i), "stroke-dasharray": PL.dashes[i % PL.dashes.length],
      d: "M0 4H30",
    })), PL.name(line.title)));
  const rows = lines.flatMap((line) => line.shares.map((share, i) =>
    [line.title, PL.number(share), PL.number(line.values[i]) || "missing"]));
  return PL.section(title,
    PL.svg("svg", {
      class: "curve", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title,
    }, PL.axes(scales, ["share of the image that is changed", "value"]), paths),
    PL.element("ul", { class: "legend" }, legend),
    PL.dataTable(title, ["line", "share", "value"], rows));
};

/** A line with gaps where there is no value. */
PL.curvePath = function (line, scales) {
  let isDown = false;
  return line.shares.map((share, i) => {
    if (!Number.isFinite(line.values[i])) {
      isDown = false;
      return "";
    }
    const letter = isDown ? "L" : "M";
    isDown = true;
    return letter + scales.x(share).toFixed(1) + " " + scales.y(line.values[i]).toFixed(1);
  }).join("");
};

/** Lines that belong into one plot: those of one metric. */
PL.curvesByMetric = function (lines) {
  const plots = new Map();
  for (const line of lines) {
    if (!plots.has(line.metric)) plots.set(line.metric, []);
    plots.get(line.metric).push(line);
  }
  return Array.from(plots, ([metric, group]) => PL.curvePlot(metric, group));
};

PL.lineTitle = (run, series) => PL.runs()[run].title + (series ? ": " + series : "");

PL.updateCurves = function () {
  const place = PL.byID("curves");
  if (!place) return;
  const lines = PL.data.index.meanCurves.map((curve) => ({
    ...curve, title: PL.lineTitle(curve.run, curve.series),
    values: curve.values.map((value) => (value === null ? NaN : value)),
  }));
  if (lines.length === 0) {
    place.replaceChildren(PL.element("p", {}, "No score of these results has curves."));
    return;
  }
  place.replaceChildren(
    PL.element("p", { class: "note" }, "Means over all images of a run, whatever the filters."),
    ...PL.curvesByMetric(lines));
};
