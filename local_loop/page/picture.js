// Show the picture. The old one stays until the new one is decoded, so nothing flickers.

import { pathOf, subscribe as onAnswers } from "./answers.js";
import { at, make } from "./dom.js";
import { get, subscribe as onState } from "./state.js";
import { faultOf } from "./verdict.js";
import { bytes, saying, SILENCE } from "./words.js";

const listeners = [];
let view = 0;

const frame = () => at("picture").querySelector(".frame");
const caption = (...content) => at("picture").querySelector("figcaption").replaceChildren(...content);

/**
 * Call `listen({image, walk, state, explained})` for each picture on the stage, and `listen(null)` if there is none.
 */
export const subscribe = (listen) => listeners.push(listen);

/** Show a message instead of a picture. The old picture stays behind it, faint. */
export function say(kind, ...content) {
  frame().querySelector(".shown")?.classList.add("is-former");
  frame().querySelector(".instead")?.remove();
  frame().append(make("p", { class: `instead ${kind}` }, ...content));
  for (const listen of listeners) listen(null);
  caption("\u00a0");
}

function showImage(image) {
  frame().querySelector(".instead")?.remove();
  const former = frame().querySelector("img.shown");
  if (former) former.replaceWith(image);
  else frame().prepend(image);
}

function describe(image, walk, explained) {
  const size = make("b", {}, `${image.naturalWidth} × ${image.naturalHeight} px, ${bytes(walk.bytes)}`);
  caption(size, `, ${walk.media_type}`, make("span", { class: "remark" }, (explained?.remarks ?? []).join(" ")));
}

/** Say why the browser cannot show a right answer. */
async function whyUnseen(path, walk) {
  const head = await fetch(path, { method: "HEAD" }).catch(() => null);
  if (!head?.ok) return ["failed", "The picture could not be loaded."];
  const format = walk.media_type.replace("image/", "").toUpperCase();
  const link = make("a", { href: path, download: "" }, "download it");
  return ["", `This browser cannot show ${format}. The file is right: ${bytes(walk.bytes)}, `, link, "."];
}

/** Load the picture and show it, or say why there is none. Return whether it is still wanted. */
async function load(mine, { state, explained, walk }) {
  const image = make("img", { class: "shown", alt: `${state.key} as ${state.spec.trim()}` });
  const path = explained?.path ?? pathOf(state);
  // The loop's caches ignore a query, but the browser's does not. The browser may have the picture of an old original.
  image.src = `${path}?${Date.now()}`;
  const isDecoded = await image.decode().then(() => true, () => false);
  const instead = isDecoded ? [] : await whyUnseen(path, walk);
  if (mine !== view) return false;
  if (!isDecoded) {
    say(...instead);
    return true;
  }
  showImage(image);
  describe(image, walk, explained);
  for (const listen of listeners) listen({ image, walk, state, explained });
  return true;
}

async function show({ state, explained, walk, isDone }) {
  const mine = ++view;
  if (!isDone) {
    at("picture").setAttribute("aria-busy", "true");
    return;
  }
  at("summary").textContent = walk ? saying(walk) : SILENCE;
  const fault = faultOf(explained, walk, isDone);
  if (!state.key || !state.spec.trim()) caption("\u00a0");
  else if (fault) say("failed", fault.source ? "There is no picture for this spec." : fault.reason);
  else if (!(await load(mine, { state, explained, walk }))) return; // a newer picture is shown, or will be
  // The state may have changed while the picture loaded.
  if (get() === state) at("picture").setAttribute("aria-busy", "false");
}

export function start() {
  onState(() => at("picture").setAttribute("aria-busy", "true"));
  onAnswers(show);
}
