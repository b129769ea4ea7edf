import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { findChromium, openBrowser, openFile } from "./browser.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

interface Result {
  readonly claims: {
    claim: string;
    holds: boolean;
    verdict: "holds" | "contradicted" | "undecided";
    evidence: string;
    needs?: { text: string };
    effect?: { value: number };
  }[];
  // deno-lint-ignore no-explicit-any -- its form depends on the experiment
  readonly [name: string]: any;
}

const chromium = findChromium();

/** Runs an experiment, passes its document and the rows of its `metrics.csv` to `test`, and opens its report. */
async function inRun(
  t: Deno.TestContext,
  args: readonly string[],
  test: (result: Result, rows: Record<string, string>[]) => void,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "task",
        "--quiet",
        "--config",
        `${ROOT}deno.json`,
        "experiment",
        ...args,
        "--json",
        "--quiet",
        "--out",
        `${folder}/run`,
      ],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const result = JSON.parse(new TextDecoder().decode(stdout)) as Result;
    assert(result.claims.length > 0);
    const text = await Deno.readTextFile(`${folder}/run/metrics.csv`);
    test(result, parse(text, { skipFirstRow: true }));
    const size = (await Deno.stat(`${folder}/run/report.html`)).size;
    assert(size < 2 ** 20, `the report takes ${size} bytes`);
    await t.step({
      name: "its report opens in Chromium, with all its claims",
      ignore: chromium === undefined,
      fn: () => openReport(`${folder}/run/report.html`, result),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that an opened report draws all of its plots, and shows all claims with their verdicts. */
async function openReport(path: string, { claims }: Result): Promise<void> {
  const browser = await openBrowser(chromium!);
  try {
    const { page, troubles } = await openFile(browser, path, { width: 1000, theme: "light" });
    assertEquals(troubles, []);
    const drawn =
      `[...document.querySelectorAll("[data-plot]")].map((e) => e.querySelectorAll("svg .role-mark path").length)`;
    const marks = await page.evaluate(drawn) as number[];
    assert(marks.length > 0 && marks.every((n) => n > 0), `marks by plot: ${marks}`);
    const shown =
      `[...document.querySelectorAll(".claim")].map((e) => [...e.querySelectorAll("p")].map((p) => p.textContent))`;
    assertEquals(
      await page.evaluate(shown),
      claims.map(({ claim, verdict, evidence, needs }) => [
        `${verdict.slice(0, 1).toUpperCase()}${verdict.slice(1)} here`,
        claim,
        needs === undefined ? evidence : `${evidence} ${needs.text}`,
      ]),
    );
  } finally {
    await browser.close();
  }
}

Deno.test("experiment learning-rate: its verdicts follow from metrics.csv alone", (t) =>
  inRun(t, ["learning-rate", "--seeds", "1"], (result, rows) => {
    const rates = [...new Set(rows.map((r) => Number(r.learningRate)))].sort((a, b) => a - b);
    const of = (rate: number) =>
      rows.filter((r) => Number(r.learningRate) === rate).map((r) => Number(r.loss));
    const kinds = rates.map((rate) => {
      const losses = of(rate);
      const last = losses[losses.length - 1]!;
      if (
        losses.some((l) => !isFinite(l)) || (Math.max(...losses) > losses[0]! && last >= 0.99 * Math.log(10))
      ) {
        return "diverges";
      }
      let rises = 0;
      for (let i = 1; i < losses.length; i++) if (losses[i]! > losses[i - 1]!) rises++;
      if (rises / (losses.length - 1) > 0.1) return "oscillates";
      return last <= Math.log(10) / 10 ? "converges" : "crawls";
    });
    assertEquals(kinds, result.runs.map((r: { kind: string }) => r.kind));
    const best = rates.reduce((a, b) => (of(b).at(-1)! < of(a).at(-1)! ? b : a));
    const next = rates.find((rate, i) => rate > best && kinds[i] === "diverges")!;
    const [all, few, edge] = result.claims;
    assertEquals(all!.holds, new Set(kinds).size === 4);
    // One seed decides neither of the others, but has an effect.
    assertEquals([few!.verdict, edge!.verdict], ["undecided", "undecided"]);
    const converging = kinds.filter((k) => k === "converges").length;
    assertAlmostEquals(few!.effect!.value, converging - rates.length / 3, 1e-12);
    assertAlmostEquals(edge!.effect!.value, next / best / (4 * Math.SQRT2), 1e-12);
  }));

Deno.test("experiment compare: its verdict and its p-values follow from metrics.csv alone", (t) =>
  inRun(
    t,
    ["compare", "--data", "iris", "--optimizer", "sgd,adagrad,adam", "--epochs", "6", "--seeds", "8"],
    (result, rows) => {
      const last = Math.max(...rows.map((r) => Number(r.step)));
      const ends = rows.filter((r) => Number(r.step) === last);
      const values = (name: string, column: string) =>
        ends.filter((r) => r.optimizer === name).map((r) => Number(r[column]));
      const total = (v: number[]) => v.reduce((a, b) => a + b, 0);
      const names = ["sgd", "adagrad", "adam"];
      assertEquals(names.map((n) => values(n, "testAccuracy").length), [8, 8, 8]);
      const p = (a: string, b: string) => {
        const other = values(b, "testAccuracy");
        const d = values(a, "testAccuracy").map((v, i) => v - other[i]!);
        let extreme = 0;
        for (let flips = 0; flips < 256; flips++) {
          const sum = total(d.map((v, i) => ((flips >> i) % 2 === 1 ? -v : v)));
          if (Math.abs(sum) >= Math.abs(total(d)) - 1e-9) extreme++;
        }
        return extreme / 256;
      };
      for (const { a, b, p: told } of result.differences) assertAlmostEquals(told, p(a, b), 1e-12);
      const best = names.reduce((a, b) =>
        total(values(b, "validationLoss")) < total(values(a, "validationLoss")) ? b : a
      );
      const others = names.filter((n) => n !== best);
      const ps = others.map((n) => p(best, n)).sort((a, b) => a - b);
      const above = others.every((n) =>
        total(values(best, "testAccuracy")) > total(values(n, "testAccuracy"))
      );
      assertEquals(result.claims[0]!.holds, above && ps[0]! < 0.05 / 2 && ps[1]! < 0.05);
      assert(result.claims[0]!.claim.startsWith(best));
    },
  ));
