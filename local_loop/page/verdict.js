// Say whether the spec is right, and whether the loop can make its picture.

import { subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { set } from "./state.js";
import { SILENCE } from "./words.js";

/** The suggestion in an error of the grammar, and the list of known words after it. */
const MEANT = /; (did you mean \S+\?).*$/;

const show = (kind, ...content) => {
  at("verdict").className = `verdict ${kind}`;
  at("verdict").replaceChildren(...content);
};

/** Say why there is no picture, with the wrong part of the spec. Return null if there is a picture. */
export function faultOf(explained, walk, isDone) {
  if (explained?.error ?? explained?.refused) return explained.error ?? explained.refused;
  if (!walk) return isDone ? { reason: SILENCE, source: "" } : null;
  if (walk.status === 200) return null;
  return walk.error ?? { reason: `There is no picture: the answer is ${walk.status}.`, source: "" };
}

// A spec is good only once its picture has arrived.
function remark({ state, explained, walk }) {
  if (explained.canonical !== state.spec.trim()) {
    return ["is-turned", "Not canonical: the viewer is redirected to this URL. ", offer("Use the canonical SPEC", explained.canonical)];
  }
  if (explained.negotiated) return ["is-turned", "Each browser gets the best format that it takes."];
  return [walk ? "is-good" : "", "This is the canonical URL."];
}

function judge({ state, explained, walk, isDone }) {
  if (!explained && !walk && !state.spec.trim()) return show("");
  if (!state.key) return show("");
  const fault = faultOf(explained, walk, isDone);
  if (fault) {
    const reason = explained?.suggestion ? fault.reason.replace(MEANT, ".") : fault.reason;
    return show("is-bad", make("p", {}, reason), ...wayOut(fault, explained));
  }
  if (!explained) return show("is-bad", make("p", {}, SILENCE));
  const [kind, ...said] = remark({ state, explained, walk });
  const link = make("a", { href: explained.path }, new URL(explained.path, location.href).href);
  return show(kind, make("p", {}, ...said), make("p", { class: "address" }, link));
}

/** Make a button that replaces the spec by another one. */
function offer(text, spec) {
  const button = make("button", { type: "button", class: "offer" }, text);
  button.addEventListener("click", () => {
    set({ spec });
    at("spec").focus();
  });
  return button;
}

/** Offer the spec that the grammar suggests, or the spec without the wrong option. */
function wayOut(fault, explained) {
  if (explained?.suggestion) {
    const meant = MEANT.exec(fault.reason)?.[1];
    return [offer(meant ? meant[0].toUpperCase() + meant.slice(1) : `Take ${explained.suggestion}`, explained.suggestion)];
  }
  const [size, ...parts] = fault.source.split("_");
  const others = parts.filter((_, index) => [size, ...parts].slice(0, index + 1).join("_").length + 1 !== fault.start);
  return others.length < parts.length ? [offer(`Remove ${fault.source.slice(fault.start, fault.end)}`, [size, ...others].join("_"))] : [];
}

export const start = () => subscribe(judge);
