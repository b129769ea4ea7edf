/**
 * Second moments of layers within a step: of their inputs, and of the gradients of their outputs.
 *
 * @module
 */
import { backward, type StraightThrough } from "../../autodiff/mod.ts";
import { exampleLosses, sampledLosses, scoresOf } from "../../autodiff/products/mod.ts";
import type { Rule } from "../../autodiff/mod.ts";
import type { DType, Graph, Node, Value } from "../../onnx/mod.ts";
import { shapeText, tensor } from "../../onnx/tensor/mod.ts";
import type { Factor } from "../../optim/language/mod.ts";
import { uniform } from "../../random/mod.ts";
import type { StepDraw } from "../augment/mod.ts";
import { findLayers, type FoundLayer } from "./find_layers.ts";

type Values = Readonly<Record<string, Value>>;

/** The name of the numbers that labels are drawn by. */
const DRAWN = "fisher";

/** Returns the numbers that the host draws at each step for sampled labels: one in [0, 1) for each example. */
export function factorDraws(factors: readonly Factor[]): StepDraw[] {
  if (!isSampled(factors)) return [];
  return [{
    name: DRAWN,
    dtype: "float32",
    shape: ["batch"],
    draw: ({ seed, step, batchSize }) => uniform({ seed, stream: DRAWN, step }, batchSize),
  }];
}

function isSampled(factors: readonly Factor[]): boolean {
  return factors.some(({ of, labels }) => of === "outputs" && labels === "sampled");
}

/** The layers that factors are asked of, in the graph of a step. */
export interface StepLayers {
  readonly factors: readonly Factor[];
  readonly found: ReadonlyMap<string, FoundLayer>;
  /** The outputs of the layers, whose gradients the factors need. */
  readonly outputs: readonly Value[];
}

/**
 * Finds the layers of factors in a graph.
 *
 * @throws {RangeError} when the graph has another layer than the rule was told.
 */
export function stepLayers(g: Graph, params: Values, factors: readonly Factor[]): StepLayers {
  if (factors.length === 0) return { factors, found: new Map(), outputs: [] };
  const { layers } = findLayers(g, params);
  const found = new Map(layers.map((f) => [f.layer.weight, f]));
  for (const { layer } of factors) {
    const { bias, ...own } = found.get(layer.weight)?.layer ?? {};
    const { bias: asked, ...told } = layer;
    const same = Object.entries(told).every(([key, value]) => own[key as keyof typeof own] === value);
    if (same && (asked === undefined || asked === bias)) continue;
    throw new RangeError(
      `the optimizer's layer of '${layer.weight}' is not one of the model: take those of modelLayers(model)`,
    );
  }
  const outputs = factors.filter(({ of }) => of === "outputs")
    .map(({ layer }) => found.get(layer.weight)!.output);
  return { factors, found, outputs };
}

/**
 * Writes the losses of the examples at labels that are drawn from the model's softmax; `undefined` if the factors need none.
 * This comes before the backward pass, which writes the loss in another form.
 *
 * @param options.draws a number in [0, 1) for each example, float32 `[N]`
 * @throws {RangeError} when no labels can be drawn for the loss, or it is no mean over examples.
 */
export function ownLosses(
  g: Graph,
  { factors }: StepLayers,
  { loss, draws }: { loss: Value; draws: Values },
): Value | undefined {
  if (factors.length === 0) return undefined;
  if (!isSampled(factors)) {
    // The gradients of the mean are those of the examples divided by their number.
    exampleLosses(g, loss);
    return undefined;
  }
  const { scores } = scoresOf(loss);
  const numbers = draws[DRAWN]!;
  if (scores.shape!.length !== 2 || scores.shape![0] !== numbers.shape![0]) {
    throw new RangeError(
      `labels "sampled" needs scores [N, classes], one label an example, got ${shapeText(scores.shape)}: ` +
        'use labels "empirical"',
    );
  }
  return sampledLosses(g, { scores, uniform: g.cast(numbers, { to: scores.dtype }) });
}

/** Writes the gradients of the layers' outputs, each of its own example's loss. */
export function exampleGradients(
  g: Graph,
  { outputs }: StepLayers,
  { losses, own, straight }: {
    readonly losses: Value;
    readonly own: ReadonlyMap<Node, Rule>;
    readonly straight: StraightThrough | undefined;
  },
): Value[] {
  return backward(g, {
    seeds: [{ value: losses, cotangent: g.expand(g.constant(1, losses.dtype), g.shape(losses)) }],
    wrt: outputs,
    own,
    ...(straight ? { constants: straight.constants } : {}),
  });
}

