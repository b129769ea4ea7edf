/**
 * Compares Descent with PyTorch on the models that export.py wrote, and prints a table.
 *
 *     deno run -A tools/exported/compare.ts FOLDER [part of a name ...]
 *
 * A model agrees if the loss is within a relative 1e-5 of PyTorch's float64; each gradient within 1e-4 of its tensor's
 * largest element, or within twice the error of PyTorch's own float32; and the losses of 20 steps of Adam on the tensors
 * that Descent trains by default within 1e-3. FOLDER/results.json has every figure, FOLDER/summary.json counts and differences.
 */
import { readSafetensors } from "./read_safetensors.ts";
import { REASONS } from "./reasons.ts";
import { adam, gradientModel, graphOf, type Model, openSession, readModel, type Tensor } from "../../mod.ts";
import { trainingProgram, withLoss } from "../../mod.ts";

interface Place {
  readonly initializer: string;
  readonly offset: number;
  readonly transposed: boolean;
}

interface Golden {
  readonly variant: string;
  readonly opset: number;
  /** Why the exporter's default form was not used. */
  readonly why: string | null;
  /** The difference of the file's output in the runtime from PyTorch's. */
  readonly forward: number;
  /** For each parameter the places of its pieces; null if the file does not contain it unchanged. */
  readonly places: Readonly<Record<string, readonly Place[]>> | null;
  readonly largest: Readonly<Record<string, number>>;
  readonly own: Readonly<Record<string, number>>;
  readonly losses: readonly number[];
  readonly narrow: readonly number[];
}

/** The measurements of one model; distances are relative. */
interface Result {
  readonly name: string;
  readonly variant: string;
  readonly verdict: "agrees" | "differs" | "refused" | "not exported";
  readonly loss?: number;
  /** The worst gradient's error divided by the allowed one: above 1 it differs. */
  readonly gradient?: number;
  readonly at?: string;
  readonly steps?: number;
  readonly note?: string;
}

/** The figures for `docs/coverage.md`. */
const SUMMARY = new URL("../../docs/exported.json", import.meta.url);

const LOSS = 1e-5, GRADIENT = 1e-4, STEPS = 1e-3;

function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const v of values) largest = Math.abs(v) <= largest ? largest : Math.abs(v);
  return largest;
}

/** Returns the elements of a piece of a parameter in an initializer's gradient, in the parameter's order. */
function pieceOf(grad: Tensor, size: number, { offset, transposed }: Place, columns: number): Float64Array {
  const data = grad.data as Float32Array;
  if (!transposed) return Float64Array.from(data.subarray(offset, offset + size));
  // The piece is [rows, columns]; the initializer [columns, all rows], the piece's from column `offset` on.
  const width = grad.shape[1]!;
  return Float64Array.from(
    { length: size },
    (_, i) => data[(i % columns) * width + offset + Math.floor(i / columns)]!,
  );
}

/** Returns the model with its loss, a value of one element. */
function lossModel(model: Model, data: Readonly<Record<string, Tensor>>): { model: Model; loss: string } {
  return "target" in data ? { model: withLoss(model, { loss: "mse" }), loss: "loss" } : { model, loss: "y" };
}

async function gradientsOf(folder: string, golden: Golden, model: Model, loss: string) {
  const data = readSafetensors(await Deno.readFile(`${folder}/data.safetensors`));
  const expected = readSafetensors(await Deno.readFile(`${folder}/gradients.safetensors`));
  const places = golden.places!;
  const names = [...new Set(Object.values(places).flat().map((p) => p.initializer))];
  await using session = await openSession(gradientModel(model, { loss, parameters: names }), { threads: 1 });
  const initializers = graphOf(model).graph.initializers;
  const feeds: Record<string, Tensor> = Object.fromEntries(
    session.inputNames.map((n) => [n, data[n] ?? initializers.get(n)!.tensor()]),
  );
  const out = await session.run(feeds);
  const overall = largestOf(Object.values(golden.largest));
  let [gradient, at] = [0, ""];
  for (const [name, pieces] of Object.entries(places)) {
    const { data: wanted, shape } = expected[name]!;
    const size = wanted.length / pieces.length;
    const columns = shape.length === 2 ? shape[1]! : 1;
    // If float64 gives only rounding, as before a normalization, errors are relative to the network's largest gradient.
    const own = golden.largest[name]!;
    const scale = own > 1e-9 * overall ? own : overall;
    const allowed = Math.max(GRADIENT * scale, 2 * golden.own[name]!);
    pieces.forEach((place, k) => {
      const found = pieceOf(out[`grad_${place.initializer}`]!, size, place, columns);
      for (let i = 0; i < size; i++) {
        const distance = Math.abs(found[i]! - Number(wanted[k * size + i]!)) / allowed;
        // Not `distance > gradient`: a NaN must count.
        if (!(distance <= gradient)) [gradient, at] = [distance, name];
      }
    });
  }
  return { loss: relative(Number(out[loss]!.data[0]), golden.losses[0]!), gradient, at, names };
}

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(b), 1e-6);

