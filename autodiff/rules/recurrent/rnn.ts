/**
 * The gradient of the plain recurrent layer.
 *
 * @module
 */
import type { Rule } from "../../site.ts";
import { biasOf, byRows, bySteps, idle, type Pass, recurrent, sweepBack, whereValid } from "./layer.ts";

/** h' = f(W x + R h + b): with a = W x + R h + b, da = dh' f'(a), dh = da R. */
export const rnn: Rule = recurrent({ gates: 1, activations: ["Tanh"], gradients });

function gradients(pass: Pass) {
  const { g, r } = pass;
  const [f] = pass.activations;
  const preactivation = () =>
    g.gemm(byRows(pass, pass.before), r, g.gemm(pass.x, pass.w, biasOf(pass), { transB: 1 }), { transB: 1 });
  const slope = g.expand(f!.slope(g, byRows(pass, pass.y), preactivation), g.shape(byRows(pass, pass.y)));
  const rest = idle(pass);
  const { states, outputs } = sweepBack(pass, {
    from: [pass.last[0]],
    slices: [whereValid(pass, bySteps(pass, slope), 0), ...(rest ? [rest] : [])],
    step(g, [dh], [slope, rest]) {
      const da = g.mul(dh!, slope!);
      return { states: [g.gemm(da, r, rest ? g.mul(dh!, rest) : null)], outputs: [da] };
    },
  });
  return { dInput: byRows(pass, outputs[0]!), dh0: states[0]! };
}
