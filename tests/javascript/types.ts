// What the types take and what they refuse, besides the lines of docs/html.md.

import { readFileSync } from "node:fs";

import { transformBaseImageProps } from "@unpic/core/base";
import { picture, sign, srcset, url } from "resizer-html";
import { loader } from "resizer-html/next";
import { extract, transform } from "resizer-html/unpic";
import type { Operations, Options } from "resizer-html/unpic";
import type { TransformerFunction } from "unpic";

const signingKey = process.env.SIGNING_KEY;
const keys = ["text", readFileSync("key"), new Uint8Array(32), new Uint8Array(32).buffer];

export const atOnce: string[] = [
  url("300x", "a.jpg"),
  srcset("a.jpg", { widths: [300] }),
  picture("a.jpg", { spec: "300x", alt: "" }),
  loader()({ src: "a.jpg", width: 300, quality: 75 }),
];
export const promised: Promise<string>[] = [
  url("300x", "a.jpg", { signingKey }),
  srcset("a.jpg", { widths: [300], signingKey }),
  picture("a.jpg", { spec: "300x", alt: "", signingKey }),
  sign("300x", signingKey),
  ...keys.flatMap((key) => [sign("300x", key), url("300x", "a.jpg", { signingKey: key })]),
];

// @ts-expect-error A signed address is a promise.
export const signed: string = url("300x", "a.jpg", { signingKey });
// @ts-expect-error A picture has an alt.
picture("a.jpg", { spec: "300x" });
// @ts-expect-error A loader runs in the browser as well.
loader({ signingKey });

export const transformer: TransformerFunction<Operations, Options> = transform;
const told = { options: { base: "/" }, operations: { spec: "gray" } };
transformBaseImageProps({ src: "a.jpg", transformer: transform, ...told, width: 3, height: 2 });
transform(new URL("https://img.example.com/300x/a.jpg"), { ...extract("/300x/a.jpg")?.operations, format: "webp" });
// @ts-expect-error There is no such fit.
transform("a.jpg", { fit: "crop" });
