/**
 * `completions`: prints the script by which a shell completes the command line.
 *
 * @module
 */
import { DEVICES } from "../../../mod.ts";
import { didYouMean, UsageError } from "../../console/mod.ts";
import { CATALOG } from "../../fetch/mod.ts";
import { CLIPS, NO_CLIP, optimizerDescriptions, scheduleDescriptions } from "../../lab/mod.ts";
import type { Query } from "../../run/mod.ts";
import { TRACKERS } from "../../trackers/mod.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { commandWords, type Known } from "./values.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints a completion script. */
export const completionsCommand: Query = {
  summary: "print a script that makes a shell complete commands, options and their values",
  defaults: "SHELL is bash, zsh or fish; prints, writes nothing",
  examples: [
    ["bash", "the script for bash; its first lines say where to save it"],
    ["fish", "the script for fish"],
  ],
  common: [],
  operands: "SHELL",
  run({ operands }, { experiments }) {
    const shells = Object.keys(SCRIPTS);
    const [shell = "", ...more] = operands;
    if (!Object.hasOwn(SCRIPTS, shell) || more.length > 0) {
      throw new UsageError(
        `completions takes one of ${shells.join(", ")}, got ${operands.join(" ") || "none"}.` +
          didYouMean(shell, shells),
      );
    }
    const known = knownValues();
    const commands = Object.entries(experiments).map(([name, command]) =>
      commandWords(name, { command, known })
    );
    const script = SCRIPTS[shell as keyof typeof SCRIPTS](commands);
    return Promise.resolve({ document: { shell, script }, tables: [], text: script });
  },
};

/** Returns the values that the declarations of options do not hold. */
function knownValues(): Known {
  const all = optimizerDescriptions();
  const rules = all.filter((d) => d.kind === "rule").map((d) => d.name);
  const schedules = scheduleDescriptions().map((d) => d.name);
  return {
    options: {
      optimizer: { words: rules, path: "file" },
      schedule: { words: schedules },
      clip: { words: [...Object.keys(CLIPS), NO_CLIP] },
      device: { words: DEVICES },
      tracker: { words: TRACKERS },
    },
    operands: {
      optimizers: { words: all.map((d) => d.name) },
      schedules: { words: schedules },
      fetch: { words: Object.keys(CATALOG) },
      completions: { words: Object.keys(SCRIPTS) },
    },
  };
}
