// Let a person draw, move and resize the crop: a box on the whole picture.

import { cropText, readCrop } from "./control_crop.js";
import { make } from "./dom.js";
import { onDrag, STEPS } from "./dragging.js";
import { replaced, values } from "./spec_text.js";
import { get, set } from "./state.js";
import { register } from "./tools.js";

const CORNERS = { nw: [0, 0], ne: [1, 0], sw: [0, 1], se: [1, 1] };
const LEAST = 1; // the least size of the box, percent of a side

let box = null;
let present = readCrop(null);

function say(shares) {
  set({ spec: replaced(get().spec, "crop", cropText({ ...present, shares })) }, { gesture: "crop" });
}

const between = (value, most) => Math.min(most, Math.max(0, value));

/** Make the box between two corners. */
function spanned([left, top], [right, bottom]) {
  const [x, y] = [Math.min(left, right), Math.min(top, bottom)];
  return [x, y, Math.max(LEAST, Math.abs(right - left)), Math.max(LEAST, Math.abs(bottom - top))];
}

const moved = ([left, top, width, height], [across, down]) => [
  between(left + across, 100 - width),
  between(top + down, 100 - height),
  width,
  height,
];

/** Find out what a drag that begins here does: move the box, move one of its corners, or draw a new box. */
function dragFrom(at, target) {
  const from = present.shares;
  const [left, top, width, height] = from;
  const corner = CORNERS[target.dataset.corner];
  if (corner) {
    const opposite = [left + (1 - corner[0]) * width, top + (1 - corner[1]) * height];
    return (to) => spanned(opposite, to);
  }
  const isAll = width >= 100 && height >= 100;
  if (target === box && !isAll) return (to) => moved(from, [to[0] - at[0], to[1] - at[1]]);
  return (to) => spanned(at, to);
}

function onKey(event) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const [across, down] = step.map((one) => one * (event.altKey ? 10 : 1));
  const [left, top, width, height] = present.shares;
  if (event.shiftKey) {
    const size = [Math.min(100 - left, Math.max(LEAST, width + across)), Math.min(100 - top, Math.max(LEAST, height + down))];
    say([left, top, ...size]);
  } else {
    say(moved(present.shares, [across, down]));
  }
}

function begin(canvas) {
  const corners = Object.keys(CORNERS).map((corner) => make("span", { class: "corner", "data-corner": corner }));
  box = make("button", { type: "button", class: "box" }, ...corners);
  box.addEventListener("keydown", onKey);
  let follow = null;
  onDrag(canvas, {
    begin(at, { target }) {
      follow = dragFrom(at, target);
    },
    move: (to) => say(follow(to)),
  });
  canvas.append(box);
  box.focus({ preventScroll: true });
}

function show(spec) {
  present = readCrop(values(spec).get("crop") ?? null) ?? present;
  ["left", "top", "width", "height"].forEach((side, index) => box.style.setProperty(side, `${present.shares[index]}%`));
  const [left, top, width, height] = present.shares.map((share) => Math.round(share * 10) / 10);
  const says = `${width} by ${height} %, ${left} % from the left, ${top} % from the top`;
  box.setAttribute("aria-label", `Crop: ${says}. Arrows move it, with Shift they resize it.`);
}

export const start = () => register("crop", { start: begin, show });
