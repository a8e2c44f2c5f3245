// Offer a few specs to begin with.

import { at, make } from "./dom.js";
import { set } from "./state.js";

const EXAMPLES = [
  ["200x200_fit-cover_g-sm_round-max_f-webp", "a round portrait"],
  ["1200x630_fit-cover_g-sm_f-jpg", "a card"],
  ["600x_blur-8", "a blur"],
  ["600x_sharp-1.5_con-20_sat-30", "more of everything"],
  ["600x_f-webp_kb-12", "at most 12 KiB"],
  ["600x_gray_pad-20_bg-d2b48c", "gray on paper"],
  ["400x400_g-sm_fit-cover", "not canonical"],
  ["300x200_fit-cover_blr-2", "an error"],
];

export function start() {
  for (const [spec, about] of EXAMPLES) {
    const button = make("button", { type: "button", class: "example", title: spec }, about);
    button.addEventListener("click", () => set({ spec }));
    at("examples").append(button);
  }
}
