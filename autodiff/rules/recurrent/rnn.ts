/**
 * The gradient of the plain recurrent layer.
 *
 * @module
 */
import type { Value } from "../../../onnx/mod.ts";
import { filled, type Rule } from "../../site.ts";
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

/** h' = f(a) with a = W x + R h + b: da = dh' f'(a), dh = da R. A forward pass that returns f'(a) takes the layer's place. */
export const rnn: Rule = recurrent({ activations: ["Tanh"], gradients });

function gradients(pass: Pass): PassGradients {
  const { g, r, reverse, valid } = pass;
  const [f] = pass.activations;
  const products = g.gemm(byRows(pass, pass.x), pass.w, biasOf(pass), { transB: 1 });
  const forward = g.scan({
    states: [pass.h0],
    scanned: [bySteps(pass, products), ...(valid ? [valid] : [])],
    reverse,
    body(g, [h], [product, valid]) {
      const within = (v: Value, other: Value | number) => (valid ? g.where(valid, v, other) : v);
      const a = g.gemm(h!, r, product!, { transB: 1 });
      const y = f!.of(g, a);
      const slope = f!.slope(g, y, a);
      const slopes = slope.rank === 0 ? g.mul(filled(g, y, 1), slope) : slope;
      return { states: [within(y, h!)], outputs: [within(y, 0), within(slopes, 0)] };
    },
  });
  const [hidden, slopes] = forward.outputs as [Value, Value];
  const rest = idle(pass);
  const { states, outputs } = sweepBack(pass, {
    from: [pass.last[0]],
    slices: [slopes, ...(rest ? [rest] : [])],
    step(g, [dh], [slope, rest]) {
      const da = g.mul(dh!, slope!);
      return { states: [g.gemm(da, r, rest ? g.mul(dh!, rest) : null)], outputs: [da] };
    },
  });
  return {
    before: statesBefore(g, hidden, { first: pass.h0, reverse, valid }),
    forward: [hidden, forward.states[0]!],
    dInput: byRows(pass, outputs[0]!),
    dh0: states[0]!,
  };
}
