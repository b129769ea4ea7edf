/**
 * `deno task bench:startup`: measures the time from the command to the first training step, with warm caches.
 *
 * @module
 */
import { table } from "../scripts/console/mod.ts";
import { median } from "../stats/sample.ts";
import { deno } from "./subjects.ts";

const RUNS = 11;

/** The times at which a process reached each stage, in milliseconds since the epoch. */
type Stages = Readonly<Record<"begun" | "imported" | "built" | "opened" | "stepped" | "loss", number>>;

async function run(command: readonly string[]): Promise<{ out: string; started: number; ended: number }> {
  const [name, ...args] = command;
  const cwd = new URL("..", import.meta.url);
  const started = performance.timeOrigin + performance.now();
  const { success, stdout, stderr } = await new Deno.Command(name!, { args, cwd }).output();
  const ended = performance.timeOrigin + performance.now();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${command.join(" ")} failed: ${text(stderr)}`);
  return { out: text(stdout), started, ended };
}

/** A larger network: until the session is opened, and until the first step, from the built model on. */
async function network(name: string): Promise<number[]> {
  const times = async (...args: string[]) => {
    const { out } = await run([...deno("first_step.ts"), name, ...args]);
    return JSON.parse(out) as Record<string, number>;
  };
  const [model, step] = [await times("model"), await times()];
  return [model.compiled! - model.built!, step.stepped! - step.built!];
}

async function script(): Promise<number[]> {
  const { out, started } = await run(deno("first_step.ts"));
  const s: Stages = JSON.parse(out);
  if (!(s.loss > 0)) throw new Error(`the first loss must be above 0, got ${s.loss}`);
  const marks = [started, s.begun, s.imported, s.built, s.opened, s.stepped];
  return [...marks.slice(1).map((t, i) => t - marks[i]!), s.stepped - started];
}

/** A command that takes one step and writes its report. */
async function experiment(): Promise<number[]> {
  const folder = await Deno.makeTempDir({ prefix: "descent-startup-" });
  try {
    const options = [
      "--optimizer",
      "adam",
      "--epochs",
      "1",
      "--batch-size",
      "1437",
      "--out",
      `${folder}/run`,
    ];
    const command = [Deno.execPath(), "task", "--quiet", "experiment", "digits", ...options];
    const { started, ended } = await run(command);
    return [ended - started];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const NETWORKS = { resnet: "ResNet-32", transformer: "a transformer of 12 blocks" };

const times: Record<"script" | "experiment" | keyof typeof NETWORKS, number[][]> = {
  script: [],
  experiment: [],
  resnet: [],
  transformer: [],
};
// The first run of each fills the caches.
for (let i = 0; i <= RUNS; i++) {
  const round = {
    script: await script(),
    experiment: await experiment(),
    resnet: await network("resnet"),
    transformer: await network("transformer"),
  };
  if (i === 0) continue;
  for (const what of Object.keys(times) as (keyof typeof times)[]) times[what].push(round[what]);
}

const cells = (what: string, values: readonly number[]) => [
  what,
  median(values).toFixed(0),
  Math.min(...values).toFixed(0),
  Math.max(...values).toFixed(0),
];
const stages = [
  "Deno itself",
  "importing mod.ts",
  "building the model",
  "compiling the program, opening the session",
  "the first step",
  "a script, MLP 784-256-10: all of these",
];
console.log(table(["from the command to the first step", "ms", "min", "max"], [
  ...stages.map((what, i) => cells(what, times.script.map((t) => t[i]!))),
  cells("experiment digits, one step, to the end with its report", times.experiment.map((t) => t[0]!)),
  ...(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[]).flatMap((name) => [
    cells(`${NETWORKS[name]}: from the model to its program's model`, times[name].map((t) => t[0]!)),
    cells(`${NETWORKS[name]}: from the model to the end of its first step`, times[name].map((t) => t[1]!)),
  ]),
]));
