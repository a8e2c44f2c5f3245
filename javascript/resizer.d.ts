/** A SPEC that breaks the grammar; `source.slice(start, end)` is what is wrong, `reason` what was expected there. */
export class InvalidSpec extends Error {
  readonly reason: string;
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** A key that no original may have. */
export class InvalidKey extends Error {}

/** The bytes of a key of signatures, or its text. It never belongs into a browser. */
export type SigningKey = string | Uint8Array<ArrayBuffer> | ArrayBuffer;

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
  /** Device pixels per CSS pixel, 1 to 4 with one decimal, for an element of a fixed width; 1 and 2 when neither is given. */
  densities?: readonly number[];
}

export type Format = "avif" | "webp" | "jpg" | "jpeg" | "png" | "gif" | "tif" | "tiff";

export interface Picture extends Candidates {
  /** What the picture says to those who do not see it; empty for mere decoration. */
  alt: string;
  /** How wide the element is on the page, with `widths`; as wide as the window by default. */
  sizes?: string;
  /** Best first; the last is for browsers that know none of the others. */
  formats?: readonly Format[];
  /** Of the element, CSS px. Where the SPEC fixes both sides it says them itself. */
  width?: number;
  height?: number;
  /** Fetched when it is about to be seen; true by default. Not for what a page opens with. */
  lazy?: boolean;
  /** More attributes of the `<img>`. */
  attributes?: Readonly<Record<string, string>>;
}

/** Signs every SPEC; what is made is then a promise. */
export interface Signed {
  signingKey: SigningKey;
}

interface Unsigned {
  signingKey?: undefined;
}

/** The canonical spelling of a SPEC. */
export function canonical(spec: string, options?: Grammar): string;

/** The canonical spelling with the signature that the key gives it; one that it had is replaced. */
export function sign(spec: string, signingKey: SigningKey, options?: Grammar): Promise<string>;

/** The address of a derivative: canonical, so that nobody is redirected to it. */
export function url(spec: string, key: string, options?: Site & Unsigned): string;
export function url(spec: string, key: string, options: Site & Signed): Promise<string>;

/** The value of a `srcset` attribute: one picture in several widths, or for several kinds of screens. */
export function srcset(key: string, options: Candidates & Unsigned): string;
export function srcset(key: string, options: Candidates & Signed): Promise<string>;

/** A `<picture>` element, escaped: the best format that the browser knows, in the size that it wants. */
export function picture(key: string, options: Picture & Unsigned): string;
export function picture(key: string, options: Picture & Signed): Promise<string>;
