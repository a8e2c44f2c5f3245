// Ask once what the names of presets stand for.

import { ask } from "./answers.js";

const asked = ask("grammar");

/** The SPECs of the presets, by name. */
export const presets = async () => (await asked)?.presets ?? {};
