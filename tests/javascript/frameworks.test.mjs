// The files that docs/frameworks.md has for Angular and Eleventy, with the keys of the vectors.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { picture } from "resizer-html";

import eleventy from "./eleventy.config.js";
import { loader } from "./picture.loader.js";

const base = "https://img.example.com";
const { paths } = JSON.parse(readFileSync(new URL("./urls.json", import.meta.url), "utf8"));
const address = (spec, path) => `${base}/${spec}${path.slice(path.indexOf("/", 1))}`;

test("the loader of Angular gives the addresses of the vectors", () => {
  assert.ok(Object.keys(paths).length > 5);
  for (const { key, path } of Object.values(paths)) {
    assert.equal(loader({ src: key }), address("orig_f-auto", path));
    assert.equal(loader({ src: key, width: 800 }), address("800x_f-auto", path));
    const asked = { width: 30, height: 20, isPlaceholder: true, loaderParams: { spec: "gray" } };
    assert.equal(loader({ src: key, ...asked }), address("30x20_fit-cover_gray_f-auto_q-20", path));
  }
});

test("the shortcode of Eleventy gives the element", () => {
  const shortcodes = {};
  eleventy({ addShortcode: (name, make) => (shortcodes[name] = make) });
  const options = { widths: [480, 960] };
  assert.equal(shortcodes.picture("people/ann.jpg", "Ann", options), picture("people/ann.jpg", { base, alt: "Ann", ...options }));
});
