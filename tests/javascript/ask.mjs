// Writes addresses. The first line is the presets; each other is a SPEC, perhaps a key, and options, as JSON. What is
// answered is the address, the SPEC alone where there is no key, or what is wrong: of a SPEC where, of a key why. With
// `candidates` among the options it is a srcset, or null if that is refused.
import { createInterface } from "node:readline";

import { canonical, InvalidKey, InvalidSpec, srcset, url } from "../../javascript/resizer.js";

let presets;

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  if (presets === undefined) presets = given;
  else process.stdout.write(`${JSON.stringify(await answer(given))}\n`);
}

async function answer([spec, key, { candidates, ...options }]) {
  if (candidates) return srcsetOrNull(key, { spec, presets, ...candidates });
  try {
    return key === null ? canonical(spec, { presets }) : await url(spec, key, { ...options, presets });
  } catch (error) {
    if (error instanceof InvalidKey) return error.message;
    if (!(error instanceof InvalidSpec)) throw error;
    return [error.start, error.end].map((at) => [...spec.slice(0, at)].length); // Python counts characters, not UTF-16
  }
}

function srcsetOrNull(key, options) {
  try {
    return srcset(key, options);
  } catch {
    return null;
  }
}
