"use strict";
/** The histogram of the chosen score. Dragging over it filters; so do the two fields below. */
PL.binCount = 40;

/** How many images fall into each bin, among those that pass the other filters. */
PL.bins = function (key) {
  const [low, high] = PL.extent(key);
  const column = PL.scoreColumn(key);
  const start = PL.state.run * PL.imageCount();
  const passes = PL.passesOthers("r." + key);
  const bins = { all: new Int32Array(PL.binCount), missing: 0, low, high };
  for (let i = 0; i < PL.imageCount(); i += 1) {
    if (!passes(i)) continue;
    const value = column[start + i];
    if (Number.isNaN(value)) {
      bins.missing += 1;
      continue;
    }
    const bin = Math.floor(((value - low) / (high - low)) * PL.binCount);
    bins.all[Math.min(PL.binCount - 1, Math.max(0, bin))] += 1;
  }
  return bins;
};

PL.histogram = function () {
  const key = PL.state.score;
  if (!PL.metric(key)) return PL.element("p", {}, "There are no scores.");
  const bins = PL.bins(key);
  const most = Math.max(1, ...bins.all);
  const range = PL.state.ranges.get(key);
  const at = (value) => ((value - bins.low) / (bins.high - bins.low)) * 200;
  const bars = Array.from(bins.all, (count, bin) => {
    const height = count === 0 ? 0 : Math.max(1, (count / most) * 60);
    return PL.svg("rect", {
      class: "bar", x: bin * 5 + 0.5, width: 4, y: 60 - height, height,
    });
  });
  const brush = PL.svg("rect", { class: "brush", y: 0, height: 60, x: 0, width: 0 });
  if (range) {
    const left = Number.isNaN(range[0]) ? 0 : at(range[0]);
    const right = Number.isNaN(range[1]) ? 200 : at(range[1]);
    brush.setAttribute("x", left);
    brush.setAttribute("width", Math.max(0, right - left));
  }
  const title = "Histogram of " + PL.metricTitle(key);
  const plot = PL.svg("svg", {
    id: "histogram", viewBox: "0 -2 200 76", role: "img", "aria-label": title,
  }, bars, brush, PL.svg("line", { class: "axis", x1: 0, x2: 200, y1: 60, y2: 60 }),
  PL.svg("text", { class: "tick", x: 0, y: 72 }, PL.number(bins.low)),
  PL.svg("text", { class: "tick end", x: 200, y: 72 }, PL.number(bins.high)));
  PL.brushHistogram(plot, brush, bins, key);
  const width = (bins.high - bins.low) / PL.binCount;
  const rows = Array.from(bins.all, (count, bin) => [
    PL.number(bins.low + bin * width), PL.number(bins.low + (bin + 1) * width), count,
  ]);
  return PL.element("div", {}, plot,
    PL.element("p", { class: "note" }, PL.directionText(key) + "; " + bins.missing + " missing"),
    PL.rangeFields(key, "side-"), PL.dataTable(title, ["from", "to", "images"], rows));
};

PL.brushHistogram = function (plot, brush, bins, key) {
  const place = (event) => {
    const box = plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  let start = null;
  plot.addEventListener("pointerdown", (event) => {
    start = place(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const end = place(event);
    brush.setAttribute("x", Math.min(start, end) * 200);
    brush.setAttribute("width", Math.abs(end - start) * 200);
  });
  plot.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const ends = [start, place(event)].sort((a, b) => a - b);
    start = null;
    const value = (share) =>
      Number((bins.low + share * (bins.high - bins.low)).toPrecision(4));
    // A click without a drag removes the range.
    const isClick = ends[1] - ends[0] < 0.01;
    PL.setRange(key, isClick ? NaN : value(ends[0]), isClick ? NaN : value(ends[1]));
  });
};

PL.setRange = function (key, low, high) {
  PL.change((state) => {
    if (Number.isNaN(low) && Number.isNaN(high)) state.ranges.delete(key);
    else state.ranges.set(key, [low, high]);
  });
};

/** The same as the brush, for the keyboard. */
PL.rangeFields = function (key, place) {
  const range = PL.state.ranges.get(key) || [NaN, NaN];
  const field = (title, end) => PL.element("label", { class: "end" }, title,
    PL.element("input", {
      type: "number", step: "any", id: "range-" + title + "-" + place + key,
      value: Number.isNaN(range[end]) ? "" : range[end],
      onchange: (event) => {
        const ends = range.slice();
        ends[end] = event.target.value === "" ? NaN : Number(event.target.value);
        PL.setRange(key, ends[0], ends[1]);
      },
    }));
  return PL.element("div", { class: "ends" }, field("from", 0), field("to", 1));
};
