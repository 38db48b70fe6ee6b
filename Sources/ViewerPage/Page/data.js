"use strict";
/**
 * The data. `data/index.js` is read at the start, and the other files of `data` when they are
 * needed. Each is a script that calls `PL.receive`, because a page that was opened from a folder
 * cannot fetch the files beside it.
 */
PL.data = { index: null, loaded: new Map(), waiting: new Map() };

PL.receive = function (name, content) {
  if (name === "index") {
    PL.data.index = content;
    PL.start();
    return;
  }
  PL.data.loaded.set(name, content);
};

/** Loads `data/NAME.js`; at once if it is there. Fails with a text that names the file. */
PL.load = function (name) {
  if (PL.data.loaded.has(name)) return Promise.resolve(PL.data.loaded.get(name));
  if (PL.data.waiting.has(name)) return PL.data.waiting.get(name);
  const promise = new Promise((resolve, reject) => {
    const fail = (problem) => reject(new Error("data/" + name + ".js " + problem));
    const script = document.createElement("script");
    script.onload = () => {
      if (PL.data.loaded.has(name)) resolve(PL.data.loaded.get(name));
      else fail("is damaged; write the page again");
    };
    script.onerror = () => fail("is missing; keep the folder together");
    script.src = "data/" + name + ".js";
    document.head.append(script);
  });
  PL.data.waiting.set(name, promise);
  return promise;
};

PL.bytes = function (base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
};

/** The values of a score: of image `i` in run `r` at `r * images + i`; NaN where there is none. */
PL.scoreColumn = function (key) {
  const content = PL.data.loaded.get(PL.metric(key).file);
  if (!content.column) {
    content.column = new Float32Array(PL.bytes(content.values).buffer);
    content.why = content.reasons
      ? new Uint16Array(PL.bytes(content.reasons).buffer)
      : new Uint16Array(content.column.length);
  }
  return content.column;
};

/** Why an image has no value. */
PL.reason = function (key, run, image) {
  PL.scoreColumn(key);
  const content = PL.data.loaded.get(PL.metric(key).file);
  const number = content.why[run * PL.imageCount() + image];
  return number === 0 ? "not scored in this run" : PL.data.index.reasons[number - 1];
};

/** The values of a category, as for scores: 0 for none, else 1 + the index of the value. */
PL.categoryColumn = function (name) {
  const content = PL.data.loaded.get(PL.category(name).file);
  if (!content.column) content.column = new Uint16Array(PL.bytes(content.values).buffer);
  return content.column;
};

PL.categoryText = function (name, run, image) {
  const number = PL.categoryColumn(name)[run * PL.imageCount() + image];
  return number === 0 ? "" : PL.category(name).values[number - 1];
};

PL.imageCount = () => PL.data.index.images.names.length;
PL.runs = () => PL.data.index.runs;

/** A score by its key: the metric's name, and a part after a slash. */
PL.metric = (key) => PL.data.metrics.get(key);
PL.category = (name) => PL.data.categories.get(name);

PL.prepareData = function () {
  const index = PL.data.index;
  PL.data.metrics = new Map(index.metrics.map((metric) => [metric.key, metric]));
  PL.data.categories = new Map(index.categories.map((category) => [category.name, category]));
};
