/**
 * The gradient of the long short-term memory.
 *
 * @module
 */
import type { Graph, Value } from "../../../onnx/mod.ts";
import { type Rule, zerosLike } from "../../site.ts";
import {
  biasOf,
  byRows,
  bySteps,
  idle,
  type Pass,
  type PassGradients,
  recurrent,
  statesBefore,
  sweepBack,
  whereValid,
} from "./layer.ts";

/**
 * i, o, f = f(W x + R h + b + p c) with peepholes p (those of o see the new cell), u = g(W x + R h + b), c' = f c + i u,
 * h' = o h(c'). With `input_forget`, f = 1 - i.
 *
 * The cells are computed again step by step, the rest all at once. On the way back, with dc the whole cotangent of c', da
 * is dh' (for o) or dc (for the others) times a factor that is known beforehand, and dc' = dh' o h'(c') is too.
 */
export const lstm: Rule = recurrent({ gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"], gradients });

/** The peephole weights of i, o and f, `[H]` each. */
function peepholesOf(pass: Pass): [i: Value, o: Value, f: Value] | null {
  if (pass.peepholes === null) return null;
  return pass.g.split(pass.peepholes, null, { axis: 0, num_outputs: 3, outputs: 3 }) as [Value, Value, Value];
}

/** `[…, 4 * H]` in its four parts, in the specification's order i, o, f, u. */
function quarters(g: Graph, v: Value, axis: number): [i: Value, o: Value, f: Value, u: Value] {
  return g.split(v, null, { axis, num_outputs: 4, outputs: 4 }) as [Value, Value, Value, Value];
}

function gradients(pass: Pass): PassGradients {
  const { g, r } = pass;
  const coupled = pass.node.int("input_forget") === 1;
  const peepholes = peepholesOf(pass);
  const products = g.gemm(pass.x, pass.w, biasOf(pass), { transB: 1 });
  const a = g.gemm(byRows(pass, pass.before), r, products, { transB: 1 });
  const cells = cellsOf(pass, a, { peepholes, coupled });
  const before = byRows(pass, cells.before);
  const after = byRows(pass, cells.after);
  const gates = gatesOf(pass, a, { peepholes, before, after });
  const [, , h] = pass.activations;
  const out = h!.of(g, after);
  const { i, o, f, u, slopes } = gates;
  const factors = g.concat([
    g.mul(coupled ? g.sub(u, before) : u, slopes.i),
    g.mul(out, slopes.o),
    coupled ? zerosLike(g, before) : g.mul(before, slopes.f),
    g.mul(i, slopes.u),
  ], { axis: 1 });
  const toCell = g.mul(o, h!.slope(g, out, () => after));
  const kept = coupled ? g.sub(1, i) : f;
  const rest = idle(pass);
  const { states, outputs } = sweepBack(pass, {
    from: pass.last,
    slices: [
      whereValid(pass, bySteps(pass, factors, 4), 0),
      whereValid(pass, bySteps(pass, toCell), 0),
      whereValid(pass, bySteps(pass, kept), 1),
      ...(rest ? [rest] : []),
    ],
    step(g, [dh, dc], [factors, toCell, kept, rest]) {
      const past = rest ? g.mul(dh!, rest) : null;
      let dCell = g.add(g.mul(dh!, toCell!), dc!);
      if (peepholes === null) {
        const da = g.mul(g.concat([dCell, dh!, dCell, dCell], { axis: 1 }), factors!);
        return { states: [g.gemm(da, r, past), g.mul(dCell, kept!)], outputs: [da] };
      }
      const [toI, toO, toF, toU] = quarters(g, factors!, 1);
      const dO = g.mul(dh!, toO);
      dCell = g.add(dCell, g.mul(dO, peepholes[1]));
      const [dI, dF] = [g.mul(dCell, toI), g.mul(dCell, toF)];
      const da = g.concat([dI, dO, dF, g.mul(dCell, toU)], { axis: 1 });
      const seen = g.add(g.mul(dI, peepholes[0]), g.mul(dF, peepholes[2]));
      return { states: [g.gemm(da, r, past), g.add(g.mul(dCell, kept!), seen)], outputs: [da] };
    },
  });
  const da = byRows(pass, outputs[0]!);
  return {
    dInput: da,
    dh0: states[0]!,
    dc0: states[1]!,
    ...(peepholes === null ? {} : { dPeepholes: peepholeGradients(g, da, { before, after }) }),
  };
}

function peepholeGradients(g: Graph, da: Value, { before, after }: { before: Value; after: Value }): Value {
  const [dI, dO, dF] = quarters(g, da, 1);
  const sum = (d: Value, c: Value) => g.reduceSum(g.mul(d, c), [0], { keepdims: 0 });
  return g.concat([sum(dI, before), sum(dO, after), sum(dF, before)], { axis: 0 });
}

interface Peeping {
  readonly peepholes: readonly [Value, Value, Value] | null;
}

/** The gates and their slopes `[rows, H]`, once the cells are known. */
function gatesOf(
  pass: Pass,
  products: Value,
  { peepholes, before, after }: Peeping & { before: Value; after: Value },
) {
  const { g } = pass;
  const [f, inner] = pass.activations;
  const [gates, candidate] = g.split(products, [3 * pass.hidden, pass.hidden], { axis: 1, outputs: 2 });
  let a = gates!;
  if (peepholes !== null) {
    const [p, q, s] = peepholes;
    a = g.add(a, g.concat([g.mul(before, p), g.mul(after, q), g.mul(before, s)], { axis: 1 }));
  }
  const y = f!.of(g, a);
  const slope = g.expand(f!.slope(g, y, () => a), g.shape(y));
  const thirds = (v: Value) => g.split(v, null, { axis: 1, num_outputs: 3, outputs: 3 });
  const [[i, o, forget], [di, d0, df]] = [thirds(y), thirds(slope)];
  const u = inner!.of(g, candidate!);
  return {
    i: i!,
    o: o!,
    f: forget!,
    u,
    slopes: { i: di!, o: d0!, f: df!, u: inner!.slope(g, u, () => candidate!) },
  };
}

/** The cells before and after each step `[T, B, H]`. */
function cellsOf(
  pass: Pass,
  products: Value,
  { peepholes, coupled }: Peeping & { coupled: boolean },
): { before: Value; after: Value } {
  const { g } = pass;
  const [f, inner] = pass.activations;
  const first = pass.c0;
  const scanned: Value[] = [];
  if (peepholes === null) {
    const [gates, candidate] = g.split(products, [3 * pass.hidden, pass.hidden], { axis: 1, outputs: 2 });
    const [i, , forget] = g.split(f!.of(g, gates!), null, { axis: 1, num_outputs: 3, outputs: 3 });
    const kept = coupled ? g.sub(1, i!) : forget!;
    scanned.push(
      whereValid(pass, bySteps(pass, kept), 1),
      whereValid(pass, bySteps(pass, g.mul(i!, inner!.of(g, candidate!))), 0),
    );
  } else {
    scanned.push(bySteps(pass, products, 4), ...(pass.valid ? [pass.valid] : []));
  }
  const { outputs } = g.scan({
    states: [first],
    scanned,
    reverse: pass.reverse,
    body(g, [c], slices) {
      const next = peepholes === null ? g.add(g.mul(c!, slices[0]!), slices[1]!) : peeped(g, c!, slices[0]!);
      const valid = peepholes === null ? undefined : slices[1];
      const kept = valid ? g.where(valid, next, c!) : next;
      return { states: [kept], outputs: [kept] };
    },
  });
  const after = outputs[0]!;
  // Beyond a sequence's end its cell stays as it is, so no step has to be told apart here.
  return { before: statesBefore(g, after, { first, reverse: pass.reverse, valid: null }), after };

  function peeped(g: Graph, c: Value, a: Value): Value {
    const [i, , forget, u] = quarters(g, a, 1);
    const input = f!.of(g, g.add(i, g.mul(c, peepholes![0])));
    const kept = coupled ? g.sub(1, input) : f!.of(g, g.add(forget, g.mul(c, peepholes![2])));
    return g.add(g.mul(kept, c), g.mul(input, inner!.of(g, u)));
  }
}
