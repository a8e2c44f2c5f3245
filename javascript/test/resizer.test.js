// What JavaScript has for itself: promises, plugins whose code is elsewhere, errors that are shown.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { canonical, InvalidSpec, picture, sign, srcset, url } from "../resizer.js";
import * as everything from "../resizer.js";

test("without a key the answer is there at once, with one it is promised", async () => {
  const signingKey = "a key of at least 32 characters!";
  for (const make of [url.bind(null, "300x"), srcset, picture]) {
    const options = { spec: "300x", alt: "" };
    assert.equal(typeof make("cat.jpg", options), "string");
    const promised = make("cat.jpg", { ...options, signingKey });
    assert.ok(promised instanceof Promise);
    assert.match(await promised, /_s-[a-z2-7]{16}\//);
  }
});

const NO_KEYS = { undefined: undefined, null: null, "": "", "no bytes": new Uint8Array(), "a number": 12345678 };

for (const [name, signingKey] of Object.entries(NO_KEYS)) {
  test(`no address without a signature where the key is '${name}'`, async () => {
    const refused = /^Error: expected a signing key of at least 1 byte, as text or bytes, got (undefined|null|none)$/;
    assert.throws(() => url("300x", "cat.jpg", { signingKey }), refused);
    assert.throws(() => srcset("cat.jpg", { widths: [300], signingKey }), refused);
    assert.throws(() => picture("cat.jpg", { widths: [300], alt: "", signingKey }), refused);
    await assert.rejects(sign("300x", signingKey), refused);
  });
}

test("a key of signatures may be text, bytes or a buffer", async () => {
  const text = "a key of at least 32 characters!";
  const bytes = new TextEncoder().encode(text);
  for (const key of [bytes, bytes.buffer, Buffer.from(text)]) assert.equal(await sign("300x", key), await sign("300x", text));
});

test("an error shows what is wrong", () => {
  assert.throws(() => canonical("300x200_blr-2"), (error) => {
    assert.ok(error instanceof InvalidSpec && error instanceof Error);
    assert.match(error.message, /^unknown option 'blr'; known: page, .*\n  300x200_blr-2\n {10}\^{5}$/);
    assert.equal(error.source.slice(error.start, error.end), "blr-2");
    return true;
  });
});

test("a preset is checked against those that are known", () => {
  assert.equal(canonical("p-thumb"), "p-thumb");
  assert.throws(() => canonical("p-thumb", { presets: { other: "9x" } }), /unknown preset 'thumb'; known: other/);
  assert.throws(() => canonical("p-constructor", { presets: {} }), /unknown preset/);
});

test("the sides of a preset that is known are those of the element", () => {
  const presets = { thumb: "300x200_fit-cover" };
  assert.match(picture("cat.jpg", { spec: "p-thumb", alt: "", presets }), / width="300" height="200" /);
  assert.doesNotMatch(picture("cat.jpg", { spec: "p-thumb", alt: "" }), / width=/);
});

test("the options of plugins are kept as they are, after the others", () => {
  assert.equal(canonical("300x_s-abcdefghijklmnop_zoo.b-1-m2_v-1_acme.sepia-60_q-80"), "300x_q-80_v-1_acme.sepia-60_zoo.b-1-m2_s-abcdefghijklmnop");
  assert.throws(() => canonical("300x_acme.sepia-1_acme.sepia-2"), /acme.sepia is given twice/);
  assert.throws(() => canonical("p-thumb_acme.sepia-1"), /besides a preset/);
  assert.doesNotMatch(picture("cat.jpg", { spec: "300x200_fit-cover_acme.sepia-60", alt: "" }), / width=/);
});

test("names that every object has are no options", () => {
  for (const name of ["constructor", "tostring", "valueof"]) assert.throws(() => canonical(`300x_${name}`), InvalidSpec);
});

test("a picture without alt is refused", () => {
  assert.throws(() => picture("cat.jpg", { spec: "300x" }), /expected alt/);
});

test("a width that is no whole number is refused", () => {
  assert.throws(() => srcset("cat.jpg", { widths: [1.5] }), /expected widths in whole px, at least 1, got 1.5/);
});

test("the declared types name everything that there is", () => {
  const declared = readFileSync(new URL("../resizer.d.ts", import.meta.url), "utf-8");
  for (const name of Object.keys(everything)) assert.match(declared, new RegExp(`export (class|function) ${name}\\b`));
});

test("nothing else is needed", () => {
  const described = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf-8"));
  assert.equal(described.dependencies, undefined);
  assert.equal(described.devDependencies, undefined);
  for (const file of described.files.filter((name) => /\.(js|ts)$/.test(name))) {
    const code = readFileSync(new URL(`../${file}`, import.meta.url), "utf-8");
    for (const [, from] of code.matchAll(/^import .* from "(.*)";$/gm)) assert.match(from, /^\.\//);
  }
});
