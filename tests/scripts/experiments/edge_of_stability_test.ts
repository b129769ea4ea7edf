import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder, run } from "../process.ts";

const SMALL = [
  "edge-of-stability",
  "--examples",
  "20",
  "--steps",
  "60",
  "--every",
  "10",
  "--momentum-rates",
  "none",
];

/** Runs the experiment, and returns its document. */
async function edge(folder: string, ...args: string[]) {
  const { code, out, err } = await run(folder, ...SMALL, "--json", "--quiet", ...args);
  assertEquals(code, 0, err);
  return JSON.parse(out);
}

Deno.test("edge-of-stability measures the sharpness on the way, the same at any interval of checkpoints", () =>
  inFolder(async (folder) => {
    const rates = ["--gd-rates", "0.5", "--adam-rates", "0.001"];
    const { runs, claims } = await edge(folder, ...rates, "--out", "a");
    assertEquals(runs.map((r: { rule: string }) => r.rule), ["gd", "adam"]);
    assertAlmostEquals(runs[0].edge, 4, 1e-12);
    assertAlmostEquals(runs[1].edge, 38_000, 1e-6);
    assert(runs.every((r: { first: number; last: number }) => r.first > 0 && r.last > 0));
    assertEquals(claims.map((c: { verdict: string }) => c.verdict), ["undecided", "undecided"]);
    const rows = await Deno.readTextFile(`${folder}/a/metrics.csv`);
    assertEquals(rows.trim().split("\n").length, 1 + 2 * 6);
    await edge(folder, ...rates, "--checkpoint-every", "7", "--out", "b");
    assertEquals(await Deno.readTextFile(`${folder}/b/metrics.csv`), rows);
  }));

Deno.test("edge-of-stability reports a rate that diverges, and refuses wrong options by name", () =>
  inFolder(async (folder) => {
    const { runs } = await edge(folder, "--gd-rates", "1000", "--adam-rates", "none", "--out", "a");
    assertEquals([runs.length, runs[0].diverged], [1, true]);
    for (
      const [args, message] of [
        [["--gd-rates", "0.1,x"], "--gd-rates must hold a number above 0, got x"],
        [["--steps", "10"], "--steps must be at least 6 times --every"],
        [["--examples", "5"], "--examples"],
        [["--gd-rates", "none", "--adam-rates", "none"], "all rules have no rates"],
      ] as const
    ) {
      const { code, err } = await run(folder, ...SMALL, ...args, "--out", "b");
      assertEquals(code, 2, err);
      assertStringIncludes(err, message);
    }
  }));
