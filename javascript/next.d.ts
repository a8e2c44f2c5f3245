import type { Presets } from "./resizer.js";

/** What Next.js asks for. */
export interface Asked {
  src: string;
  width: number;
  /** Left out where the SPEC has a `q` of its own, or takes none. */
  quality?: number;
}

export interface LoaderOptions {
  /** Where delivery is, such as `https://img.example.com`. */
  base?: string;
  /**
   * The options of each SPEC after its width; `f-auto` by default. One that begins with a preset, a percentage or `orig` stands
   * for every width.
   */
  spec?: string;
  presets?: Presets;
}

/**
 * The function that Next.js asks for the address of each width. `src` is the key of the original; an address elsewhere and a
 * picture that was imported stay as they are.
 */
export function loader(options?: LoaderOptions): (asked: Asked) => string;
