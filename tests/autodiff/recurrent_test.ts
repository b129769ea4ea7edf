import { assertThrows } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { Graph, ModelError } from "../../onnx/mod.ts";
import { testForward } from "./forward.ts";
import { RECURRENT } from "./recurrent_cases.ts";

RECURRENT.test();
testForward(RECURRENT);

Deno.test("the gradients of recurrent layers refuse unsupported attributes", () => {
  const attempt = (attributes: Record<string, number | string[]>) => () => {
    const g = new Graph();
    const x = g.input("x", "float32", [4, 2, 3]);
    const [w, r] = [g.input("w", "float32", [1, 8, 3]), g.input("r", "float32", [1, 8, 2])];
    const [y] = g.emit("LSTM", [x, w, r], { attributes: { hidden_size: 2, ...attributes } });
    backward(g, { seeds: [{ value: y!, cotangent: y! }], wrt: [w] });
  };
  assertThrows(attempt({ clip: 3 }), ModelError, "not implemented for attribute 'clip'");
  assertThrows(attempt({ layout: 1 }), ModelError, "implemented for layout 0");
  assertThrows(attempt({ activations: ["Sigmoid", "Tanh", "Sine"] }), ModelError, "got 'Sine'");
});
