// Ask the loop about the state of the page, and publish its answers. Only answers to the latest state count.

import { get, subscribe as onState } from "./state.js";

const PAUSE_MS = 150;

const listeners = [];
let latest = null;
let asking = new AbortController();
let pause = 0;

/** Ask the loop one question. Return null if there is no answer. */
export async function ask(question, parameters = {}, options = {}) {
  try {
    const answer = await fetch(`/_loop/${question}?${new URLSearchParams(parameters)}`, options);
    return await answer.json();
  } catch {
    return null;
  }
}

// Encode as the rest of the project does. A purge would not find an address that a cache has in another spelling.
const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const quoted = (key) => key.split("/").map(encoded).join("/");

/** Write the path of a request, with the spec as it was typed. */
export const pathOf = ({ spec, key }) => `/${encodeURIComponent(spec.trim())}/${quoted(key)}`;

function publish(answers) {
  latest = answers;
  for (const listen of listeners) listen(answers);
}

async function askAll(state) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const spec = state.spec.trim();
  const walked = ask("walk", { path: pathOf(state) }, { signal });
  const explained = await ask("explain", { spec, key: state.key }, { signal });
  if (signal.aborted) return;
  publish({ state, explained, walk: null, isDone: false });
  const walk = await walked;
  if (!signal.aborted) publish({ state, explained, walk, isDone: true });
}

/** Ask for the same state once more. */
export function again() {
  clearTimeout(pause);
  const state = get();
  if (state.key && state.spec.trim()) askAll(state);
}

/**
 * Call `listen({state, explained, walk, isDone})` with each answer, first with the latest one.
 * `walk` is null until the picture has been asked for. If `isDone` is true, a null means that no answer came.
 * Nothing is asked about a state without a key or a spec: both answers are null, and `isDone` is true.
 */
export function subscribe(listen) {
  listeners.push(listen);
  if (latest) listen(latest);
}

/** Begin to follow the state. */
export function start() {
  onState((state) => {
    clearTimeout(pause);
    if (state.key && state.spec.trim()) {
      pause = setTimeout(askAll, latest ? PAUSE_MS : 0, state);
    } else {
      asking.abort();
      publish({ state, explained: null, walk: null, isDone: true });
    }
  });
}
