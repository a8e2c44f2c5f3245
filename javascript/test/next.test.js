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

const WITHOUT_QUALITY = {
  "f-png": "640x_f-png",
  "format-gif": "640x_f-gif",
  "f-tif": "640x_f-tif",
  "f-webp_ll": "640x_f-webp_ll",
  "f-auto_q-60": "640x_f-auto_q-60",
  "orig_f-png": "orig_f-png",
  "p-thumb": "p-thumb",
  "p-thumb_f-webp": "p-thumb_f-webp",
};

for (const [spec, written] of Object.entries(WITHOUT_QUALITY)) {
  test(`no quality is added to ${spec}`, () => {
    // In development Next.js calls each loader with the quality 75.
    assert.equal(loader({ base, spec })({ src: "ann.jpg", width: 640, quality: 75 }), `${base}/${written}/ann.jpg`);
  });
}

for (const [spec, written] of Object.entries({ "": "640x_q-75", "f-jpg": "640x_f-jpg_q-75", "kb-50": "640x_q-75_kb-50" })) {
  test(`a quality is added to '${spec}'`, () => {
    assert.equal(loader({ spec })({ src: "ann.jpg", width: 640, quality: 75 }), `/${written}/ann.jpg`);
  });
}

const ELSEWHERE = [
  "/_next/static/media/cat.0a1b2c3d.jpg",
  "/_next/static/media/cat.0a1b2c3d.jpg?dpl=1",
  "/shop/_next/static/media/cat.0a1b2c3d.jpg",
  "https://elsewhere.example/dog.jpg?v=2",
  "HTTP://elsewhere.example/dog.jpg",
  "//elsewhere.example/dog.jpg",
  "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
  "blob:https://elsewhere.example/1",
];

for (const src of ELSEWHERE) {
  test(`no key of an original: ${src}`, () => {
    assert.equal(loader({ base })({ src, width: 640, quality: 75 }), src);
  });
}

test("a key that only looks like an address elsewhere is the key of an original", () => {
  assert.equal(loader()({ src: "/my_next/static/data:1.jpg", width: 640 }), "/640x_f-auto/my_next/static/data%3A1.jpg");
});

test("what is wrong is an error while the page is written", () => {
  assert.throws(() => loader({ spec: "blr-2" })({ src: "ann.jpg", width: 640 }), InvalidSpec);
  assert.throws(() => loader()({ src: "people//ann.jpg", width: 640 }), InvalidKey);
});

test("a version is an option of the SPEC and no query", () => {
  const refused = (error) => error instanceof InvalidKey && error.message.includes("v- in the SPEC");
  assert.throws(() => loader()({ src: "/ann.jpg?v=2", width: 640 }), refused);
  assert.equal(loader({ spec: "f-auto_v-2" })({ src: "/ann.jpg", width: 640 }), "/640x_f-auto_v-2/ann.jpg");
});
