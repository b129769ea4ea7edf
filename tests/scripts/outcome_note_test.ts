/** Notes on trainings that diverged. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lossText, outcomeNote, outcomeText } from "../../scripts/statistics/mod.ts";
import { inFolder, run } from "./process.ts";

Deno.test("outcomeNote() says what diverged and what is worse than guessing", () => {
  const note = (loss: number) => outcomeNote(loss, { classes: 10 });
  assertEquals([0, 2.302, 2.304, 4.605, 4.606].map(note), [
    "",
    "",
    "worse than guessing",
    "worse than guessing",
    "diverged",
  ]);
  assertEquals([NaN, Infinity].map(note), ["diverged", "diverged"]);
  assertEquals(outcomeNote(1.2, { classes: 3 }), "worse than guessing");
});

Deno.test("outcomeText() explains only notes that are there", () => {
  assertEquals(outcomeText(["", "SGD after step 3"], { classes: 10 }), []);
  assertStringIncludes(outcomeText(["", "diverged"], { classes: 10 }).join(), "a training loss of 2.303");
  assertStringIncludes(outcomeText(["worse than guessing"], { classes: 2 }).join(), "0.693");
});

Deno.test("lossText() keeps tables narrow", () => {
  assertEquals([0.12345, 9999, -2, 27998.06, 1740707200, NaN].map(lossText), [
    "0.1235",
    "9999.0000",
    "-2.0000",
    "2.800e+4",
    "1.741e+9",
    "NaN",
  ]);
});

Deno.test("digits says in its notes which trainings diverged", () =>
  inFolder(async (folder) => {
    const args = ["--optimizer", "sgd,adam(learningRate=1e5)", "--epochs", "1", "--quiet"];
    const { code, out, err } = await run(folder, "digits", ...args);
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /^adam.* diverged$/m);
    assertMatch(out, /^sgd(?!.*diverged)/m);
    assertStringIncludes(out.replaceAll(/\s+/g, " "), "a training diverged if it ended above twice that");
  }));
