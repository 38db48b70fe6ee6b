"use strict";
/** Labels by predictions. A cell's area is its count, its colour the mean of the chosen score. */
PL.confusionView = () => PL.element("div", { id: "confusion" });

/** Count, sum and number of values of each pair of a label and a prediction. */
PL.confusionCells = function () {
  const { run, score } = PL.state;
  const start = run * PL.imageCount();
  const labels = PL.categoryColumn("label");
  const predictions = PL.categoryColumn("prediction");
  const column = PL.metric(score) ? PL.scoreColumn(score) : null;
  const failures = PL.result.failures;
  const cells = new Map();
  // The matrix's own two filters do not empty its other cells.
  const own = PL.result.conditions.filter(({ name }) =>
    name !== "f.label" && name !== "f.prediction");
  for (let i = 0; i < PL.imageCount(); i += 1) {
    if (failures[i] === 255 || !own.every((condition) => condition.passes(i))) continue;
    const [label, prediction] = [labels[start + i], predictions[start + i]];
    const key = label + " " + prediction;
    const cell = cells.get(key) || { label, prediction, count: 0, sum: 0, values: 0 };
    cell.count += 1;
    if (column && !Number.isNaN(column[start + i])) {
      cell.sum += column[start + i];
      cell.values += 1;
    }
    cells.set(key, cell);
  }
  return Array.from(cells.values());
};

/** The values of a category that the cells have, the most frequent ones first, at most 20. */
PL.frequent = function (cells, side) {
  const counts = new Map();
  for (const cell of cells) counts.set(cell[side], (counts.get(cell[side]) || 0) + cell.count);
  const all = Array.from(counts.keys()).sort((a, b) => counts.get(b) - counts.get(a));
  return { shown: all.slice(0, 20).sort((a, b) => a - b), total: all.length };
};

PL.valueText = (name, number) =>
  (number === 0 ? PL.category(name).none : PL.category(name).values[number - 1]);

PL.updateConfusion = function () {
  const place = PL.byID("confusion");
  if (!place) return;
  const cells = PL.confusionCells();
  const rows = PL.frequent(cells, "label");
  const columns = PL.frequent(cells, "prediction");
  const most = Math.max(1, ...cells.map((cell) => cell.count));
  const [side, left, top] = [56, 170, 100];
  const marks = [];
  const short = (text) => (text.length > 18 ? text.slice(0, 17) + "…" : text);
  rows.shown.forEach((label, row) => marks.push(PL.svg("text", {
    class: "tick end", x: left - 8, y: top + row * side + side / 2 + 4,
  }, short(PL.valueText("label", label)))));
  columns.shown.forEach((prediction, column) => marks.push(PL.svg("text", {
    class: "tick", transform:
      `translate(${left + column * side + side / 2} ${top - 8}) rotate(-40)`,
  }, short(PL.valueText("prediction", prediction)))));
  const shown = cells.filter((cell) =>
    rows.shown.includes(cell.label) && columns.shown.includes(cell.prediction));
  const [low, high] = PL.meanRange(shown);
  for (const cell of shown) {
    const x = left + columns.shown.indexOf(cell.prediction) * side;
    const y = top + rows.shown.indexOf(cell.label) * side;
    marks.push(PL.confusionCell(cell, x, y, side, most, [low, high]));
  }
  const width = left + columns.shown.length * side + 90;
  const height = top + rows.shown.length * side + 10;
  const plot = PL.svg("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Confusion matrix",
  }, marks);
  plot.style.width = Math.min(width * 1.3, 900) + "px";
  const note = "Rows: label. Columns: prediction. Area: images. Colour: mean "
    + PL.metricTitle(PL.state.score) + ". "
    + (rows.total > rows.shown.length || columns.total > columns.shown.length
      ? "Only the 20 most frequent of " + Math.max(rows.total, columns.total) + " are drawn." : "");
  const list = cells.sort((a, b) => b.count - a.count).map((cell) => [
    PL.valueText("label", cell.label), PL.valueText("prediction", cell.prediction), cell.count,
    PL.number(cell.sum / cell.values),
  ]);
  place.replaceChildren(PL.element("p", { class: "note" }, note), plot,
    PL.colourScale("viridis", PL.number(low), PL.number(high), "Colours of the mean score"),
    PL.dataTable("confusion matrix", ["label", "prediction", "images", "mean score"], list));
};

/** The smallest and the largest mean score of some cells, never equal. */
PL.meanRange = function (cells) {
  const means = cells.filter((cell) => cell.values > 0).map((cell) => cell.sum / cell.values);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  // One mean alone has no scale of its own.
  if (low < high) return [low, high];
  return PL.metric(PL.state.score) ? PL.extent(PL.state.score) : [0, 1];
};

PL.confusionCell = function (cell, x, y, side, most, [low, high]) {
  const { filters } = PL.state;
  const has = (name, number) => filters.has(name) && filters.get(name).has(number);
  const isChosen = has("label", cell.label) && has("prediction", cell.prediction);
  const mean = cell.sum / cell.values;
  const size = Math.max(6, Math.sqrt(cell.count / most) * (side - 8));
  const isDiagonal = cell.label === cell.prediction;
  const toggle = () => PL.change((state) => {
    if (isChosen) {
      state.filters.delete("label");
      state.filters.delete("prediction");
    } else {
      state.filters.set("label", new Set([cell.label]));
      state.filters.set("prediction", new Set([cell.prediction]));
    }
  });
  const text = `label ${PL.valueText("label", cell.label)}, prediction `
    + `${PL.valueText("prediction", cell.prediction)}: ${PL.count(cell.count, "image")}, `
    + `mean score ${PL.number(mean) || "missing"}`;
  return PL.svg("g", {
    class: "cell" + (isChosen ? " chosen" : ""), role: "button", tabindex: 0, "aria-label": text,
    "aria-pressed": String(isChosen), id: `cell-${cell.label}-${cell.prediction}`,
    onclick: toggle,
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      toggle();
    },
  }, PL.svg("title", {}, text),
  PL.svg("rect", { class: "ground", x: x + 1, y: y + 1, width: side - 2, height: side - 2 }),
  PL.svg("rect", {
    class: "area", x: x + (side - size) / 2, y: y + (side - size) / 2, width: size, height: size,
    fill: Number.isNaN(mean) ? "none" : PL.colour("viridis", (mean - low) / (high - low)),
  }),
  PL.svg("text", { class: "tick end", x: x + side - 4, y: y + side - 5 },
    cell.count + (isDiagonal ? " ✓" : "")));
};
