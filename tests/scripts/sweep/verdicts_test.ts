import { assertEquals } from "@std/assert";
import { verdictCounts, verdictsIn, verdictTables } from "../../../scripts/sweep/verdicts.ts";

Deno.test("verdictCounts() counts each verdict by claim, and leaves out what a former version did not tell", () => {
  const claim = (claim: string, verdict?: string) => ({
    claim,
    evidence: "",
    holds: verdict === "holds",
    ...(verdict === undefined ? {} : { verdict }),
  });
  const summaries = [
    { claims: [claim("a", "holds"), claim("b", "undecided")] },
    { claims: [claim("a", "contradicted"), claim("b", "undecided")] },
    { claims: [claim("a", "holds"), claim("c")] },
    { claims: [{ claim: "c", evidence: "", holds: true }] },
    { runs: [] },
  ];
  const counts = verdictCounts(summaries.map((s) => ({ verdicts: verdictsIn(s) })));
  assertEquals(counts, [
    { claim: "a", holds: 2, contradicted: 1, undecided: 0 },
    { claim: "b", holds: 0, contradicted: 0, undecided: 2 },
    { claim: "c", holds: 1, contradicted: 0, undecided: 0 },
  ]);
  assertEquals(verdictTables(counts)[0]!.rows[0], ["a", "2", "1", "0"]);
  assertEquals(verdictTables([]), []);
  assertEquals(verdictCounts([{}]), []);
});
