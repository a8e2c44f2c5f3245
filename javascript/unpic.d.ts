import type { Format, Presets } from "./resizer.js";

/** The key of an original or an address, as a text or as a `URL`. */
export type Address = string | { readonly href: string };

/** What unpic's components ask for, and what else they are told. */
export interface Operations {
  /** px, of the picture; rounded. */
  width?: number | string;
  height?: number | string;
  /** What becomes of a picture of another ratio, where both sides are given; `cover` by default. */
  fit?: "inside" | "cover" | "contain" | "fill" | "outside";
  /** `auto` by default, what the browser takes, unless `spec` names a format or begins with a preset; empty: the original's. */
  format?: Format | "auto" | "";
  /** 1 to 100. Left out where `spec` has a `q`, or takes none. */
  quality?: number | string;
  /** Other options of the SPEC: `g-sm_gray`. One that begins with a preset, `orig` or a percentage stands for every width. */
  spec?: string;
}

export interface Options {
  /** Where delivery is, such as `https://img.example.com`; without it addresses begin with a slash. */
  base?: string;
  presets?: Presets;
}

/**
 * What an address of ours is made of: the key of the original, and the operations of which `generate` makes the address. Null
 * for every other address, and for one with a signature.
 */
export function extract(src: Address, options?: Options): { src: string; operations: Operations; options: Options } | null;

/** The address of a derivative of `src`, the key of an original. An address elsewhere stays as it is. */
export function generate(src: Address, operations: Operations, options?: Options): string;

/** The same, where `src` may be an address of ours as well: what `operations` says takes the place of what that one says. */
export function transform(src: Address, operations: Operations, options?: Options): string;
