// Ask once for the table of the grammar.

import { ask } from "./answers.js";

const asked = ask("grammar");

/** Give the table of the grammar. It is null if the loop does not answer. */
export const grammarTable = () => asked;

/** Give the SPECs of the presets, by name. */
export const presets = async () => (await asked)?.presets ?? {};
