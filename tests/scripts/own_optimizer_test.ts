import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { filesIn, inFolder, run } from "./process.ts";

const PAGE = new URL("../../docs/your_own_optimizer.md", import.meta.url);
const MOD = new URL("../../mod.ts", import.meta.url).href;

/** Returns an example of the tutorial, changed to import the library from another folder. */
function piece(name: string): string {
  const [, code] = Deno.readTextFileSync(PAGE).match(
    new RegExp(`<!-- ${name} -->\\n\\n\`\`\`ts ignore\\n(.*?)\`\`\``, "s"),
  )!;
  return code!.replaceAll("../mod.ts", MOD);
}

/** Writes the tutorial's rule and one of its other examples beside it, and runs that example. */
async function runPiece(folder: string, name: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/soft_signum.ts`, piece("soft_signum.ts"));
  const file = `${folder}/${name}.ts`;
  const assertUrl = new URL("../../scripts/std/assert.ts", import.meta.url).href;
  await Deno.writeTextFile(file, piece(name).replaceAll("@std/assert", assertUrl));
  await import(`file://${file}`);
}

Deno.test("the tutorial's optimizer has ten lines, and runs on the host and on the graph", () =>
  inFolder(async (folder) => {
    assertEquals(piece("soft_signum.ts").trim().split("\n").length, 10);
    await runPiece(folder, "host");
    await runPiece(folder, "graph");
  }));

