/**
 * Decides which initializers are trained: `fit`, programs, `gradientModel` and `describeModel` all use this rule.
 *
 * @module
 */
import {
  type DType,
  type Graph,
  type Initializer,
  isFloat,
  type StaticShape,
  type Value,
} from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { isAdditiveMask, isZeroOneMask, notFinite, positionTable, uniformOf } from "./contents.ts";
import { countsUp, type Origin, Origins } from "./origin.ts";
import { Readers } from "./readers.ts";
import { type Role, roleOf } from "./roles.ts";

/** A float initializer that a model's outputs depend on. */
export interface ModelParameter {
  /** Its name. */
  readonly name: string;
  /** Its element type. */
  readonly dtype: DType;
  /** Its shape. */
  readonly shape: StaticShape;
  /** The reason why training does not change it; absent if it is trained. */
  readonly constant?: string;
  /** Whether it is not trained only because nodes on every path to the loss stop gradients. */
  readonly cutOff?: boolean;
  /** The number of parameters that it stands for, if an exporter wrote several equal ones once; absent for one. */
  readonly standsFor?: number;
}

/** An initializer and the evidence for its verdict. */
interface Candidate {
  readonly initializer: Initializer;
  readonly value: Value;
  readonly origin: Origin;
  readonly roles: readonly Role[];
  readonly one: boolean;
}

/** Why an initializer is not trained. `likely` marks a guess: a number that may be a learned one. */
interface Verdict {
  readonly reason: string;
  readonly likely?: boolean;
}

/**
 * Returns the float initializers that `ends` depend on, in order; `constant` gives the reason why one is not trained.
 *
 * The nodes that read an initializer decide; nodes that only pass its elements on (casts, transpositions, reshapes and
 * the like) are skipped. A layer's bias, the slope of `PRelu` and the scale of a normalization are trained, whatever
 * they hold. Settings of operators, exponents, divisors, epsilons, bounds and fill values are not. Any other
 * initializer is a constant if it holds infinities, is a mask, a table of sines, cosines or positions, or the zeros
 * that a recurrent network starts from, or if the file says that it is a buffer or a number that the exporter made. A
 * single number that is multiplied or added is trained if the file or its name shows that it is an attribute of the
 * network, or if there is nothing else to train.
 */
export function modelParameters(graph: Graph, options: RuleOptions = {}): ModelParameter[] {
  return judged(graph, options).map((j) => j.parameter);
}

/** Options of {@linkcode modelParameters}. */
export interface RuleOptions {
  /** The values to train for, such as the loss; all outputs by default. */
  readonly ends?: readonly Value[];
  /** The model's producer name, such as `"pytorch"`; empty by default. */
  readonly producer?: string;
}

/**
 * Does as {@linkcode modelParameters}, and reports for each whether it is evidently a parameter: a layer reads it as
 * weight or bias, or its name is not one that an exporter made up.
 */
export function judged(
  graph: Graph,
  { ends = graph.outputs, producer = "" }: RuleOptions = {},
): { parameter: ModelParameter; evident: boolean }[] {
  const readers = new Readers(graph, ends);
  const origins = new Origins(graph, producer);
  const candidates = [...graph.initializers.values()].flatMap((initializer): Candidate[] => {
    const { value } = initializer;
    const { dtype } = value.known;
    if (dtype === undefined || !isFloat(dtype) || !readers.needed.has(value) || graph.constants.has(value)) {
      return [];
    }
    const one = sizeOf(value.shape as StaticShape) === 1;
    const uses = readers.uses(value, one).map((reading) => roleOf(reading, { readers, held: value }));
    const setting = uses.find((r) => r.kind === "setting") ?? { kind: "setting", reason: "sizes" };
    const roles: Role[] = readers.contents.has(value) ? uses : [setting];
    return [{ initializer, value, origin: origins.of(initializer), roles, one }];
  });
  const verdicts = candidates.map(verdictOf);
  // If the model has only numbers of a formula, such as y = a x + b, those are trained.
  const only = !verdicts.includes(undefined);
  return candidates.map(({ value, roles, origin }, i) => {
    const verdict = verdicts[i];
    const constant = verdict?.likely && only ? undefined : verdict?.reason;
    const parameter = {
      name: value.name,
      dtype: value.dtype,
      shape: value.shape as StaticShape,
      ...(constant === undefined ? {} : { constant }),
    };
    const exported = origin === "number" || origin === "generated";
    return { parameter, evident: !exported || roles.some((r) => r.kind === "weight") };
  });
}

