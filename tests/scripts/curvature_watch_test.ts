/** `--watch-curvature`: what it measures, and that runs that are killed lose no row and write none twice. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { curvatureOperator, denseMatrix } from "../../curvature/mod.ts";
import { encodeModel, fit, mlp, sgd, tensor, type TrainState, withLoss } from "../../mod.ts";
import { CurvatureWatch, spreadExamples } from "../../scripts/lab/mod.ts";
import { end, filesIn, inFolder, run, start } from "./process.ts";

const N = 1500;

const model = () => withLoss(mlp({ inputs: 2, hidden: [3], outputs: 2, seed: 1 }), { loss: "cross-entropy" });
const x = Float32Array.from({ length: 2 * N }, (_, i) => Math.sin(3 * i) * (1 + i / N));
const target = BigInt64Array.from({ length: N }, (_, i) => (x[2 * i]! > x[2 * i + 1]! ? 1n : 0n));
const train = { x: tensor(x, [N, 2]), target: tensor(target, [N]) };

/** A run's folder in which files are written. */
const folderAt = (path: string) => ({
  path,
  write: (name: string, content: string | Uint8Array) =>
    Deno.writeTextFile(`${path}/${name}`, content as string),
});

const open = (path: string) =>
  CurvatureWatch.open({ every: 2, folder: folderAt(path), model: model(), train, device: "cpu" });

/** Returns the largest eigenvalue of a symmetric matrix by power iteration of a shifted one. */
function largest(rows: readonly ArrayLike<number>[]): number {
  const shift = Math.max(...rows.map((r) => Array.from(r).reduce((s, v) => s + Math.abs(v), 0)));
  let v = rows.map((_, i) => Math.cos(i + 1));
  let norm = 0;
  for (let k = 0; k < 3000; k++) {
    v = rows.map((r, i) => shift * v[i]! + v.reduce((s, c, j) => s + r[j]! * c, 0));
    norm = Math.hypot(...v);
    v = v.map((c) => c / norm);
  }
  return norm - shift;
}

Deno.test("each row has the largest eigenvalue of the Hessian on 1,000 examples spread over the training set", () =>
  inFolder(async (path) => {
    await using watch = await open(path);
    const states = new Map<number, TrainState>();
    const { every, see } = watch.of("sgd");
    await fit({
      model: model(),
      train,
      optimizer: sgd({ learningRate: 0.5 }),
      epochs: 1,
      batchSize: 250,
      watch: {
        every,
        async see(state, step) {
          states.set(step, state);
          await see(state, step);
        },
      },
    });
    const { rows, examples } = watch.watched;
    assertEquals([rows.map((r) => r.step), examples], [[2, 4, 6], 1000]);
    const chosen = Array.from({ length: 1000 }, (_, i) => Math.floor(1.5 * i));
    const data = {
      x: tensor(Float32Array.from(chosen.flatMap((i) => [x[2 * i]!, x[2 * i + 1]!])), [1000, 2]),
      target: tensor(BigInt64Array.from(chosen, (i) => target[i]!), [1000]),
    };
    for (const { step, sharpness, residual } of rows) {
      await using operator = await curvatureOperator({
        model: model(),
        data,
        params: states.get(step)!.params,
      });
      const expected = largest(await denseMatrix(operator));
      assertAlmostEquals(sharpness, expected, 1e-3 * expected);
      assert(residual <= 1e-3 * expected);
    }
    assertEquals(
      parse(await Deno.readTextFile(`${path}/curvature.csv`), { skipFirstRow: true }),
      rows.map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, String(v)]))),
    );
  }));

Deno.test("a step that is seen again replaces its row and those after it, of its training alone", () =>
  inFolder(async (path) => {
    const { state } = await fit({
      model: model(),
      train,
      optimizer: sgd({ learningRate: 0.5 }),
      epochs: 1,
      batchSize: 250,
    });
    const see = async (watch: CurvatureWatch, name: string, steps: readonly number[]) => {
      for (const step of steps) await watch.of(name).see(state, step);
    };
    const steps = (watch: CurvatureWatch) => watch.watched.rows.map((r) => `${r.optimizer} ${r.step}`);
    {
      await using watch = await open(path);
      await see(watch, "a", [2, 4, 6, 4]);
      assertEquals(steps(watch), ["a 2", "a 4"]);
      await see(watch, "a", [6]);
      await see(watch, "b", [2, 4]);
    }
    await using resumed = await open(path);
    assertEquals(steps(resumed), ["a 2", "a 4", "a 6", "b 2", "b 4"]);
    await see(resumed, "b", [4]);
    assertEquals(steps(resumed), ["a 2", "a 4", "a 6", "b 2", "b 4"]);
    const weights = Object.entries(state.params).map((
      [n, t],
    ) => [n, { ...t, data: new Float32Array(t.data.length).fill(NaN) }]);
    await resumed.of("b").see({ ...state, params: Object.fromEntries(weights) }, 6);
    assertEquals(
      (await Deno.readTextFile(`${path}/curvature.csv`)).trim().split(/\r?\n/).at(-1),
      "b,6,NaN,NaN",
    );
    await using again = await open(path);
    assertEquals(steps(again).length, 6);
    await Deno.writeTextFile(`${path}/curvature.csv`, "optimizer,step,sharpness,residual\r\na,2,,1\r\n");
    await assertRejects(() => open(path), Error, "row 1 is damaged");
  }));

