"use strict";
/** Masks, boxes and parts: drawn as outlines over an image. */
PL.outlineFile = (image) => "outlines-" + Math.floor(image / PL.data.index.outlineChunk);

/**
 * The outlines of an image that belong to a run: those of the class that it explains. An empty list
 * where there are none or they are not loaded.
 */
PL.outlines = function (image, run) {
  if (!PL.data.index.outlineChunk) return [];
  const chunk = PL.data.loaded.get(PL.outlineFile(image));
  const name = PL.runs()[run].factors.class;
  const isOwn = name === "label" || name === "predicted";
  return ((chunk && chunk[image]) || []).filter((outline) =>
    isOwn ? outline.own : outline.class === name);
};

/** Loads the outlines of the images that are in sight, then draws them. */
PL.loadOutlines = function (images, draw) {
  if (!PL.data.index.outlineChunk || !PL.state.outlines) return;
  const files = new Set(images.map(PL.outlineFile));
  const absent = Array.from(files).filter((file) => !PL.data.loaded.has(file));
  if (absent.length === 0) return;
  Promise.all(absent.map(PL.load)).then(draw, PL.fail);
};

/** Two lines, dark below bright, so that an outline is seen on any image. */
PL.outlinePicture = function (image, run) {
  const outlines = PL.outlines(image, run);
  if (outlines.length === 0) return null;
  const { width, height } = outlines[0];
  const lines = outlines.flatMap(({ kind, path }) => [
    PL.svg("path", { class: "below", d: path }),
    PL.svg("path", { class: "outline " + PL.outlineClass(kind), d: path }),
  ]);
  return PL.svg("svg", {
    class: "layer", viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none",
    "aria-hidden": "true",
  }, lines);
};

PL.outlineClass = (kind) => (["mask", "box", "part"].includes(kind) ? kind : "mask");

/** What is outlined, in words. */
PL.outlineText = function (image, run) {
  const names = PL.outlines(image, run).map(({ kind, name }) => kind + (name ? " of " + name : ""));
  return names.length > 0 ? "outlined: " + names.join(", ") : "no outline";
};
