// The provider as the real unpic calls it, where the package is installed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { transformBaseImageProps, transformBaseSourceProps } from "@unpic/core/base";
import { extract, generate, transform as transformer } from "resizer-html/unpic";
import { createExtractAndGenerate } from "unpic/utils";

const base = "https://img.example.com";
const ann = { src: "people/ann.jpg", transformer, options: { base } };
const address = (spec) => `${base}/${spec}/people/ann.jpg`;

test("an image of a fixed size", () => {
  const { src, srcset } = transformBaseImageProps({ ...ann, layout: "fixed", width: 300, height: 200, alt: "Ann" });
  assert.equal(src, address("300x200_fit-cover_f-auto"));
  assert.equal(srcset, `${src} 300w,\n${address("600x400_fit-cover_f-auto")} 600w`);
});

test("an image as wide as the page, with more options", () => {
  const operations = { spec: "gray_v-2", quality: 60 };
  const { srcset } = transformBaseImageProps({ ...ann, operations, layout: "fullWidth", breakpoints: [960, 480] });
  assert.equal(srcset, `${address("480x_gray_f-auto_q-60_v-2")} 480w,\n${address("960x_gray_f-auto_q-60_v-2")} 960w`);
});

test("a source of one format", () => {
  const { srcset, type } = transformBaseSourceProps({ ...ann, width: 80, height: 60, breakpoints: [80], type: "image/jpeg" });
  assert.deepEqual([srcset, type], [`${address("80x60_fit-cover_f-jpg")} 80w`, "image/jpeg"]);
});

test("unpic makes the same of extract and generate", () => {
  const made = createExtractAndGenerate(extract, generate);
  for (const [src, operations] of [["people/ann.jpg", { width: 80 }], [address("300x_gray_f-webp"), { width: 80, quality: 60 }]]) {
    assert.equal(made(src, operations, { base }), transformer(src, operations, { base }));
  }
});
