/**
 * `deno task bench:launches`: counts the kernels that a training step starts, with flat updates and without.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import {
  adam,
  type Device,
  lenet,
  mlp,
  type Model,
  momentum,
  muon,
  type Optimizer,
  type ProgramForm,
  recurrentLanguageModel,
  resnet,
  sgd,
  tensor,
  trainingProgram,
  transformer,
  withLoss,
} from "../mod.ts";
import { lamb } from "../optim/all.ts";
import { runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { dispatchesOf, launchesOf } from "./launch_counts.ts";
import type { Event } from "./profile_shares.ts";
import { profiled } from "./profiler.ts";

const USAGE = `Usage: deno task bench:launches [OPTIONS]

Counts the kernels that a step of training starts when it is compiled for a GPU, by ONNX Runtime's profiler: first with
the update of each parameter by itself, then with flat updates. On cpu these are the nodes that run and that are no views,
for a program of single steps and for a loop; on webgpu the dispatches of a step, the distinct pipelines, and the seconds of
compiling and of one step. Kernels that are compiled stay: name one work and one rule for the seconds of all of them.

Options:
  --work A,B         only works whose names contain one of the texts
  --optimizer A,B    only these rules: sgd, momentum, adam, lamb, muon
  --device NAME      cpu or webgpu; cpu by default
  --help             this text`;

const BATCH = 8;
const EXAMPLES = 24;

/** A training whose kernels are counted; their number does not depend on the data. */
interface CountedWork {
  readonly name: string;
  readonly model: () => Model;
  readonly input: readonly [name: string, shape: readonly number[]];
  readonly target: readonly number[];
}

const classifier = (model: Model) => withLoss(model, { loss: "cross-entropy" });
const language = (model: Model) => withLoss(model, { loss: "cross-entropy", classes: "last" });

const WORKS: readonly CountedWork[] = [
  {
    name: "mlp 784-256-10",
    model: () => classifier(mlp({ inputs: 784, hidden: [256], outputs: 10, seed: 1 })),
    input: ["x", [784]],
    target: [],
  },
  {
    name: "lenet",
    model: () => classifier(lenet({ seed: 1 })),
    input: ["x", [1, 28, 28]],
    target: [],
  },
  {
    name: "resnet-8",
    model: () => classifier(resnet({ image: [1, 8, 8], depth: 8, seed: 1 })),
    input: ["x", [1, 8, 8]],
    target: [],
  },
  {
    name: "transformer, 2 blocks",
    model: () =>
      language(transformer({ vocabulary: 1000, context: 64, width: 128, heads: 4, layers: 2, seed: 1 })),
    input: ["tokens", [64]],
    target: [64],
  },
  {
    name: "lstm, 2 layers, 7 places",
    model: () =>
      language(recurrentLanguageModel({ vocabulary: 1000, embedding: 64, hidden: 64, layers: 2, seed: 1 })),
    input: ["tokens", [7]],
    target: [7],
  },
];

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  momentum: () => momentum({ learningRate: 0.1 }),
  adam: () => adam(),
  lamb: () => lamb(),
  muon: () => muon(),
};

/** How a program is compiled and run. */
interface Compiled {
  readonly optimizer: Optimizer;
  readonly device: Device;
  readonly form: ProgramForm;
  readonly flatUpdate: boolean;
}

/** Runs a work for some steps, and returns the events of its session. */
async function eventsOf(work: CountedWork, steps: number, compiled: Compiled): Promise<readonly Event[]> {
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, EXAMPLES);
  const [name, shape] = work.input;
  const tokens = (shape: readonly number[]) =>
    tensor(BigInt64Array.from({ length: size(shape) }, (_, i) => BigInt(i % 10)), [EXAMPLES, ...shape]);
  const input = name === "tokens"
    ? tokens(shape)
    : tensor(Float32Array.from({ length: size(shape) }, (_, i) => Math.sin(i)), [EXAMPLES, ...shape]);
  return await profiled(async () => {
    await using program = await trainingProgram({
      model: work.model(),
      data: { [name]: input, target: tokens(work.target) },
      batchSize: BATCH,
      target: "gpu",
      threads: 1,
      ...compiled,
    });
    const rows = Array.from({ length: steps * BATCH }, (_, i) => i % EXAMPLES);
    await program.run(program.init(), { rows, batchSize: BATCH });
  });
}

/** Returns the columns of a work and a rule: without flat updates and with them. */
async function columnsOf(work: CountedWork, { optimizer, device }: {
  optimizer: Optimizer;
  device: Device;
}): Promise<string[]> {
  const columns: string[] = [];
  for (const flatUpdate of [false, true]) {
    const events = (steps: number, form: ProgramForm) =>
      eventsOf(work, steps, { optimizer, device, form, flatUpdate });
    if (device === "webgpu") {
      const started = performance.now();
      const { dispatches, pipelines } = dispatchesOf(await events(1, "steps"));
      const seconds = (performance.now() - started) / 1000;
      columns.push(String(dispatches), String(pipelines), seconds.toPrecision(2));
    } else {
      // What lies around the loop runs once, however many steps there are.
      const loop = launchesOf(await events(2, "scan")) - launchesOf(await events(1, "scan"));
      columns.push(String(launchesOf(await events(1, "steps"))), String(loop));
    }
  }
  return columns;
}

/** Returns the entries whose names contain one of the texts. */
function chosen<T>(option: string, texts: string | undefined, all: readonly (readonly [string, T])[]) {
  const some = all.filter(([name]) => texts?.split(",").some((text) => name.includes(text)) ?? true);
  if (some.length > 0) return some;
  throw new UsageError(`${option} ${texts}: there are ${all.map(([name]) => name).join("; ")}`);
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseArgs([...args], {
    boolean: ["help"],
    string: ["work", "optimizer", "device"],
    unknown: (arg) => {
      throw new UsageError(`unknown argument ${arg}. See --help`);
    },
  });
  if (options.help) return console.log(USAGE);
  const { device = "cpu" } = options;
  if (device !== "cpu" && device !== "webgpu") {
    throw new UsageError(`--device must be cpu or webgpu, got ${device}`);
  }
  const works = chosen("--work", options.work, WORKS.map((w) => [w.name, w] as const));
  const rules = chosen("--optimizer", options.optimizer, Object.entries(OPTIMIZERS));
  const rows: string[][] = [];
  for (const [name, work] of works) {
    for (const [rule, make] of rules) {
      console.error(`${name}, ${rule}`);
      rows.push([name, rule, ...await columnsOf(work, { optimizer: make(), device })]);
    }
  }
  const counts = device === "cpu" ? ["step", "loop"] : ["dispatches", "pipelines", "compiling, s"];
  const header = ["training", "rule", ...counts, ...counts.map((c) => `${c}, flat`)];
  console.log(table(header, rows));
}

if (import.meta.main) await runCommand(() => main(Deno.args));
