/**
 * Writes `docs/optimizers.md` from the docstrings and the traces: `deno task docs`.
 *
 * @module
 */
import { Graph, type Updater } from "../mod.ts";
import * as library from "../mod.ts";
import { sizeOf } from "../onnx/tensor/mod.ts";
import { type Reach, reachOf } from "./reach.ts";
import { formatted } from "./formatted.ts";
import { documentation, type FunctionDoc } from "./function_docs.ts";

const { sgd } = library;
const momentous = () => sgd({ momentum: 0.9 });

/** The measured matrix as a layer. */
const LAYER = { kind: "dense", weight: "w", inputs: 128, outputs: 256, transposed: false } as const;

/** Calls of the functions that need arguments; all others are called without. */
const CALLS: Readonly<Record<string, () => Updater>> = {
  adaptiveGradClip: () => library.adaptiveGradClip(0.1),
  addDecayedWeights: () => library.addDecayedWeights({ weightDecay: 0.1 }),
  applyIfFinite: () => library.applyIfFinite(sgd()),
  averaged: () => library.averaged(sgd()),
  chain: () => library.chain(sgd()),
  clip: () => library.clip(1),
  clipByBlockRms: () => library.clipByBlockRms(1),
  clipByGlobalNorm: () => library.clipByGlobalNorm(1),
  clipByNorm: () => library.clipByNorm(1),
  conditionallyMask: () => library.conditionallyMask(sgd(), { when: (count) => count % 2 === 0 }),
  conditionallyTransform: () =>
    library.conditionallyTransform(library.clip(1), { when: (count) => count < 9 }),
  decoupledWeightDecay: () => library.decoupledWeightDecay({ weightDecay: 0.1 }),
  dpSgd: () => library.dpSgd({ momentum: 0.9 }),
  ema: () => library.ema({ decay: 0.9 }),
  freeze: () => library.freeze(sgd(), { frozen: (name) => name === FROZEN }),
  injectHyperparams: () => library.injectHyperparams(sgd()),
  lookahead: () => library.lookahead(sgd()),
  asMatrices: () => library.asMatrices(sgd()),
  mechanic: () => library.mechanic(sgd()),
  masked: () => library.masked(library.clip(1), { mask: () => true }),
  multiSteps: () => library.multiSteps(sgd(), { every: 2 }),
  projectionBox: () => library.projectionBox({ lower: -1, upper: 1 }),
  kfac: () => library.kfac({ layers: [LAYER] }),
  perExampleGlobalNormClip: () => library.perExampleGlobalNormClip(1),
  perExampleLayerNormClip: () => library.perExampleLayerNormClip(1),
  partition: () => library.partition({ sgd: sgd() }, { label: () => "sgd" }),
  sam: () => library.sam(sgd()),
  scale: () => library.scale(-1),
  scaleByLearningRate: () => library.scaleByLearningRate(0.1),
  scheduleFree: () => library.scheduleFree(sgd()),
  sgd: momentous,
  skipLargeUpdates: () => library.skipLargeUpdates(sgd(), { maxSquaredNorm: 1 }),
  trace: () => library.trace({ decay: 0.9 }),
};

/** A scalar in addition to the measured parameter, because `freeze` must freeze something; `reachOf` has one too. */
const FROZEN = "other";

/** Notes on calls with arguments. */
const NOTES: Readonly<Record<string, string>> = { dpSgd: " with momentum", sgd: " with momentum" };

/** The cost of a rule. */
export interface Measured {
  readonly bytes: number;
  readonly passes: number;
  readonly scalars: number;
  readonly nan: Reach;
}

/** Measures state and graph of a rule for one float32 matrix. */
export function measured(opt: Updater): Measured {
  const shape = [256, 128];
  const beside = opt.name.startsWith("freeze") ? { [FROZEN]: [] } : {};
  const shapes: Readonly<Record<string, readonly number[]>> = { w: shape, ...beside };
  const trace = opt.trace(
    Object.fromEntries(Object.entries(shapes).map(([name, s]) => [name, { dtype: "float32", shape: s }])),
  );
  const g = new Graph();
  const input = (name: string, shape: readonly number[]) => g.input(name, "float32", [...shape]);
  const all = (prefix: string, specs: readonly { name: string; shape: readonly number[] }[]) =>
    Object.fromEntries(specs.map(({ name, shape }) => [name, input(`${prefix}${name}`, shape)]));
  const named = Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
  const out = trace.emit(g, {
    grads: all("g.", named),
    params: all("p.", named),
    state: Object.fromEntries(
      trace.state.map((s) => [s.name, g.input(`s.${s.name}`, s.dtype, [...s.shape])]),
    ),
    coefficients: all("c.", trace.coefficients.map(({ name }) => ({ name, shape: [] }))),
    noises: all("n.", trace.noises),
    value: input("value", []),
    hessians: all("h.", named),
    factors: Object.fromEntries(
      trace.needs.factors.map(({ name, size }) => [name, input(`f.${name}`, [size, size])]),
    ),
  });
  g.output(out.params.w!, "next.p.w");
  for (const [n, v] of Object.entries(out.state)) g.output(v, `next.s.${n}`);
  g.prune();
  const sizes = g.nodes.map((node) => Math.max(...[...node.inputs, ...node.outputs].map(elements)));
  return {
    bytes: 4 * trace.state.reduce((sum, s) => sum + sizeOf(s.shape), 0) / sizeOf(shape),
    passes: sizes.filter((n) => n > 1).length,
    scalars: sizes.filter((n) => n <= 1).length,
    nan: reachOf(opt),
  };
}

function elements(value: { readonly shape: readonly unknown[] | undefined } | null): number {
  return (value?.shape ?? []).reduce<number>((n, d) => n * (typeof d === "number" ? d : 2), 1);
}

