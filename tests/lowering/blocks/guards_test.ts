import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  affine,
  conv,
  convForm,
  type ConvolutionSizes,
  fromBlocks,
  inputGradient,
  inputGradientForm,
  meansOverPlaces,
  toBlocks,
  weightGradient,
  weightGradientForm,
} from "../../../lowering/blocks/mod.ts";
import { cpuBlock } from "../../../runtime/session/mod.ts";
import { axis, blockGraph } from "./blocks.ts";

const side = axis(8, 3, { pads: [1, 1] });
const axes = [side, side] as const;

function values(shapes: Record<string, readonly (number | string)[]>) {
  const g = blockGraph();
  return {
    g,
    ...Object.fromEntries(Object.entries(shapes).map(([name, s]) => [name, g.input(name, "float32", s)])),
  } as { g: typeof g } & Record<string, ReturnType<typeof g.input>>;
}

Deno.test("tensors that cannot be cut into blocks, or were not, are refused", () => {
  const { g, six, flat, sixteen } = values({
    six: ["N", 6, 4, 4],
    flat: ["N", 16],
    sixteen: ["N", 16, 4, 4],
  });
  assertThrows(() => toBlocks(g, six!, 16), RangeError, "must be a multiple of 4");
  assertThrows(() => toBlocks(g, flat!, 16), RangeError, "float32 of four axes");
  const double = g.input("double", "float64", [1, 16, 4, 4]);
  assertThrows(() => toBlocks(g, double, 16), RangeError, "float32 of four axes");
  const some = g.input("some", "float32", [1, "C", 4, 4]);
  assertThrows(() => meansOverPlaces(g, some), RangeError, "a known number of channels");
  assertThrows(() => fromBlocks(g, sixteen!, 17), RangeError, "has 16 channels, got 17");
});

Deno.test("a convolution whose image has other channels than its weights is refused", () => {
  const { g, w, x, whole, other } = values({
    w: [24, 20, 3, 3],
    x: ["N", 32, 8, 8],
    whole: ["N", 32, 8, 8],
    other: ["N", 16, 8, 8],
  });
  const c = { x: x!, w: w!, axes, group: 1, block: 16 as const };
  assertEquals(conv(g, c).shape, ["N", 32, 8, 8]);
  assertThrows(() => conv(g, { ...c, x: other! }), RangeError, "cannot be applied to");
  assertThrows(() => conv(g, { ...c, group: 2 }), RangeError, "cannot be applied to");
  assertThrows(() => conv(g, { ...c, sum: other! }), RangeError, "must have 32 channels");
  assertEquals(conv(g, { ...c, sum: whole! }).shape, ["N", 32, 8, 8]);
  assertThrows(
    () => inputGradient(g, { dy: other!, w: w!, axes, group: 1, block: 16 }),
    RangeError,
    "dy must have 32 channels",
  );
  const odd = axis(7, 3, { stride: 2, pads: [1, 1] });
  const { dy } = values({ dy: ["N", 32, 4, 4] });
  assertThrows(
    () => inputGradient(g, { dy: dy!, w: w!, axes: [odd, odd], group: 1, block: 16 }),
    RangeError,
    "no gradient over blocks",
  );
});

Deno.test("a gradient of weights from images that do not fit is refused", () => {
  const { g, x, dy, few, symbol } = values({
    x: [16, 32, 8, 8],
    dy: [16, 32, 8, 8],
    few: [16, 16, 8, 8],
    symbol: ["N", 32, 8, 8],
  });
  const c = { x: x!, dy: dy!, shape: [24, 20, 3, 3], axes, group: 1, block: 16 as const, xIsBlocked: true };
  assertEquals(weightGradient(g, c).shape, [24, 20, 3, 3]);
  assertThrows(() => weightGradient(g, { ...c, dy: few! }), RangeError, "do not fit");
  assertThrows(() => weightGradient(g, { ...c, x: few! }), RangeError, "do not fit");
  assertThrows(() => weightGradient(g, { ...c, xIsBlocked: false }), RangeError, "do not fit");
  assertThrows(() => weightGradient(g, { ...c, x: symbol! }), RangeError, "must be known");
});

Deno.test("an affine node checks its vectors and its summand", () => {
  const { g, x, few, vector, long } = values({
    x: ["N", 16, 8, 8],
    few: ["N", 32, 8, 8],
    vector: [12],
    long: [17],
  });
  assertEquals(affine(g, x!, { scale: vector!, shift: vector! }).shape, ["N", 16, 8, 8]);
  assertThrows(() => affine(g, x!, { scale: long! }), RangeError, "at most 16 numbers");
  assertThrows(() => affine(g, x!, { shift: long! }), RangeError, "at most 16 numbers");
  assertThrows(
    () => affine(g, x!, { shift: g.input("none", "float32", ["C"]) }),
    RangeError,
    "at most 16 numbers",
  );
  assertThrows(() => affine(g, x!, { sum: few! }), RangeError, "must have 16 channels");
});

const sizes = (s: Partial<ConvolutionSizes> = {}): ConvolutionSizes => ({
  x: [32, 32, 8, 8],
  w: [32, 32, 3, 3],
  axes,
  group: 1,
  block: 16,
  ...s,
});
const forms = (s: Partial<ConvolutionSizes>) =>
  [convForm, inputGradientForm, weightGradientForm].map((form) => form(sizes(s))).join(" ");

