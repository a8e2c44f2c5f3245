// Watch the originals for changes. If one changes, ask again for the pictures that the page shows of it.

import { again, ask } from "./answers.js";
import { at, make } from "./dom.js";
import { refresh, reload } from "./originals.js";
import { get } from "./state.js";

const PAUSE_MS = 1000;
const ERRORS_KEPT_MS = 11_000; // a cache keeps a 404 a little shorter than this

async function show(changes) {
  at("changes").replaceChildren(...changes.map(({ sentence }) => make("span", {}, sentence)));
  const keys = new Set(changes.map(({ key }) => key));
  await refresh();
  const askForThem = () => {
    reload(keys);
    if (keys.has(get().key)) again();
  };
  askForThem();
  setTimeout(() => document.querySelector(".failed") && askForThem(), ERRORS_KEPT_MS);
}

/** Wait for changes as long as the page is open. The first `after` changes are known already. */
export async function follow(after) {
  const answer = document.hidden ? null : await ask("changes", { after });
  if (answer?.new.length) await show(answer.new);
  setTimeout(follow, PAUSE_MS, answer ? answer.changes : after);
}