/** Makes the optimizer that a function returns by default, or for plain arguments. */
export function optimizerOf({ name }: FunctionDoc): Updater {
  const make = CALLS[name] ?? (library as unknown as Record<string, () => Updater>)[name];
  if (make === undefined) throw new Error(`mod.ts does not export ${name}`);
  return make();
}

/** Returns a framework's name for the function, from the docstring. */
function nameIn(framework: "PyTorch" | "Optax", { elsewhere, see }: FunctionDoc): string {
  const text = `${elsewhere} ${see}`;
  const [, name] = text.match(new RegExp(`${framework}(?:'s)? \`([^\`]+)\``)) ?? [];
  return name === undefined ? "" : `\`${name}\``;
}

function section(doc: FunctionDoc): string {
  const [first, ...more] = doc.text.split("\n\n");
  const options = doc.options.filter((o) => COMMON[o.name] !== o.text);
  return [
    `### ${doc.name}`,
    first,
    ...more.filter((part) => !/^(State|Elsewhere):/.test(part)),
    ...(options.length === 0 ? [] : [options.map((o) => `- \`${o.name}\`: ${o.text}`).join("\n")]),
    ...(doc.state === "" ? [] : [`State: ${doc.state}`]),
    ...(doc.elsewhere === "" ? [] : [`Elsewhere: ${doc.elsewhere}`]),
    ...(doc.see === "" ? [] : [`See: ${doc.see}`]),
  ].join("\n\n");
}

function rounded(bytes: number): string {
  return bytes.toFixed(2).replace(/\.?0+$/, "");
}

function tableOf(rows: readonly { doc: FunctionDoc; measured: Measured }[]): string {
  const header = ["", "state, bytes", "graph, nodes", "NaN reaches", "default rate", "PyTorch", "Optax"];
  const lines = rows.map(({ doc, measured: m }) => [
    `[\`${doc.name}\`](#${doc.name.toLowerCase()})${NOTES[doc.name] ?? ""}`,
    rounded(m.bytes),
    m.scalars === 0 ? String(m.passes) : `${m.passes} + ${m.scalars}`,
    m.nan,
    doc.defaultRate,
    nameIn("PyTorch", doc),
    nameIn("Optax", doc),
  ]);
  return [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The options that most rules share; differing ones are listed with their rule. */
const COMMON: Readonly<Record<string, string>> = {
  learningRate:
    "The learning rate: a finite number of at least 0, or a schedule: a function of the number of updates done.",
  weightDecay:
    "L2 penalty: `weightDecay * w` is added to the gradient. At least 0, or a schedule; 0 by default.",
  decayMask: "Which parameters decay, by name; all by default.",
  maximize: "Whether to climb instead of descend. `false` by default.",
};

const INTRODUCTION = `# Optimizers

Generated from the code by \`deno task docs\`; a test keeps it so.

\`mod.ts\` and \`optim/all.ts\` export all of them. \`optim/mod.ts\` exports the rules of PyTorch and of the lecture and the
transforms that most trainings need, which is less to load for a script that imports it by URL. An optimizer trains a
model; a transform changes gradients or updates on their way, and trains one only in a \`chain\` with an optimizer.

In the formulas \`w\` is the parameter, \`g\` its gradient, \`u\` the update that is added to \`w\`, \`eta\` the learning rate, \`t\` the
number of the update, from 1; a hat means corrected for the start at zero: \`m_hat = m / (1 - beta1^t)\`. Every rule here holds to
1e-12 in float64 what an independent transcription of its paper gives, and what PyTorch and Optax give where the formulas are
the same.

Most rules take \`learningRate\` (a finite number of at least 0, or a schedule: a function of the number of updates done),
\`weightDecay\` (an L2 penalty: added to the gradient times the parameter; at least 0, 0 by default), \`decayMask\` (which
parameters decay, by name) and \`maximize\`; they are not repeated below.

A number whose text says "or a schedule" may be a function of the number of updates done, as the learning rate may:
\`sgd({ momentum: oneCycleMomentum({ steps }) })\`. Corrections for the start then take the value of the step,
\`1 - beta1_t^t\`, as PyTorch does if the \`betas\` of a group change. With numbers alone, the graph has no nodes for
this. \`declarationsOf(name)\` returns the ranges, the defaults and the intervals in which to search.

The tables give, for a float32 matrix of 256 x 128 and default options, the bytes of state a parameter, and the ONNX nodes of one
update: those that go over the tensor, plus those that compute one number. A NaN in one element of a gradient
reaches that element, its whole tensor, all parameters, or nothing. Scalars, tensors of any rank and empty ones are allowed, and
where all gradients are zero everything stays finite. Wrappers are measured around \`sgd\` without momentum.

"The lecture" is [Applied Deep Learning: Optimization](lecture.md), National Taiwan University, March 2020.

A rule of your own takes ten lines: [Your own optimizer](your_own_optimizer.md). [Names](names.md) sets every name of PyTorch's
and Optax's optimizers, transforms and schedules beside ours. [L-BFGS](lbfgs.md), which chooses where to take gradients, has a page of its own, and so have the rules that take the
[gradients of single examples](per_example.md).`;

/** Returns the page. */
export async function optimizerDocs(): Promise<string> {
  const groups = await documentation();
  const parts = groups.map(({ title, functions }) => {
    const rows = functions.map((doc) => ({ doc, measured: measured(optimizerOf(doc)) }));
    return [`## ${title}`, tableOf(rows), ...functions.map(section)].join("\n\n");
  });
  return formatted([INTRODUCTION, ...parts].join("\n\n") + "\n");
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("../docs/optimizers.md", import.meta.url), await optimizerDocs());
}
