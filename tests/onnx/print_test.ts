import { assertEquals } from "@std/assert";
import { buildModel, Graph, tensor } from "../../onnx/mod.ts";
import { printModel } from "../../onnx/proto/print.ts";

Deno.test("printModel() shows signature, initializers, attributes and subgraphs", () => {
  const g = new Graph({ name: "main" });
  const xs = g.input("xs", "float32", ["T", 2]);
  const w = g.initializer("w", tensor(Float32Array.of(1, 2)));
  const { states } = g.scan({
    states: [w],
    scanned: [xs],
    body: (s, [a], [x]) => ({ states: [s.add(a!, s.elu(x!, { alpha: 0.5 }))], outputs: [] }),
  });
  g.output(states[0]!, "y");
  assertEquals(
    printModel(buildModel(g)),
    `<ir_version: 10, opset_import: ["" : 21]>
main (float32[T, 2] xs) => (float32[2] y) {
  float32[2] w
  y = Scan <num_scan_inputs = 1> (w, xs)
    body = step (float32[2] w_in, float32[2] xs_slice) => (float32[2] add) {
      elu = Elu <alpha = 0.5> (xs_slice)
      add = Add (w_in, elu)
    }
}`,
  );
});
