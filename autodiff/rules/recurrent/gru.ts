/**
 * The gradient of the gated recurrent unit.
 *
 * @module
 */
import type { Graph, Value } from "../../../onnx/mod.ts";
import type { Rule } from "../../site.ts";
import {
  byRows,
  bySteps,
  idle,
  type Pass,
  type PassGradients,
  recurrent,
  sweepBack,
  whereValid,
} from "./layer.ts";

/**
 * z = f(Wz x + Rz h + bz), r likewise, h' = (1 - z) n + z h, where n = g(Wn x + r (Rn h + cn) + bn) if
 * `linear_before_reset`, else n = g(Wn x + Rn (r h) + bn + cn).
 *
 * All of it is known before the way back: da is dh' times a factor for each pre-activation a, save that without
 * `linear_before_reset` the one of r takes a product with Rn first.
 */
export const gru: Rule = recurrent({
  gates: 3,
  activations: ["Sigmoid", "Tanh"],
  gradients: (pass) => (pass.node.int("linear_before_reset") ? resetAfter(pass) : resetBefore(pass)),
});

function bias(pass: Pass, which: 0 | 1): Value | null {
  return pass.biases?.[which] ?? null;
}

/** `[rows, 3 * H]` in its parts for the two gates, `2 * H`, and the candidate. */
function parts(pass: Pass, rows: Value, axis = 1): Value[] {
  return pass.g.split(rows, [2 * pass.hidden, pass.hidden], { axis, outputs: 2 });
}

/** The gates z and r, and their slopes. */
function gatesOf(pass: Pass, preactivation: Value) {
  const { g } = pass;
  const f = pass.activations[0]!;
  const both = f.of(g, preactivation);
  const slopes = g.expand(f.slope(g, both, () => preactivation), g.shape(both));
  const half = (v: Value) => g.split(v, null, { axis: 1, num_outputs: 2, outputs: 2 });
  const [[z, r], [dz, dr]] = [half(both), half(slopes)];
  return { z: z!, r: r!, zSlope: dz!, rSlope: dr! };
}

function resetAfter(pass: Pass): PassGradients {
  const { g } = pass;
  const before = byRows(pass, pass.before);
  const [xGates, xCandidate] = parts(pass, g.gemm(pass.x, pass.w, bias(pass, 0), { transB: 1 }));
  const [hGates, hCandidate] = parts(pass, g.gemm(before, pass.r, bias(pass, 1), { transB: 1 }));
  const { z, r, zSlope, rSlope } = gatesOf(pass, g.add(xGates!, hGates!));
  const a = g.add(xCandidate!, g.mul(r, hCandidate!));
  const f = pass.activations[1]!;
  const n = f.of(g, a);
  const toCandidate = g.mul(g.sub(1, z), f.slope(g, n, () => a));
  const toZ = g.mul(g.sub(before, n), zSlope);
  const toR = g.mul(g.mul(toCandidate, hCandidate!), rSlope);
  const factors = g.concat([toZ, toR, g.mul(toCandidate, r)], { axis: 1 });
  const { states, outputs } = sweepBack(pass, {
    from: [pass.last[0]],
    slices: [whereValid(pass, bySteps(pass, factors, 3), 0), whereValid(pass, bySteps(pass, z), 1)],
    step(g, [dh], [factors, z]) {
      const da = g.mul(g.concat([dh!, dh!, dh!], { axis: 1 }), factors!);
      return { states: [g.gemm(da, pass.r, g.mul(dh!, z!))], outputs: [da, dh!] };
    },
  });
  const dHidden = byRows(pass, outputs[0]!);
  const [dGates] = parts(pass, dHidden);
  const dCandidate = g.mul(outputs[1]!, whereValid(pass, bySteps(pass, toCandidate), 0));
  return {
    dInput: g.concat([dGates!, byRows(pass, dCandidate)], { axis: 1 }),
    dHidden,
    dh0: states[0]!,
  };
}

function resetBefore(pass: Pass): PassGradients {
  const { g } = pass;
  const before = byRows(pass, pass.before);
  const [xGates, xCandidate] = parts(pass, g.gemm(pass.x, pass.w, bias(pass, 0), { transB: 1 }));
  const [rGates, rCandidate] = parts(pass, pass.r, 0) as [Value, Value];
  const [bGates, bCandidate] = pass.biases === null ? [null, null] : parts(pass, bias(pass, 1)!, 0);
  const product = (x: Value, w: Value, { plus, bias }: { plus: Value; bias: Value | null | undefined }) =>
    g.add(g.gemm(x, w, bias ?? null, { transB: 1 }), plus);
  const { z, r, zSlope, rSlope } = gatesOf(pass, product(before, rGates, { plus: xGates!, bias: bGates }));
  const kept = g.mul(r, before);
  const a = product(kept, rCandidate, { plus: xCandidate!, bias: bCandidate });
  const f = pass.activations[1]!;
  const n = f.of(g, a);
  const factors = (v: Value) => whereValid(pass, bySteps(pass, v), 0);
  const rest = idle(pass);
  const { states, outputs } = sweepBack(pass, {
    from: [pass.last[0]],
    slices: [
      factors(g.mul(g.sub(before, n), zSlope)),
      factors(g.mul(g.sub(1, z), f.slope(g, n, () => a))),
      factors(g.mul(before, rSlope)),
      whereValid(pass, bySteps(pass, z), 1),
      bySteps(pass, r),
      ...(rest ? [rest] : []),
    ],
    step(g: Graph, [dh], [toZ, toCandidate, toR, z, r]) {
      const dn = g.mul(dh!, toCandidate!);
      const dKept = g.matMul(dn, rCandidate);
      const dGates = g.concat([g.mul(dh!, toZ!), g.mul(dKept, toR!)], { axis: 1 });
      const direct = g.add(g.mul(dh!, z!), g.mul(dKept, r!));
      return { states: [g.gemm(dGates, rGates, direct)], outputs: [dGates, dn] };
    },
  });
  const [dGates, dn] = outputs.map((v) => byRows(pass, v)) as [Value, Value];
  return {
    dInput: g.concat([dGates, dn], { axis: 1 }),
    dr: g.concat([g.gemm(dGates, before, null, { transA: 1 }), g.gemm(dn, kept, null, { transA: 1 })], {
      axis: 0,
    }),
    dh0: states[0]!,
  };
}
