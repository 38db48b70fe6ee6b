"use strict";
/** Runs as points: quality of the predictions and mean of the chosen score, along lambda. */
PL.frontier = function () {
  const { score } = PL.state;
  const metric = PL.metric(score);
  if (!metric) return null;
  const number = PL.data.index.metrics.indexOf(metric);
  const points = PL.runs()
    .map((run, place) => ({
      run: place, x: run.measures.auroc, y: run.means[number], lambda: run.factors.lambda,
      scenario: run.factors.scenario, method: run.factors.explanation,
    }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (points.length < 2) return null;
  const range = (values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = (high - low) * 0.08 || 0.05;
    return [low - margin, high + margin];
  };
  const [xLow, xHigh] = range(points.map((point) => point.x));
  const [yLow, yHigh] = range(points.map((point) => point.y));
  const { width, height, left, right, top, bottom } = PL.scatterSize;
  const scales = {
    xLow, xHigh, yLow, yHigh,
    x: (v) => left + ((v - xLow) / (xHigh - xLow)) * (width - left - right),
    y: (v) => top + (1 - (v - yLow) / (yHigh - yLow)) * (height - top - bottom),
  };
  const title = "Frontier: AUROC and mean " + PL.metricTitle(score);
  return PL.section("Frontier over lambda",
    PL.svg("svg", {
      class: "frontier", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title,
    }, PL.axes(scales, ["AUROC", "mean " + PL.metricTitle(score).slice(0, 50)]),
    PL.frontierLines(points, scales), points.map((point) => PL.frontierPoint(point, scales))),
    PL.dataTable(title, ["run", "scenario", "lambda", "AUROC", "mean score"],
      points.map((point) => [
        point.run + 1, point.scenario, PL.factorText(point.lambda), PL.number(point.x),
        PL.number(point.y),
      ])));
};

/** Joins the runs of one scenario and method in the order of lambda. */
PL.frontierLines = function (points, scales) {
  const series = ({ scenario, method }) => JSON.stringify([scenario, method]);
  return Array.from(new Set(points.map(series)), (own) => {
    const line = points
      .filter((point) => series(point) === own && Number.isFinite(point.lambda))
      .sort((a, b) => a.lambda - b.lambda)
      .map(({ x, y }) => scales.x(x) + " " + scales.y(y));
    return line.length > 1 ? PL.svg("path", { class: "line", d: "M" + line.join("L") }) : null;
  });
};

/** A scenario has a shape of its own: align a triangle, misalign a square, others a circle. */
PL.frontierPoint = function ({ run, x, y, lambda, scenario }, scales) {
  const [a, b] = [scales.x(x), scales.y(y)];
  const shapes = {
    align: `M${a} ${b - 6}l6 11h-12z`, misalign: `M${a - 5} ${b - 5}h10v10h-10z`,
  };
  const circle = `M${a - 5} ${b}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0`;
  const text = (run + 1) + " " + scenario + (Number.isFinite(lambda) ? " λ " + lambda : "");
  return PL.svg("g", {}, PL.svg("path", { class: "dot", d: shapes[scenario] || circle }),
    PL.svg("text", { class: "tick", x: a + 9, y: b + 4 }, text));
};
