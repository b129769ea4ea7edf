import { assert, assertEquals } from "@std/assert";
import { buildModel, Graph, graphOf, openSession, tensor } from "../../../mod.ts";
import { evenPads } from "../../../lowering/accelerator/mod.ts";
import { normal } from "../../../random/normal.ts";

const drawn = (stream: string, shape: readonly number[]) =>
  tensor(normal({ seed: 3, stream }, shape.reduce((a, b) => a * b, 1)), shape);

interface Attributes {
  readonly pads: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations?: readonly number[];
  readonly output_padding?: readonly number[];
  readonly group?: number;
}

/** Attributes by what they show, for kernels of 3 or 3x3. */
const CASES: Readonly<Record<string, Attributes>> = {
  "a remainder, as of strides of 2": { pads: [1, 1, 0, 0], strides: [2, 2] },
  "one axis only": { pads: [1, 1, 0, 1], strides: [2, 1] },
  "more at the end, as SAME_UPPER": { pads: [0, 0, 1, 1], strides: [2, 2] },
  "more on either side": { pads: [2, 0, 0, 1], strides: [2, 2] },
  "more than a stride": { pads: [2, 2, 0, 0], strides: [1, 1] },
  "dilations and groups": { pads: [2, 1, 1, 0], dilations: [2, 2], group: 2 },
  "an output padding of its own": { pads: [1, 0, 0, 1], strides: [3, 3], output_padding: [1, 1] },
  "one dimension": { pads: [1, 0], strides: [2] },
};

for (const [what, attributes] of Object.entries(CASES)) {
  for (const bias of [false, true]) {
    Deno.test(`evenPads() keeps the bits of a transposed convolution with ${what}${bias ? ", bias" : ""}`, async () => {
      const spatial = attributes.pads.length / 2;
      const sizes = (n: number) => Array<number>(spatial).fill(n);
      const g = new Graph();
      const x = g.input("x", "float32", ["N", 4, ...sizes(4)]);
      const w = g.input("w", "float32", [4, 6 / (attributes.group ?? 1), ...sizes(3)]);
      const b = bias ? g.input("b", "float32", [6]) : null;
      g.output(g.convTranspose(x, w, b, attributes), "y");
      const model = buildModel(g);
      const { graph } = graphOf(model);
      assert(evenPads(graph));
      const [node] = graph.nodes.filter((n) => n.opType === "ConvTranspose");
      const pads = node!.ints("pads")!;
      assertEquals(pads.slice(0, spatial), pads.slice(spatial));
      const feeds = {
        x: drawn("x", [2, 4, ...sizes(4)]),
        w: drawn("w", w.shape as number[]),
        ...(bias ? { b: drawn("b", [6]) } : {}),
      };
      await using one = await openSession(model);
      await using other = await openSession(buildModel(graph));
      assertEquals(await other.run(feeds), await one.run(feeds));
    });
  }
}

Deno.test("evenPads() leaves even padding alone", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [1, 2, 5, 5]);
  const w = g.input("w", "float32", [2, 3, 3, 3]);
  g.output(g.convTranspose(x, w, null, { pads: [1, 1, 1, 1], strides: [2, 2] }), "y");
  g.output(g.convTranspose(x, w, null, { auto_pad: "SAME_UPPER", strides: [2, 2] }), "z");
  const before = [...g.nodes];
  assert(!evenPads(g));
  assertEquals(g.nodes, before);
});
