// Take a spec apart and put it together again. It is text between underlines, and that is all that is known of it
// here: what each part means, and whether it is right, the grammar says.

let ranks = new Map(); // where each option stands, by all of its names
let names = new Map(); // the name that is written, by all of its names

/** Learn the names of the options, in canonical order. */
export function learn(options) {
  options.forEach((option, rank) => {
    for (const name of [option.name, ...option.aliases]) {
      names.set(name, option.name);
      ranks.set(name, rank);
    }
  });
}

const nameOf = (part) => part.split("-", 1)[0].toLowerCase();
const rankOf = (part) => ranks.get(nameOf(part)) ?? -1;

/** The arguments of all options by name, and the dimensions as "size". A flag has "". */
export function values(spec) {
  const [size, ...parts] = spec.trim().split("_");
  const found = new Map([["size", size]]);
  for (const part of parts) {
    const name = nameOf(part);
    found.set(names.get(name) ?? name, part.slice(name.length + 1).toLowerCase());
  }
  return found;
}

const written = (name, argument) => (argument === "" ? name : `${name}-${argument}`);

/**
 * The spec with another argument for an option, in the place that it has, or else in canonical order. One that is null
 * takes the option out.
 */
export function replaced(spec, name, argument) {
  const [size, ...parts] = spec.trim().split("_");
  if (name === "size") return [argument, ...parts].join("_");
  const next = argument === null ? [] : [written(name, argument)];
  const present = parts.findIndex((part) => names.get(nameOf(part)) === name);
  const after = parts.findIndex((part) => rankOf(part) > ranks.get(name));
  if (present >= 0) parts.splice(present, 1, ...next);
  else parts.splice(after < 0 ? parts.length : after, 0, ...next);
  return [size, ...parts].join("_");
}

/** A number as the grammar writes it: m is minus. */
export const numberText = (number) => String(number).replace("-", "m");

/** The number that a text means, or NaN. */
export const numberOf = (text) => (/^m?\d+(\.\d+)?$/.test(text ?? "") ? Number(text.replace("m", "-")) : NaN);
