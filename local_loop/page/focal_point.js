// Let a person move the focal point: a handle on the whole picture, and a frame around the part that stays.

import { gravityOfPoint, pointOfGravity } from "./control_gravity.js";
import { make } from "./dom.js";
import { onDrag, STEPS } from "./dragging.js";
import { numberOf, replaced, values } from "./spec_text.js";
import { get, set } from "./state.js";
import { register } from "./tools.js";

let handle = null;
let kept = null;
let canvas = null;
let point = [50, 50];

const within = (value) => Math.min(100, Math.max(0, Math.round(value)));

function move(next) {
  set({ spec: replaced(get().spec, "g", gravityOfPoint(next.map(within))) }, { gesture: "g" });
}

/** Find the ratio of the part that stays, or 0 if nothing is cut off. */
function ratioOf(found) {
  const [width, height] = found.get("size").split("x").map(Number);
  if (found.get("fit") === "cover" && width && height) return width / height;
  const [across, down] = (found.get("ar") ?? "").split("-").map(numberOf);
  return across && down ? across / down : 0;
}

/** Draw the frame around the part that stays: as large as fits, with the point in the middle if the edges allow it. */
function showKept(ratio) {
  kept.hidden = !ratio;
  if (!ratio) return;
  const { naturalWidth, naturalHeight } = canvas.querySelector("img");
  const own = naturalWidth / naturalHeight;
  const [across, down] = ratio > own ? [100, (own / ratio) * 100] : [(ratio / own) * 100, 100];
  const place = (middle, side) => Math.min(100 - side, Math.max(0, middle - side / 2));
  kept.style.setProperty("left", `${place(point[0], across)}%`);
  kept.style.setProperty("top", `${place(point[1], down)}%`);
  kept.style.setProperty("width", `${across}%`);
  kept.style.setProperty("height", `${down}%`);
}

function begin(element) {
  canvas = element;
  kept = make("div", { class: "kept" });
  handle = make("button", { type: "button", class: "handle" });
  handle.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const by = event.shiftKey ? 10 : 1;
    move([point[0] + step[0] * by, point[1] + step[1] * by]);
  });
  onDrag(canvas, { begin: move, move: (at) => move(at) });
  canvas.append(kept, handle);
  handle.focus({ preventScroll: true });
}

function show(spec) {
  const found = values(spec);
  point = pointOfGravity(found.get("g") ?? "c") ?? [50, 50];
  handle.style.setProperty("left", `${point[0]}%`);
  handle.style.setProperty("top", `${point[1]}%`);
  handle.setAttribute("aria-label", `Focal point: ${point[0]} % from the left, ${point[1]} % from the top. Arrows move it.`);
  showKept(ratioOf(found));
}

export const start = () => register("focus", { start: begin, show });
