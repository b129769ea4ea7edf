import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Event, sharesOf } from "../../bench/profile_shares.ts";

/** Kernels of a run that begins at a time: a loop, and in it a product and two additions. */
function run(ts: number, times: readonly [number, number, number]): Event[] {
  const kernel = (op: string, at: number, dur: number): Event => ({
    cat: "Node",
    name: `${op}_kernel_time`,
    ts: ts + at,
    dur,
    args: { op_name: op },
  });
  const [product, first, second] = times;
  return [
    kernel("Scan", 0, 1000),
    kernel("Add", 1 + product, first),
    kernel("Gemm", 1, product),
    kernel("Add", 1 + product + first, second),
    { cat: "Node", name: "Gemm_fence_before", ts, dur: 500, args: { op_name: "Gemm" } },
    { cat: "Session", name: "model_run", ts, dur: 2000 },
  ];
}

Deno.test("sharesOf() takes the medians of the nodes' times, without the first runs, loops and fences", () => {
  const events = [
    ...run(0, [900, 900, 900]),
    ...run(10_000, [60, 10, 30]),
    // Other work on the machine during the second addition.
    ...run(20_000, [60, 10, 5000]),
    ...run(30_000, [62, 12, 30]),
  ];
  const { ms, nodes, groups, operators } = sharesOf(events, { runs: 4, skip: 1 });
  assertAlmostEquals(ms, 0.1);
  assertEquals(nodes, 3);
  assertEquals(operators.map(({ name, nodes }) => [name, nodes]), [["Gemm", 1], ["Add", 2]]);
  assertAlmostEquals(groups.products!, 0.6);
  assertAlmostEquals(groups["Add, Mul, Sub"]!, 0.4);
  assertAlmostEquals(Object.values(groups).reduce((a, b) => a + b), 1);
});

Deno.test("sharesOf() refuses runs of different nodes", () => {
  const [, add, product, ...rest] = run(10_000, [60, 10, 30]);
  assertThrows(
    () => sharesOf([...run(0, [60, 10, 30]), product!, ...rest], { runs: 2, skip: 0 }),
    RangeError,
    "not the same in each run",
  );
  const other = { ...add!, args: { op_name: "Mul" } };
  assertThrows(
    () => sharesOf([...run(0, [60, 10, 30]), other, product!, ...rest], { runs: 2, skip: 0 }),
    RangeError,
  );
});

Deno.test("sharesOf() takes the times of WebGPU's kernels instead of those of starting them", () => {
  const started = (ts: number, product: number): Event[] => [
    { cat: "Api", name: "Conv:conv_1&Conv&Conv2dMM", ts, dur: product },
    { cat: "Api", name: "Add:add&Add&Add", ts: ts + product, dur: 25 },
  ];
  const { ms, groups, operators } = sharesOf(
    [...run(0, [1, 2, 3]), ...started(0, 900), ...run(5000, [1, 2, 3]), ...started(10_000, 75)],
    { runs: 2, skip: 1 },
  );
  assertAlmostEquals(ms, 0.1);
  assertAlmostEquals(groups.products!, 0.75);
  assertEquals(operators.map(({ name, nodes }) => [name, nodes]), [["Conv", 1], ["Add", 1]]);
});
