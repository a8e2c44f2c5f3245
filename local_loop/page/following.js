// Follow what happens to the originals, and ask again for what is shown of them.

import { again, ask } from "./answers.js";
import { at, make } from "./dom.js";
import { refresh, reload } from "./originals.js";
import { get } from "./state.js";

const PAUSE_MS = 1000;
const ERRORS_KEPT_MS = 11_000; // a little longer than a cache remembers that there is no such picture

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

/** Look for changes after the first `after` ones, as long as the page is open. */
export async function follow(after) {
  const answer = document.hidden ? null : await ask("changes", { after });
  if (answer?.new.length) await show(answer.new);
  setTimeout(follow, PAUSE_MS, answer ? answer.changes : after);
}
