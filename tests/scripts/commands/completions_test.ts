/** Completion scripts: what the shells themselves complete with them. */
// cspell:ignore compinit COMPREPLY CWORD digi fihs lookah momentu momentumx noprofile norc

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { completionsCommand } from "../../../scripts/commands/completions/mod.ts";
import { allCommands } from "../../../scripts/experiments/registry.ts";
import type { Options } from "../../../scripts/cli/mod.ts";
import { inFolder, run } from "../process.ts";

const EXPERIMENTS = await allCommands();

/** Returns the script for a shell. */
async function scriptFor(shell: string): Promise<string> {
  const { text } = await completionsCommand.run({ operands: [shell] } as unknown as Options, {
    experiments: EXPERIMENTS,
  });
  return text!;
}

/** Runs a command with an input, and returns what it prints. */
async function output(
  [command = "", ...args]: readonly string[],
  { cwd, input = "" }: { cwd: string; input?: string },
): Promise<string> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { TERM: "dumb", PS1: "> ", HOME: cwd },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return text(stdout) + text(stderr);
}

/** Returns whether this machine has a command whose `--version` prints a text. */
function has(command: string, text: RegExp): boolean {
  try {
    const { stdout } = new Deno.Command(command, { args: ["--version"], stderr: "null" }).outputSync();
    return text.test(new TextDecoder().decode(stdout));
  } catch {
    return false;
  }
}

/** The shells, and the command that gives them a terminal. */
const HAS = {
  bash: has("bash", /GNU bash/),
  zsh: has("zsh", /zsh/),
  fish: has("fish", /fish/),
  script: has("script", /util-linux/),
};

/** Declares a test that needs some of them. */
function testWith(needs: readonly (keyof typeof HAS)[], name: string, fn: () => Promise<void>): void {
  const lacks = needs.filter((n) => !HAS[n]);
  const suffix = lacks.length === 0 ? "" : ` (skipped: this machine has no ${lacks.join(", no ")})`;
  Deno.test({ name: `${name}${suffix}`, ignore: lacks.length > 0, fn });
}

/** Typed words, the last one unfinished, and all that completes it. */
const CASES: readonly (readonly [typed: readonly string[], completed: readonly string[]])[] = [
  [["experiment", "digi"], ["digits"]],
  [["experiment", "help", "swe"], ["sweep"]],
  [["experiment", "--quiet", "digits", "--tra"], ["--tracker"]],
  [["experiment", "digits", "--optimizer", "adam,moment"], ["adam,momentum"]],
  [["experiment", "digits", "--device", ""], ["cpu", "cuda", "webgpu"]],
  [["experiment", "digits", "--epochs", ""], []],
  // digits has no --scale; adam has.
  [["experiment", "digits", "--scale", ""], []],
  [["experiment", "adam", "--scale", ""], ["default", "paper"]],
  [["experiment", "benchmark", "--budget", "la"], ["large"]],
  [["experiment", "fetch", "mnist", "ci"], ["cifar-10"]],
  [["experiment", "completions", ""], ["bash", "fish", "zsh"]],
  [["experiment", "sweep", "sear"], ["search.json"]],
  [["deno", "task", "-q", "experiment", "lenet", "--model", "lenet-"], ["lenet-caffe"]],
  [["deno", "task", "experiment", "optimizers", "lookah"], ["lookahead"]],
];

/** Lines typed into a shell, with tab characters, and the words that the command gets. */
const TYPED = [
  ["experiment dig\t--optim\tmoment\t", "<digits><--optimizer><momentum>"],
  ["experiment digits --optimizer adam,momentu\tx", "<digits><--optimizer><adam,momentumx>"],
  ["deno task -q experiment digits --device=web\t", "<task><-q><experiment><digits><--device=webgpu>"],
  ["experiment sweep sear\t", "<sweep><search.json>"],
] as const;

