"use strict";
/** Perceptually even colour maps, as 17 colours from low to high (hexadecimal RGB). */
PL.colourMaps = {
  // matplotlib's viridis, inferno and cividis, sampled evenly.
  viridis: "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73"
    + " 5ec962 84d44b addc30 d8e219 fde725",
  inferno: "000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 d24644 e45a31 f1731d"
    + " f98e09 fcac11 f9cb35 f2ea69 fcffa4",
  cividis: "00224e 002e6a 1a386f 32436d 434e6c 535a6d 61656f 6f7073 7d7c78 8c8878 9b9476 aba072"
    + " bcae6c cdbb63 dec958 f0d846 fee838",
  // For signed maps: blue below zero, red above; lightness falls evenly on both sides (CIELAB).
  diverging: "005ab3 006bc7 007dd8 2c8fe4 61a1ec 88b3f1 acc6f2 cedaf1 eeeeee f2d2cc f2b7ac ee9c8e"
    + " e58373 d86a5a c85344 b43d32 9e2922",
};

PL.colourPoints = function (name) {
  return PL.colourMaps[name].split(" ").map((hex) =>
    [0, 2, 4].map((start) => parseInt(hex.slice(start, start + 2), 16) / 255));
};

/** The colour of a value from 0 to 1, as CSS. */
PL.colour = function (name, value) {
  const points = PL.colourPoints(name);
  const place = Math.min(1, Math.max(0, value)) * (points.length - 1);
  const low = Math.min(points.length - 2, Math.floor(place));
  const mixed = points[low].map((a, i) => a + (points[low + 1][i] - a) * (place - low));
  return "rgb(" + mixed.map((part) => Math.round(part * 255)).join(" ") + ")";
};

/** The opacity of each grey level of a map: 0 below the threshold. Level 128 is 0 if signed. */
PL.opacities = function (isSigned, threshold, opacity) {
  return Array.from({ length: 256 }, (_, level) => {
    const strength = isSigned ? Math.abs(level - 128) / 127 : level / 255;
    return strength >= threshold && (threshold === 0 || strength > 0) ? opacity : 0;
  });
};

/**
 * An SVG filter that colours a grey picture.
 *
 * A canvas cannot do it: the browser does not give the pixels of files to the page.
 */
PL.mapFilter = function (id, colours, opacities) {
  const points = PL.colourPoints(colours);
  const table = (channel) => points.map((point) => point[channel].toFixed(4)).join(" ");
  const copyRed = "0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1 0 0 0 0";
  return PL.svg("filter", {
    id, x: 0, y: 0, width: "100%", height: "100%", "color-interpolation-filters": "sRGB",
  },
  PL.svg("feComponentTransfer", { in: "SourceGraphic", result: "coloured" },
    PL.svg("feFuncR", { type: "table", tableValues: table(0) }),
    PL.svg("feFuncG", { type: "table", tableValues: table(1) }),
    PL.svg("feFuncB", { type: "table", tableValues: table(2) })),
  PL.svg("feColorMatrix", { in: "SourceGraphic", type: "matrix", values: copyRed }),
  PL.svg("feComponentTransfer", { result: "cover" },
    PL.svg("feFuncA", { type: "discrete", tableValues: opacities.join(" ") })),
  PL.svg("feComposite", { in: "coloured", in2: "cover", operator: "in" }));
};

/** An SVG filter for window and level (both shares of the range of grey), and inversion. */
PL.windowFilter = function (id, width, level, isInverted) {
  const slope = (isInverted ? -1 : 1) / width;
  const intercept = isInverted ? 0.5 + level / width : 0.5 - level / width;
  const linear = { type: "linear", slope, intercept };
  return PL.svg("filter", { id, "color-interpolation-filters": "sRGB" },
    PL.svg("feComponentTransfer", {}, ["feFuncR", "feFuncG", "feFuncB"].map((name) =>
      PL.svg(name, linear))));
};

PL.updateColours = function () {
  const state = PL.state;
  const settings = [
    state.threshold, state.opacity, state.colours, state.window, state.level, state.invert,
  ].join();
  // A new filter makes the browser paint all pictures again.
  if (settings === PL.drawnColours) return;
  PL.drawnColours = settings;
  const filter = (id, colours, isSigned) => PL.mapFilter(
    id, colours, PL.opacities(isSigned, state.threshold / 100, state.opacity / 100));
  const plain = state.colours === "diverging" ? "inferno" : state.colours;
  PL.byID("filters").replaceChildren(PL.svg("svg", { width: 0, height: 0 },
    filter("map-plain", plain, false), filter("map-signed", "diverging", true),
    PL.windowFilter("image-window", state.window / 100, state.level / 100, state.invert)));
};

/** A strip of the colours with the values at its ends. */
PL.colourScale = function (name, low, high, title) {
  PL.strips = (PL.strips || 0) + 1;
  const id = "strip-" + PL.strips;
  const points = PL.colourPoints(name);
  const stops = points.map((_, i) => PL.svg("stop", {
    offset: i / (points.length - 1), "stop-color": PL.colour(name, i / (points.length - 1)),
  }));
  return PL.element("div", { class: "scale" },
    PL.element("span", {}, low),
    PL.svg("svg", { viewBox: "0 0 160 10", role: "img", "aria-label": title },
      PL.svg("defs", {}, PL.svg("linearGradient", { id }, stops)),
      PL.svg("rect", { width: 160, height: 10, fill: "url(#" + id + ")" })),
    PL.element("span", {}, high));
};