/** The gradients of the outputs, and the coefficients of the step. */
export interface FactorInputs {
  /** The gradients of the layers' outputs, in the order of {@linkcode StepLayers.outputs}. */
  readonly gradients: readonly Value[];
  /** The number that makes them gradients of single examples' losses. */
  readonly scale: Value;
  /** The examples of the batch. */
  readonly examples: Value;
  readonly coefficients: Values;
}

/** Writes the factors into a graph, by name: each only where its coefficient is not 0. */
export function addFactors(
  g: Graph,
  { factors, found }: StepLayers,
  { gradients, scale, examples, coefficients }: FactorInputs,
): Record<string, Value> {
  let next = 0;
  return Object.fromEntries(factors.map((factor) => {
    const layer = found.get(factor.layer.weight)!;
    const gradient = factor.of === "outputs" ? gradients[next++]! : undefined;
    const due = g.greater(g.abs(g.cast(coefficients[factor.due]!, { to: "float64" })), 0);
    const { dtype } = layer.output;
    const value = g.if(
      due,
      (then) => [
        gradient === undefined
          ? inputMoment(then, layer, { factor, examples })
          : outputMoment(then, layer, { gradient, scale, examples }),
      ],
      (other) => [zeros(other, factor.size, dtype)],
    )[0]!;
    return [factor.name, value];
  }));
}

function zeros(g: Graph, size: number, dtype: DType): Value {
  return g.expand(g.constant(0, dtype), [size, size]);
}

/** Writes the mean over examples of the sum over places of `a a'`. */
function inputMoment(
  g: Graph,
  { layer, node, input }: FoundLayer,
  { factor, examples }: { factor: Factor; examples: Value },
): Value {
  const channelsLast = layer.kind === "dense";
  const a = channelsLast ? input : patches(g, node, { input, entries: layer.inputs });
  const rows = g.reshape(channelsLast ? a : channelsBack(g, a), [-1, layer.inputs]);
  const whole = factor.size === layer.inputs ? rows : withOne(g, rows);
  return g.div(g.matMul(g.transpose(whole, { perm: [1, 0] }), whole), examples);
}

/** Appends a 1 to each row. */
function withOne(g: Graph, rows: Value): Value {
  return g.pad(rows, [0, 0, 0, 1], g.constant(1, rows.dtype));
}

/** Writes the mean over examples and places of `g g'`. */
function outputMoment(
  g: Graph,
  { layer }: FoundLayer,
  { gradient, scale, examples }: { gradient: Value; scale: Value; examples: Value },
): Value {
  const rows = layer.kind === "dense"
    ? g.reshape(gradient, [-1, layer.outputs])
    : g.reshape(channelsBack(g, gradient), [-1, layer.outputs]);
  const places = g.div(g.cast(g.size(rows), { to: rows.dtype }), g.mul(examples, layer.outputs));
  const sum = g.matMul(g.transpose(rows, { perm: [1, 0] }), rows);
  return g.mul(sum, g.div(g.mul(scale, scale), g.mul(examples, places)));
}

/** Moves the channels behind the spatial axes. */
function channelsBack(g: Graph, x: Value): Value {
  const spatial = Array.from({ length: x.rank - 2 }, (_, i) => i + 2);
  return g.transpose(x, { perm: [0, ...spatial, 1] });
}

/** Writes the patches of a convolution as the channels of an image: a convolution of each channel with every unit kernel. */
function patches(g: Graph, node: Node, { input, entries }: { input: Value; entries: number }): Value {
  const [, channels, ...kernel] = node.inputs[1]!.shape as number[];
  const size = entries / channels!;
  const data = new Float32Array(entries * size);
  for (let entry = 0; entry < entries; entry++) data[entry * size + entry % size] = 1;
  const units = g.cast(g.constant(tensor(data, [entries, 1, ...kernel])), { to: input.dtype });
  const read = (name: string) => node.ints(name);
  return g.conv(input, units, null, {
    auto_pad: node.string("auto_pad"),
    dilations: read("dilations"),
    pads: read("pads"),
    strides: read("strides"),
    group: channels!,
  });
}
