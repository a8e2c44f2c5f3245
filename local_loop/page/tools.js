// Open the tools that show the whole picture on the stage, one at a time.

import { pathOf, subscribe as onAnswers } from "./answers.js";
import { at, make } from "./dom.js";
import { frame, target } from "./icons.js";
import { values } from "./spec_text.js";
import { get, subscribe } from "./state.js";

/** The name of each tool, what it needs, and the options before it. The tool shows the picture after these options. */
const TOOLS = {
  focus: { name: "Focal point", icon: target, option: "g", before: ["page", "still", "crop", "trim", "rot", "flip"] },
  crop: { name: "Crop", icon: frame, option: "crop", before: ["page", "still"] },
};
const SIZE = "1200x1200";
export const IDLE = "It would change nothing here.";

const overlays = new Map(); // the overlays that draw on the whole picture, by the names of their tools
const onOpening = [];
let open = "";
let layer = null;

/** Register the overlay of a tool: {start(canvas), show(spec)}. */
export const register = (tool, overlay) => overlays.set(tool, overlay);

/** Call `listen()` each time a tool opens. */
export const onOpen = (listen) => onOpening.push(listen);

const frameOf = () => at("picture").querySelector(".frame");
const buttonOf = (tool) => at("tools").querySelector(`[data-tool="${tool}"]`);

/** Write the path of the whole picture, after the options before the tool. */
function wholePath(tool) {
  const { key, spec } = get();
  const found = values(spec);
  const kept = TOOLS[tool].before.filter((name) => found.has(name)).map((name) => [name, found.get(name)].filter(Boolean).join("-"));
  if (!found.has("page") && !found.has("still")) kept.unshift("still");
  return pathOf({ key, spec: [SIZE, ...kept].join("_") });
}

/** Close the open tool. */
export function close() {
  if (!open) return;
  buttonOf(open).setAttribute("aria-pressed", "false");
  layer?.remove();
  layer = null;
  open = "";
  frameOf().classList.remove("is-whole");
}

async function begin(tool) {
  for (const listen of onOpening) listen();
  open = tool;
  buttonOf(tool).setAttribute("aria-pressed", "true");
  const image = make("img", { alt: "The whole picture", src: `${wholePath(tool)}?${Date.now()}`, draggable: "false" });
  const canvas = make("div", { class: "canvas" }, image);
  const mine = make("div", { class: "whole" }, canvas);
  layer = mine;
  await image.decode().catch(() => {});
  if (layer !== mine) return; // the tool was closed in the meantime
  canvas.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
  frameOf().classList.add("is-whole");
  frameOf().append(mine);
  overlays.get(tool).start(canvas);
  overlays.get(tool).show(get().spec);
}

/** Open a tool, or close it if it is open. */
export function toggle(tool) {
  if (buttonOf(tool).getAttribute("aria-disabled") === "true") return;
  const isOpen = open === tool;
  close();
  if (!isOpen) begin(tool);
}

export function start() {
  for (const [tool, { name, icon }] of Object.entries(TOOLS)) {
    const button = make("button", { type: "button", class: "tool", "data-tool": tool, "aria-pressed": "false" }, icon(), name);
    button.addEventListener("click", () => toggle(tool));
    at("tools").append(button);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open) return;
    const tool = open;
    close();
    buttonOf(tool).focus();
  });
  let key = get().key;
  subscribe((state) => {
    if (state.key !== key) close();
    key = state.key;
    if (layer?.isConnected) overlays.get(open).show(state.spec);
  });
  onAnswers(({ explained }) => {
    for (const [tool, { option }] of Object.entries(TOOLS)) {
      if (!explained || explained.error) continue;
      const reason = explained.unavailable[option] ?? (explained.idle.includes(option) ? IDLE : "");
      buttonOf(tool).setAttribute("aria-disabled", String(Boolean(reason)));
      buttonOf(tool).title = reason;
      if (reason && open === tool) close();
    }
  });
}
