// Reads SPECs, one a line as JSON, and says of each how it is written in full, or what of it is wrong. The first line is
// the presets.
import { createInterface } from "node:readline";

import { canonical } from "../../javascript/resizer.js";

let presets;

createInterface({ input: process.stdin }).on("line", (line) => {
  const given = JSON.parse(line);
  if (presets === undefined) {
    presets = given;
    return;
  }
  let answer;
  try {
    answer = canonical(given, { presets });
  } catch ({ start, end }) {
    answer = [start, end].map((at) => [...given.slice(0, at)].length); // Python counts characters, not UTF-16
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
