"use strict";
/** Two scores of every shown image. A box drawn over the points filters both scores. */
PL.scatterSize = { width: 640, height: 480, left: 60, right: 16, top: 12, bottom: 46 };

PL.scatterView = function () {
  const { x, y } = PL.state;
  const options = PL.metricOptions();
  if (options.length === 0) return PL.element("p", {}, "There are no scores.");
  return PL.element("div", { id: "scatter" },
    PL.element("div", { class: "fields" },
      PL.choice("Across", "choose-x", options, x, (key) =>
        PL.change((state) => { state.x = key; })),
      PL.choice("Upwards", "choose-y", options, y, (key) =>
        PL.change((state) => { state.y = key; }))),
    PL.element("div", { id: "scatter-place" }));
};

/** From values to pixels, on both axes. */
PL.scatterScales = function () {
  const { width, height, left, right, top, bottom } = PL.scatterSize;
  const [xLow, xHigh] = PL.extent(PL.state.x);
  const [yLow, yHigh] = PL.extent(PL.state.y);
  const inner = { width: width - left - right, height: height - top - bottom };
  return {
    xLow, xHigh, yLow, yHigh,
    x: (value) => left + ((value - xLow) / (xHigh - xLow)) * inner.width,
    y: (value) => top + (1 - (value - yLow) / (yHigh - yLow)) * inner.height,
    xBack: (pixel) => xLow + ((pixel - left) / inner.width) * (xHigh - xLow),
    yBack: (pixel) => yLow + (1 - (pixel - top) / inner.height) * (yHigh - yLow),
  };
};

PL.drawPoints = function (canvas, scales) {
  const context = canvas.getContext("2d");
  const { run, x, y } = PL.state;
  const [across, upwards] = [PL.scoreColumn(x), PL.scoreColumn(y)];
  const correct = PL.categoryColumn("correct");
  const wrong = PL.category("correct").values.indexOf("wrong") + 1;
  const style = getComputedStyle(document.documentElement);
  const start = run * PL.imageCount();
  let missing = 0;
  context.scale(2, 2);
  context.globalAlpha = 0.7;
  context.lineWidth = 1.4;
  for (const i of PL.result.order) {
    const [a, b] = [scales.x(across[start + i]), scales.y(upwards[start + i])];
    if (Number.isNaN(a) || Number.isNaN(b)) {
      missing += 1;
      continue;
    }
    // Wrong predictions are crosses, so that colour is not the only difference.
    const isWrong = correct[start + i] === wrong;
    context.strokeStyle = style.getPropertyValue(isWrong ? "--wrong" : "--right");
    context.beginPath();
    if (isWrong) {
      context.moveTo(a - 3, b - 3);
      context.lineTo(a + 3, b + 3);
      context.moveTo(a + 3, b - 3);
      context.lineTo(a - 3, b + 3);
    } else {
      context.arc(a, b, 2.5, 0, 2 * Math.PI);
    }
    context.stroke();
  }
  return missing;
};

/** Lines, numbers and titles of both axes. */
PL.axes = function (scales, titles) {
  const { width, height, left, right, top, bottom } = PL.scatterSize;
  const foot = height - bottom;
  const marks = [
    PL.svg("path", { class: "axis", d: `M${left} ${top}V${foot}H${width - right}`, fill: "none" }),
    PL.svg("text", { class: "title", x: (left + width - right) / 2, y: height - 6 }, titles[0]),
    PL.svg("text", {
      class: "title", transform: `translate(14 ${(top + foot) / 2}) rotate(-90)`,
    }, titles[1]),
  ];
  for (const value of PL.ticks(scales.xLow, scales.xHigh)) {
    marks.push(PL.svg("text", { class: "tick middle", x: scales.x(value), y: foot + 16 },
      PL.number(value)));
  }
  for (const value of PL.ticks(scales.yLow, scales.yHigh)) {
    marks.push(PL.svg("text", { class: "tick end", x: left - 6, y: scales.y(value) + 4 },
      PL.number(value)));
  }
  return marks;
};

PL.updateScatter = function () {
  const place = PL.byID("scatter-place");
  if (!place) return;
  const { x, y, run } = PL.state;
  const { width, height } = PL.scatterSize;
  const scales = PL.scatterScales();
  const canvas = PL.element("canvas", { width: width * 2, height: height * 2 });
  const missing = PL.drawPoints(canvas, scales);
  const titles = [PL.metricTitle(x), PL.metricTitle(y)];
  const brush = PL.svg("rect", { class: "brush", width: 0, height: 0 });
  const plot = PL.svg("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "Scatter of " + titles.join(" and "),
  }, PL.axes(scales, titles), brush);
  PL.brushScatter(plot, brush, scales);
  const start = run * PL.imageCount();
  const [across, upwards] = [PL.scoreColumn(x), PL.scoreColumn(y)];
  const rows = Array.from(PL.result.order.slice(0, 200), (i) => [
    PL.data.index.images.names[i], PL.number(across[start + i]), PL.number(upwards[start + i]),
  ]);
  place.replaceChildren(
    PL.element("div", { class: "plot" }, canvas, plot),
    PL.element("p", { class: "note" },
      "○ right or not known   ✗ wrong   " + missing + " without both values"),
    PL.element("fieldset", {}, PL.element("legend", {}, titles[0]), PL.rangeFields(x, "plot-")),
    x === y ? null : PL.element("fieldset", {}, PL.element("legend", {}, titles[1]),
      PL.rangeFields(y, "plot-")),
    PL.dataTable(titles.join(" and ") + ", first 200", ["image", ...titles], rows));
};

PL.brushScatter = function (plot, brush, scales) {
  const point = (event) => {
    const box = plot.getBoundingClientRect();
    const { width, height } = PL.scatterSize;
    return [(event.clientX - box.left) / box.width * width,
      (event.clientY - box.top) / box.height * height];
  };
  let start = null;
  plot.addEventListener("pointerdown", (event) => {
    start = point(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = point(event);
    brush.setAttribute("x", Math.min(start[0], end[0]));
    brush.setAttribute("y", Math.min(start[1], end[1]));
    brush.setAttribute("width", Math.abs(end[0] - start[0]));
    brush.setAttribute("height", Math.abs(end[1] - start[1]));
  });
  plot.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = point(event);
    const isClick = Math.hypot(end[0] - start[0], end[1] - start[1]) < 4;
    const ends = (values) => values.map((v) => Number(v.toPrecision(4))).sort((a, b) => a - b);
    const { x, y } = PL.state;
    const across = ends([scales.xBack(start[0]), scales.xBack(end[0])]);
    const upwards = ends([scales.yBack(start[1]), scales.yBack(end[1])]);
    start = null;
    PL.change((state) => {
      for (const [key, range] of [[y, upwards], [x, across]]) {
        if (isClick) state.ranges.delete(key);
        else state.ranges.set(key, range);
      }
    });
  });
};
