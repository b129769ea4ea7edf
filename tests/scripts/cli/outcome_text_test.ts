import { assertEquals } from "@std/assert";
import { outcomeText } from "../../../scripts/cli/mod.ts";

Deno.test("outcomeText() wraps claims, the verdict first, and the notes of tables", () => {
  const claims = [{
    claim: "momentum, the best by validation, has the best test accuracy of all.",
    verdict: "undecided",
    evidence: "momentum less sgd: -0.464 points (-2.83 to 1.62), p = 0.75.",
    needs: { text: "7 seeds can.", seeds: 7 },
  }] as const;
  const tables = [{
    header: ["a", "b"],
    rows: [["x", "1"]],
    note: "A note that is longer than the line is wide.",
  }];
  assertEquals(
    outcomeText({ tables, claims }, { width: 40 }),
    `a  b
-  -
x  1
A note that is longer than the line is
wide.

Undecided here: momentum, the best by
validation, has the best test accuracy
of all.
  momentum less sgd: -0.464 points
  (-2.83 to 1.62), p = 0.75. 7 seeds
  can.`,
  );
});
