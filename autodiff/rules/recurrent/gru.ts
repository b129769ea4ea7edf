/**
 * The gradient of the gated recurrent unit.
 *
 * @module
 */
import type { Graph, Value } from "../../../onnx/mod.ts";
import type { Rule } from "../../site.ts";
import {
  biasOf,
  byRows,
  bySteps,
  type Pass,
  type PassGradients,
  recurrent,
  statesBefore,
  sweepBack,
} from "./layer.ts";

/**
 * z = f(Wz x + Rz h + bz), r = f(Wr x + Rr h + br), h' = (1 - z) n + z h, where n = g(Wn x + r (Rn h + cn) + bn) if
 * `linear_before_reset`, else n = g(Wn x + Rn (r h) + bn + cn).
 *
 * A forward pass that also returns the residuals replaces the layer: da is dh' times a factor for each
 * pre-activation a, save that without `linear_before_reset` the one of r takes a product with Rn first.
 */
export const gru: Rule = recurrent({
  activations: ["Sigmoid", "Tanh"],
  gradients: (pass) => (pass.node.int("linear_before_reset") ? resetAfter(pass) : resetBefore(pass)),
});

/** Returns the parts of `3 * H` for the two gates and the candidate. */
function parts(pass: Pass, v: Value, { g = pass.g, axis = -1 } = {}): [gates: Value, candidate: Value] {
  return g.split(v, [2 * pass.hidden, pass.hidden], { axis, outputs: 2 });
}

function halves(g: Graph, v: Value): [z: Value, r: Value] {
  return g.split(v, null, { axis: -1, num_outputs: 2, outputs: 2 });
}

/** The values of one step: the candidate, the gates, and the residuals. */
interface Step {
  readonly z: Value;
  readonly n: Value;
  /** To keep of each step; 0 beyond the end of a sequence. */
  readonly outputs: readonly Value[];
}

/**
 * Returns the forward pass. `step` has the hidden state and the products of the input.
 *
 * @returns the hidden states before and after each step, z, and the outputs of the steps.
 */
function forward(
  pass: Pass,
  { products, step }: { products: Value; step: (g: Graph, h: Value, product: Value) => Step },
) {
  const { g, reverse, valid } = pass;
  const { states, outputs } = g.scan({
    states: [pass.h0],
    scanned: [bySteps(pass, products, 3), ...(valid ? [valid] : [])],
    reverse,
    body(g, [h], [product, valid]) {
      const within = (v: Value, other: Value | number) => (valid ? g.where(valid, v, other) : v);
      const { z, n, outputs } = step(g, h!, product!);
      const y = g.add(n, g.mul(z, g.sub(h!, n)));
      return {
        states: [within(y, h!)],
        outputs: [within(y, 0), within(z, 1), ...outputs.map((v) => within(v, 0))],
      };
    },
  });
  const [hidden, z, ...kept] = outputs as [Value, Value, ...Value[]];
  const before = statesBefore(g, hidden, { first: pass.h0, reverse, valid });
  return { before, z, kept, forward: [hidden, states[0]!] };
}

function resetAfter(pass: Pass): PassGradients {
  const { g } = pass;
  const [f, inner] = pass.activations;
  const { before, z, kept, forward: layer } = forward(pass, {
    products: g.gemm(byRows(pass, pass.x), pass.w, pass.biases?.[0] ?? null, { transB: 1 }),
    step(g, h, product) {
      const [xGates, xCandidate] = parts(pass, product, { g });
      const [hGates, hCandidate] = parts(
        pass,
        g.gemm(h, pass.r, pass.biases?.[1] ?? null, { transB: 1 }),
        { g },
      );
      const operands = g.add(xGates, hGates);
      const both = f!.of(g, operands);
      const [z, r] = halves(g, both);
      const a = g.add(xCandidate, g.mul(r, hCandidate));
      const n = inner!.of(g, a);
      const toCandidate = g.mul(g.sub(1, z), inner!.slope(g, n, a));
      const others = g.concat([g.sub(h, n), g.mul(toCandidate, hCandidate)], { axis: 1 });
      const toGates = g.mul(others, f!.slope(g, both, operands));
      return { z, n, outputs: [g.concat([toGates, g.mul(toCandidate, r)], { axis: 1 }), toCandidate] };
    },
  });
  const [factors, toCandidate] = kept as [Value, Value];
  const { states, outputs } = sweepBack(pass, {
    from: [pass.last[0]],
    slices: [factors, z],
    step(g, [dh], [factors, z]) {
      const da = g.mul(g.concat([dh!, dh!, dh!], { axis: 1 }), factors!);
      return { states: [g.gemm(da, pass.r, g.mul(dh!, z!))], outputs: [da, dh!] };
    },
  });
  const [dHidden, dh] = outputs as [Value, Value];
  const [dGates] = parts(pass, dHidden);
  const dInput = g.concat([dGates, g.mul(dh, toCandidate)], { axis: -1 });
  return {
    before,
    forward: layer,
    dInput: byRows(pass, dInput),
    dHidden: byRows(pass, dHidden),
    dh0: states[0]!,
  };
}

function resetBefore(pass: Pass): PassGradients {
  const { g } = pass;
  const [f, inner] = pass.activations;
  const [rGates, rCandidate] = parts(pass, pass.r, { axis: 0 });
  const { before, z, kept, forward: layer } = forward(pass, {
    products: g.gemm(byRows(pass, pass.x), pass.w, biasOf(pass), { transB: 1 }),
    step(g, h, product) {
      const [xGates, xCandidate] = parts(pass, product, { g });
      const operands = g.gemm(h, rGates, xGates, { transB: 1 });
      const both = f!.of(g, operands);
      const [z, r] = halves(g, both);
      const reset = g.mul(r, h);
      const a = g.gemm(reset, rCandidate, xCandidate, { transB: 1 });
      const n = inner!.of(g, a);
      const toCandidate = g.mul(g.sub(1, z), inner!.slope(g, n, a));
      const others = g.concat([g.sub(h, n), h], { axis: 1 });
      return { z, n, outputs: [g.mul(others, f!.slope(g, both, operands)), toCandidate, r, reset] };
    },
  });
  const [toGates, toCandidate, r, reset] = kept as [Value, Value, Value, Value];
  const { states, outputs } = sweepBack(pass, {
    from: [pass.last[0]],
    slices: [toGates, toCandidate, r, z],
    step(g: Graph, [dh], [toGates, toCandidate, r, z]) {
      const dn = g.mul(dh!, toCandidate!);
      const dReset = g.matMul(dn, rCandidate);
      const dGates = g.mul(g.concat([dh!, dReset], { axis: 1 }), toGates!);
      const direct = g.add(g.mul(dh!, z!), g.mul(dReset, r!));
      return { states: [g.gemm(dGates, rGates, direct)], outputs: [dGates, dn] };
    },
  });
  const [dGates, dn] = outputs.map((v) => byRows(pass, v)) as [Value, Value];
  const product = (d: Value, v: Value) => g.gemm(d, byRows(pass, v), null, { transA: 1 });
  return {
    before,
    forward: layer,
    dInput: g.concat([dGates, dn], { axis: 1 }),
    dr: g.concat([product(dGates, before), product(dn, reset)], { axis: 0 }),
    dh0: states[0]!,
  };
}
