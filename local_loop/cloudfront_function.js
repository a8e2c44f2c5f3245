// Runs a CloudFront function. The first line of standard input is its code as JSON, every further one an event; each
// event is answered with one line: {"made": ...} or {"error": ...}. Like there, the code is in strict mode.
const lines = require("node:readline").createInterface({ input: process.stdin });

let handler = null;

lines.on("line", (line) => {
  const given = JSON.parse(line);
  if (handler === null) {
    handler = new Function(`"use strict";\n${given}\nreturn handler;`)();
    return;
  }
  let answer;
  try {
    answer = { made: handler(given) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
