/**
 * Prints a table of convolutions and their gradients over plain and over blocked tensors: milliseconds of processor time,
 * one thread, medians of rounds in turns.
 *
 * @module
 */
import process from "node:process";
import { type Axis, windowAxes } from "../../autodiff/windows/mod.ts";
import {
  type Block,
  conv,
  convForm,
  inputGradient,
  NCHWC,
  padTo,
  weightGradient,
  weightGradientForm,
} from "../../lowering/blocks/mod.ts";
import {
  backward,
  buildModel,
  Graph,
  normal,
  openSession,
  type StaticShape,
  tensor,
  type Value,
} from "../../mod.ts";
import { cpuBlock } from "../../runtime/session/mod.ts";
import { median } from "../../stats/sample.ts";

/** A convolution of square images with padding that keeps the size at stride 1. */
interface Shape {
  readonly batch: number;
  readonly from: number;
  readonly to: number;
  readonly side: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly group?: number;
  readonly pad?: number;
}

const SHAPES: readonly Shape[] = [
  { batch: 64, from: 16, to: 16, side: 32, kernel: 3 },
  { batch: 64, from: 32, to: 32, side: 16, kernel: 3 },
  { batch: 64, from: 64, to: 64, side: 8, kernel: 3 },
  { batch: 64, from: 64, to: 64, side: 32, kernel: 3 },
  { batch: 64, from: 128, to: 128, side: 16, kernel: 3 },
  { batch: 64, from: 256, to: 256, side: 8, kernel: 3 },
  { batch: 64, from: 512, to: 512, side: 4, kernel: 3 },
  { batch: 64, from: 3, to: 16, side: 32, kernel: 3 },
  { batch: 64, from: 6, to: 16, side: 14, kernel: 5, pad: 0 },
  { batch: 64, from: 16, to: 32, side: 32, kernel: 3, stride: 2 },
  { batch: 64, from: 32, to: 64, side: 16, kernel: 3, stride: 2 },
  { batch: 64, from: 64, to: 256, side: 16, kernel: 1 },
  { batch: 64, from: 256, to: 64, side: 16, kernel: 1 },
  { batch: 64, from: 96, to: 24, side: 16, kernel: 1 },
  { batch: 64, from: 64, to: 64, side: 32, kernel: 3, group: 64 },
  { batch: 64, from: 192, to: 192, side: 14, kernel: 3, group: 192 },
  { batch: 64, from: 576, to: 576, side: 7, kernel: 3, group: 576 },
  { batch: 64, from: 64, to: 64, side: 32, kernel: 3, stride: 2, group: 64 },
  { batch: 8, from: 64, to: 64, side: 56, kernel: 3 },
  { batch: 8, from: 3, to: 64, side: 224, kernel: 7, stride: 2 },
];

type Run = () => Promise<unknown>;

/** Opens a session that computes one result of random inputs; one number of it leaves the session. */
async function open(
  inputs: Readonly<Record<string, StaticShape>>,
  build: (g: Graph, v: Record<string, Value>) => Value,
): Promise<Run> {
  const g = new Graph({ opsets: { "": 21, [NCHWC]: 1 } });
  const values = Object.entries(inputs).map(([name, shape]) => [name, g.input(name, "float32", shape)]);
  const result = build(g, Object.fromEntries(values));
  g.output(g.slice(g.reshape(result, [-1]), [0], [1], [0]), "result");
  g.prune();
  const session = await openSession(buildModel(g), { threads: 1 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => {
      const numbers = normal({ seed: 1, stream: name }, shape.reduce((a, b) => a * b, 1));
      return [name, tensor(numbers, shape)];
    }),
  );
  return () => session.run(feeds);
}

