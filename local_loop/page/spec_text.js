// Take a spec apart, and put it together again. This only splits the text at its underscores. The grammar on the server
// knows the meaning of each part, and whether it is right.

let ranks = new Map(); // the place of each option, by all of its names
let names = new Map(); // the canonical name of each option, by all of its names

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

/** List the arguments of all options by name, and the dimensions as "size". The argument of a flag is "". */
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
 * Write the spec with another argument for an option. The option keeps its place, or gets its canonical place if it is
 * new. An argument of null removes the option.
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

/** Write a number as the grammar does: m is minus. */
export const numberText = (number) => String(number).replace("-", "m");

/** Read the number in a text. Return NaN for any other text. */
export const numberOf = (text) => (/^m?\d+(\.\d+)?$/.test(text ?? "") ? Number(text.replace("m", "-")) : NaN);
