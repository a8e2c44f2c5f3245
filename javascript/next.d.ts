import type { Presets } from "./resizer.js";

/** What Next.js asks for. */
export interface Asked {
  src: string;
  width: number;
  quality?: number;
}

export interface LoaderOptions {
  /** Where delivery is, such as `https://img.example.com`. */
  base?: string;
  /** The options of each SPEC after its width; `f-auto` by default. */
  spec?: string;
  presets?: Presets;
}

/** The function that Next.js asks for the address of each width. `src` is the key of the original. */
export function loader(options?: LoaderOptions): (asked: Asked) => string;
