// Resizes with sharp's defaults. It answers each line of JSON with the CPU time of the process for one picture, ms.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);
console.log(
  JSON.stringify({ versions: `sharp ${sharp.versions.sharp} with libvips ${sharp.versions.vips}, Node.js ${process.versions.node}` }),
);

const originals = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { path, width, height, fit, format, animated, times, keep } = JSON.parse(line);
  if (!originals.has(path)) originals.set(path, readFileSync(path));
  const data = originals.get(path);
  let made;
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) {
    made = await sharp(data, { animated })
      .resize({ width, height, fit, withoutEnlargement: true })
      .toFormat(format)
      .toBuffer();
  }
  const { user, system } = process.cpuUsage(before);
  if (keep) writeFileSync(keep, made);
  console.log(JSON.stringify({ cpu: (user + system) / 1000 / times, bytes: made.length }));
}
