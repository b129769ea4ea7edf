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
} from "./layer.ts";

/**
 * i, o, f = s(W x + R h + b + p c) with peepholes p (those of o see the new cell), u = g(W x + R h + b), c' = f c + i u,
 * h' = o h(c'). With `input_forget`, f = 1 - i.
 *
 * A forward pass that also returns the residuals replaces the layer. There, with dc the whole cotangent of
 * c', da is dh' (for o) or dc (for the others) times a factor, and so is what dh' adds to dc.
 */
export const lstm: Rule = recurrent({ activations: ["Sigmoid", "Tanh", "Tanh"], gradients });

/** The residuals of the forward pass for every step, `[T, B, …]`. */
interface Steps {
  readonly hidden: Value;
  /** Factors of dc, dh', dc, dc that give the cotangents of the pre-activations i, o, f, u: `[T, B, 4 * H]`. */
  readonly factors: Value;
  /** The factor by which dh' adds to dc. */
  readonly toCell: Value;
  /** The factor by which dc passes to the cell before: the forget gate. */
  readonly kept: Value;
  /** The cells before and after, if peepholes need them. */
  readonly cells: readonly Value[];
  /** The last hidden state and cell. */
  readonly last: readonly [Value, Value];
}

type Peepholes = readonly [i: Value, o: Value, f: Value];

/** Returns the peephole weights, `[H]` each. */
function peepholesOf(pass: Pass): Peepholes | null {
  if (pass.peepholes === null) return null;
  return thirds(pass.g, pass.peepholes);
}

function thirds(g: Graph, v: Value): [Value, Value, Value] {
  return g.split(v, null, { axis: -1, num_outputs: 3, outputs: 3 });
}

function quarters(g: Graph, v: Value): [Value, Value, Value, Value] {
  return g.split(v, null, { axis: -1, num_outputs: 4, outputs: 4 });
}

const isCoupled = (pass: Pass) => pass.node.int("input_forget") === 1;

function forward(pass: Pass): Steps {
  const { g, hidden } = pass;
  const [s, inner, outer] = pass.activations;
  const peepholes = peepholesOf(pass);
  const coupled = isCoupled(pass);
  const products = g.gemm(byRows(pass, pass.x), pass.w, biasOf(pass), { transB: 1 });
  const { states, outputs } = g.scan({
    states: [pass.h0, pass.c0],
    scanned: [bySteps(pass, products, 4), ...(pass.valid ? [pass.valid] : [])],
    reverse: pass.reverse,
    body(g, [h, c], [product, valid]) {
      const within = (v: Value, other: Value | number) => (valid ? g.where(valid, v, other) : v);
      const a = g.gemm(h!, pass.r, product!, { transB: 1 });
      const [gates, candidate] = g.split(a, [3 * hidden, hidden], { axis: 1, outputs: 2 }) as [Value, Value];
      const u = inner!.of(g, candidate);
      const next = (i: Value, f: Value) => g.add(g.mul(coupled ? g.sub(1, i) : f, c!), g.mul(i, u));
      const operands = peepholes ? peeped(g, gates, { c: c!, peepholes, next }) : gates;
      const all = s!.of(g, operands);
      const [i, o, f] = thirds(g, all);
      const cell = next(i, f);
      const out = outer!.of(g, cell);
      const y = g.mul(o, out);
      const others = g.concat(coupled ? [g.sub(u, c!), out, zerosLike(g, c!)] : [u, out, c!], { axis: 1 });
      const factors = g.concat([
        g.mul(others, s!.slope(g, all, operands)),
        g.mul(i, inner!.slope(g, u, candidate)),
      ], { axis: 1 });
      const after = within(cell, c!);
      return {
        states: [within(y, h!), after],
        outputs: [
          within(y, 0),
          within(factors, 0),
          within(g.mul(o, outer!.slope(g, out, cell)), 0),
          within(coupled ? g.sub(1, i) : f, 1),
          ...(peepholes ? [c!, after] : []),
        ],
      };
    },
  });
  const [y, factors, toCell, kept, ...cells] = outputs as [Value, Value, Value, Value, ...Value[]];
  return { hidden: y, factors, toCell, kept, cells, last: states as [Value, Value] };

  /** Returns the pre-activations of the gates with what the peepholes add. */
  function peeped(
    g: Graph,
    gates: Value,
    { c, peepholes, next }: { c: Value; peepholes: Peepholes; next: (i: Value, f: Value) => Value },
  ): Value {
    const [ai, ao, af] = thirds(g, gates);
    const [i, f] = [g.add(ai, g.mul(c, peepholes[0])), g.add(af, g.mul(c, peepholes[2]))];
    const cell = next(s!.of(g, i), s!.of(g, f));
    return g.concat([i, g.add(ao, g.mul(cell, peepholes[1])), f], { axis: 1 });
  }
}

function gradients(pass: Pass): PassGradients {
  const { g, r, reverse, valid } = pass;
  const peepholes = peepholesOf(pass);
  const { hidden, factors, toCell, kept, cells, last } = forward(pass);
  const rest = idle(pass);
  const { states, outputs } = sweepBack(pass, {
    from: pass.last,
    slices: [factors, toCell, kept, ...(rest ? [rest] : [])],
    step(g, [dh, dc], [factors, toCell, kept, rest]) {
      const idle = rest ? g.mul(dh!, rest) : null;
      let dCell = g.add(g.mul(dh!, toCell!), dc!);
      if (peepholes === null) {
        const da = g.mul(g.concat([dCell, dh!, dCell, dCell], { axis: 1 }), factors!);
        return { states: [g.gemm(da, r, idle), g.mul(dCell, kept!)], outputs: [da] };
      }
      const [toI, toO, toF, toU] = quarters(g, factors!);
      const dO = g.mul(dh!, toO);
      dCell = g.add(dCell, g.mul(dO, peepholes[1]));
      const [dI, dF] = [g.mul(dCell, toI), g.mul(dCell, toF)];
      const da = g.concat([dI, dO, dF, g.mul(dCell, toU)], { axis: 1 });
      const seen = g.add(g.mul(dI, peepholes[0]), g.mul(dF, peepholes[2]));
      return { states: [g.gemm(da, r, idle), g.add(g.mul(dCell, kept!), seen)], outputs: [da] };
    },
  });
  return {
    before: statesBefore(g, hidden, { first: pass.h0, reverse, valid }),
    forward: [hidden, ...last],
    dInput: byRows(pass, outputs[0]!),
    dh0: states[0]!,
    dc0: states[1]!,
    ...(peepholes === null ? {} : { dPeepholes: peepholeGradients(g, outputs[0]!, cells) }),
  };
}

/** From the cotangents of the pre-activations and the cells before and after, all `[T, B, …]`. */
function peepholeGradients(g: Graph, da: Value, [before, after]: readonly Value[]): Value {
  const [dI, dO, dF] = quarters(g, da);
  const sum = (d: Value, c: Value) => g.reduceSum(g.mul(d, c), [0, 1], { keepdims: 0 });
  return g.concat([sum(dI, before!), sum(dO, after!), sum(dF, before!)], { axis: 0 });
}
