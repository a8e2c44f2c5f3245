// Purge all derivatives of an original from the store and from the caches. The page treats this like a change of the
// original, and asks again.

import { ask } from "./answers.js";
import { at } from "./dom.js";
import { get, subscribe } from "./state.js";
import { SILENCE } from "./words.js";

async function purge() {
  const { key } = get();
  const answer = await ask("purge", { key }, { method: "POST" });
  if (key !== get().key) return;
  at("purged").textContent = answer?.sentence ?? answer?.error?.reason ?? SILENCE;
}

export function start() {
  at("purge").addEventListener("click", purge);
  let key = "";
  subscribe((state) => {
    if (state.key !== key) at("purged").textContent = "";
    key = state.key;
    at("purge").disabled = !key;
  });
}
