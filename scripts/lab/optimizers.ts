/**
 * The optimizers that experiments know by name, each with a learning rate that suits small classifiers; and those of one's
 * own, in a file.
 *
 * @module
 */
import { isOptimizerFile } from "../cli/mod.ts";
import { codeFiles, INPUTS } from "../inputs/mod.ts";
import { didYouMean, fileName, importOwn, placeIn, reason, UsageError } from "../console/mod.ts";
import {
  adabelief,
  adabound,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  adan,
  ademamix,
  adopt,
  aggmo,
  amsgrad,
  asgd,
  dog,
  dowg,
  fromage,
  gradientDescent,
  lamb,
  lars,
  lion,
  lookahead,
  muon,
  nadam,
  nadamw,
  novograd,
  type Optimizer,
  polyak,
  prodigy,
  qhadam,
  radam,
  rmsprop,
  rprop,
  sam,
  scheduleFreeAdamw,
  scheduleFreeSgd,
  sgd,
  signSgd,
  signum,
  sm3,
  sophia,
  type Switch,
  switchCriterion,
  yogi,
} from "../../mod.ts";

/** An optimizer of an experiment. */
export interface OptimizerEntry {
  /** The learning rate where none is asked for. */
  readonly learningRate: number;
  /** The update rule at a learning rate. */
  readonly make: (learningRate: number) => Optimizer;
  /** When to go over to another rule. */
  readonly switching?: () => Switch;
}

/** Momentum of `momentum`, `nesterov` and of SGD after a switch. */
const MOMENTUM = 0.9;

/**
 * The tolerance of SWATS where an experiment is to switch at all: at the paper's 1e-9 the criterion practically never
 * fires on mini-batches; public implementations use this.
 */
const SWATS_TOLERANCE = 1e-5;

/** A rule that takes its learning rate as an option. */
function at(learningRate: number, make: (options: { learningRate: number }) => Optimizer): OptimizerEntry {
  return { learningRate, make: (learningRate) => make({ learningRate }) };
}

/** SWATS by `fit`'s switching, which tells the step of the switch: the steps are those of the rule `swats`. */
function swatsEntry(options: { tolerance?: number; requirePositive?: boolean }): OptimizerEntry {
  return {
    ...at(1e-3, (o) => adam({ ...o, epsilon: 1e-9, epsilonPlacement: "scaled" })),
    switching: () => ({
      criterion: switchCriterion(options),
      // The paper's SGD: v = beta1 v + g, w = w - (1 - beta1) Lambda v.
      to: (Lambda) => sgd({ learningRate: (1 - MOMENTUM) * Lambda, momentum: MOMENTUM }),
    }),
  };
}

/** Name to optimizer, in the order of tables. */
export const OPTIMIZERS: Readonly<Record<string, OptimizerEntry>> = {
  gd: at(0.5, gradientDescent),
  sgd: at(0.1, sgd),
  momentum: at(0.05, (o) => sgd({ ...o, momentum: MOMENTUM })),
  nesterov: at(0.05, (o) => sgd({ ...o, momentum: MOMENTUM, nesterov: true })),
  aggmo: at(0.02, aggmo),
  asgd: at(0.1, asgd),
  "sign-sgd": at(1e-3, signSgd),
  signum: at(1e-3, signum),
  lion: at(3e-4, lion),
  rprop: at(1e-3, rprop),
  muon: at(2e-2, (o) => muon({ ...o, weightDecay: 0 })),
  adagrad: at(0.02, adagrad),
  adadelta: at(1, adadelta),
  rmsprop: at(1e-3, rmsprop),
  adam: at(1e-3, adam),
  adamw: at(1e-3, adamw),
  amsgrad: at(1e-3, amsgrad),
  adamax: at(2e-3, adamax),
  nadam: at(1e-3, nadam),
  nadamw: at(1e-3, nadamw),
  radam: at(1e-3, radam),
  adabelief: at(1e-3, adabelief),
  yogi: at(5e-3, yogi),
  adabound: at(1e-3, adabound),
  adan: at(2e-3, adan),
  ademamix: at(1e-3, ademamix),
  adopt: at(1e-3, adopt),
  qhadam: at(1e-3, qhadam),
  adafactor: at(1e-2, adafactor),
  sm3: at(0.1, sm3),
  sophia: at(1e-3, sophia),
  lamb: at(5e-3, lamb),
  // A step is a thousandth of the parameter times the rate.
  lars: at(5, lars),
  novograd: at(1e-2, novograd),
  fromage: at(1e-2, fromage),
  dog: at(1, dog),
  // From its own first distance it takes thousands of steps to get going.
  dowg: at(0.3, (o) => dowg({ ...o, squaredDistance: 0.1 })),
  polyak: at(1, polyak),
  prodigy: at(1, prodigy),
  "schedule-free-sgd": at(0.5, scheduleFreeSgd),
  "schedule-free-adamw": at(2.5e-3, scheduleFreeAdamw),
  lookahead: at(1e-3, (o) => lookahead(adam(o))),
  sam: at(0.05, (o) => sam(sgd({ ...o, momentum: MOMENTUM }))),
  swats: swatsEntry({}),
  "swats-1e-5": swatsEntry({ tolerance: SWATS_TOLERANCE, requirePositive: true }),
};

