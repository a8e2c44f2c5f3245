/** A SPEC that breaks the grammar; `source.slice(start, end)` is what is wrong, `reason` what was expected there. */
export class InvalidSpec extends Error {
  readonly reason: string;
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** A key that no original may have. */
export class InvalidKey extends Error {}

/** The bytes of a key of signatures, or its text; not empty. It never belongs into a browser. */
export type SigningKey = string | Uint8Array | ArrayBuffer;

/** SPECs by name. Without them every `p-NAME` is taken, and only the server knows what is behind it. */
export type Presets = Readonly<Record<string, string>>;

export interface Grammar {
  presets?: Presets;
}

export interface Site extends Grammar {
  /** Where delivery is, such as `https://img.example.com`; without it addresses begin with a slash. */
  base?: string;
}

export interface Candidates extends Site {
  /** What is asked for, without `f` and `s`. With `widths` its sides say the ratio alone. */
  spec?: string;
  /** px, for an element whose width depends on the page. */
  widths?: readonly number[];
  /**
   * Device pixels per CSS pixel, 1 to 4 with one decimal, for an element of a fixed width. When neither is given: 1 and 2;
   * 1 for a preset without `signingKey`, since 2 needs a signature.
   */
  densities?: readonly number[];
  /**
   * Width and height of the original, upright, px. Candidates for which it is too small go; the largest that it fills comes
   * in their place.
   */
  original?: readonly [width: number, height: number];
}

export type Format = "avif" | "webp" | "jpg" | "jpeg" | "png" | "gif" | "tif" | "tiff";

/** A media query, the SPEC that is taken where it holds, and the sides of the element there, CSS px. */
export type Source =
  | readonly [media: string, spec: string]
  | readonly [media: string, spec: string, width: number, height: number];

export interface Picture extends Candidates {
  /** What the picture says to those who do not see it; empty for mere decoration. */
  alt: string;
  /**
   * How wide the element is on the page, with `widths`. Where nothing is said: `100vw`; with `lazy` and both sides
   * `auto, 100vw`, so that the browser measures the element.
   */
  sizes?: string;
  /** Art direction: other pictures where media queries hold. The first whose query holds is taken. */
  sources?: readonly Source[];
  /** Best first; the last is for browsers that know none of the others. */
  formats?: readonly Format[];
  /** Whether the original may be an animation. AVIF is then left out: it would hold one frame. */
  moving?: boolean;
  /** Of the element, CSS px. Where the SPEC or `original` says both sides, they need not be given. */
  width?: number;
  height?: number;
  /** Fetched when it is about to be seen; true by default. Not for what a page opens with. */
  lazy?: boolean;
  /** More attributes of the `<img>`. */
  attributes?: Readonly<Record<string, string | number>>;
}

export interface Preload extends Candidates {
  /** As for the `picture`, which has `lazy: false`. */
  sizes?: string;
  /** The first of the picture's formats, `avif` by default. A browser that does not know it fetches nothing here. */
  format?: Format;
  /** A media query, where the picture has `sources`. */
  media?: string;
}

/**
 * Signs every SPEC; what is made is then a promise. A key that is undefined, such as a variable of the environment that is
 * not set, is an error and no address without a signature.
 */
export interface Signed {
  signingKey: SigningKey | undefined;
}

interface Unsigned {
  signingKey?: never;
}

/** The canonical spelling of a SPEC. */
export function canonical(spec: string, options?: Grammar): string;

/** The canonical spelling with the signature that the key gives it; one that it had is replaced. */
export function sign(spec: string, signingKey: SigningKey | undefined, options?: Grammar): Promise<string>;

/** The address of a derivative: canonical, so that nobody is redirected to it. */
export function url(spec: string, key: string, options?: Site & Unsigned): string;
export function url(spec: string, key: string, options: Site & Signed): Promise<string>;

/** The value of a `srcset` attribute: one picture in several widths, or for several kinds of screens. */
export function srcset(key: string, options: Candidates & Unsigned): string;
export function srcset(key: string, options: Candidates & Signed): Promise<string>;

/** A `<picture>` element, escaped: the best format that the browser knows, in the size that it wants. */
export function picture(key: string, options: Picture & Unsigned): string;
export function picture(key: string, options: Picture & Signed): Promise<string>;

/** A `<link>` for the `<head>`, so that the picture a page opens with is fetched at once. */
export function preload(key: string, options: Preload & Unsigned): string;
export function preload(key: string, options: Preload & Signed): Promise<string>;
