// Start the page of the local loop. The browser gets these files without a build.

import * as answers from "./answers.js";
import * as controls from "./controls.js";
import * as copy from "./copy.js";
import * as cropBox from "./crop_box.js";
import * as dropping from "./dropping.js";
import * as examples from "./examples.js";
import * as focalPoint from "./focal_point.js";
import { follow } from "./following.js";
import * as formats from "./formats.js";
import * as hops from "./hops.js";
import * as looking from "./looking.js";
import * as loop from "./loop.js";
import * as originals from "./originals.js";
import * as picture from "./picture.js";
import * as purge from "./purge.js";
import * as specBox from "./spec_box.js";
import { subscribe } from "./state.js";
import * as tools from "./tools.js";
import * as verdict from "./verdict.js";

const STAGE = [specBox, verdict, tools, focalPoint, cropBox, picture, looking, examples, controls, dropping];
const PANELS = [formats, copy, loop, purge, hops];
for (const part of [...STAGE, ...PANELS, answers]) part.start();

// The link to the other way of delivery opens its page in the same state.
subscribe(() => {
  for (const link of document.querySelectorAll(".ways a")) link.search = location.search;
});

const first = await originals.start();
follow(first?.changes ?? 0);
