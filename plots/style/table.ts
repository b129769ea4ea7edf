/**
 * The table of styles: a color and a dash for each update rule.
 *
 * @module
 */
import { DASHES, type LineStyle } from "./palette.ts";

/**
 * The rules of each color. The first of a row is solid, the next ones have the further dashes, and then again. Related rules
 * share a color where no default experiment plots both.
 */
const ROWS: readonly (readonly string[])[] = [
  ["adam", "adamw", "nadam", "adamax", "momoAdam", "dadaptAdam", "optimisticAdam", "scheduleFreeAdamw"],
  ["momentum", "signum", "aggmo", "momo"],
  ["adagrad", "madgrad", "sm3", "dadaptAdagrad"],
  ["nesterov", "lion", "muon", "optimisticGradientDescent"],
  ["adadelta", "rprop", "dog", "dowg", "prodigy", "cocob", "polyak"],
  [
    "amsgrad",
    "radam",
    "adabelief",
    "yogi",
    "adan",
    "ademamix",
    "adopt",
    "qhadam",
    "nadamw",
    "adamaxw",
    "acprop",
    "simplifiedAdemamix",
  ],
  ["sgd", "signSgd", "asgd", "scheduleFreeSgd", "dadaptSgd", "lars", "scheduleFree", "dpSgd"],
  ["rmsprop", "adafactor", "novograd", "lamb", "fromage"],
  ["swats", "adabound", "shampoo", "soap", "sophia", "galore", "adahessian", "kfac", "lookahead", "sam"],
];

/** Other names that experiments use. */
const ALIASES: Readonly<Record<string, string>> = {
  gradientDescent: "sgd",
  gd: "sgd",
  heavyBall: "momentum",
};

/** Returns a name in small letters and digits only: `sign-sgd`, `signSgd` and `Sign SGD` name one rule. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

const TABLE: ReadonlyMap<string, LineStyle & { readonly place: number }> = new Map(
  ROWS.flatMap((row, color) =>
    row.map((name, i) =>
      [plain(name), { color, dash: i % DASHES.length, place: i * ROWS.length + color }] as const
    )
  ),
);

const OTHER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(ALIASES).map(([name, rule]) => [plain(name), rule]),
);

/**
 * Returns whether a line is named after an update rule of the library.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["adam, small rate", "training loss"].map(namesRule), [true, false]);
 * ```
 */
export function namesRule(line: string): boolean {
  return tableStyle(line) !== undefined;
}

/** A rule of the table. */
export interface TableStyle extends LineStyle {
  /** Its place in the table: of two rules that want one style, the one with the lower place keeps it. */
  readonly place: number;
}

/**
 * Returns the table's style for the rule that a line is named after; `undefined` if it is named after none. Arguments in
 * brackets are ignored; otherwise the first word that is a rule decides, as in `resnet adam` or `adagrad, rare`.
 */
export function tableStyle(line: string): TableStyle | undefined {
  const bare = line.replace(/\(.*/s, "");
  const words = bare.split(/[\s,;:/]+/);
  const candidates = [bare, ...words, ...words.map((word) => word.replace(/-\d.*$/, ""))];
  for (const candidate of candidates) {
    const name = plain(candidate);
    const found = TABLE.get(plain(OTHER_NAMES.get(name) ?? name));
    if (found !== undefined) return found;
  }
  return undefined;
}
