/** Tests an experiment made of its three parts, and the two forms of a claim. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseOptions } from "../../scripts/cli/args.ts";
import { byComparison, type Claim, claimDocument } from "../../scripts/report/claim.ts";
import { UsageError } from "../../scripts/console/errors.ts";
import { type Context, type Experiment, experiment } from "../../scripts/run/experiment.ts";
import { outcomeText } from "../../scripts/cli/outcome_text.ts";

interface Data {
  readonly losses: readonly number[];
}

const made = experiment({
  summary: "made up",
  defaults: "none",
  prepare(options) {
    if (options.seed > 9) throw new UsageError("--seed must be at most 9");
    return { seed: options.seed };
  },
  measure({ seed }, { keep, progress }): Data {
    progress(1, 1, "made");
    keep({ name: "model.onnx", content: new Uint8Array(1) });
    return { losses: [seed, NaN] };
  },
  claims: ({ losses }: Data): Claim[] => [
    { claim: "The first is 3.", verdict: byComparison(losses[0] === 3), evidence: `${losses[0]}` },
  ],
  page: ({ losses }, claims) => ({
    runs: losses.map((loss) => ({ loss })),
    config: { claims: claims.length },
    files: [{ name: "metrics.csv", content: "loss\n" }],
    tables: [],
  }),
});

async function outcomeOf(made: Experiment, ...args: string[]) {
  const { options } = parseOptions(["made", ...args], { made });
  const ready = await made.prepare(options);
  return await ready({ options, progress() {} } as unknown as Context);
}

Deno.test("experiment() passes on setup, data and claims, and adds the files that measuring keeps", async () => {
  const outcome = await outcomeOf(made, "--seed", "3");
  assertEquals(outcome, {
    runs: [{ loss: 3 }, { loss: NaN }],
    config: { claims: 1 },
    files: [
      { name: "metrics.csv", content: "loss\n" },
      { name: "model.onnx", content: new Uint8Array(1) },
    ],
    tables: [],
    claims: [{ claim: "The first is 3.", verdict: "holds", evidence: "3" }],
  });
  assertEquals((await outcomeOf(made)).claims!.map((c) => c.verdict), ["contradicted"]);
  await assertRejects(() => outcomeOf(made, "--seed", "10"), UsageError, "--seed must be at most 9");
});

Deno.test("experiment() accepts only plain data", () => {
  const rest = { summary: "", defaults: "", prepare: () => 0, page: () => ({} as never) };
  experiment({
    ...rest,
    measure: () => ({ a: [1, { b: "", c: null }], d: undefined as number | undefined }),
  });
  // @ts-expect-error a function is not data
  experiment({ ...rest, measure: () => ({ f: () => 0 }) });
  // @ts-expect-error nor is a typed array
  experiment({ ...rest, measure: () => ({ rows: [new Float32Array(1)] }) });
  // @ts-expect-error nor is a map
  experiment({ ...rest, measure: () => new Map([["a", 1]]) });
});

Deno.test("a comparison without a sample has two outcomes", () => {
  assertEquals([byComparison(true), byComparison(false)], ["holds", "contradicted"]);
});

Deno.test("documents have `holds` and the verdict of each claim", () => {
  const claims = (["holds", "contradicted", "undecided"] as const)
    .map((verdict) => ({ claim: "A.", verdict, evidence: "1 < 2." }));
  assertEquals(claims.map(claimDocument), [
    { claim: "A.", holds: true, verdict: "holds", evidence: "1 < 2." },
    { claim: "A.", holds: false, verdict: "contradicted", evidence: "1 < 2." },
    { claim: "A.", holds: false, verdict: "undecided", evidence: "1 < 2." },
  ]);
  const text = outcomeText({ tables: [], claims });
  assertEquals(text.match(/Holds here/g)?.length, 1);
  assertEquals(text.match(/Contradicted here/g)?.length, 1);
  assertEquals(text.match(/Undecided here/g)?.length, 1);
  assertStringIncludes(text, "Holds here: A.\n  1 < 2.");
  const needs = { text: "5 seeds cannot show this at 5 %; 6 can.", seeds: 6 };
  const undecided = { claim: "B.", verdict: "undecided" as const, evidence: "1 < 2.", needs };
  assertEquals(
    outcomeText({ tables: [], claims: [undecided] }),
    "Undecided here: B.\n  1 < 2. 5 seeds cannot show this at 5 %; 6 can.",
  );
  assertEquals(claimDocument(undecided).needs, needs);
});
