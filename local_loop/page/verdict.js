// Say what the grammar and the loop make of the spec.

import { subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { set } from "./state.js";
import { SILENCE } from "./words.js";

const show = (kind, ...content) => {
  at("verdict").className = `verdict ${kind}`;
  at("verdict").replaceChildren(...content);
};

/** Say why there is no picture, with the span of the spec that is to blame; null where there is one. */
export function faultOf(explained, walk, isDone) {
  if (explained?.error) return explained.error;
  if (!walk) return isDone ? { reason: SILENCE, source: "" } : null;
  if (walk.status === 200) return null;
  return walk.error ?? { reason: `There is no picture: the answer is ${walk.status}.`, source: "" };
}

// Good is only what has been seen to arrive.
function remark({ state, explained, walk }) {
  if (explained.negotiated) {
    const got = walk ? ` This one gets ${walk.media_type.replace("image/", "").toUpperCase()}.` : "";
    return ["is-turned", `Each browser gets the best format that it takes.${got}`];
  }
  if (explained.canonical !== state.spec.trim()) {
    return ["is-turned", "Not canonical: the viewer is sent to this URL."];
  }
  return [walk ? "is-good" : "", "This is the canonical URL."];
}

function judge({ state, explained, walk, isDone }) {
  if (!explained && !walk && !state.spec.trim()) return show("");
  if (!state.key) return show("");
  const fault = faultOf(explained, walk, isDone);
  if (fault) return show("is-bad", make("p", {}, fault.reason), ...suggestion(explained));
  if (!explained) return show("is-bad", make("p", {}, SILENCE));
  const [kind, text] = remark({ state, explained, walk });
  const link = make("a", { href: explained.path }, new URL(explained.path, location.href).href);
  return show(kind, make("p", {}, text), make("p", { class: "address" }, link));
}

function suggestion(explained) {
  if (!explained?.suggestion) return [];
  const take = make("button", { type: "button" }, `Did you mean ${explained.suggestion}?`);
  take.addEventListener("click", () => {
    set({ spec: explained.suggestion });
    at("spec").focus();
  });
  return [take];
}

export const start = () => subscribe(judge);
