// Describe the loop in words: the names of its pieces, and what each piece did.

import { milliseconds } from "./words.js";

export const NAMES = {
  viewer: "Viewer",
  delivery: "Delivery cache",
  website: "S3 website",
  bucket: "S3 bucket",
  generator: "Generator cache",
  api: "API and function",
  store: "Derivatives",
};

/** Say in a few words what a piece did. `stored` says what the hop did with the store: "read", "write", or "". */
export function did({ who, status, cache }, stored) {
  if (cache) return cache;
  if (who === "website" || who === "bucket") return status === 200 ? "there" : "not there";
  if (who !== "api") return "";
  if (stored === "write") return "makes it";
  return status < 400 ? "sends on" : "refuses";
}

/** Describe the walk, with one sentence for each hop. `storedIn(walk, number)` says what a hop did with the store. */
export function spoken(walk, storedIn) {
  return walk.hops.map((hop, number) => {
    const said = hop.steps.map((step) => {
      const what = did(step, storedIn(walk, number));
      return `${NAMES[step.who]} ${step.status}${what ? ` (${what})` : ""}`;
    });
    const whole = said.join(", ") || "the viewer had cached this redirect";
    return `Hop ${number + 1}: ${whole}; ${milliseconds(hop.milliseconds)}.`;
  });
}

/** Say how much faster a view was than the first view of the same address. Return "" if it was hardly faster. */
export function faster(first, walk) {
  const times = first.milliseconds / Math.max(walk.milliseconds, 0.05);
  if (times < 1.5) return "";
  return `${times < 10 ? times.toFixed(1) : Math.round(times)} times as fast`;
}
