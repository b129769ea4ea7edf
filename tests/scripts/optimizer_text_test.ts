// The misspellings of the tests: cspell:ignore bais cosin fina globalnorm insid nrom
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { optimizerFiles } from "../../scripts/cli/mod.ts";
import { filesIn, inFolder, run } from "./process.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

const QUICK = ["--epochs", "1", "--quiet"];

interface Run {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  readonly testLoss: number;
}

const runsOf = (out: string) => (JSON.parse(out) as { runs: Run[] }).runs;

Deno.test("digits trains with hyper-parameters, and reports all of them", () =>
  inFolder(async (folder) => {
    const text =
      "adam, adam( beta1 = .95 ), adamw(learningRate=0.01, exclude='*.bias'), lookahead(sgd(momentum=0.5))";
    const { code, out, err } = await run(
      folder,
      "digits",
      "--optimizer",
      text,
      ...QUICK,
      "--json",
      "--out",
      "run",
    );
    assertEquals([code, err], [0, ""]);
    const runs = runsOf(out);
    const names = [
      "adam",
      "adam(beta1=0.95)",
      "adamw(learningRate=0.01, exclude='*.bias')",
      "lookahead(sgd(momentum=0.5))",
    ];
    assertEquals(runs.map((r) => r.optimizer), names);
    // digits prefers 3e-3 for adam, whatever its other hyper-parameters are.
    assertEquals(runs.map((r) => r.learningRate), [3e-3, 3e-3, 0.01, 0.1]);
    assertEquals(runs.map((r) => r.hyperparameters.beta1), [0.9, 0.95, 0.9, undefined]);
    assertEquals(runs[3]!.hyperparameters["sgd.momentum"], 0.5);
    assertNotEquals(runs[0]!.testLoss, runs[1]!.testLoss);
    const rows = parse(await Deno.readTextFile(`${folder}/run/metrics.csv`), { skipFirstRow: true });
    assertEquals([...new Set(rows.map((r) => r.optimizer))], names);
    assert(Object.keys(filesIn(`${folder}/run`)).includes("models/adam(beta1=0.95).onnx"));
    const config = JSON.parse(await Deno.readTextFile(`${folder}/run/config.json`));
    assertEquals(config.optimizers[1].hyperparameters.beta1, 0.95);
    assertEquals([config.schedule, config.clip], ["constant", "none"]);
  }));

Deno.test("digits refuses a wrong text with the nearest name and a caret: exit code 2, nothing written", () =>
  inFolder(async (folder) => {
    const refused = async (...args: string[]) => {
      const { code, out, err } = await run(folder, "digits", ...args, ...QUICK, "--out", "run");
      assertEquals([code, out], [2, ""], err);
      assertEquals(await Deno.stat(`${folder}/run`).catch(() => null), null);
      return err.trimEnd().split("\n");
    };
    const [message, text, caret] = await refused("--optimizer", "sgd, adam(beta3=1)");
    assertStringIncludes(message!, "error: --optimizer: adam has no option 'beta3'; did you mean 'beta1'?");
    assertEquals([text, caret], ["  adam(beta3=1)", "       ^"]);
    assertStringIncludes((await refused("--optimizer", "adam(beta1=0.9"))[0]!, '"(" is not closed');
    assertStringIncludes((await refused("--schedule", "cosin"))[0]!, 'Did you mean "cosine"?');
    assertStringIncludes(
      (await refused("--clip", "globalNorm(0)"))[0]!,
      "limit must be a finite number above 0",
    );
    // These need the parameters' names, or the length of the training.
    const [unmatched] = await refused("--optimizer", "sgd, lookahead(adamw(exclude='*.bais'))");
    assertStringIncludes(
      unmatched!,
      "'*.bais' matches none of the parameters (layers.0.weight, layers.0.bias",
    );
    const [inside] = await refused("--optimizer", "sgd, adam(beta1=linear(warmUp=100000))");
    assertStringIncludes(inside!, "its other phases take 100000 steps");
    const [long] = await refused("--optimizer", "adam", "--schedule", "cosine(warmUp=100000)");
    assertStringIncludes(long!, "its other phases take 100000 steps");
  }));

Deno.test("--schedule and --clip change a training of digits, and are recorded", () =>
  inFolder(async (folder) => {
    const lossesOf = async (out: string, ...args: string[]) => {
      const { code, err } = await run(
        folder,
        "digits",
        "--optimizer",
        "sgd",
        ...QUICK,
        ...args,
        "--out",
        out,
      );
      assertEquals([code, err], [0, ""]);
      const { schedule, clip } = JSON.parse(await Deno.readTextFile(`${folder}/${out}/config.json`));
      const rows = parse(await Deno.readTextFile(`${folder}/${out}/metrics.csv`), { skipFirstRow: true });
      return { schedule, clip, losses: rows.map((r) => r.batchLoss) };
    };
    const plain = await lossesOf("a");
    const cosine = await lossesOf("b", "--schedule", "cosine");
    const warm = await lossesOf("c", "--schedule", "cosine(warmUp=0.5)", "--clip", "0.01");
    assertEquals([cosine.schedule, cosine.clip], ["cosine", "none"]);
    assertEquals([warm.schedule, warm.clip], ["cosine(warmUp=0.5)", "globalNorm(0.01)"]);
    // The first update is the same with a cosine, and none at all in a warm-up from 0.
    assertEquals(cosine.losses.slice(0, 2), plain.losses.slice(0, 2));
    assertNotEquals(cosine.losses.at(-1), plain.losses.at(-1));
    assertNotEquals(warm.losses[1], plain.losses[1]);
  }));