const RULE = adam({ learningRate: 1e-3, epsilon: 1e-3 });

/** Returns the losses of Adam's steps by a training program, and the parameters that it trains by default. */
async function stepsInProgram(model: Model, loss: string, data: Record<string, Tensor>, count: number) {
  const batchSize = Object.values(data)[0]!.shape[0]!;
  const options = { model, loss, optimizer: RULE, data, batchStatistics: false, dropout: false, threads: 1 };
  await using program = await trainingProgram(options);
  const rows = Array.from({ length: count * batchSize }, (_, i) => i % batchSize);
  const start = program.init();
  const { reports } = await program.run(start, { rows, batchSize });
  return { losses: Array.from(reports[loss]!), trained: Object.keys(start.params) };
}

/** Returns the same by the gradient model and the rule on the host. */
async function stepsOnHost(model: Model, loss: string, data: Record<string, Tensor>, count: number) {
  await using session = await openSession(gradientModel(model, { loss }), { threads: 1 });
  const trained = session.outputNames.filter((n) => n.startsWith("grad_")).map((n) => n.slice(5));
  const initializers = graphOf(model).graph.initializers;
  let params = Object.fromEntries(trained.map((n) => [n, initializers.get(n)!.tensor()]));
  let state = RULE.init(params);
  const losses: number[] = [];
  for (let step = 0; step < count; step++) {
    const feeds = session.inputNames.map((n) => [n, params[n] ?? data[n] ?? initializers.get(n)!.tensor()]);
    const out = await session.run(Object.fromEntries(feeds));
    losses.push(Number(out[loss]!.data[0]));
    const grads = Object.fromEntries(trained.map((n) => [n, out[`grad_${n}`]!]));
    [params, state] = RULE.step(grads, state, params);
  }
  return { losses, trained };
}

/** Returns the worst relative distance of the losses of Adam's steps, the trained parameters, and why no program trained it. */
async function stepsOf(folder: string, golden: Golden, model: Model, loss: string) {
  const data = readSafetensors(await Deno.readFile(`${folder}/data.safetensors`));
  const count = golden.losses.length;
  const alike = new Set(Object.values(data).map((t) => t.shape[0])).size === 1;
  let found: { losses: number[]; trained: string[] };
  let note = alike ? undefined : "inputs of several lengths, on the host";
  try {
    if (!alike) throw new RangeError("no batch");
    found = await stepsInProgram(model, loss, data, count);
  } catch (e) {
    found = await stepsOnHost(model, loss, data, count);
    note ??= `on the host, as a program says: ${(e as Error).message}`;
  }
  let steps = 0;
  golden.losses.forEach((l, i) => {
    const distance = relative(found.losses[i]!, l);
    if (!(distance <= steps)) steps = distance;
  });
  return { steps, trained: found.trained, note };
}

/** Measures one model: returns its figures, and whether they agree. */
async function measure(folder: string): Promise<Result> {
  const name = folder.split("/").at(-1)!;
  const error = await Deno.readTextFile(`${folder}/error.txt`).catch(() => undefined);
  if (error !== undefined) {
    return {
      name,
      variant: "",
      verdict: "not exported",
      note: error.trim().split("\n").at(-1)!.slice(0, 200),
    };
  }
  const golden: Golden = JSON.parse(await Deno.readTextFile(`${folder}/golden.json`));
  const { variant } = golden;
  if (golden.places === null) {
    return { name, variant, verdict: "not exported", note: golden.why! };
  }
  if (!(golden.forward <= 1e-4)) {
    const note = `the file computes something else than PyTorch, off by ${figure(golden.forward)}`;
    return { name, variant, verdict: "not exported", note };
  }
  let found: Awaited<ReturnType<typeof gradientsOf>>;
  let model: Model, loss: string;
  try {
    const data = readSafetensors(await Deno.readFile(`${folder}/data.safetensors`));
    ({ model, loss } = lossModel(await readModel(`${folder}/model.onnx`), data));
    found = await gradientsOf(folder, golden, model, loss);
  } catch (e) {
    return {
      name,
      variant,
      verdict: "refused",
      note: `${(e as Error).name}: ${(e as Error).message}`.slice(0, 300),
    };
  }
  const { names, ...figures } = found;
  const near = figures.loss <= LOSS && figures.gradient <= 1;
  try {
    const { steps, trained, note } = await stepsOf(folder, golden, model, loss);
    const more = trained.filter((n) => !names.includes(n));
    const less = names.filter((n) => !trained.includes(n));
    const notes = [
      note,
      more.length > 0 ? `also trains ${more.join(", ")}` : undefined,
      less.length > 0 ? `does not train ${less.join(", ")}` : undefined,
    ].filter((n) => n !== undefined).join("; ");
    const agrees = near && steps <= STEPS;
    return {
      name,
      variant,
      verdict: agrees ? "agrees" : "differs",
      ...figures,
      steps,
      ...(notes === "" ? {} : { note: notes.slice(0, 300) }),
    };
  } catch (e) {
    return {
      name,
      variant,
      verdict: "differs",
      ...figures,
      note: `steps: ${(e as Error).message}`.slice(0, 300),
    };
  }
}

