/**
 * The SPEC breaks the grammar. `source.slice(start, end)` is the part that is wrong, and `reason` says what was
 * expected.
 */
export class InvalidSpec extends Error {
  readonly reason: string;
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** No original may have this key. */
export class InvalidKey extends Error {}

/** The bytes or the text of a signing key. It must not be empty. Never give it to a browser. */
export type SigningKey = string | Uint8Array | ArrayBuffer;

/** SPECs by name. Without them every `p-NAME` is accepted, and only the server knows its SPEC. */
export type Presets = Readonly<Record<string, string>>;

export interface Grammar {
  presets?: Presets;
}

export interface Site extends Grammar {
  /**
   * The URL of the delivery distribution, such as `https://img.example.com`. Without it addresses begin with a slash.
   */
  base?: string;
}

export interface Candidates extends Site {
  /** The SPEC, without `f` and `s`. With `widths` only the ratio of its sides counts. */
  spec?: string;
  /** px, for an element whose width depends on the page. */
  widths?: readonly number[];
  /**
   * Device pixels per CSS pixel, 1 to 4 with one decimal, for an element of a fixed width. If you give neither `widths`
   * nor `densities`, they are 1 and 2. A preset without `signingKey` gets 1 alone, because 2 needs a signature.
   */
  densities?: readonly number[];
  /**
   * The upright width and height of the original, px. Candidates that are too large for it are left out, and the
   * largest one that it can fill takes their place.
   */
  original?: readonly [width: number, height: number];
}

export type Format = "avif" | "webp" | "jpg" | "jpeg" | "png" | "gif" | "tif" | "tiff";

/** A media query, the SPEC to take when it matches, and the sides of the element then, CSS px. */
export type Source =
  | readonly [media: string, spec: string]
  | readonly [media: string, spec: string, width: number, height: number];

export interface Picture extends Candidates {
  /** A description for people who do not see the picture. It is empty for mere decoration. */
  alt: string;
  /**
   * The width of the element on the page, with `widths`. The default is `100vw`. With `lazy` and both sides it is
   * `auto, 100vw`, so that the browser measures the element.
   */
  sizes?: string;
  /** Art direction: other pictures for media queries. The browser takes the first whose query matches. */
  sources?: readonly Source[];
  /** Best first. The last is for browsers that know none of the others. */
  formats?: readonly Format[];
  /** Whether the original may be an animation. If so, AVIF is left out: it would hold one frame. */
  moving?: boolean;
  /** The size of the element, CSS px. You need not give the sides if the SPEC or `original` says both. */
  width?: number;
  height?: number;
  /**
   * Whether the browser waits until the picture is about to be seen; true by default. Set it to false at the top of a
   * page.
   */
  lazy?: boolean;
  /** More attributes of the `<img>`. */
  attributes?: Readonly<Record<string, string | number>>;
}

export interface Preload extends Candidates {
  /** As for the `picture`, which needs `lazy: false`. */
  sizes?: string;
  /** The first of the picture's formats, `avif` by default. A browser that does not know it ignores the link. */
  format?: Format;
  /** A media query, if the picture has `sources`. */
  media?: string;
}

/**
 * Sign every SPEC. The result is then a promise. An undefined key, such as an environment variable that is not set, is
 * an error: it never leads to an address without a signature.
 */
export interface Signed {
  signingKey: SigningKey | undefined;
}

interface Unsigned {
  signingKey?: never;
}

/** Write the canonical spelling of a SPEC. */
export function canonical(spec: string, options?: Grammar): string;

/** Write the canonical spelling, signed with the key. This replaces a signature that the SPEC has already. */
export function sign(spec: string, signingKey: SigningKey | undefined, options?: Grammar): Promise<string>;

/** Write the address of a derivative. It is canonical, so it causes no redirect to another spelling. */
export function url(spec: string, key: string, options?: Site & Unsigned): string;
export function url(spec: string, key: string, options: Site & Signed): Promise<string>;

/** Write the value of a `srcset` attribute: one picture in several widths, or for several screen densities. */
export function srcset(key: string, options: Candidates & Unsigned): string;
export function srcset(key: string, options: Candidates & Signed): Promise<string>;

/** Write a `<picture>` element, escaped. The browser takes the best format that it knows, in the size it needs. */
export function picture(key: string, options: Picture & Unsigned): string;
export function picture(key: string, options: Picture & Signed): Promise<string>;

/** Write a `<link>` for the `<head>`, so that the browser fetches a picture at once. */
export function preload(key: string, options: Preload & Unsigned): string;
export function preload(key: string, options: Preload & Signed): Promise<string>;
