/**
 * Plots of spectra.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { axis, layered, lineChannels, PLOT_OPTIONS, type PlotOptions, type PlotSpec } from "./spec.ts";

/** A spectrum: a density of eigenvalues, single eigenvalues, or both. */
export interface Spectrum {
  /** Places in ascending order, as `spectralDensity` returns them. */
  places?: ArrayLike<number>;
  /** The density at each place. */
  density?: ArrayLike<number>;
  /** Single eigenvalues, as `eigenvalues` returns them: ticks at the lower border. */
  values?: ArrayLike<number>;
}

/** Options of {@linkcode spectra}. */
export interface SpectraOptions extends PlotOptions {
  /** The least density that is shown, above 0; 1e-6 by default. Smoothing leaves smaller ones between eigenvalues. */
  least?: number;
}

const SPECTRA_OPTIONS = { ...PLOT_OPTIONS, least: false } satisfies OptionNames<SpectraOptions>;

/**
 * Plots densities of eigenvalues by name on a logarithmic axis, and single eigenvalues as ticks below.
 *
 * @throws {RangeError} when an option is unknown or out of its range, or `places` and `density` differ in length.
 *
 * @example
 * ```ts
 * import { spectra } from "./spectra.ts";
 * import { assertEquals } from "@std/assert";
 * const spec = spectra({ trained: { places: [-1, 0, 1], density: [1e-9, 0.9, 0.1], values: [0, 1] } });
 * const [density, ticks] = spec.layer as { data: { values: unknown[] } }[];
 * assertEquals([density!.data.values.length, ticks!.data.values.length], [2, 2]);
 * ```
 */
export function spectra(
  data: Readonly<Record<string, Spectrum>>,
  options: SpectraOptions = {},
): PlotSpec {
  checkOptions("spectra", options, SPECTRA_OPTIONS);
  const { least = 1e-6 } = options;
  if (!(least > 0)) throw new RangeError(`spectra: least must be a number above 0, got ${String(least)}`);
  const names = Object.keys(data);
  const densities = names.flatMap((line) => {
    const { places = [], density = [] } = data[line]!;
    if (places.length !== density.length) {
      throw new RangeError(
        `spectra: density of '${line}' must hold ${places.length} numbers, as places does, got ${density.length}`,
      );
    }
    return Array.from(places, (x, i) => ({ line, x, y: density[i]! }));
  }).filter(({ y }) => y >= least);
  const ticks = names.flatMap((line) => Array.from(data[line]!.values ?? [], (x) => ({ line, x })));
  const { color, strokeDash } = lineChannels(names, { series: true });
  const x = axis("x", { title: options.x ?? "eigenvalue", axis: { grid: false } });
  const y = axis("y", { title: options.y ?? "density", log: true });
  return layered([
    ...(densities.length === 0 ? [] : [{
      data: { values: densities },
      mark: { type: "line", strokeWidth: 1.5 },
      encoding: { x, y, color, strokeDash },
    }]),
    ...(ticks.length === 0 ? [] : [{
      data: { values: ticks },
      mark: { type: "tick", thickness: 1.5, height: 12, opacity: 0.8 },
      encoding: {
        x,
        y: { value: { expr: "height - 6" } },
        color,
        tooltip: [{ field: "line", type: "nominal" }, { field: "x", type: "quantitative", format: ".5~g" }],
      },
    }]),
  ], options);
}
