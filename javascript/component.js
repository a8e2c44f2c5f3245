// Turn the request of a framework's image component into the address of a derivative: for next.js, nuxt.js and
// unpic.js.

import { read, takesQuality, written } from "./grammar.js";
import { url } from "./resizer.js";

/** Dimensions without sides. One such SPEC serves every width. */
const WITHOUT_SIDES = /^(?:p-|(?:orig|[0-9]+p)(?:_|$))/;

/** Say whether `src` is an address elsewhere, and not the key of an original. */
export function isElsewhere(src) {
  return /^(?:https?:|data:|blob:|\/\/)/i.test(src);
}

/**
 * Write the address of the picture that a component asks for. `key` may begin with a slash. If both sides are given,
 * the picture covers them, unless `fit` says otherwise. The browser chooses the format, unless `format` or `spec` says
 * one. An empty `format` keeps that of the original. A `spec` with a preset, a percentage or `orig` serves every width.
 */
export function componentUrl(key, asked, { base, presets } = {}) {
  const { width, height, fit = "cover", format, quality, spec = "", ...others } = asked;
  const unknown = Object.keys(others).find((name) => others[name] !== undefined);
  if (unknown !== undefined) {
    throw new Error(`expected width, height, fit, format, quality or spec, got ${unknown}: spec says every other option`);
  }
  const sized = WITHOUT_SIDES.test(spec) ? [] : [sides(width, height), width && height && `fit-${fit}`];
  const parts = [...sized, spec].filter(Boolean);
  const { dimensions, options } = read(parts.join("_"), presets);
  const named = format ?? (options.f || dimensions.preset !== undefined ? "" : "auto");
  const value = read([...parts, ...(named ? [`f-${named}`] : [])].join("_"), presets);
  const added = quality && takesQuality(value) ? `_q-${quality}` : "";
  return url(written(value) + added, key.replace(/^\//, ""), { base, presets });
}

/** Round the sides. Components multiply widths by ratios and densities, so the results are not whole. */
function sides(width, height) {
  if (!(width || height)) return "orig";
  return [width, height].map((side) => (side ? Math.round(Number(side)) : "")).join("x");
}
