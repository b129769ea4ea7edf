/**
 * Records which coefficients, random numbers and moments of layers a rule uses.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { normal } from "../../random/normal.ts";
import type { Factor, RuleInputs } from "../language/mod.ts";
import { type Asked, coefficientOf } from "./coefficient.ts";
import type { Coefficient, Noise } from "./trace.ts";

/** A record of what a rule uses while it is traced: coefficients, random numbers, moments of layers. */
export class Recorder {
  readonly #coefficients = new Map<string, Asked>();
  readonly #noises = new Map<string, Noise>();
  readonly #factors = new Map<string, Factor>();
  /** The options of each noise. */
  readonly #draws = new Map<string, string>();

  /** @param rule the rule's name, for messages */
  constructor(readonly rule: string) {}

  /** The random numbers that the rule uses, in order. */
  get noises(): Noise[] {
    return [...this.#noises.values()];
  }

  /** Returns the moments of these names, in the order in which the rule first used them. */
  factors(used: ReadonlySet<string>): Factor[] {
    return [...this.#factors.values()].filter(({ name }) => used.has(name));
  }

  /** Returns the coefficients of these names, in the order in which the rule first used them. */
  coefficients(used: ReadonlySet<string>): Coefficient[] {
    return [...this.#coefficients].filter(([name]) => used.has(name)).map(([name, asked]) =>
      coefficientOf(asked, { own: this.rule, name })
    );
  }

  /** Implements {@linkcode RuleInputs.at}. @throws {TypeError} if two clocks count for one name. */
  readonly at: RuleInputs["at"] = (name, coefficient, clock) => {
    const known = this.#coefficients.get(name);
    if (known === undefined) this.#coefficients.set(name, { all: [coefficient], clock: clock ?? null });
    else if (known.clock !== (clock ?? null)) {
      throw new TypeError(
        `${this.rule} has two coefficients called '${name}', of two clocks: give each its own name`,
      );
    } else if (!known.all.includes(coefficient)) known.all.push(coefficient);
    return { op: "input", input: { kind: "coefficient", name }, shape: [] };
  };

  /** Implements {@linkcode RuleInputs.normal}. @throws {TypeError} if one name stands for two kinds of numbers. */
  readonly normal: RuleInputs["normal"] = (
    name,
    { shape, seed },
    { t = (n: number) => n, clock } = {},
  ) => {
    const length = sizeOf(shape);
    const draw = `${seed} ${shape} ${clock}`;
    const before = this.#draws.get(name);
    if (before !== undefined && before !== draw) {
      throw new TypeError(
        `${this.rule} draws two kinds of numbers called '${name}': give each its own name`,
      );
    }
    this.#draws.set(name, draw);
    const at = (count: number) => normal({ seed, stream: name, step: t(count + 1) - 1 }, length);
    this.#noises.set(name, { name, shape, clock: clock ?? null, at });
    return { op: "input", input: { kind: "noise", name }, shape };
  };

  /** Implements {@linkcode RuleInputs.factor}. @throws {TypeError} if two rules ask for one moment in two ways. */
  readonly factor: RuleInputs["factor"] = ({ layer, of, labels, due }) => {
    if (due.op !== "input" || due.input.kind !== "coefficient") {
      throw new TypeError(`${this.rule}: the steps of a factor must be given by a coefficient, made by at()`);
    }
    const name = `${of}/${layer.weight}`;
    const size = of === "outputs" ? layer.outputs : layer.inputs + (layer.bias === undefined ? 0 : 1);
    const factor: Factor = { name, layer, of, labels, size, due: due.input.name };
    const known = this.#factors.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(factor)) {
      throw new TypeError(
        `${this.rule} reads the ${of} of '${layer.weight}' in two ways: only one rule may have the layer`,
      );
    }
    this.#factors.set(name, factor);
    return { op: "input", input: { kind: "factor", name }, shape: [size, size] };
  };
}
