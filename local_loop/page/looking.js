// Look closer at the picture: compare before and after with a slider, and enlarge the pixels. Both work together. The
// tools that show the whole picture replace them while they are open.

import { pathOf } from "./answers.js";
import { at, make } from "./dom.js";
import { subscribe as onPicture } from "./picture.js";
import { presets } from "./table.js";
import { close as closeTool, onOpen } from "./tools.js";

/** The number of screen pixels for one pixel of the file, on each side. null means as large as there is room for. */
const ZOOMS = { Fit: null, "1:1": 1, "2×": 2, "4×": 4 };
/**
 * The options that choose a part of the original and its size. "Before" keeps these, without effects and compression.
 */
const KEPT = ["page", "still", "crop", "trim", "rot", "flip", "ar", "fit", "g", "up", "pad", "bars", "bg"];
const UNSEEN = "There is no original to compare it with.";

let zoom = "Fit";
let compares = false;
let shown = null; // the picture on the stage, and the answers for it
let parts = null; // the elements of the closer look

const frame = () => at("picture").querySelector(".frame");

/** Write the SPEC of the "before" picture. `named` are the presets by name, because the spec may have a preset. */
export function beforeSpec(spec, named = {}) {
  const plain = spec.startsWith("p-") ? (named[spec.slice(2).split("_")[0]] ?? spec) : spec;
  const [size, ...options] = plain.split("_");
  return [size, ...options.filter((option) => KEPT.includes(option.split("-")[0])), "f-png"].join("_");
}

function build() {
  const after = make("img", { class: "after", alt: "", draggable: "false" });
  const before = make("img", { class: "before", alt: "", draggable: "false" });
  const layers = make("div", { class: "layers" }, after, before);
  const pane = make("div", { class: "pane", tabindex: 0, role: "region" }, layers);
  const slider = make("input", { type: "range", class: "split", min: 0, max: 100, value: 50, step: 1 });
  slider.setAttribute("aria-label", "Show the original up to here");
  const names = ["Original", "Derivative"].map((name) => make("span", {}, name));
  const look = make("div", { class: "look", hidden: true }, pane, slider, make("p", { class: "sides" }, ...names));
  parts = { look, pane, layers, after, before, slider };
  slider.addEventListener("input", place);
  pane.addEventListener("scroll", place);
  pane.addEventListener("pointerdown", drag);
  frame().append(look);
}

/** Move a picture that is larger than the pane with the pointer. The arrow keys scroll it too. */
function drag(down) {
  if (down.button !== 0) return;
  const { pane } = parts;
  const from = [pane.scrollLeft + down.clientX, pane.scrollTop + down.clientY];
  const move = ({ clientX, clientY }) =>
    pane.scrollTo({ left: from[0] - clientX, top: from[1] - clientY, behavior: "instant" });
  pane.setPointerCapture(down.pointerId);
  pane.addEventListener("pointermove", move);
  pane.addEventListener("lostpointercapture", () => pane.removeEventListener("pointermove", move), { once: true });
}

/** Set the size of the layers, and cut off the upper one at the slider. */
function place() {
  const { look, pane, layers, before, slider } = parts;
  const scale = ZOOMS[zoom] ? ZOOMS[zoom] / devicePixelRatio : fitting();
  layers.style.setProperty("width", `${shown.image.naturalWidth * scale}px`);
  layers.style.setProperty("height", `${shown.image.naturalHeight * scale}px`);
  layers.classList.toggle("is-pixels", scale * devicePixelRatio > 1);
  const [room, all] = [pane.getBoundingClientRect(), layers.getBoundingClientRect()];
  const [left, top] = [Math.max(room.left, all.left), Math.max(room.top, all.top)];
  const [right, bottom] = [Math.min(room.right, all.right), Math.min(room.bottom, all.bottom)];
  const cut = left + ((right - left) * slider.value) / 100 - all.left;
  before.style.setProperty("clip-path", `inset(0 ${all.width - cut}px 0 0)`);
  const seen = { left: left - room.left, top: top - room.top, width: right - left, height: bottom - top };
  for (const [name, length] of Object.entries(seen)) look.style.setProperty(`--${name}`, `${length}px`);
  slider.setAttribute("aria-valuetext", `${slider.value} % original`);
}

const fitting = () => {
  const { clientWidth, clientHeight } = parts.pane;
  return Math.min(1, clientWidth / shown.image.naturalWidth, clientHeight / shown.image.naturalHeight);
};

function show() {
  const isOpen = Boolean(shown) && (compares || zoom !== "Fit");
  const { look, pane, after, before, slider } = parts;
  look.hidden = !isOpen;
  look.classList.toggle("is-compared", isOpen && compares);
  frame().classList.toggle("is-looked-at", isOpen);
  for (const button of at("tools").querySelectorAll("[data-zoom]")) {
    button.setAttribute("aria-pressed", String(button.dataset.zoom === zoom));
  }
  at("compare").setAttribute("aria-pressed", String(compares));
  if (!isOpen) return;
  closeTool();
  after.src = shown.image.src;
  pane.setAttribute("aria-label", `${shown.image.alt}, ${zoom}`);
  before.hidden = slider.hidden = !compares;
  if (compares) showBefore();
  place();
}

async function showBefore() {
  const { before } = parts;
  const { state, explained } = shown;
  const spec = beforeSpec(explained.canonical, await presets());
  const source = pathOf({ spec, key: state.key });
  if (before.dataset.source === source) return;
  before.dataset.source = source;
  before.src = `${source}?${Date.now()}`;
  const isThere = await before.decode().then(() => true, () => false);
  if (before.dataset.source !== source) return;
  at("taking").textContent = isThere ? "" : UNSEEN;
  if (!isThere) leave();
}

/** Show the pixels at this size. The middle of the view stays the same. */
function enlarge(name) {
  const { pane } = parts;
  const middle = [
    (pane.scrollLeft + pane.clientWidth / 2) / pane.scrollWidth || 0.5,
    (pane.scrollTop + pane.clientHeight / 2) / pane.scrollHeight || 0.5,
  ];
  zoom = name;
  show();
  pane.scrollTo({
    left: middle[0] * pane.scrollWidth - pane.clientWidth / 2,
    top: middle[1] * pane.scrollHeight - pane.clientHeight / 2,
    behavior: "instant",
  });
}

function leave() {
  zoom = "Fit";
  compares = false;
  show();
}

export function start() {
  build();
  const compare = make("button", { type: "button", class: "tool", id: "compare" }, "Before and after");
  compare.addEventListener("click", () => {
    compares = !compares;
    show();
  });
  const zooms = Object.keys(ZOOMS).map((name) => {
    const button = make("button", { type: "button", class: "tool", "data-zoom": name }, name);
    button.addEventListener("click", () => {
      enlarge(name);
    });
    return button;
  });
  at("tools").append(compare, make("span", { class: "zooms", role: "group", "aria-label": "Zoom" }, ...zooms));
  new ResizeObserver(() => shown && !parts.look.hidden && place()).observe(parts.pane);
  onOpen(leave);
  onPicture((picture) => {
    shown = picture;
    show();
  });
  show();
}
