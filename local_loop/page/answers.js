// Ask the loop about the state of the page, and publish what it says. The latest state wins.

import { get, subscribe as onState } from "./state.js";

const PAUSE_MS = 150;

const listeners = [];
let latest = null;
let asking = new AbortController();
let pause = 0;

/** Ask one question of the loop. Gives null when there is no answer. */
export async function ask(question, parameters = {}, options = {}) {
  try {
    const answer = await fetch(`/_loop/${question}?${new URLSearchParams(parameters)}`, options);
    return await answer.json();
  } catch {
    return null;
  }
}

// As the project writes addresses: what a cache has under another spelling of one is not purged.
const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const quoted = (key) => key.split("/").map(encoded).join("/");

/** The path that is asked for: the spec as it stands. */
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

/** Ask for the same once more. */
export function again() {
  clearTimeout(pause);
  const state = get();
  if (state.key && state.spec.trim()) askAll(state);
}

/**
 * Call `listen({state, explained, walk, isDone})` with each answer, first with the latest one.
 * `walk` is null until the picture has been asked for. What is null when `isDone` is an answer that never came.
 * A state without a key or a spec is not asked about: both are null, and `isDone` is true.
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
