// List the pictures that a browser may choose from, as resizer_core/markup/candidates.py does.

import { isBuiltin, isLimited, isMeasurable, sizeOf } from "./geometry.js";
import { decimal, formatNumber, hasLengths, made, PIXEL_RATIO, read, written } from "./grammar.js";

const DENSITIES = [1, 2];

/**
 * List the candidates of a srcset, the smallest first, no two of them the same picture. Each has the value of its SPEC,
 * its descriptor, and its size in px if the original or the SPEC says it.
 */
export function candidates(spec, { widths, densities, original, presets, signingKey }) {
  const given = spec === undefined ? undefined : read(spec, presets);
  if (given?.options.s) throw new Error(`expected a SPEC without s, got ${spec}: signingKey signs the SPECs that are made of it`);
  const known = original === undefined ? undefined : sizeGiven(original);
  if (widths !== undefined) {
    if (densities !== undefined) throw new Error("expected widths or densities, got both");
    const chosen = ascending(widths.map((width) => wholePx(width, "widths")));
    if (chosen.length === 0) throw new Error("expected at least one width, got none");
    return distinct(chosen.map((width) => atWidth(given, width, known)));
  }
  if (given === undefined) throw new Error("expected a SPEC or widths, got neither");
  const unsignedPreset = given.dimensions.preset !== undefined && signingKey === undefined; // dpr needs a signature
  const dense = ascending((densities ?? (unsignedPreset ? [1] : DENSITIES)).map(checkedDensity));
  if (dense.length === 0) throw new Error("expected at least one density, got none");
  return distinct(dense.map((density) => atDensity(given, density, known, presets)));
}

/** Return a whole number of px, at least 1. Throw an error for any other value. */
export function wholePx(value, what) {
  if (!Number.isInteger(value) || value < 1) throw new Error(`expected ${what} in whole px, at least 1, got ${value}`);
  return value;
}

function sizeGiven(original) {
  if (!Array.isArray(original) || original.length !== 2) {
    throw new Error(`expected original as [width, height] in px, got ${original}`);
  }
  return original.map((length) => wholePx(length, "original"));
}

function checkedDensity(value) {
  if (typeof value !== "number") throw new Error(`expected densities as numbers, got ${value}`);
  decimal(formatNumber(value), PIXEL_RATIO.lowest, PIXEL_RATIO.highest, "device pixels per CSS pixel");
  return value;
}

const ascending = (numbers) => [...new Set(numbers)].sort((one, other) => one - other);

function distinct(listed) {
  const taken = new Set();
  return listed.filter(({ value, descriptor }) => {
    const seen = [written(value), descriptor].some((text) => taken.has(text));
    taken.add(written(value)).add(descriptor);
    return !seen;
  });
}

/** Ask for the picture `width` px wide, or as wide as the original allows. */
function atWidth(spec, width, original) {
  const asked = withWidth(spec, width);
  if (original === undefined || !isMeasurable(asked)) return { value: asked, descriptor: `${width}w`, size: fixedSize(asked) };
  const fits = (least) => !isLimited(withWidth(spec, least), original);
  const value = fits(width) ? asked : withWidth(spec, largest(fits, width) || width);
  const size = sizeOf(value, original);
  return { value, descriptor: `${size[0]}w`, size };
}

/** Ask for the picture for a screen of `density`, or less (at least 1) if the original is too small. */
function atDensity(spec, density, original, presets) {
  const asked = withDensity(spec, density, presets);
  if (original === undefined || !isMeasurable(asked)) {
    return { value: asked, descriptor: `${formatNumber(density)}x`, size: fixedSize(asked) };
  }
  const fits = (tenths) => tenths <= 10 || !isLimited(withDensity(spec, tenths / 10, presets), original);
  const most = Math.round(density * 10);
  const kept = fits(most) ? density : Math.max(largest(fits, most), 10) / 10;
  const value = withDensity(spec, kept, presets);
  return { value, descriptor: `${formatNumber(kept)}x`, size: sizeOf(value, original) };
}

/** Find the largest number from 1 to `most` that fits; 0 if none fits. If a number fits, every smaller one must too. */
function largest(fits, most) {
  let [least, beyond] = [0, most + 1];
  while (beyond - least > 1) {
    const middle = Math.floor((least + beyond) / 2);
    if (fits(middle)) least = middle;
    else beyond = middle;
  }
  return least;
}

/** Divide whole numbers, and round half up. */
const quotient = (dividend, divisor) => Math.floor((2 * dividend + divisor) / (2 * divisor));

function withWidth(spec, width) {
  if (spec === undefined) return made({ width, height: null }, {});
  const { dimensions, options } = spec;
  if (!dimensions.width) throw new Error(`expected a SPEC with a width to go with widths, got ${written(spec)}`);
  if (hasLengths(spec)) {
    throw new Error(`${written(spec)} has lengths that belong to one width: give densities, not widths`);
  }
  const height = dimensions.height && Math.max(1, quotient(dimensions.height * width, dimensions.width));
  return made({ width, height }, options);
}

function withDensity(spec, density, presets) {
  if (density === 1) return spec;
  const { dimensions, options, resolved } = spec;
  const sized = (resolved ?? spec).dimensions;
  const unknown = dimensions.preset !== undefined && !resolved; // only the server knows the preset's sides
  if (!(sized.width || sized.height || unknown) || options.dpr) {
    throw new Error(`expected a SPEC with sides that densities can multiply, got ${written(spec)}`);
  }
  return made(dimensions, { ...options, dpr: density }, presets);
}

/** Work out the size, if it is the same for every original. */
function fixedSize(value) {
  const { dimensions, options } = value.resolved ?? value;
  const { width, height } = dimensions;
  if (options.pad || !isBuiltin(options)) return undefined; // a margin adds to the size
  if (width && height) return ["cover", "contain", "fill"].includes(options.fit) ? [width, height] : undefined;
  if (!options.ar || !(width || height)) return undefined;
  const [across, down] = options.ar;
  return width ? [width, Math.max(1, quotient(width * down, across))] : [Math.max(1, quotient(height * across, down)), height];
}
