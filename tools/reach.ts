/**
 * The reach of a NaN.
 *
 * @module
 */
import { applyUpdates, type Tensor, tensor, type Updater } from "../mod.ts";

/** The reach of a NaN in one element of a gradient: that element, its tensor, all parameters, or nothing. */
export type Reach = "element" | "tensor" | "all" | "none";

/** The shapes of the parameters; `matrix` is a name for rules of some parameters. */
export const REACHED: Readonly<Record<string, readonly number[]>> = {
  hit: [2, 2],
  other: [2],
  matrix: [2, 2],
};

/** Returns gradients as those of one example. */
function ofOneExample(grads: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(grads).map(([n, { data, shape }]) => [n, tensor(data as Float64Array, [1, ...shape])]),
  );
}

/** Measures how far one NaN spreads in four updates. */
export function reachOf(opt: Updater): Reach {
  let params: Record<string, Tensor> = {
    hit: tensor(Float64Array.of(1, 2, 3, 4), [2, 2]),
    other: tensor(Float64Array.of(1, 2), [2]),
    matrix: tensor(Float64Array.of(1, 2, 3, 4), [2, 2]),
  };
  const factors = identities(opt);
  let state = opt.init(params);
  for (let k = 0; k < 4; k++) {
    const grads = {
      hit: tensor(Float64Array.of(k === 0 ? NaN : 1, 1, 1, 1), [2, 2]),
      other: tensor(Float64Array.of(1, 1), [2]),
      matrix: tensor(Float64Array.of(1, 1, 1, 1), [2, 2]),
    };
    const hessians = params;
    const given = opt.rule.eachExample === undefined ? grads : ofOneExample(grads);
    const [updates, next] = opt.update(given, state, params, { value: 1, hessians, factors });
    params = applyUpdates(params, updates) as Record<string, Tensor>;
    state = next;
  }
  const [first, ...rest] = params.hit!.data as Float64Array;
  if (Number.isNaN((params.other!.data as Float64Array)[0])) return "all";
  if (rest.some(Number.isNaN)) return "tensor";
  return Number.isNaN(first) ? "element" : "none";
}

/** Returns an identity for each second moment of a layer that the rule reads. */
function identities(opt: Updater): Record<string, Float64Array> {
  const specs = Object.entries(REACHED).map(([n, shape]) => [n, { dtype: "float64", shape }] as const);
  return Object.fromEntries(
    opt.trace(Object.fromEntries(specs)).needs.factors.map(({ name, size }) => [
      name,
      Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0)),
    ]),
  );
}
