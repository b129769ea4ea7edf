import { assertAlmostEquals, assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { buildModel, Graph, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import golden from "../golden/layers/torch.json" with { type: "json" };

const TARGETS = ["cpu", "gpu"] as const;
for (
  const [i, c, target] of [...golden.pools.entries()].flatMap((e) => TARGETS.map((t) => [...e, t] as const))
) {
  const what = `${i} ${JSON.stringify(c.attributes)} for a ${target}`;
  Deno.test(`the rule of ${c.op} gives PyTorch's gradient, at ties too: ${what}`, async () => {
    const g = new Graph();
    const x = g.input("x", "float32", ["N", ...c.x.shape.slice(1)]);
    const [y] = g.emit(c.op, [x], { attributes: c.attributes as Record<string, number | number[]> });
    const cotangent = g.input("dy", "float32", y!.shape);
    const [dx] = backward(g, { seeds: [{ value: y!, cotangent }], wrt: [x], target });
    g.output(y!, "y");
    g.output(dx!, "dx");
    await using session = await openSession(buildModel(g));
    const given = (t: { shape: number[]; data: number[] }) => tensor(Float32Array.from(t.data), t.shape);
    const out = await session.run({ x: given(c.x), dy: given(c.dy) });
    for (const name of ["y", "dx"] as const) {
      assertEquals(out[name]!.shape, c[name].shape);
      (out[name]!.data as Float32Array).forEach((v, k) =>
        assertAlmostEquals(v, c[name].data[k]!, 1e-5, `${name}[${k}]`)
      );
    }
  });
}