/** Writes a script, the functions `experiment` and `deno` that print their words, and a file to complete. */
async function prepare(folder: string, shell: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/c.${shell}`, await scriptFor(shell));
  await Deno.writeTextFile(`${folder}/search.json`, "{}");
  const print = `{ printf '<%s>' "$@"; echo; }`;
  return `source ./c.${shell}\nexperiment() ${print}\ndeno() ${print}\n`;
}

/** Types into an interactive shell in a pseudo-terminal, and requires the words that its commands get. */
function typeInto(
  shell: "bash" | "zsh",
  { command, first }: { command: string; first: string },
): Promise<void> {
  return inFolder(async (folder) => {
    const functions = await prepare(folder, shell);
    const input = `${first}${functions}${TYPED.map(([typed]) => `${typed}\n`).join("")}exit\n`;
    const out = await output(["script", "-qec", command, "/dev/null"], { cwd: folder, input });
    for (const [typed, words] of TYPED) assertStringIncludes(out, words, `${typed}\n${out}`);
  });
}

testWith(
  ["bash"],
  "completions bash: bash completes names, options and values",
  () =>
    inFolder(async (folder) => {
      const functions = await prepare(folder, "bash");
      const calls = CASES.map(([words]) =>
        `COMPREPLY=(); COMP_WORDS=(${words.map((w) => `'${w}'`).join(" ")}); COMP_CWORD=${
          words.length - 1
        }; ` +
        `_descent_${words[0]}; printf '%s ' "\${COMPREPLY[@]}"; echo`
      );
      const out = await output(["bash", "--norc", "-c", `${functions}${calls.join("\n")}`], { cwd: folder });
      const lines = out.trimEnd().split("\n");
      for (const [i, [typed, completed]] of CASES.entries()) {
        assertEquals(lines[i]!.split(" ").filter((w) => w !== "").sort(), completed, typed.join(" "));
      }
    }),
);

testWith(
  ["bash", "script"],
  "completions bash: a bash that one types into completes with the Tab key",
  () => typeInto("bash", { command: "bash --norc --noprofile -i", first: "" }),
);

testWith(
  ["zsh", "script"],
  "completions zsh: a zsh that one types into completes with the Tab key",
  () => typeInto("zsh", { command: "zsh -f -i", first: "autoload -U compinit; compinit -u -D\n" }),
);

testWith(
  ["fish"],
  "completions fish: fish completes names, options and values",
  () =>
    inFolder(async (folder) => {
      await prepare(folder, "fish");
      const calls = CASES.map(([words]) => `complete -C '${words.join(" ")}'; echo =`);
      const lines = ["source ./c.fish", ...calls].join("\n");
      const answers = (await output(["fish", "--no-config", "-c", lines], { cwd: folder })).split("=\n");
      for (const [i, [typed, completed]] of CASES.entries()) {
        const words = answers[i]!.trim().split("\n").map((line) => line.split("\t")[0]!).filter((w) =>
          w !== ""
        );
        assertEquals(words.sort(), completed, typed.join(" "));
      }
    }),
);

Deno.test("completion scripts hold every command and option, and no word that a shell would take apart", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const script = await scriptFor(shell);
    for (const [name, { options = {} }] of Object.entries(EXPERIMENTS)) {
      assertMatch(script, new RegExp(`\\b${name}\\b`));
      for (const option of Object.keys(options)) assert(script.includes(`--${option}`), option);
    }
    for (const [, text] of script.matchAll(/printf '%s\\n' '(.*?)'(?: ;;)?$/gm)) {
      for (const word of text!.split(/'? '?/)) assertMatch(word, /^[@\w.+-]+$/);
    }
  }
});

Deno.test("experiment completions prints the script alone, and refuses other shells", () =>
  inFolder(async (folder) => {
    const { code, out, err } = await run(folder, "completions", "fish");
    assertEquals([code, err, out], [0, "", `${await scriptFor("fish")}\n`]);
    const wrong = await run(folder, "completions", "fihs");
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.err, 'takes one of bash, zsh, fish, got fihs. Did you mean "fish"?');
  }));