/** Measures folders in a separate process, which may crash, and yields a result for each. */
async function measureApart(folders: readonly string[]): Promise<Result[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", import.meta.filename!, "--measure", ...folders],
    stderr: "null",
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter((l) => l.startsWith("{"));
  const results: Result[] = lines.map((l) => JSON.parse(l));
  const next = folders[results.length];
  if (next === undefined) return results;
  const crashed: Result = {
    name: next.split("/").at(-1)!,
    variant: "",
    verdict: "differs",
    note: "the process ended without a result",
  };
  return [...results, crashed, ...await measureApart(folders.slice(results.length + 1))];
}

const figure = (v: number | undefined) => v === undefined ? "" : Number(v).toExponential(1);
/** JSON has no NaN and no infinities; they are written as text. */
const finite = (_: string, v: unknown) => typeof v === "number" && !Number.isFinite(v) ? String(v) : v;

async function main(folder: string, parts: readonly string[]) {
  const names = [...Deno.readDirSync(folder)].filter((e) => e.isDirectory).map((e) => e.name).sort();
  const chosen = names.filter((n) => parts.length === 0 || parts.some((p) => n.includes(p)));
  const results: Result[] = [];
  for (let i = 0; i < chosen.length; i += 16) {
    for (const r of await measureApart(chosen.slice(i, i + 16).map((n) => `${folder}/${n}`))) {
      results.push(r);
      const figures = [r.loss, r.gradient, r.steps].map((v) => figure(v).padEnd(8)).join(" ");
      console.log(
        `${r.name.padEnd(34)} ${r.variant.padEnd(8)} ${r.verdict.padEnd(12)} ${figures} ${r.at ?? ""} ${
          r.note ?? ""
        }`,
      );
    }
  }
  console.log(countsOf(results));
  const unlike = results.filter((r) => r.verdict === "differs" || r.verdict === "refused").map((r) => r.name);
  const silent = unlike.filter((n) => !Object.hasOwn(REASONS, n));
  if (silent.length > 0) console.log(`reasons.ts has no reason for ${silent.join(", ")}`);
  if (parts.length > 0) return;
  await Deno.writeTextFile(`${folder}/results.json`, JSON.stringify(results, finite, 1));
  if (silent.length > 0) Deno.exit(1);
  const versions = JSON.parse(await Deno.readTextFile(`${folder}/versions.json`));
  const reasons = Object.fromEntries(unlike.map((n) => [n, REASONS[n]!]));
  await Deno.writeTextFile(
    SUMMARY,
    `${JSON.stringify({ versions, counts: countsOf(results), reasons }, null, 2)}\n`,
  );
}

/** Counts the models with each verdict, for each exporter. */
function countsOf(results: readonly Result[]): Record<string, Record<Result["verdict"], number>> {
  const counts: Record<string, Record<Result["verdict"], number>> = {};
  for (const { name, verdict } of results) {
    const exporter = name.split(".").at(-1)!;
    const row = counts[exporter] ??= { agrees: 0, differs: 0, refused: 0, "not exported": 0 };
    row[verdict]++;
  }
  return counts;
}

if (import.meta.main) {
  const [first, ...rest] = Deno.args;
  if (first === undefined) throw new Error("compare.ts: name the folder that export.py wrote");
  if (first === "--measure") {
    for (const folder of rest) console.log(JSON.stringify(await measure(folder), finite));
  } else await main(first, rest);
}
