/**
 * The gradients of single examples within a step of training, for rules that clip each of them.
 *
 * @module
 */
import { backward, type Target } from "../../autodiff/mod.ts";
import { lossOf, type Prepared } from "../../autodiff/trained/mod.ts";
import type { Graph, Value } from "../../onnx/mod.ts";
import type { Trace } from "../../optim/mod.ts";
import type { AugmentPlan } from "../augment/mod.ts";
import type { Mask } from "./masks.ts";
import { SoftLabels } from "./soft_labels.ts";
import { trainingLayers } from "./training_layers.ts";
import type { TrainingModelOptions } from "./training_types.ts";

type Values = Readonly<Record<string, Value>>;

/** The decisions about a step's examples that are made before it is written. */
export interface ExamplePlan {
  readonly prepared: Prepared;
  readonly trace: Trace;
  readonly augment: AugmentPlan;
  /** The share of each label that is spread over all classes. */
  readonly labelSmoothing: number;
  readonly target: Target;
  /** Whether it may use operators of ONNX Runtime's own. */
  readonly runtimeOperators: boolean;
}

/** The inputs of a step that all examples share, or that hold something for each. */
export interface ExampleInput {
  readonly params: Values;
  readonly coefficients: Values;
  /** The masks of dropouts, each for the whole batch. */
  readonly masks: Values;
  /** The numbers of the batch's rows. */
  readonly rows: Value;
}

/** The options that decide whether examples have gradients of their own. */
type ExampleOptions = Pick<TrainingModelOptions, "optimizer" | "augment" | "precision">;

/**
 * Checks that each example of a batch has a gradient of its own.
 *
 * @param options.statistics the running statistics that batch normalizations in training form keep up
 * @param options.needs what the rule reads besides gradients
 * @throws {RangeError} naming what mixes the examples of a batch, or what has no such gradients.
 */
export function requireExamples(
  { masks, statistics, needs, options }: {
    readonly masks: readonly Mask[];
    readonly statistics: Readonly<Record<string, unknown>>;
    readonly needs: Trace["needs"];
    readonly options: ExampleOptions;
  },
): void {
  const { optimizer: { name }, augment = {}, precision } = options;
  const refuse = (why: string) => {
    throw new RangeError(`optimizer ${name} takes the gradients of single examples: ${why}`);
  };
  const [running] = Object.keys(statistics);
  if (running !== undefined) {
    refuse(
      `the batch normalization of '${running}' normalizes by the batch, so that no example has a gradient of its own: ` +
        "use a model without batch normalization, or batchStatistics: false",
    );
  }
  for (const [input, of] of Object.entries(augment)) {
    if (of.some((a) => a.kind === "mixup")) refuse(`mixup of '${input}' mixes two: leave it out`);
  }
  if (needs.hessians) refuse("the rule after it estimates the Hessian of the batch's loss");
  if (needs.factors.length > 0) refuse("the rule after it reads moments of layers over the batch");
  if (precision === "float16") refuse("they are not computed in float16: take precision float32");
  const shared = masks.find((m) => m.size(2) !== 2 * m.size(1));
  if (shared !== undefined) {
    refuse(`dropout '${shared.name}' has one mask for all examples: set dropout to false, or its ratio to 0`);
  }
}

/**
 * Writes the mean over the examples of a batch of what the rule makes of each one's gradients. A `Scan` runs the model on one
 * example after another, and adds the results up, so that it holds the gradients of one example alone.
 *
 * @param options.batch what the inputs of the model hold
 * @param options.initializers values of the model that are the same for all examples, by name
 */
export function meanOverExamples(
  step: Graph,
  plan: ExamplePlan,
  { input, batch, initializers }: {
    readonly input: ExampleInput;
    readonly batch: Values;
    readonly initializers: ReadonlyMap<string, Value>;
  },
): Record<string, Value> {
  const { params, coefficients } = input;
  const names = Object.keys(params);
  const inputs = Object.keys(batch);
  const masks = Object.keys(input.masks);
  const constants = plan.prepared.wide.model.graph!.initializer.map((i) => i.name)
    .filter((n) => !Object.hasOwn(params, n) && initializers.has(n));
  const shared = { ...Object.fromEntries(constants.map((n) => [n, initializers.get(n)!])), ...params };
  const { states } = step.scan({
    states: names.map((n) => zerosLike(step, params[n]!)),
    scanned: [
      ...inputs.map((n) => batch[n]!),
      ...masks.map((n) => byExample(step, input.masks[n]!, input.rows)),
    ],
    body(one, sums, slices) {
      const alone = slices.slice(0, inputs.length).map((x) => one.unsqueeze(x, [0]));
      const own = Object.fromEntries(inputs.map((n, i) => [n, alone[i]!]));
      const dropped = Object.fromEntries(masks.map((n, i) => [n, slices[inputs.length + i]!]));
      const grads = gradientOfOne(one, plan, { shared, params, own, masks: dropped });
      const replaced = plan.trace.eachExample!(one, { grads, params, coefficients });
      return { states: names.map((n, i) => one.add(sums[i]!, replaced[n]!)), outputs: [] };
    },
  });
  return Object.fromEntries(names.map((n, i) => [n, meanOf(step, states[i]!, input.rows)]));
}

/** Writes the gradient of the loss of one example. */
function gradientOfOne(
  g: Graph,
  { prepared, augment, labelSmoothing, target }: ExamplePlan,
  { shared, params, own, masks }: Readonly<Record<"shared" | "params" | "own" | "masks", Values>>,
): Record<string, Value> {
  const layers = trainingLayers({ buffers: {}, masks });
  const labels = new SoftLabels({ smoothing: labelSmoothing, augment, batch: own, draws: {} });
  const { values, straight } = prepared.addTo(g, {
    bind: { ...shared, ...own },
    replace: (node, at) => labels.replace(node, at) ?? layers.replace(node, at),
  });
  const loss = lossOf(values, prepared.loss);
  const one = g.constant(1, loss.dtype);
  const grads = backward(g, {
    seeds: [{ value: loss, cotangent: loss.rank === 0 ? one : g.reshape(one, loss.shape!.map(() => 1)) }],
    wrt: Object.values(params),
    target,
    own: straight ? new Map([...layers.rules, ...straight.rules]) : layers.rules,
    ...(straight ? { constants: straight.constants } : {}),
  });
  return Object.fromEntries(Object.keys(params).map((n, i) => [n, grads[i]!]));
}

function zerosLike(g: Graph, v: Value): Value {
  return g.expand(g.constant(0, v.dtype), v.shape as number[]);
}

/** Returns the mask of a batch with the elements of each example in a row. */
function byExample(g: Graph, mask: Value, rows: Value): Value {
  return g.reshape(mask, g.concat([g.shape(rows), g.constant([-1], "int64")], { axis: 0 }));
}

function meanOf(g: Graph, sum: Value, rows: Value): Value {
  const count = rows.shape![0];
  return g.div(sum, typeof count === "number" ? count : g.cast(g.size(rows), { to: sum.dtype }));
}