Deno.test("spread examples keep their form, and rows that are read as needed are the same", async () => {
  const bytes = {
    dtype: "uint8",
    shape: [5, 2],
    data: Uint8Array.from({ length: 10 }, (_, i) => i),
    scale: 0.5,
  } as const;
  const read = (rows: Uint32Array) =>
    Promise.resolve(Uint8Array.from([...rows].flatMap((r) => [2 * r, 2 * r + 1])));
  const { data: _, ...form } = bytes;
  const taken = { ...form, shape: [3, 2], data: Uint8Array.of(0, 1, 2, 3, 6, 7) };
  assertEquals(await spreadExamples({ a: bytes, b: { ...form, read } }, 3), { a: taken, b: taken });
  assertEquals((await spreadExamples({ a: bytes })).a, { ...bytes });
});

Deno.test("a run that is killed several times and resumed ends with the rows of an uninterrupted one", () =>
  inFolder(async (folder) => {
    const training = [
      "digits",
      "--optimizer",
      "sgd,adam",
      "--epochs",
      "3",
      "--watch-curvature",
      "10",
      "--quiet",
    ];
    const whole = await run(folder, ...training, "--out", "whole");
    assertEquals([whole.code, whole.err], [0, ""]);
    const size = (name: string) => Deno.stat(`${folder}/killed/${name}`).then((s) => s.size, () => -1);
    for (let i = 0; i < 6; i++) {
      const begun = await size("config.json") > 0;
      const child = begun
        ? start(folder, "--resume", "killed", "--quiet")
        : start(folder, ...training, "--checkpoint-every", "7", "--out", "killed");
      const before = await size("curvature.csv");
      const ended = child.status.then(() => true);
      for (const until = performance.now() + 20_000; performance.now() < until;) {
        if (await size("curvature.csv") > before + 60) break;
        if (await Promise.race([ended, new Promise((r) => setTimeout(() => r(false), 3))])) break;
      }
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await end(child);
    }
    const last = await run(folder, "--resume", "killed", "--quiet");
    assertEquals([last.code, last.err], [0, ""]);
    const [a, b] = [filesIn(`${folder}/whole`), filesIn(`${folder}/killed`)];
    const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
    assertEquals(text(b["curvature.csv"]), text(a["curvature.csv"]));
    assertEquals(text(b["metrics.csv"]), text(a["metrics.csv"]));
    assertEquals(text(b["curvature.svg"]), text(a["curvature.svg"]));
    const rows = parse(text(a["curvature.csv"]), { skipFirstRow: true });
    const steps = Array.from({ length: 10 }, (_, i) => `${10 * (i + 1)}`);
    assertEquals(rows.map((r) => r.step), [...steps, ...steps]);
    assertStringIncludes(text(a["report.html"]), "on 1000 training examples");
  }));

Deno.test("finetune measures the Hessian by the trained parameters alone, and the training is the same", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/m.onnx`,
      encodeModel(mlp({ inputs: 2, hidden: [3], outputs: 2, seed: 1 })),
    );
    const lines = Array.from({ length: 120 }, (_, i) => `${x[2 * i]},${x[2 * i + 1]},${target[i]}`);
    await Deno.writeTextFile(`${folder}/t.csv`, `a,b,class\n${lines.join("\n")}\n`);
    const args = ["finetune", "--model", "m.onnx", "--train", "t.csv", "--loss", "cross-entropy", "--quiet"];
    const of = async (...more: string[]) => {
      const { code, err } = await run(folder, ...args, ...more);
      assertEquals([code, err], [0, ""]);
      return filesIn(`${folder}/${more.at(-1)}`);
    };
    const plain = await of("--out", "plain");
    const watched = await of("--watch-curvature", "3", "--out", "watched");
    assertEquals(watched["metrics.csv"], plain["metrics.csv"]);
    assertEquals(watched["model.onnx"], plain["model.onnx"]);
    const text = new TextDecoder().decode(watched["curvature.csv"]);
    const rows = parse(text, { skipFirstRow: true });
    assert(rows.length >= 2 && rows.every((r) => Number(r.sharpness) > 0), text);
    const refused = await run(
      folder,
      ...args,
      "--watch-curvature",
      "3",
      "--quantization",
      "straight-through",
    );
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.err, "leave out --quantization straight-through");
    const frozen = await of("--freeze", "*0*", "--watch-curvature", "3", "--out", "frozen");
    const part = parse(new TextDecoder().decode(frozen["curvature.csv"]), { skipFirstRow: true });
    // By Cauchy's interlacing the Hessian of some parameters is no sharper than that of all; the weights differ little yet.
    assert(Number(part[0]!.sharpness) < Number(rows[0]!.sharpness) * 1.05, `${part[0]!.sharpness}`);
  }));
