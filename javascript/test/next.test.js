// The loader, as Next.js calls it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { loader } from "../next.js";
import { InvalidKey, InvalidSpec } from "../resizer.js";

const base = "https://img.example.com";

test("a width and a quality become a SPEC that the browser's format is chosen for", () => {
  assert.equal(loader({ base })({ src: "/people/ann.jpg", width: 640, quality: 75 }), `${base}/640x_f-auto_q-75/people/ann.jpg`);
});

test("the quality is the server's where none is said", () => {
  assert.equal(loader({ base })({ src: "ann.jpg", width: 640 }), `${base}/640x_f-auto/ann.jpg`);
});

test("other options go with every width", () => {
  assert.equal(loader({ base, spec: "ar-1-1_f-webp" })({ src: "ann.jpg", width: 640 }), `${base}/640x_ar-1-1_f-webp/ann.jpg`);
});

test("no options at all leave the original's format", () => {
  assert.equal(loader({ spec: "" })({ src: "ann.jpg", width: 640 }), "/640x/ann.jpg");
});

test("what is wrong is an error while the page is written", () => {
  assert.throws(() => loader({ spec: "blr-2" })({ src: "ann.jpg", width: 640 }), InvalidSpec);
  assert.throws(() => loader()({ src: "//other.example/ann.jpg", width: 640 }), InvalidKey);
});