Deno.test("the forms of a convolution and its gradients follow from its sizes", () => {
  const line = axis(8, 3);
  assertEquals(forms({}), "blocked blocked blocked");
  assertEquals(forms({ block: 8 }), "blocked blocked blocked");
  assertEquals(forms({ x: ["N", 32, 8, 8] }), "blocked blocked plain");
  assertEquals(forms({ dtype: "float64" }), "plain plain plain");
  assertEquals(forms({ x: [32, 32, 8], w: [32, 32, 3], axes: [line] }), "plain plain plain");
  assertEquals(
    forms({ x: [32, 32, 8, 8, 8], w: [32, 32, 3, 3, 3], axes: [line, line, line] }),
    "plain plain plain",
  );
  assertEquals(forms({ x: [32, "C", 8, 8] }), "plain plain plain");
  assertEquals(forms({ w: [32, 16, 3, 3], group: 2 }), "plain plain plain");
  assertEquals(forms({ w: [32, 1, 3, 3], group: 32 }), "blocked blocked blocked");
  assertEquals(forms({ x: [32, 3, 8, 8], w: [32, 3, 3, 3] }), "blocked-from-plain plain blocked-from-plain");
  assertEquals(forms({ x: [32, 3, 8, 8], w: [3, 1, 3, 3], group: 3 }), "plain plain plain");
  assertEquals(forms({ x: [32, 16, 8, 8], w: [24, 16, 3, 3] }), "padded padded padded");
  const cut = { ...side, begin: -1, end: 1, count: 6 };
  assertEquals(forms({ axes: [cut, cut] }), "plain blocked plain");
  assertEquals(forms({ axes: [side, { ...side, end: -1, count: 6 }] }), "plain blocked plain");
  // Many weights for few windows.
  const small = axis(4, 3, { pads: [1, 1] });
  const heavy = { w: [256, 256, 3, 3], axes: [small, small] };
  assertEquals(forms({ ...heavy, x: [8, 256, 4, 4] }), "plain plain plain");
  assertEquals(forms({ ...heavy, x: [16, 256, 4, 4] }), "blocked blocked plain");
  // More weights than a cache holds, for rows of 4 places; the gradient of x sums over the output channels.
  assertEquals(forms({ ...heavy, w: [256, 512, 3, 3], x: [64, 512, 4, 4] }), "plain blocked blocked");
  assertEquals(forms({ ...heavy, w: [512, 256, 3, 3], x: [64, 256, 4, 4] }), "blocked plain blocked");
  const halved = axis(8, 3, { stride: 2, pads: [1, 1] });
  const strided = { w: [512, 512, 3, 3], axes: [halved, halved], x: [64, 512, 8, 8] };
  assertEquals(forms(strided), "plain blocked blocked");
  assertEquals(forms({ ...strided, w: [2048, 64, 3, 3], x: [64, 64, 8, 8] }), "blocked plain blocked");
  const [tiny, wide] = [axis(3, 3, { pads: [1, 1] }), axis(6, 3, { pads: [1, 1] })];
  const full = (a: typeof tiny) => ({ w: [512, 512, 3, 3], axes: [a, a], x: [256, 512, a.size, a.size] });
  assertEquals([forms(full(tiny)), forms(full(wide))], ["blocked blocked plain", "blocked blocked blocked"]);
  assertEquals(forms({ x: [32, 18, 8, 8], w: [32, 18, 3, 3] }), "plain plain plain");
  assertEquals(forms({ x: [32, 16, 8, 8], w: [15, 16, 3, 3] }), "padded plain plain");
  assertEquals(forms({ x: [32, 16, 8, 8], w: [10, 16, 3, 3] }), "plain plain plain");
});

Deno.test("the weight gradient is blocked where examples or strips of them fill blocks", () => {
  const large = axis(28, 3, { pads: [1, 1] });
  const of = (n: number, a = large) =>
    weightGradientForm(sizes({ x: [n, 32, a.size, a.size], axes: [a, a] }));
  assertEquals([64, 8, 4, 100, 60, 90].map((n) => of(n)), Array(6).fill("blocked"));
  assertEquals([of(10), of(2), of(7)], Array(3).fill("plain"));
  // Few windows in an image, few in all.
  assertEquals([of(512, axis(2, 1)), of(16, axis(4, 1)), of(64, axis(4, 1))], ["plain", "plain", "blocked"]);
  assertEquals(of(64, axis(28, 3, { dilation: 4, pads: [4, 4] })), "plain");
});

Deno.test("DESCENT_CPU_BLOCK takes none and nothing else", async () => {
  // The variable is set only for the call itself, which reads it at once: other tests run in the same process.
  const asked = (text: string) => {
    const before = Deno.env.get("DESCENT_CPU_BLOCK");
    Deno.env.set("DESCENT_CPU_BLOCK", text);
    const block = cpuBlock();
    if (before === undefined) Deno.env.delete("DESCENT_CPU_BLOCK");
    else Deno.env.set("DESCENT_CPU_BLOCK", before);
    return block;
  };
  assertEquals(await asked("none"), undefined);
  await assertRejects(() => asked("16"), RangeError, "must be 'none' or empty, got '16'");
  assertEquals([8, 16, undefined].includes(await asked("")), true);
});
