// Show the picture. The former one stays until the new one is decoded, so nothing flickers.

import { subscribe as onAnswers } from "./answers.js";
import { at, make } from "./dom.js";
import { subscribe as onState } from "./state.js";
import { faultOf } from "./verdict.js";
import { bytes, saying, SILENCE } from "./words.js";

const listeners = [];
let view = 0;

const frame = () => at("picture").querySelector(".frame");
const caption = (...content) => at("picture").querySelector("figcaption").replaceChildren(...content);

/** Call `listen({image, walk, state})` each time that another picture is on the stage. */
export const subscribe = (listen) => listeners.push(listen);

function showFault(text) {
  frame().querySelector("img")?.classList.add("is-former");
  frame().querySelector(".failed")?.remove();
  frame().append(make("p", { class: "failed" }, text));
  caption("\u00a0");
}

function showImage(image) {
  frame().querySelector(".failed")?.remove();
  const former = frame().querySelector("img.shown");
  if (former) former.replaceWith(image);
  else frame().prepend(image);
}

function describe(image, walk, explained) {
  const size = `${image.naturalWidth} × ${image.naturalHeight} px, ${bytes(walk.bytes)}, ${walk.media_type}`;
  caption(size, make("span", { class: "remark" }, (explained?.remarks ?? []).join(" ")));
}

/** Say why a browser draws nothing of an answer that is right. */
async function whyUnseen(path, walk) {
  const head = await fetch(path, { method: "HEAD" }).catch(() => null);
  if (!head?.ok) return ["The picture could not be loaded."];
  const format = walk.media_type.replace("image/", "").toUpperCase();
  const link = make("a", { href: path, download: "" }, "download it");
  return [`This browser shows no ${format}. The file is right: ${bytes(walk.bytes)}, `, link, "."];
}

async function show({ state, explained, walk, isDone }) {
  const mine = ++view;
  if (!isDone) return;
  at("summary").textContent = walk ? saying(walk) : SILENCE;
  const fault = faultOf(explained, walk, isDone);
  if (!state.key || !state.spec.trim()) {
    caption("\u00a0");
  } else if (fault) {
    showFault(fault.reason);
  } else {
    const image = make("img", { class: "shown", alt: `${state.key} as ${state.spec.trim()}` });
    const path = explained?.path ?? "";
    // The loop's caches do not look at a query. The browser's does: what it keeps may be of a former original.
    image.src = `${path}?${Date.now()}`;
    const isShown = await image.decode().then(() => true, () => false);
    const said = isShown ? [] : await whyUnseen(path, walk);
    if (mine !== view) return; // a newer one is shown, or will be
    if (isShown) showImage(image);
    else showFault("");
    if (!isShown) frame().querySelector(".failed").replaceChildren(...said);
    else describe(image, walk, explained);
    if (isShown) for (const listen of listeners) listen({ image, walk, state });
  }
  at("picture").setAttribute("aria-busy", "false");
}

export function start() {
  onState(() => at("picture").setAttribute("aria-busy", "true"));
  onAnswers(show);
}


