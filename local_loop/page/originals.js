// Show the originals to choose from.

import { ask, pathOf } from "./answers.js";
import { at, make } from "./dom.js";
import { say as sayInstead } from "./picture.js";
import { get, set, subscribe } from "./state.js";
import { bytes, SILENCE } from "./words.js";

const THUMBNAIL = "160x160_still_fit-cover_f-webp";
const DROPPED = "dropped/"; // the folder of pictures that a person has dropped on the page

const shown = new Map(); // each thumbnail, by its key

const source = (key) => `${pathOf({ spec: THUMBNAIL, key })}?${Date.now()}`;

function makeThumbnail(key) {
  const image = make("img", { alt: "", loading: "lazy", decoding: "async", src: source(key), width: 80, height: 80 });
  const name = make("span", { class: "name" }, key.replace(DROPPED, ""));
  const button = make("button", { type: "button", class: "thumbnail" }, image, name);
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

/** Ask for the list of originals, and show them. Return the answer. */
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
      if (key.startsWith(DROPPED)) at("originals").querySelector(".add").after(shown.get(key));
      else at("originals").append(shown.get(key));
    }
    shown.get(key).title = `${key}, ${bytes(size)}`;
  }
  const keys = new Set(answer.originals.map(({ key }) => key));
  for (const [key, button] of shown) {
    button.classList.toggle("is-gone", !keys.has(key));
    if (keys.has(key) || key === get().key) continue;
    button.remove();
    shown.delete(key);
  }
  if (!get().key && answer.originals.length) set({ key: answer.originals[0].key }, { push: false });
  mark(get());
  return answer;
}

/** Load the thumbnails of these originals again, if the originals still exist. */
export async function reload(keys) {
  for (const key of keys) {
    const image = shown.get(key)?.querySelector(":scope:not(.is-gone) > img");
    if (!image) continue;
    // Make it first. Otherwise a redirect leads to the address without its query, which the browser may have kept.
    await ask("walk", { path: pathOf({ spec: THUMBNAIL, key }) });
    image.setAttribute("src", source(key));
  }
}

export async function start() {
  subscribe(mark);
  return refresh();
}
