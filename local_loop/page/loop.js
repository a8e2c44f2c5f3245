// Show the panel of the loop: the drawing of the latest view, and the earlier views of the same picture.

import { again, subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { drawing } from "./loop_drawing.js";
import { faster } from "./loop_words.js";
import { milliseconds, redirects } from "./words.js";

const NARROW_PX = 760;
const MOST_VIEWS = 6;
const NOTHING = { hops: [] };

let shown = NOTHING;
let views = { path: "", walks: [] };

const delivery = () => document.body.dataset.delivery;
const isNarrow = () => at("drawing").clientWidth < NARROW_PX;

function draw(walk) {
  const svg = drawing(walk, delivery(), isNarrow());
  svg.classList.toggle("is-new", walk !== shown);
  shown = walk;
  pace(svg, walk);
  at("drawing").replaceChildren(svg);
}

/**
 * Let the parts of the drawing appear in the order of the view. The times keep their proportions, but are much longer.
 */
function pace(svg, walk) {
  let begin = 0;
  walk.hops.forEach((hop, number) => {
    const parts = svg.querySelectorAll(`[data-hop="${number}"]`);
    const steps = Math.max(1, ...[...parts].map((part) => Number(part.dataset.step ?? 0) + 1));
    const length = Math.min(1600, 240 + 12 * hop.milliseconds);
    for (const part of parts) {
      // Parts other than arrows, such as a turn to the next hop, appear at the end of the hop.
      const place = part.dataset.step ?? (part.matches(".turn.redirect") ? steps : 0);
      part.style.setProperty("--delay", `${Math.round(begin + (length * place) / steps)}ms`);
      part.style.setProperty("--length", `${Math.round(length / steps)}ms`);
    }
    begin += length;
  });
}

function viewed(walk, index) {
  const longest = Math.max(...views.walks.map((one) => one.milliseconds));
  const bar = make("span", { class: "bar" });
  bar.style.setProperty("--share", walk.milliseconds / longest);
  const isHit = walk.hops.at(-1).steps[0]?.cache === "hit";
  const said = [
    milliseconds(walk.milliseconds),
    redirects(walk.redirects),
    ...(isHit ? ["a hit", index ? faster(views.walks[0], walk) : ""] : []),
  ];
  return make("li", { class: isHit ? "is-hit" : "" }, make("span", {}, bar), said.filter(Boolean).join(", "));
}

function count(path, walk) {
  if (path !== views.path) views = { path, walks: [] };
  // Keep the first view, to compare the others with it.
  if (views.walks.length === MOST_VIEWS) views.walks.splice(1, 1);
  views.walks.push(walk);
  at("views").replaceChildren(...views.walks.map(viewed));
}

function show({ explained, walk, isDone }) {
  if (!isDone) return;
  at("once-more").disabled = !explained;
  if (!walk) {
    views = { path: "", walks: [] };
    at("views").replaceChildren();
    draw(NOTHING);
    return;
  }
  count(walk.hops[0].url, walk);
  draw(walk);
}

export function start() {
  at("once-more").addEventListener("click", again);
  draw(shown);
  const fit = () => at("drawing").firstChild.classList.contains("is-narrow") !== isNarrow() && draw(shown);
  new ResizeObserver(fit).observe(at("drawing"));
  subscribe(show);
}
