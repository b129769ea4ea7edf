import { assert, assertEquals, assertThrows } from "@std/assert";
import { conv, fromBlocks, toBlocks } from "../../../lowering/blocks/mod.ts";
import {
  axis,
  blockGraph,
  blockTest,
  distance,
  LEVELS,
  operands,
  random,
  reference,
  run,
  type Sizes,
} from "./blocks.ts";

const pads = [1, 1] as const;
const sizes = (s: Partial<Sizes>): Sizes => ({
  n: 2,
  c: 16,
  m: 16,
  axes: [axis(6, 3, { pads }), axis(7, 3, { pads })],
  group: 1,
  ...s,
});

for (const optimization of LEVELS) {
  blockTest(`conv: that of ai.onnx, sessions at level ${optimization}`, async (block) => {
    const cases = [
      sizes({}),
      sizes({ c: 32, m: 48 }),
      sizes({ n: 3, m: 24, c: 20 }),
      sizes({ c: 3 }),
      sizes({ c: 16, m: 16, group: 16 }),
      sizes({ c: 20, m: 20, group: 20 }),
    ];
    for (const s of cases) {
      const { x, w } = operands(s);
      const bias = random("bias", [s.m]);
      const y = await run({ x, w, bias }, (g, v) => {
        const image = s.c < block && s.group === 1 ? v.x! : toBlocks(g, v.x!, block);
        const y = conv(g, { x: image, w: v.w!, bias: v.bias!, axes: s.axes, group: s.group, block });
        return fromBlocks(g, y, s.m);
      }, { optimization, symbolic: true });
      const wanted = reference(s).y;
      const places = s.axes[0].count * s.axes[1].count;
      wanted.data.forEach((v, i) => {
        wanted.data[i] = v + Number(bias.data[Math.floor(i / places) % s.m]);
      });
      const d = distance(y, wanted);
      assert(d < 1e-5, `${JSON.stringify(s)}: ${d}`);
    }
  });
}

for (const optimization of LEVELS) {
  blockTest(`conv: a summand that is x, and is read again, level ${optimization}`, async (block) => {
    // The runtime may write a result over its summand where nothing else reads that.
    const s = sizes({ n: 3, c: 20, m: 20 });
    const { x, w } = operands(s);
    const bias = random("bias", [s.m]);
    const y = await run({ x, w, bias }, (g, v) => {
      const image = toBlocks(g, v.x!, block);
      const { axes, group } = s;
      const once = conv(g, {
        x: image,
        w: v.w!,
        bias: v.bias!,
        axes,
        group,
        block,
        sum: image,
        activation: "Relu",
      });
      const twice = conv(g, { x: once, w: v.w!, axes, group, block, sum: once });
      return fromBlocks(g, g.add(g.add(twice, once), image), s.m);
    }, { optimization });
    const at = (t: { data: ArrayLike<unknown> }, i: number) => t.data[i] as number;
    const channel = (i: number) => Math.floor(i / 42) % s.m;
    const first = reference(s).y;
    first.data.forEach((v, i) => {
      first.data[i] = Math.max(0, v + at(bias, channel(i)) + at(x, i));
    });
    const { y: second } = reference(s, { x: first, w, dy: x });
    second.data.forEach((v, i) => {
      second.data[i] = v + 2 * first.data[i]! + at(x, i);
    });
    const d = distance(y, second);
    assert(d < 1e-5, `${d}`);
  });
}

blockTest("conv: padded channels hold zeros, with a bias and a Relu as well", async (block) => {
  const s = sizes({ c: 20, m: block + 4 });
  const { x, w } = operands(s);
  // A bias that is not padded would be read past its end.
  const bias = random("bias", [s.m]);
  const y = await run({ x, w, bias }, (g, v) => {
    const image = toBlocks(g, v.x!, block);
    const options = { w: v.w!, axes: s.axes, group: 1, block, activation: "Relu" } as const;
    const y = conv(g, { x: image, ...options, bias: v.bias! });
    const producer = y.producer!;
    assertEquals(producer.inputs[2]!.shape, [2 * block]);
    return fromBlocks(g, y, 2 * block);
  });
  const channel = s.axes[0].count * s.axes[1].count;
  for (let i = 0; i < y.data.length; i++) {
    if (Math.floor(i / channel) % (2 * block) >= s.m) assertEquals(Number(y.data[i]), 0);
  }
});

Deno.test("conv: a bias longer than the padded channels is refused", () => {
  const g = blockGraph();
  const [x, w] = [g.input("x", "float32", [2, 16, 6, 7]), g.input("w", "float32", [16, 16, 3, 3])];
  const bias = g.input("bias", "float32", [17]);
  assertThrows(
    () => conv(g, { x, w, bias, axes: sizes({}).axes, group: 1, block: 16 }),
    RangeError,
    "must have 16 numbers",
  );
});
