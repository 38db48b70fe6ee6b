"use strict";
/** The selection, or what is shown where nothing is selected, as a CSV file or a list of names. */
PL.exported = function () {
  const { selected } = PL.state;
  if (selected.size === 0) return Array.from(PL.result.order);
  const shown = Array.from(PL.result.order).filter((image) => selected.has(image));
  const isShown = new Set(shown);
  const others = Array.from(selected).filter((image) => !isShown.has(image));
  return shown.concat(others.sort((a, b) => a - b));
};

/** A field of CSV (RFC 4180). */
PL.csvField = (value) => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
};

/** The scores that are loaded: those that were looked at. */
PL.loadedKeys = () => PL.data.index.metrics
  .filter(({ file }) => PL.data.loaded.has(file)).map(({ key }) => key);

PL.csv = function () {
  const { run } = PL.state;
  const index = PL.data.index;
  const start = run * PL.imageCount();
  const keys = PL.loadedKeys();
  const categories = index.categories.filter(({ name }) => name !== "in_run");
  const rows = [["image", "group", "run", ...categories.map(({ name }) => name), ...keys]];
  for (const image of PL.exported()) {
    rows.push([
      index.images.names[image], index.images.groups ? index.images.groups[image] : "",
      index.runs[run].name,
      ...categories.map(({ name }) => PL.categoryText(name, run, image)),
      ...keys.map((key) => {
        const value = PL.scoreColumn(key)[start + image];
        return Number.isNaN(value) ? "" : value;
      }),
    ]);
  }
  return rows.map((row) => row.map(PL.csvField).join(",") + "\n").join("");
};

/** One name per line. A name with a line break cannot be in such a list, and is counted. */
PL.idList = function () {
  const names = PL.exported().map((image) => PL.data.index.images.names[image]);
  const kept = names.filter((name) => !/[\r\n]/.test(name));
  return { text: kept.map((name) => name + "\n").join(""), left: names.length - kept.length };
};

PL.save = function (name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  PL.element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

PL.exportCSV = function () {
  PL.save("plumbline-images.csv", "text/csv", PL.csv());
  PL.say(PL.count(PL.exported().length, "row") + " written to plumbline-images.csv");
};

PL.exportIDs = function () {
  const list = PL.idList();
  PL.save("plumbline-ids.txt", "text/plain", list.text);
  PL.say(list.left === 0 ? "names written to plumbline-ids.txt"
    : PL.count(list.left, "name") + " with a line break left out");
};