Deno.test("experiments take the tutorial's optimizer as a file, beside those of the table", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/soft_signum.ts`, piece("soft_signum.ts"));
    const args = ["digits", "--epochs", "3", "--quiet", "--json", "--out", "run"];
    const { code, out, err } = await run(folder, ...args, "--optimizer", "scheduleFreeSgd,./soft_signum.ts");
    assertEquals([code, err], [0, ""]);
    const { runs } = JSON.parse(out) as { runs: { optimizer: string; testAccuracy: number }[] };
    assertEquals(runs.map((r) => r.optimizer), ["schedule-free-sgd", "soft_signum"]);
    for (const r of runs) assert(r.testAccuracy > 0.8, JSON.stringify(r));
  }));

Deno.test("experiments accept an optimizer's file of any name, and so do all files named after it", () =>
  inFolder(async (folder) => {
    // One code point, not an e and a combining accent, which macOS treats as the same name.
    const names = [
      "mein Optimierer",
      "größe",
      "日本 😀",
      "it's",
      'a "b"',
      "v1.2.",
      "..",
      "a%20b",
      "#1?",
      "-x",
      "a=b;c&d",
      "x..y",
    ];
    const files = names.map((name) => `sub/../${name}.ts`);
    await Deno.mkdir(`${folder}/sub`);
    for (const file of files) await Deno.writeTextFile(`${folder}/${file}`, piece("soft_signum.ts"));
    const args = ["digits", "--epochs", "1", "--optimizer", files.join(), "--tracker", "tensorboard,jsonl"];
    const saving = ["--checkpoint-every", "1000", "--quiet", "--json", "--out", "run"];
    const { code, out, err } = await run(folder, ...args, ...saving);
    assertEquals([code, err], [0, ""]);
    const { runs } = JSON.parse(out) as { runs: { optimizer: string }[] };
    assertEquals(runs.map((r) => r.optimizer), names);
    const rows = parse(await Deno.readTextFile(`${folder}/run/metrics.csv`), { skipFirstRow: true });
    assertEquals([...new Set(rows.map((r) => r.optimizer))], names);
    const all = Object.keys(filesIn(`${folder}/run`));
    for (const part of ["models/", "jsonl/", "checkpoints/", "tensorboard/"]) {
      // One for each, directly in the folder.
      const own = all.filter((f) => f.startsWith(part)).map((f) => f.split("/")[1]!);
      assertEquals(new Set(own).size, names.length, part);
      for (const name of own) assertMatch(name, /^[\w%][\w%,=.@()+ -]*$/);
    }
  }));

Deno.test("experiments refuse an optimizer's file whose name cannot be printed or stored, before they train", () =>
  inFolder(async (folder) => {
    const refused: [string, string][] = [
      [".ts", "has no name before its ending"],
      ["a\nb.ts", "has control characters in its name"],
      [`${"é".repeat(40)}.ts`, "has a name of more than 200 bytes"],
      ["constructor.ts", "has a name that means something else to JavaScript"],
      ["__proto__.ts", "has a name that means something else to JavaScript"],
      ["adam.ts", "has the name of another optimizer"],
      ["./a,b.ts", "a name with a comma cannot be given"],
    ];
    for (const [file, message] of refused) {
      await Deno.writeTextFile(`${folder}/${file}`, piece("soft_signum.ts"));
      const { code, out, err } = await run(folder, "digits", "--optimizer", `sgd,./${file}`, "--out", "run");
      assertEquals([code, out], [2, ""], err);
      assertStringIncludes(err, message);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
      assertEquals(await Deno.stat(`${folder}/run`).catch(() => null), null);
    }
    await Deno.mkdir(`${folder}/sub`);
    for (const file of ["mine.ts", "sub/Mine.ts"]) {
      await Deno.writeTextFile(`${folder}/${file}`, piece("soft_signum.ts"));
    }
    const two = await run(folder, "digits", "--optimizer", "mine.ts,sub/Mine.ts");
    assertEquals([two.code, two.err], [2, 'error: --optimizer names two files "mine"\n']);
  }));

Deno.test("experiments name what is wrong with a file given for --optimizer", () =>
  inFolder(async (folder) => {
    const asked = async (optimizer: string) => {
      const { code, err } = await run(folder, "digits", "--quiet", "--optimizer", optimizer);
      assertEquals(code, 2);
      return err;
    };
    assertStringIncludes(await asked("./none.ts"), "--optimizer ./none.ts cannot be loaded");
    await Deno.writeTextFile(`${folder}/wrong.ts`, "export default 3;");
    assertStringIncludes(
      await asked("./wrong.ts"),
      "--optimizer ./wrong.ts:1:1 must export by default a function from a learning rate to an Optimizer",
    );
    assertStringIncludes(await asked("adamm"), 'unknown optimizer "adamm". Did you mean "adam"?');
    assertStringIncludes(await asked("adam,adam"), '--optimizer names "adam" twice');
  }));

/** Returns the source of an optimizer file whose rule has the given line. */
const rule = (line: string) =>
  `import { ops, optimizer, perParameter } from "${MOD}";
export default (learningRate: number) =>
  optimizer({
    name: "mine",
    learningRate,
    rule: perParameter({}, ({ g }, at) => {
      ${line}
    }),
  });
`;

/** Wrong files, with the expected message and exit code: 2 if the file cannot be loaded. */
const WRONG: readonly (readonly [what: string, code: string, said: string, exit: number])[] = [
  [
    "that is not TypeScript",
    "export default 1;\n  const a b = 3;\n",
    "cannot be loaded: ./mine.ts:2:11: ",
    2,
  ],
  [
    "that throws when it is loaded",
    "const t = {} as { a?: { b: 1 } };\nt.a!.b;\n",
    "./mine.ts:2:6: Cannot read",
    2,
  ],
  [
    "that imports a missing file",
    'import "./none.ts";\n',
    "cannot be loaded: ./mine.ts:1:8: Module not found",
    2,
  ],
  [
    "whose function throws",
    "export default () => {\n  throw new Error('so');\n};\n",
    "makes no optimizer: ./mine.ts:2:9: so",
    2,
  ],
  [
    "whose rule lacks an update",
    rule("return { x: g } as never;"),
    "error: ./mine.ts:2:1: mine: the update of 'layers.0.weight' must be an expression, got nothing",
    1,
  ],
  [
    "whose coefficient is no number",
    rule('return { u: ops.mul(at("r", (s) => Math.log(-s.t)), g) };'),
    "error: ./mine.ts:2:1: mine: the coefficient 'r' is NaN",
    1,
  ],
  [
    "whose options are no declarations",
    `${rule("return { u: g };")}export const options = {\n  other: { kind: "other" },\n  beta: 0.9,\n};\n`,
    "error: --optimizer ./mine.ts:12:3: options.beta must be a declaration",
    2,
  ],
  [
    "whose rule throws",
    rule("return { u: ops.add(g, (null as never)[0]) };"),
    "error: ./mine.ts:7:45: Cannot read",
    1,
  ],
  [
    "whose coefficient throws later on",
    rule(
      'return { u: ops.mul(at("r", ({ t }) => { if (t > 3) throw new Error("late"); return -0.01; }), g) };',
    ),
    "error: ./mine.ts:7:65: late",
    1,
  ],
];
for (const [what, code, said, exit] of WRONG) {
  Deno.test(`experiments name file, line and column of an optimizer's file ${what}`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/mine.ts`, code);
      const args = ["digits", "--quiet", "--epochs", "1", "--out", "run", "--optimizer", "./mine.ts"];
      const result = await run(folder, ...args);
      assertStringIncludes(result.err, said);
      assertEquals(result.code, exit);
    }));
}
