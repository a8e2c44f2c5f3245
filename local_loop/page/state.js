// Hold the state of the page: {key, spec}. The spec is the text as typed, right or wrong. The address of the page
// always has the same state. So each state has a link, and the browser's back and forward buttons work.

const FIRST_SPEC = "380x260_fit-cover_g-sm_f-webp";
/** Changes of one gesture that follow each other within this time are one step of the history. */
const GESTURE_MS = 1000;

const listeners = [];
let state = fromAddress();
let last = { gesture: null, at: 0 };

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  return { key: asked.get("key") ?? "", spec: asked.get("spec") ?? FIRST_SPEC };
}

function tell() {
  for (const listen of listeners) listen(state);
}

export const get = () => state;

/**
 * Change the key, the spec, or both.
 * `push: false` changes the current step of the history. Use it for changes that no person made.
 * `gesture` names a gesture of several changes, such as typing or dragging a slider. All of them are one step.
 */
export function set(changes, { push = true, gesture = null } = {}) {
  const next = { ...state, ...changes };
  if (next.key === state.key && next.spec === state.spec) return;
  const goesOn = gesture !== null && gesture === last.gesture && performance.now() - last.at < GESTURE_MS;
  last = { gesture, at: performance.now() };
  state = next;
  history[push && !goesOn ? "pushState" : "replaceState"](null, "", `?${new URLSearchParams(state)}`);
  tell();
}

/** Go back to the first spec of the page. */
export const reset = () => set({ spec: FIRST_SPEC });

/** Call `listen(state)` now and after each change. */
export function subscribe(listen) {
  listeners.push(listen);
  listen(state);
}

window.addEventListener("popstate", () => {
  last = { gesture: null, at: 0 };
  const { key, spec } = fromAddress();
  state = { key: key || state.key, spec };
  tell();
});
