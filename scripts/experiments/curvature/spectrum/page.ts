/**
 * The page of `spectrum`.
 *
 * @module
 */
import { seedsText } from "../../../cli/mod.ts";
import {
  csvFile,
  type LinePoint,
  lines,
  type Page,
  type Plot,
  type ResultTable,
  seedPoint,
} from "../../../report/mod.ts";
import { mean, plusMinus, shortText } from "../../../statistics/mod.ts";
import { type Moment, MOMENTS, spectraOf, type Spectrum, type SpectrumData } from "./data.ts";
import { bulkOf, NEAR, outliersOf } from "./summary.ts";

/** The density below which the curves of the plot end. */
const FLOOR = 1e-4;

const NAMES: Readonly<Record<Moment, string>> = { before: "before training", after: "after training" };

/** Lays out a table of both moments, the densities of the first seed, and the largest eigenvalues. */
export function page(data: SpectrumData): Page {
  const { title, config, parameters, spectra } = data;
  return {
    runs: spectra.map((s) => ({
      seed: s.seed,
      moment: s.moment,
      loss: s.loss,
      largest: s.values[0],
      outliers: outliersOf(s),
      bulk: bulkOf(s),
      converged: s.converged,
    })),
    config: { ...config, parameters },
    files: [
      csvFile("eigenvalues.csv", {
        rows: spectra.flatMap(({ seed, moment, values, residuals }) =>
          values.map((value, i) => ({ seed, moment, index: i + 1, value, residual: residuals[i] }))
        ),
        columns: ["seed", "moment", "index", "value", "residual"],
      }),
      csvFile("density.csv", {
        rows: spectra.flatMap(({ seed, moment, places, density }) =>
          places.map((eigenvalue, i) => ({ seed, moment, eigenvalue, density: density[i] }))
        ),
        columns: ["seed", "moment", "eigenvalue", "density"],
      }),
    ],
    tables: [spectrumTable(data)],
    plots: [densityPlot(data), valuesPlot(data, title)],
  };
}

function spectrumTable(data: SpectrumData): ResultTable {
  const { title, config: { seeds, top, probes, examples }, parameters } = data;
  return {
    title,
    header: ["", "loss", "largest eigenvalue", "least / largest node", "in the bulk", "outliers"],
    rows: MOMENTS.map((moment) => {
      const own = spectraOf(data, moment);
      const least = ({ nodes, values }: Spectrum) => Math.min(...nodes) / values[0]!;
      return [
        NAMES[moment],
        plusMinus(own.map((s) => s.loss), (v) => shortText(v)),
        plusMinus(own.map((s) => s.values[0]!), (v) => shortText(v)),
        mean(own.map(least)).toFixed(3),
        plusMinus(own.map((s) => 100 * bulkOf(s)), (v) => v.toFixed(1), { unit: "%" }),
        own.map(outliersOf).join(", "),
      ];
    }),
    note:
      `Hessian of the mean loss over ${examples} training examples, ${parameters} parameters; ${
        seedsText(seeds.length)
      }, means and standard deviations. In the bulk: the share of the spectrum within ${
        100 * NEAR
      } % of the largest eigenvalue from 0, by ${probes} random vectors. Outliers: how many of the ${top} largest ` +
      "eigenvalues lie above the largest gap between neighbors on a logarithmic scale, one figure a seed.",
  };
}

function densityPlot(data: SpectrumData): Plot {
  const own = MOMENTS.flatMap((moment) => spectraOf(data, moment).slice(0, 1));
  return lines(
    own.flatMap((s): LinePoint[] =>
      s.places.map((x, i) => ({ x, y: Math.max(FLOOR, s.density[i]!), line: NAMES[s.moment] }))
    ),
    {
      name: "density",
      title: `Density of the Hessian's eigenvalues: ${data.title}`,
      caption:
        `Of the training with seed ${
          own[0]?.seed
        }, by stochastic Lanczos quadrature with a Gaussian of a hundredth of the ` +
        `range around each node; not below ${FLOOR}. Diamonds above: the eigenvalues that stand out.`,
      x: "eigenvalue",
      y: "density",
      lines: MOMENTS.map((m) => NAMES[m]),
      series: true,
      log: true,
      markers: own.flatMap((s) =>
        s.values.slice(0, outliersOf(s)).map((x, i) => ({
          x,
          line: NAMES[s.moment],
          kind: `eigenvalue ${i + 1} from the largest`,
          shape: "diamond" as const,
        }))
      ),
      height: 360,
    },
  );
}

function valuesPlot(data: SpectrumData, title: string): Plot {
  const points = MOMENTS.flatMap((moment) =>
    Array.from({ length: data.config.top }, (_, i): LinePoint => {
      const values = spectraOf(data, moment).map((s) => s.values[i]!);
      return {
        x: i + 1,
        ...seedPoint(values),
        line: NAMES[moment],
      };
    })
  );
  return lines(points, {
    name: "eigenvalues",
    title: `The ${data.config.top} largest eigenvalues: ${title}`,
    x: "number from the largest",
    y: "eigenvalue",
    lines: MOMENTS.map((m) => NAMES[m]),
    series: true,
    log: true,
    marks: true,
    height: 320,
  });
}
