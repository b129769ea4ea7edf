import { assert, assertEquals, assertThrows } from "@std/assert";
import { effortOf, smoke, SMOKE_WORKS, smokeTable } from "../../bench/smoke.ts";
import { UsageError } from "../../scripts/console/mod.ts";
import { rowOf } from "./row.ts";

Deno.test("smokeTable() compares each step with the products of the same work", () => {
  const rows = [["mlp", 2, 1.25], ["lenet", 12.34, 6.17]].flatMap(([name, step, products]) => {
    const work = name as string;
    const times = (median: number) => ({ median, min: median, max: median });
    return [
      rowOf({ work, stepMs: times(step as number) }),
      rowOf({
        work,
        subject: "products alone",
        stepMs: times(products as number),
        ratioToDescent: 0.5,
        ratioRange: { min: 0.4, max: 0.8 },
        floor: { flops: 5e8, bytes: 2 ** 20 },
      }),
    ];
  });
  assertEquals(smokeTable(rows).split("\n").map((line) => line.split(/  +/)).filter((_, i) => i !== 1), [
    ["training, adam", "ms a step", "products alone, ms", "step / products", "range"],
    ["mlp", "2.00", "1.25", "2.00", "1.25–2.50"],
    ["lenet", "12.3", "6.17", "2.00", "1.25–2.50"],
  ]);
});

Deno.test("smoke() times Descent and the products alone on each of its works", async () => {
  const rows = await smoke({ rounds: 1, turn: 1, pause: 0, threads: 1, seed: 1 });
  assertEquals(
    rows.map(({ work, subject }) => [work, subject]),
    SMOKE_WORKS.flatMap((work) => [[work, "Descent"], [work, "products alone"]]),
  );
  assert(
    rows.every(({ stepMs, floor, subject }) =>
      stepMs.median > 0 && (floor === undefined) === (subject === "Descent")
    ),
  );
});

Deno.test("effortOf() takes less than a third of the turns' time with --quick, and refuses other arguments", () => {
  const seconds = ({ rounds, turn, pause }: ReturnType<typeof effortOf>) => rounds * (turn + pause);
  assert(seconds(effortOf(["--quick"])) < seconds(effortOf([])) / 3);
  for (const args of [["--fast"], ["--quick", "mlp"]]) {
    assertThrows(
      () => effortOf(args),
      UsageError,
      `bench:smoke takes --quick or nothing, got ${args.join(" ")}`,
    );
  }
});
