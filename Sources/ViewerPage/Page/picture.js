"use strict";
/** An image with its map and its outlines, one over the other. */

/** Height and width of a picture that fits into a square of `side` pixels. */
PL.fit = function (image, side) {
  const { widths, heights } = PL.data.index.images;
  const width = widths ? widths[image] : 1;
  const height = heights ? heights[image] : 1;
  if (!width || !height) return { width: side, height: side };
  const scale = side / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
};

PL.hasPicture = function (image) {
  const { widths } = PL.data.index.images;
  return Boolean(widths && widths[image] > 0);
};

/** The largest value of a map; NaN where the run has none of this image. */
PL.mapScale = function (run, image) {
  const { maps } = PL.runs()[run];
  if (!maps) return NaN;
  const content = PL.data.loaded.get(maps.file);
  if (!content) return NaN;
  if (!content.column) content.column = new Float32Array(PL.bytes(content.scales).buffer);
  return content.column[image];
};

PL.mapFile = (run, image) =>
  "maps/" + PL.data.index.images.hashes[image] + "-" + run + ".png";

/**
 * The layers in one box.
 *
 * @param options run, side in pixels, folder (`thumbs` or `images`), and the layers `map` and
 *   `outlines`.
 */
PL.picture = function (image, options) {
  const size = PL.fit(image, options.side);
  const box = PL.element("div", { class: "picture" });
  box.style.width = size.width + "px";
  box.style.height = size.height + "px";
  const hash = PL.data.index.images.hashes[image];
  if (PL.hasPicture(image)) {
    const source = options.folder + "/" + hash + ".png";
    const layer = PL.element("img", {
      class: "layer image", src: source, alt: "", decoding: "async", draggable: "false",
    });
    layer.onerror = () => box.append(PL.absent("the picture " + source + " is missing"));
    box.append(layer);
  } else {
    box.append(PL.absent("no picture: give --data to view"));
  }
  if (options.map && !Number.isNaN(PL.mapScale(options.run, image))) {
    const signed = PL.runs()[options.run].maps.signed;
    box.append(PL.element("img", {
      class: "layer map " + (signed ? "signed" : "plain"), alt: "", decoding: "async",
      src: PL.mapFile(options.run, image), draggable: "false",
    }));
  }
  const outline = options.outlines ? PL.outlinePicture(image, options.run) : null;
  if (outline) box.append(outline);
  return box;
};

PL.absent = (text) => PL.element("span", { class: "absent" }, text);
