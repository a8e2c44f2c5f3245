// The originals, to choose from.

import { ask, pathOf } from "./answers.js";
import { at, make } from "./dom.js";
import { say as sayInstead } from "./picture.js";
import { get, set, subscribe } from "./state.js";
import { bytes, SILENCE } from "./words.js";

const THUMBNAIL = "160x160_fit-cover_f-webp";

const shown = new Map(); // each thumbnail, by its key

const source = (key) => `${pathOf({ spec: THUMBNAIL, key })}?${Date.now()}`;

function makeThumbnail(key) {
  const image = make("img", { alt: "", loading: "lazy", decoding: "async", src: source(key), width: 80, height: 80 });
  const button = make("button", { type: "button", class: "thumbnail" }, image, make("span", { class: "name" }, key));
  button.addEventListener("click", () => set({ key }));
  return button;
}

function mark({ key }) {
  for (const [other, button] of shown) button.setAttribute("aria-pressed", String(other === key));
}

function say(text) {
  at("originals").querySelector(".notice")?.remove();
  if (!text) return;
  at("originals").append(make("p", { class: "notice" }, text));
  if (!get().key) sayInstead("failed", text);
}

/** Ask which originals there are, and show them. Gives the answer. */
export async function refresh() {
  const answer = await ask("pictures");
  if (!answer || answer.error) {
    if (!shown.size) say(answer?.error ?? SILENCE);
    return answer;
  }
  say(answer.originals.length ? "" : "There are no originals in the store.");
  for (const { key, bytes: size } of answer.originals) {
    if (!shown.has(key)) {
      shown.set(key, makeThumbnail(key));
      at("originals").append(shown.get(key));
    }
    shown.get(key).title = `${key}, ${bytes(size)}`;
  }
  if (!get().key && answer.originals.length) set({ key: answer.originals[0].key }, { push: false });
  mark(get());
  return answer;
}

/** Load the thumbnails of these originals anew. */
export function reload(keys) {
  for (const key of keys) shown.get(key)?.querySelector("img").setAttribute("src", source(key));
}

export async function start() {
  subscribe(mark);
  return refresh();
}
