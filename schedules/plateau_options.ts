import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";

/** Whose rule `plateau()` follows. */
export type PlateauSemantics = "lecture" | "pytorch" | "optax";

/** Options of `plateau()`. */
export interface PlateauOptions {
  /** Whose rule to follow; see `plateau()`. `"lecture"` by default. */
  readonly semantics?: PlateauSemantics;
  /**
   * The direction in which the metric gets better. `"either"`, the default of the lecture only, looks at the size of
   * the change only. `"min"` is PyTorch's default, and all that Optax offers.
   */
  readonly mode?: "min" | "max" | "either";
  /** The factor of a reduction of the scale: in (0, 1). 0.1 by default. */
  readonly factor?: number;
  /** The number of bad updates to tolerate: an integer of at least 0 (Optax: 1). 10 by default (lecture: 0). */
  readonly patience?: number;
  /** For how many updates after a reduction bad ones are not counted: an integer of at least 0. 0 by default. */
  readonly cooldown?: number;
  /** The least change that counts: at least 0 (lecture, Optax: above 0), and below 1 if relative. 1e-4 by default. */
  readonly threshold?: number;
  /** The kind of threshold: a share of the metric, or a distance. `"relative"` by default (lecture: `"absolute"`). */
  readonly thresholdMode?: "relative" | "absolute";
  /** The scale before any reduction: above 0. 1 by default, a multiplier; the learning rate itself will do as well. */
  readonly initial?: number;
  /** The smallest scale: in [0, initial]. 0 by default. */
  readonly minimum?: number;
  /** PyTorch's `eps`: a reduction by no more than this is left out. At least 0; 1e-8 by default for PyTorch, else 0. */
  readonly minimumChange?: number;
  /** Optax's `accumulation_size`: how many metrics are averaged into one. An integer of at least 1; 1 by default. */
  readonly accumulate?: number;
}

const PLATEAU_OPTIONS = {
  semantics: false,
  mode: false,
  factor: false,
  patience: false,
  cooldown: false,
  threshold: false,
  thresholdMode: false,
  initial: false,
  minimum: false,
  minimumChange: false,
  accumulate: false,
} satisfies OptionNames<PlateauOptions>;

/** The options of a plateau, with defaults filled in. */
export type PlateauRule = Required<PlateauOptions>;

/** Checks options and adds the defaults of their semantics. @throws {RangeError} for an option out of range. */
export function plateauRule(options: PlateauOptions): PlateauRule {
  checkOptions("plateau", options, PLATEAU_OPTIONS);
  const semantics = options.semantics ?? "lecture";
  if (!["lecture", "pytorch", "optax"].includes(semantics)) {
    throw new RangeError(
      `semantics must be "lecture", "pytorch" or "optax", got ${JSON.stringify(semantics)}`,
    );
  }
  const lecture = semantics === "lecture";
  const rule: PlateauRule = {
    mode: lecture ? "either" : "min",
    factor: 0.1,
    patience: lecture ? 0 : 10,
    cooldown: 0,
    threshold: 1e-4,
    thresholdMode: lecture ? "absolute" : "relative",
    initial: 1,
    minimum: 0,
    minimumChange: semantics === "pytorch" ? 1e-8 : 0,
    accumulate: 1,
    ...options,
    semantics,
  };
  const modes = { lecture: ["either", "min", "max"], pytorch: ["min", "max"], optax: ["min"] }[semantics];
  if (!modes.includes(rule.mode)) {
    throw new RangeError(`mode must be ${modes.join(" or ")} for semantics "${semantics}", got ${rule.mode}`);
  }
  if (rule.thresholdMode !== "relative" && rule.thresholdMode !== "absolute") {
    throw new RangeError(`thresholdMode must be "relative" or "absolute", got ${rule.thresholdMode}`);
  }
  if (semantics !== "pytorch" && rule.minimumChange !== 0) {
    throw new RangeError(`minimumChange must be 0 for semantics "${semantics}", got ${rule.minimumChange}`);
  }
  if (semantics !== "optax" && rule.accumulate !== 1) {
    throw new RangeError(`accumulate must be 1 for semantics "${semantics}", got ${rule.accumulate}`);
  }
  checkNumber("factor", rule.factor, "in (0, 1)");
  checkNumber(
    "patience",
    rule.patience,
    semantics === "optax" ? "an integer of at least 1" : "an integer of at least 0",
  );
  checkNumber("cooldown", rule.cooldown, "an integer of at least 0");
  const positive = semantics !== "pytorch";
  const below1 = positive ? "in (0, 1)" : "in [0, 1)";
  const anySize = positive ? "a finite number above 0" : "a finite number of at least 0";
  checkNumber("threshold", rule.threshold, rule.thresholdMode === "relative" ? below1 : anySize);
  checkNumber("initial", rule.initial, "a finite number above 0");
  checkNumber("minimumChange", rule.minimumChange, "a finite number of at least 0");
  checkNumber("accumulate", rule.accumulate, "an integer of at least 1");
  if (!(rule.minimum >= 0 && rule.minimum <= rule.initial)) {
    throw new RangeError(`minimum must be in [0, ${rule.initial}] (initial), got ${rule.minimum}`);
  }
  return rule;
}
