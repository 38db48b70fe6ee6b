"""Checks of accessibility of our own: names, contrast, sizes of targets, unique identifiers."""

SCRIPT = r"""
const problems = [];
const isShown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && e.getClientRects().length > 0;
const where = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + "." + e.className;
const name = (e) => e.getAttribute("aria-label") || e.textContent.trim()
    || (e.labels && e.labels[0] && e.labels[0].textContent.trim());

for (const e of document.querySelectorAll("button, a, input, select, [role=button], [tabindex]")) {
    if (isShown(e) && !name(e)) problems.push("no name: " + where(e));
}
for (const e of document.querySelectorAll("svg[role=img]")) {
    if (isShown(e) && !e.getAttribute("aria-label")) problems.push("no text: " + where(e));
}
for (const e of document.querySelectorAll("img")) {
    if (!e.hasAttribute("alt")) problems.push("no alt: " + where(e));
}
const ids = Array.from(document.querySelectorAll("[id]"), (e) => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) {
    problems.push("twice the id " + id);
}
for (const e of document.querySelectorAll("button, input, select, summary")) {
    if (!isShown(e)) continue;
    const box = e.getBoundingClientRect();
    if (e.type === "range" ? box.width < 24 : box.width < 24 || box.height < 24) {
        if (e.type !== "range") problems.push("small: " + where(e) + " " + box.width + "x"
            + box.height);
    }
}

// Contrast of text with the first opaque ground behind it.
const colour = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
};
const luminance = ({ rgb }) => rgb.map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
        const found = colour(getComputedStyle(at).backgroundColor);
        if (found.alpha === 1) return found;
    }
    return { rgb: [255, 255, 255] };
};
const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !isShown(e)) continue;
    const style = getComputedStyle(e);
    const text = colour(e.closest("svg") ? style.fill : style.color);
    const found = ratio(text, ground(e));
    if (found < 4.5) problems.push("contrast " + found.toFixed(2) + ": " + where(e) + " "
        + e.textContent.slice(0, 20));
}
for (const e of document.querySelectorAll(".bar, .dot, path.line, .median")) {
    if (!isShown(e)) continue;
    const style = getComputedStyle(e);
    const mark = e.matches(".bar, .dot") ? style.fill : style.stroke;
    if (ratio(colour(mark), ground(e)) < 3) problems.push("contrast below 3: " + where(e));
}
return problems;
"""


def accessibility_problems(run):
    return run(SCRIPT)
