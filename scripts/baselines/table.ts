/**
 * Tables of our results beside stored ones.
 *
 * @module
 */
import { MEASURES } from "../comparison/mod.ts";
import type { ResultTable } from "../report/mod.ts";
import { countOf, mean, shortNumbers } from "../statistics/mod.ts";
import type { Baseline, StoredMeasure } from "./baseline.ts";
import { storedCurves } from "./claim.ts";
import { curveAgreement } from "./curves.ts";
import { type Margin, shownBy } from "./margin.ts";
import type { OwnCurves } from "./plot.ts";

/**
 * Returns a table of a measure on a problem, with a row for each rule: the means at the last epoch that both have, their
 * difference, and how many runs there are. Its note says where the stored runs are from, and how ours differ.
 */
export function baselineTable(
  baseline: Baseline,
  { measure, ours, epochs, brief }: {
    readonly measure: StoredMeasure;
    readonly ours: readonly OwnCurves[];
    /** The epochs of our trainings. */
    readonly epochs: number;
    /** `true` if another table of the problem says where the stored runs are from. */
    readonly brief: boolean;
  },
): ResultTable {
  const { problem, source, rules, margins } = baseline;
  const accuracy = measure === "testAccuracy";
  const margin = accuracy ? margins.accuracy ?? margins.loss : margins.loss;
  const text = (value: number) =>
    !Number.isFinite(value)
      ? "diverged"
      : accuracy
      ? `${(100 * value).toFixed(2)}%`
      : (value < 1e4 ? value.toPrecision(4) : String(value));
  const found = ours.flatMap(({ optimizer, curves }) => {
    const rule = rules.find((r) => r.optimizer === optimizer);
    const last = rule && curveAgreement(curves, storedCurves(rule, measure), { margin }).at(-1);
    return last === undefined ? [] : [{ optimizer, last }];
  });
  const names = shortNames(found.map((f) => f.optimizer));
  const lasts = [...new Set(found.map((f) => f.last.epoch))];
  const when = lasts.length === 1 ? ` after ${countOf(lasts[0]!, "epoch")}` : "";
  return {
    title: `${problem}: ${MEASURES[measure]}${when}, here and in ${source.name}'s stored runs`,
    header: ["optimizer", ...(when === "" ? ["epoch"] : []), "here", "stored", "difference"],
    rows: found.map(({ last }, i) => [
      names[i]!,
      ...(when === "" ? [String(last.epoch)] : []),
      `${text(mean(last.ours))} (${countOf(last.ours.length, "seed")})`,
      `${text(mean(last.theirs))} (${countOf(last.theirs.length, "run")})`,
      differenceText(last.difference, { margin, stored: mean(last.theirs) }),
    ]),
    note: [
      "Means of the runs; differences with their intervals of 95 % (Welch). " +
      `Margin: ${shownBy(margin, { stored: 1 }).text} (${margin.reason}).`,
      ...(brief ? [] : sourceTexts(baseline, { epochs })),
    ].join("\n"),
  };
}

/** Returns the rules with three digits of each number, if they are still told apart. */
function shortNames(names: readonly string[]): readonly string[] {
  const short = names.map(shortNumbers);
  return new Set(short).size === names.length ? short : names;
}

/** Returns where stored runs are from, how they were measured, and how ours differ. */
function sourceTexts(
  { about, source, epochs: published }: Baseline,
  { epochs }: { epochs: number },
): string[] {
  return [
    about,
    `Stored runs: ${source.repository}, commit ${
      source.commit.slice(0, 7)
    }, folder ${source.folder}, ${source.license} ` +
    `license, copied on ${source.copied} (${source.digits}).`,
    ...(epochs < published
      ? [`These runs have ${countOf(epochs, "epoch")}, the published ones ${published}.`]
      : []),
    "What else differs from the published runs stands in the section of the problem.",
  ];
}

function differenceText(
  difference: { readonly value: number; readonly low: number; readonly high: number } | null,
  { margin, stored }: { readonly margin: Margin; readonly stored: number },
): string {
  if (difference === null) return "";
  const { one, unit } = shownBy(margin, { stored });
  const [value, low, high] = [difference.value, difference.low, difference.high].map((v) =>
    (v / one).toPrecision(2)
  );
  return `${value}${unit === "percent" ? " %" : " points"} (${low} to ${high})`;
}