/** Returns why a candidate is not trained; `undefined` if it is. */
function verdictOf(c: Candidate): Verdict | undefined {
  const is = (kind: Role["kind"]) => c.roles.some((r) => r.kind === kind);
  const only = (kind: Role["kind"]) => c.roles.length > 0 && c.roles.every((r) => r.kind === kind);
  const first = (kind: Role["kind"]) => c.roles.find((r) => r.kind === kind)!.reason!;
  if (only("setting")) return { reason: first("setting") };
  const exported = c.origin === "number" || c.origin === "generated";
  const uniform = lazy(() => uniformOf(c.initializer.tensor()));
  const tensor = c.initializer.tensor();
  if (notFinite(tensor)) return { reason: "not finite" };
  if (is("weight")) {
    if (c.origin === "buffer") return { reason: "buffer" };
    return c.origin === "number" && !c.one && uniform() !== undefined
      ? { reason: "number of the exporter" }
      : undefined;
  }
  const table = c.one ? undefined : positionTable(tensor);
  // Sines are constants even if the file calls them parameters; a weight may start as a straight line, as in Mamba.
  if (
    table === "waves" ||
    (table === "lines" && (exported || c.origin === "unknown" || countsUp(c.initializer)))
  ) {
    return { reason: "table of positions" };
  }
  if (is("mask") && !c.one && isAdditiveMask(tensor)) return { reason: "mask" };
  const inner = is("filler") && c.roles.every((r) => r.kind === "filler" && r.reason!.startsWith("inner"));
  // A fresh scale may also share an initializer with the ones within a group normalization, and be untied from them.
  if (inner && (uniform() === 0 || uniform() === 1)) return { reason: first("filler") };
  if (c.origin === "parameter") return undefined;
  if (c.origin === "buffer") return { reason: "buffer" };
  if (is("state") && uniform() === 0 && c.origin !== "named") return { reason: first("state") };
  if (is("filler")) {
    const filled = exported && (uniform() === 0 || uniform() === 1);
    return filled ? { reason: first("filler") } : undefined;
  }
  if (is("number")) return { reason: first("number") };
  if (is("mask") && !c.one && isZeroOneMask(tensor)) return { reason: "mask" };
  if (c.origin === "number" && !is("state")) {
    return { reason: is("factor") ? first("factor") : "number of the exporter" };
  }
  if (only("factor")) return verdictOfFactor(c, uniform()!);
  return undefined;
}

/** Judges a single number that is multiplied or added, by its name and its value. */
function verdictOfFactor(
  { value: { shape }, origin, roles, one }: Candidate,
  value: number,
): Verdict | undefined {
  if (!one || origin === "named") return undefined;
  const scalar = shape?.length === 0;
  // No formula multiplies by 0 or adds it, so a 0 is the initial value of a learned number.
  if (!scalar && value === 0 && origin === "unknown") return undefined;
  if (roles.some((r) => r.reason === "addend") && value <= LOWEST_ADDEND) return { reason: "mask" };
  const reason = scalar ? "scalar" : roles[0]!.reason!;
  return { reason, ...(origin === "unknown" ? { likely: true } : {}) };
}

/** Numbers of at most this size are added to scores to mask them. */
const LOWEST_ADDEND = -1e4;

function lazy<T>(compute: () => T): () => T {
  let held: { value: T } | undefined;
  return () => (held ??= { value: compute() }).value;
}
