// Ask once for the SPECs of the presets.

import { ask } from "./answers.js";

const asked = ask("grammar");

/** Give the SPECs of the presets, by name. */
export const presets = async () => (await asked)?.presets ?? {};
