// Start the page of the local loop. It is served as it stands, without a build.

import * as answers from "./answers.js";
import { follow } from "./following.js";
import * as hops from "./hops.js";
import * as originals from "./originals.js";
import * as picture from "./picture.js";
import * as specBox from "./spec_box.js";
import { subscribe } from "./state.js";
import * as verdict from "./verdict.js";

for (const part of [specBox, verdict, picture, hops, answers]) part.start();

// The page of the other way of delivery opens in the same state.
subscribe(() => {
  for (const link of document.querySelectorAll(".ways a")) link.search = location.search;
});

const first = await originals.start();
follow(first?.changes ?? 0);
