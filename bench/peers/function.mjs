// Does in our words what the function of aws-samples/image-optimization does: it reads an original from S3, makes a
// derivative with sharp, stores it, and answers with it. With an event as argument it answers once. Without one it
// answers each line of JSON with the times of one call, ms.
import { createInterface } from "node:readline";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";

const s3 = new S3Client();
const CACHE_CONTROL = "public, max-age=31536000, immutable";
const LARGEST = 4_500_000; // of an answer of Lambda in base64 has 6 MB

async function handler(event) {
  const segments = event.requestContext.http.path.slice(1).split("/");
  const operations = segments.pop();
  const key = segments.join("/");
  const { width, height, format } = Object.fromEntries(operations.split(",").map((one) => one.split("=")));
  const original = await s3.send(new GetObjectCommand({ Bucket: "originals", Key: key }));
  let picture = sharp(await original.Body.transformToByteArray(), { failOn: "none", animated: true });
  const { orientation } = await picture.metadata();
  picture = picture.resize({ width: width && Number(width), height: height && Number(height) });
  if (orientation) picture = picture.rotate();
  const body = await picture.toFormat(format).toBuffer();
  const stored = { Bucket: "derivatives", Key: `${key}/${operations}`, Body: body };
  await s3.send(new PutObjectCommand({ ...stored, ContentType: `image/${format}`, CacheControl: CACHE_CONTROL }));
  if (body.length > LARGEST) return { statusCode: 302, headers: { Location: `/${stored.Key}` } };
  const headers = { "Content-Type": `image/${format}`, "Cache-Control": CACHE_CONTROL };
  return { statusCode: 200, body: body.toString("base64"), isBase64Encoded: true, headers };
}

if (process.argv[2]) {
  const { statusCode } = await handler(JSON.parse(process.argv[2]));
  process.exit(statusCode === 200 ? 0 : 1);
}

console.log(JSON.stringify({ versions: `sharp ${sharp.versions.sharp}, Node.js ${process.versions.node}` }));
for await (const line of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const start = performance.now();
  await handler(JSON.parse(line));
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpu: (user + system) / 1000, wall }));
}
