// Ask once for the grammar's table.

import { ask } from "./answers.js";

const asked = ask("grammar");

/** The SPECs of the presets, by name. */
export const presets = async () => (await asked)?.presets ?? {};
