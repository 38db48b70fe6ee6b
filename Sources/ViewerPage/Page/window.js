"use strict";
/** The large picture: zoom, and window and level by dragging, as for radiographs. */
PL.zoom = "fit";

PL.largePicture = function (image) {
  const { run, map, outlines } = PL.state;
  const fit = Math.min(640, window.innerWidth - 48);
  const { widths, heights } = PL.data.index.images;
  const own = PL.hasPicture(image) ? Math.max(widths[image], heights[image]) : fit;
  const side = PL.zoom === "fit" ? fit : own * PL.zoom;
  const picture = PL.picture(image, { run, side, folder: "images", map, outlines });
  if (PL.zoom !== "fit") picture.classList.add("pixels");
  const frame = PL.element("div", {
    class: "frame", id: "frame", tabindex: 0, role: "group",
    "aria-label": PL.cardText(image) + "; " + PL.outlineText(image, run),
  }, picture);
  PL.dragWindow(frame);
  return PL.element("div", { class: "large" }, frame, PL.zoomButtons(image),
    PL.element("div", { class: "fields" },
      PL.windowSlider("Window", "window", 1, 200), PL.windowSlider("Level", "level", 0, 100),
      PL.element("label", { class: "tick-field" }, PL.element("input", {
        type: "checkbox", id: "detail-invert", checked: PL.state.invert,
        onchange: (event) => PL.change((state) => { state.invert = event.target.checked; }),
      }), "Invert"),
      PL.button("Reset", () => PL.change((state) => {
        [state.window, state.level, state.invert] = [100, 50, false];
      }), { id: "reset-window" })),
    PL.mapLegend(run, image));
};

PL.zoomButtons = function (image) {
  const zoom = (value, text) => PL.button(text, () => {
    PL.zoom = value;
    PL.updateDetail();
  }, { id: "zoom-" + text.replace(/\W/g, ""), "aria-pressed": String(PL.zoom === value) });
  const note = PL.hasPicture(image) ? "" : "no picture";
  return PL.element("div", { class: "fields" }, zoom("fit", "Fit"), zoom(1, "1 : 1"),
    zoom(2, "2 : 1"), zoom(4, "4 : 1"), note);
};

PL.windowSlider = function (title, key, low, high) {
  const shown = PL.element("output", { id: "shown-" + key }, PL.state[key] + "%");
  const change = (isPassing) => (event) => PL.setWindow({ [key]: Number(event.target.value) },
    isPassing);
  return PL.element("label", { class: "field", for: "window-" + key },
    PL.element("span", {}, title, " ", shown),
    PL.element("input", {
      type: "range", id: "window-" + key, min: low, max: high, value: PL.state[key],
      oninput: change(true), onchange: change(false),
    }));
};

/** Only the filter changes, so that dragging is smooth. */
PL.setWindow = function (values, isPassing) {
  Object.assign(PL.state, values);
  const address = PL.writeState(PL.state);
  if (isPassing) history.replaceState(null, "", address);
  else if (address !== location.hash) history.pushState(null, "", address);
  PL.updateColours();
  PL.markWindow();
  for (const key of ["window", "level"]) {
    const shown = PL.byID("shown-" + key);
    if (shown) shown.textContent = PL.state[key] + "%";
  }
};

/** Pictures are filtered only where that changes something. */
PL.markWindow = function () {
  const { window: width, level, invert } = PL.state;
  const isPlain = width === 100 && level === 50 && !invert;
  document.documentElement.classList.toggle("windowed", !isPlain);
};

/** Sideways is the window, up and down the level. */
PL.dragWindow = function (frame) {
  let start = null;
  const limit = (value, low, high) => Math.round(Math.min(high, Math.max(low, value)));
  frame.addEventListener("pointerdown", (event) => {
    // A finger scrolls the picture.
    if (event.pointerType === "touch" || event.button !== 0) return;
    start = { x: event.clientX, y: event.clientY, ...PL.state };
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!start) return;
    PL.setWindow({
      window: limit(start.window + (event.clientX - start.x) / 3, 1, 200),
      level: limit(start.level + (event.clientY - start.y) / 4, 0, 100),
    }, true);
  });
  frame.addEventListener("pointerup", () => {
    start = null;
    for (const key of ["window", "level"]) PL.byID("window-" + key).value = PL.state[key];
  });
};

/** The colours of the map with its own largest value. */
PL.mapLegend = function (run, image) {
  const largest = PL.mapScale(run, image);
  if (Number.isNaN(largest)) {
    return PL.element("p", { class: "note" }, "The results keep no map of this image and run.");
  }
  const { signed } = PL.runs()[run].maps;
  const colours = signed ? "diverging"
    : PL.state.colours === "diverging" ? "inferno" : PL.state.colours;
  return PL.colourScale(colours, signed ? PL.number(-largest) : "0", PL.number(largest),
    "Colours of the map");
};
