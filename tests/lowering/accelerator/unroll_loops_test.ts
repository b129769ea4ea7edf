import { assert, assertEquals } from "@std/assert";
import { buildModel, Graph, graphOf, type Model, openSession, type Tensor, tensor } from "../../../mod.ts";
import { lowerForWebgpu, unrollLoops } from "../../../lowering/accelerator/mod.ts";
import { normal } from "../../../random/normal.ts";

const drawn = (stream: string, shape: readonly number[]) =>
  tensor(normal({ seed: 3, stream }, shape.reduce((a, b) => a * b, 1)), shape);

/** A loop whose body reads a value around it, with a choice inside that reads values of the body. */
function loop(
  { steps = 4, axis = 0, reverse = false, declared = steps }: {
    steps?: number;
    axis?: number;
    reverse?: boolean;
    declared?: number | string;
  },
): { model: Model; feeds: Record<string, Tensor> } {
  const g = new Graph();
  const shape: (number | string)[] = [2, 3];
  shape.splice(axis < 0 ? axis + 3 : axis, 0, declared);
  const x = g.input("x", "float32", shape);
  const h = g.input("h", "float32", [2, 3]);
  const around = g.input("around", "float32", [3]);
  const body = new Graph({ name: "body", parent: g });
  const state = body.input("state", "float32", [2, 3]);
  const slice = body.input("slice", "float32", [2, 3]);
  const next = body.tanh(body.add(body.mul(state, body.constant(0.5)), body.mul(slice, around)));
  const positive = body.greater(body.reduceSum(next, null, { keepdims: 0 }), 0);
  const [chosen] = body.if(positive, (b) => [b.mul(next, 2)], (b) => [b.sub(slice, next)]);
  body.output(next, "next");
  body.output(chosen!, "chosen");
  body.output(body.reduceSum(slice, [1], { keepdims: 0 }), "sums");
  const [last, all, sums] = g.emit("Scan", [h, x], {
    attributes: {
      body,
      num_scan_inputs: 1,
      scan_input_axes: [axis],
      scan_output_axes: [axis, -1],
      ...(reverse ? { scan_input_directions: [1], scan_output_directions: [0, 1] } : {}),
    },
    outputs: 3,
  });
  g.output(last!, "last");
  g.output(all!, "all");
  g.output(sums!, "all_sums");
  const sizes = shape.map((d) => (typeof d === "number" ? d : steps));
  const feeds = { x: drawn("x", sizes), h: drawn("h", [2, 3]), around: drawn("around", [3]) };
  return { model: buildModel(g), feeds };
}

for (const steps of [1, 2, 5]) {
  for (const axis of [0, 1, -1]) {
    for (const reverse of [false, true]) {
      const how = `${steps} steps along axis ${axis}${reverse ? ", reversed" : ""}`;
      Deno.test(`unrollLoops() keeps the bits of a loop of ${how}`, async () => {
        const { model, feeds } = loop({ steps, axis, reverse });
        const { graph } = graphOf(model);
        assert(unrollLoops(graph));
        graph.prune();
        assert(graph.nodes.every((n) => n.opType !== "Scan"));
        await using one = await openSession(model);
        await using other = await openSession(buildModel(graph));
        assertEquals(await other.run(feeds), await one.run(feeds));
      });
    }
  }
}

Deno.test("unrollLoops() keeps a loop of unknown or too many steps", () => {
  for (const [options, most] of [[{ declared: "T" }, 1e6], [{ steps: 5 }, 20]] as const) {
    const { graph } = graphOf(loop(options).model);
    const before = graph.nodes.map(String);
    assert(!unrollLoops(graph, { mostNodes: most }));
    assertEquals(graph.nodes.map(String), before);
  }
});

Deno.test("lowerForWebgpu() unrolls loops in the body of one that it keeps", async () => {
  const inner = loop({ steps: 3 });
  const g = new Graph();
  const xs = g.input("xs", "float32", ["K", 3, 2, 3]);
  const [h, around] = [g.input("h", "float32", [2, 3]), g.input("around", "float32", [3])];
  const { states } = g.scan({
    states: [h],
    scanned: [xs],
    body(step, [state], [x]) {
      const body = new Graph({ name: "inner", parent: step });
      const a = body.input("a", "float32", [2, 3]);
      const b = body.input("b", "float32", [2, 3]);
      body.output(body.add(body.mul(a, b), around), "c");
      const [c] = step.emit("Scan", [state!, x!], { attributes: { body, num_scan_inputs: 1 }, outputs: 1 });
      return { states: [c!], outputs: [] };
    },
  });
  g.output(states[0]!, "y");
  const model = buildModel(g);
  const { graph } = graphOf(model);
  assert(lowerForWebgpu(graph));
  const scans = graph.nodes.filter((n) => n.opType === "Scan");
  assertEquals(scans.length, 1);
  assert(scans[0]!.subgraph("body")!.nodes.every((n) => n.opType !== "Scan"));
  const feeds = { xs: drawn("xs", [2, 3, 2, 3]), h: inner.feeds.h!, around: inner.feeds.around! };
  await using one = await openSession(model);
  await using other = await openSession(buildModel(graph));
  assertEquals(await other.run(feeds), await one.run(feeds));
});
