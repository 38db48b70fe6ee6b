"use strict";
/** Everything of the page lives in this one object; other files add to it. */
const PL = {};

/** Gives an element its attributes, listeners (`onclick` and the like) and children. */
PL.fill = function (element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  // A text becomes a text node, never markup.
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
};

PL.element = function (name, attributes, ...children) {
  return PL.fill(document.createElement(name), attributes, children);
};

PL.svg = function (name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  return PL.fill(element, attributes, children);
};

PL.byID = (id) => document.getElementById(id);

/** Says something to people who see the page and to people who hear it. */
PL.say = function (text) {
  PL.byID("status").textContent = text;
};

/** A number with three significant digits; an empty text for none. */
PL.number = function (value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
};

PL.count = (number, noun) => number + " " + noun + (number === 1 ? "" : "s");

/** Text from outside may change the direction of what follows it; `bdi` keeps it apart. */
PL.name = (text, attributes) => PL.element("bdi", attributes, text);

/** Waits until a slider or a brush rests before `action` runs. */
PL.later = function (milliseconds, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
};

/** A data table that says what a plot shows. Its rows are made when it is opened. */
PL.dataTable = function (caption, columns, rows) {
  const place = PL.element("div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption });
  const fill = () => {
    const shown = rows.slice(0, 200);
    const more = rows.length - shown.length;
    const head = columns.map((title) => PL.element("th", { scope: "col" }, title));
    const body = shown.map((row) =>
      PL.element("tr", {}, row.map((cell) => PL.element("td", {}, String(cell)))));
    place.replaceChildren(PL.element("table", {}, PL.element("caption", {}, caption),
      PL.element("thead", {}, PL.element("tr", {}, head)), PL.element("tbody", {}, body)));
    if (more > 0) place.append(PL.element("p", {}, "And " + PL.count(more, "more row") + "."));
  };
  return PL.element("details", {
    class: "table", ontoggle: (event) => { if (event.target.open) fill(); },
  }, PL.element("summary", {}, "Data table: " + caption), place);
};