/** Returns the medians of the processor time of each run, in milliseconds, over rounds in turns. */
async function times(runs: readonly (Run | undefined)[], rounds: number): Promise<(number | undefined)[]> {
  for (const run of runs) await run?.();
  const found: number[][] = runs.map(() => []);
  for (let r = 0; r < rounds; r++) {
    for (const [i, run] of runs.entries()) {
      const before = process.cpuUsage();
      await run?.();
      const { user, system } = process.cpuUsage(before);
      found[i]!.push((user + system) / 1000);
    }
  }
  return runs.map((run, i) => run && median(found[i]!));
}

/** Opens the plain and the blocked forms, in pairs; a gradient that has no blocked form stays undefined. */
async function runsOf(s: Shape, block: Block): Promise<(Run | undefined)[]> {
  const { batch, from, to, side, kernel, stride = 1, group = 1, pad = kernel >> 1 } = s;
  const plain = (g: Graph, v: Record<string, Value>) =>
    g.conv(v.x!, v.w!, null, { pads: [pad, pad, pad, pad], strides: [stride, stride], group });
  const x = [batch, from, side, side];
  const w = [to, from / group, kernel, kernel];
  const { axes, result } = windowsOfResult(x, w, plain);
  const sizes = { x, w, axes, group, block };
  const dy = [batch, to, ...result];
  const gradient = (name: string) => (g: Graph, v: Record<string, Value>) =>
    backward(g, { seeds: [{ value: plain(g, v), cotangent: v.dy! }], wrt: [v[name]!] })[0]!;
  const xIsBlocked = convForm(sizes) !== "blocked-from-plain";
  const blockedX = xIsBlocked ? [batch, padTo(from, block), side, side] : x;
  const blockedDy = [batch, padTo(to, block), ...result];
  return [
    await open({ x, w }, plain),
    await open({ x: blockedX, w }, (g, v) => conv(g, { x: v.x!, w: v.w!, axes, group, block })),
    await open({ x, w, dy }, gradient("x")),
    xIsBlocked
      ? await open(
        { dy: blockedDy, w },
        (g, v) => inputGradient(g, { dy: v.dy!, w: v.w!, axes, group, block }),
      )
      : undefined,
    await open({ x, w, dy }, gradient("w")),
    weightGradientForm(sizes) === "plain"
      ? undefined
      : await open({ x: blockedX, dy: blockedDy }, (g, v) =>
        weightGradient(g, { x: v.x!, dy: v.dy!, shape: w, axes, group, block, xIsBlocked })),
  ];
}

/** Returns the windows of a convolution, and the sizes of its result. */
function windowsOfResult(
  x: StaticShape,
  w: StaticShape,
  build: (g: Graph, v: Record<string, Value>) => Value,
): { axes: readonly Axis[]; result: readonly number[] } {
  const g = new Graph();
  const image = g.input("x", "float32", x);
  const y = build(g, { x: image, w: g.input("w", "float32", w) });
  const axes = windowAxes(y.producer!, { over: image, windows: y, kernel: w.slice(2) });
  return { axes, result: axes.map((a) => a.count) };
}

function nameOf({ batch, from, to, side, kernel, stride = 1, group = 1 }: Shape): string {
  const channels = group === 1 ? `${from} to ${to}` : `depthwise, ${from}`;
  return `${kernel}x${kernel}, ${channels}, ${side}x${side}${stride === 1 ? "" : ", stride 2"}` +
    (batch === 64 ? "" : `, batch ${batch}`);
}

const block = await cpuBlock();
if (block === undefined) {
  console.error("This build of ONNX Runtime has no blocks for this processor: there is nothing to compare.");
  Deno.exit(1);
}
console.log("| convolution | forward | blocked | dx | blocked | dw | blocked |");
console.log("| --- | --: | --: | --: | --: | --: | --: |");
for (const s of SHAPES) {
  const found = await times(await runsOf(s, block), 7);
  const cells = found.map((ms) => ms === undefined ? "" : ms.toPrecision(3));
  console.log(`| ${nameOf(s)} | ${cells.join(" | ")} |`);
}
