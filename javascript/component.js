// What the image components of frameworks ask for, as the address of a derivative: for next.js, nuxt.js and unpic.js.

import { read, takesQuality, written } from "./grammar.js";
import { url } from "./resizer.js";

/** Dimensions that are no sides: they stand for every width. */
const WITHOUT_SIDES = /^(?:p-|(?:orig|[0-9]+p)(?:_|$))/;

/** Whether it is an address elsewhere and no key of an original. */
export function isElsewhere(src) {
  return /^(?:https?:|data:|blob:|\/\/)/i.test(src);
}

/**
 * The address of what a component asks for. `key` may have a slash before it. Both sides are covered, unless `fit` says
 * otherwise. The browser gets the format that it takes, unless `format` or `spec` says another one; with an empty `format` it
 * gets that of the original. A `spec` that begins with a preset, a percentage or `orig` stands for every width.
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

/** Components multiply widths by ratios and densities: what that comes to is rounded. */
function sides(width, height) {
  if (!(width || height)) return "orig";
  return [width, height].map((side) => (side ? Math.round(Number(side)) : "")).join("x");
}