/** Further names. */
const ALIASES: Readonly<Record<string, string>> = { "gradient-descent": "gd" };

/** An optimizer that was asked for. */
export interface NamedOptimizer {
  /** Its name in tables and folders. */
  readonly name: string;
  readonly entry: OptimizerEntry;
}

/**
 * The table's name of an optimizer, which may also be given as the library writes it: `scheduleFreeSgd`.
 *
 * @throws {UsageError} when there is none of that name.
 */
export function optimizerName(given: string): string {
  const kebab = given.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  const name = ALIASES[kebab] ?? kebab;
  const all = Object.keys(OPTIMIZERS);
  if (all.includes(name)) return name;
  if (given.includes("/")) {
    throw new UsageError(
      `--optimizer ${given} names no file that ends in .ts, .js, .mts or .mjs; a name with a comma cannot be given`,
    );
  }
  throw new UsageError(
    `unknown optimizer "${given}".${didYouMean(kebab, all)} There are: ${
      all.join(", ")
    }, and files: ./my_optimizer.ts`,
  );
}

/**
 * The optimizer of a name, or of a file. A file exports by default a function from a learning rate to the optimizer, and may
 * export `learningRate`, the rate where none is asked for; 1e-3 else.
 *
 * @throws {UsageError} when the file's name cannot be used, it cannot be loaded, exports something else, or changed
 * since the resumed run was started.
 */
export async function namedOptimizer(given: string): Promise<NamedOptimizer> {
  if (!isOptimizerFile(given)) return { name: given, entry: OPTIMIZERS[given]! };
  const name = nameOfFile(given);
  for (const file of await codeFiles(given)) await INPUTS.note(file, { kind: "code" });
  const { make, learningRate, made } = await ownOptimizer(given);
  if (made === undefined) {
    throw new UsageError(
      `--optimizer ${given} must export by default a function from a learning rate to an Optimizer`,
    );
  }
  return { name, entry: { learningRate, make } };
}

/** The longest file name, in bytes: 255 less room for endings such as `.onnx.tmp`. */
const LONGEST = 200;

/** Returns the name of a file's optimizer. @throws {UsageError} when it cannot name columns and files. */
function nameOfFile(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.[mc]?[jt]s$/, "");
  const refuse = (why: string) => {
    const shown = /^[^"\\\p{C}]+$/u.test(file) ? file : JSON.stringify(file);
    throw new UsageError(`--optimizer ${shown} ${why}: give the file another name`);
  };
  if (name === "") refuse("has no name before its ending");
  // deno-lint-ignore no-control-regex -- a terminal and a table cannot show them
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) refuse("has control characters in its name");
  if (fileName(name).length > LONGEST) {
    refuse(`has a name of more than ${LONGEST} bytes (a special byte counts three)`);
  }
  if (Object.hasOwn(OPTIMIZERS, name)) refuse("has the name of another optimizer");
  if (name in Object.prototype) refuse("has a name that means something else to JavaScript");
  return name;
}

/** Loads a file's exports and makes its optimizer at its rate. */
async function ownOptimizer(given: string) {
  let doing = "cannot be loaded";
  try {
    const { default: make, learningRate = 1e-3 } = await importOwn(given);
    doing = "makes no optimizer";
    const made = typeof make === "function" ? make(learningRate) : undefined;
    const sound = typeof made?.trace === "function" && typeof learningRate === "number";
    return { make, learningRate, made: sound ? made : undefined } as {
      make: (learningRate: number) => Optimizer;
      learningRate: number;
      made: Optimizer | undefined;
    };
  } catch (error) {
    const why = reason(error).split("\n")[0]!;
    const place = placeIn(error);
    const where = place === undefined || why.includes(place) ? "" : `${place}: `;
    throw new UsageError(`--optimizer ${given} ${doing}: ${where}${why}`, { cause: error });
  }
}