Deno.test("two optimizers of one name and different hyper-parameters are two arms of compare", () =>
  inFolder(async (folder) => {
    const args = [
      "compare",
      "--optimizer",
      "adam, adam(beta1=0.95)",
      "--rates",
      "0.01",
      "--seeds",
      "2",
      "--schedule",
      "cosine",
    ];
    const { code, out, err } = await run(folder, ...args, ...QUICK, "--json", "--out", "run");
    assertEquals(code, 0, err);
    const runs = runsOf(out);
    assertEquals([...new Set(runs.map((r) => r.optimizer))], ["adam", "adam(beta1=0.95)"]);
    assertEquals(runs.length, 4);
    const text = "adam, adamw(exclude='*.bais')";
    const wrong = await run(
      folder,
      "compare",
      "--optimizer",
      text,
      "--seeds",
      "2",
      ...QUICK,
      "--out",
      "wrong",
    );
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.err, "'*.bais' matches none of the parameters");
    assertEquals(await Deno.stat(`${folder}/wrong`).catch(() => null), null);
  }));

const OWN = `import { type Optimizer, ops, optimizer, perParameter } from "${MOD}";
export const options = {
  beta: { kind: "number", range: "in [0, 1)", default: 0.9, schedule: false },
  form: { kind: "choice", choices: ["tanh", "sign"], default: "tanh" },
};
export const learningRate = 0.002;
export default function mine(learningRate: number, { beta = 0.9, form = "tanh" } = {}): Optimizer {
  const rule = perParameter({ m: 0 }, ({ g, m }, at) => {
    const next = ops.add(ops.mul(beta, m), ops.mul(1 - beta, g));
    const step = form === "tanh" ? ops.tanh(ops.mul(1000, next)) : ops.sign(next);
    return { u: ops.mul(at("rate", (s) => -s.learningRate), step), m: next };
  });
  return optimizer({ name: "mine", learningRate, rule });
}
`;

Deno.test("an optimizer's file takes the options that it declares", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/mine.ts`, OWN);
    const text = "./mine.ts, ./mine.ts(beta=0.5, form=sign), lookahead(./mine.ts(learningRate=0.01))";
    const { code, out, err } = await run(
      folder,
      "digits",
      "--optimizer",
      text,
      ...QUICK,
      "--json",
      "--out",
      "run",
    );
    assertEquals([code, err], [0, ""]);
    const runs = runsOf(out);
    assertEquals(runs.map((r) => r.optimizer), [
      "mine",
      "mine(beta=0.5, form=sign)",
      "lookahead(mine(learningRate=0.01))",
    ]);
    assertEquals(runs.map((r) => r.learningRate), [0.002, 0.002, 0.01]);
    assertEquals(runs[0]!.hyperparameters, { beta: 0.9, form: "tanh" });
    assertEquals(runs[1]!.hyperparameters, { beta: 0.5, form: "sign" });
    assertNotEquals(runs[0]!.testLoss, runs[1]!.testLoss);
    // A file inside another optimizer is code of the folder, too.
    const again = await run(folder, "--resume", "run");
    assertEquals([again.code, runsOf(again.out).length], [0, 3]);
  }));

Deno.test("files are found wherever a text names them", () => {
  const texts = [
    "lookahead(chain(clip(1), ./a.ts(beta=0.5)))",
    "partition('*.ts'=b.mjs, adam)",
    "b.mjs",
    "adam(exclude='c.ts')",
  ];
  assertEquals(optimizerFiles(texts), ["./a.ts", "b.mjs"]);
});

Deno.test("an optimizer's file refuses other options, and one without declarations all", () =>
  inFolder(async (folder) => {
    const refused = async (text: string) => {
      const { code, err } = await run(folder, "digits", "--optimizer", text, ...QUICK, "--out", "run");
      assertEquals(code, 2, err);
      return err;
    };
    await Deno.writeTextFile(`${folder}/mine.ts`, OWN);
    assertStringIncludes(await refused("./mine.ts(bet=0.5)"), "has no option 'bet'; did you mean 'beta'?");
    assertStringIncludes(await refused("./mine.ts(beta=1)"), "beta must be in [0, 1), got 1");
    const without = OWN.replace("export const options", "const options");
    await Deno.writeTextFile(`${folder}/plain.ts`, without);
    assertStringIncludes(
      await refused("./plain.ts(beta=0.5)"),
      "./plain.ts has no option 'beta'. It takes learningRate",
    );
    await Deno.writeTextFile(`${folder}/wrong.ts`, OWN.replace("in [0, 1)", "below 1"));
    assertStringIncludes(await refused("./wrong.ts"), "options.beta must be a declaration of an option");
    await Deno.writeTextFile(`${folder}/outside.ts`, OWN.replace("default: 0.9", "default: 2"));
    assertStringIncludes(await refused("./outside.ts"), "options.beta must be a declaration of an option");
  }));

Deno.test("a run resumes with the same text, however it is spaced, and refuses another", () =>
  inFolder(async (folder) => {
    const args = ["digits", "--optimizer", "adam(beta1=0.95)", ...QUICK, "--out", "run"];
    assertEquals((await run(folder, ...args)).code, 0);
    const same = await run(folder, "--resume", "run", "--optimizer", "adam( beta1=.95 )");
    assertEquals([same.code, same.out], [0, "Finished before: see run\n"]);
    const other = await run(folder, "--resume", "run", "--optimizer", "adam(beta1=0.9)");
    assertEquals(other.code, 2);
    assertStringIncludes(
      other.err,
      '--optimizer cannot be changed when a run is resumed: it was ["adam(beta1=0.95)"]',
    );
  }));
