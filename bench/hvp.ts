/**
 * `deno task bench:hvp`: times a Hessian-vector product beside the gradient of the same model.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { gradientModel, graphOf, hvpModel, type Model, openSession, type Tensor, tensor } from "../mod.ts";
import { runCommand, table, UsageError } from "../scripts/console/mod.ts";
import { median } from "../stats/sample.ts";
import type { Work } from "./work.ts";
import { asUsage } from "./usage.ts";
import { chosenWorks } from "./works.ts";

const USAGE = `Usage: deno task bench:hvp [OPTIONS]

Times the product of the Hessian with a vector, forward over reverse and reverse over reverse, beside the gradient, on one
batch. Each round runs all three, in turns; ratios are of the same round.

Options:
  --work A,B     only works whose names contain one of the texts
  --rounds N     rounds that are counted; 20 by default
  --threads N    threads of an operator; 1 by default
  --help         this text`;

/** The rounds before those that are counted. */
const WARM_UP = 4;

/** How long a work's models take, in milliseconds, and in gradients. */
export interface ProductTimes {
  readonly gradient: number;
  /** The median over the rounds of the time of a product over that of the gradient. */
  readonly forward: number;
  readonly reverse: number;
  /** The relative difference of both products. */
  readonly apart: number;
}

/** Returns how long the products of a work take. */
export async function productTimes(
  work: Work,
  { rounds, threads }: { rounds: number; threads: number },
): Promise<ProductTimes> {
  const model = await work.model();
  const options = { loss: "loss" };
  const models = {
    gradient: gradientModel(model, options),
    forward: hvpModel(model, options),
    reverse: hvpModel(model, { ...options, mode: "reverse-over-reverse" }),
  };
  const names = Object.keys(models) as (keyof typeof models)[];
  const times: Record<string, number[]> = {};
  const last: Record<string, Record<string, Tensor>> = {};
  const sessions = await Promise.all(names.map((n) => openSession(models[n], { threads })));
  try {
    for (let k = 0; k < WARM_UP + rounds; k++) {
      for (const [i, name] of names.entries()) {
        const feeds = feedsFor(models[name], { model, work });
        const started = performance.now();
        last[name] = await sessions[i]!.run(feeds);
        if (k >= WARM_UP) (times[name] ??= []).push(performance.now() - started);
      }
    }
  } finally {
    for (const session of sessions) await session.close();
  }
  const ratio = (name: string) => median(times[name]!.map((t, k) => t / times.gradient![k]!));
  return {
    gradient: median(times.gradient!),
    forward: ratio("forward"),
    reverse: ratio("reverse"),
    apart: distance(last.forward!, last.reverse!),
  };
}

/** Returns the inputs of a model: its weights, a batch, and a fixed vector. */
function feedsFor(m: Model, { model, work }: { model: Model; work: Work }): Record<string, Tensor> {
  const { initializers } = graphOf(model).graph;
  const data = work.data();
  return Object.fromEntries(m.graph!.input.map(({ name }) => {
    const isVector = name.startsWith("vector_");
    const own = initializers.get(isVector ? name.slice("vector_".length) : name)?.tensor();
    if (own === undefined) return [name, firstRows(data[name]!, work.batchSize)];
    const vector = () =>
      tensor(Float32Array.from({ length: own.data.length }, (_, i) => Math.sin(i)), own.shape);
    return [name, isVector ? vector() : own];
  }));
}

function firstRows({ data, shape, dtype }: Tensor, batchSize: number): Tensor {
  const part = data.slice(0, data.length / shape[0]! * batchSize);
  const values = dtype === "uint8" ? Float32Array.from(part as Uint8Array, (v) => v / 255) : part;
  return tensor(values as Float32Array<ArrayBuffer>, [batchSize, ...shape.slice(1)]);
}

function distance(a: Readonly<Record<string, Tensor>>, b: Readonly<Record<string, Tensor>>): number {
  let [apart, size] = [0, 0];
  for (const name of Object.keys(b).filter((n) => n.startsWith("hvp_"))) {
    (b[name]!.data as Float32Array).forEach((v, i) => {
      apart += (v - Number(a[name]!.data[i])) ** 2;
      size += v ** 2;
    });
  }
  return Math.sqrt(apart / size);
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseArgs([...args], {
    boolean: ["help"],
    string: ["work", "rounds", "threads"],
    unknown: (arg) => {
      throw new UsageError(`unknown argument ${arg}. See --help`);
    },
  });
  if (options.help) return console.log(USAGE);
  const integer = (name: "rounds" | "threads", usual: number) => {
    const value = Number(options[name] ?? usual);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new UsageError(`--${name} must be an integer of at least 1, got ${options[name]}`);
  };
  const settings = { rounds: integer("rounds", 20), threads: integer("threads", 1) };
  const rows: string[][] = [];
  for (const work of asUsage(() => chosenWorks(options.work?.split(","), { quick: false }))) {
    console.error(work.name);
    const { gradient, forward, reverse, apart } = await productTimes(work, settings);
    rows.push([
      work.name,
      gradient.toPrecision(3),
      forward.toFixed(2),
      reverse.toFixed(2),
      apart.toExponential(1),
    ]);
  }
  console.log(table(["work", "gradient, ms", "forward over reverse", "reverse over reverse", "apart"], rows));
}

if (import.meta.main) await runCommand(() => main(Deno.args));
