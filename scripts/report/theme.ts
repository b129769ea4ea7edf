/**
 * Colors and fonts of plots on light and dark pages.
 *
 * @module
 */
import { PALETTE } from "../../plots/style/mod.ts";

/** The themes of a page. */
export type ThemeName = "light" | "dark";

/** The settings that a plot is drawn with. */
export interface Theme {
  /** A configuration of Vega. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Colors that specifications refer to by name. */
  readonly signals: Readonly<Record<string, string>>;
}

/** Returns the name of the signal that holds a color of lines, by its number in the table of colors. */
export function colorSignal(color: number): string {
  return `line${color}`;
}

/** The fonts of plots and pages. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** The themes by name. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: theme({
    ground: "#ffffff",
    ink: "#1a1a1a",
    soft: "#555555",
    line: "#dddddd",
    category: PALETTE.light,
    reference: "#888888",
  }),
  dark: theme({
    ground: "#14171b",
    ink: "#e8e8e8",
    soft: "#b5b5b5",
    line: "#3a3f46",
    category: PALETTE.dark,
    reference: "#8f959d",
  }),
};

function theme(
  { ground, ink, soft, line, category, reference }: {
    ground: string;
    ink: string;
    soft: string;
    line: string;
    category: readonly string[];
    reference: string;
  },
): Theme {
  const config = {
    title: { color: ink, font: FONT, fontSize: 15, anchor: "start", offset: 14 },
    axis: {
      labelColor: soft,
      titleColor: ink,
      domainColor: reference,
      tickColor: reference,
      gridColor: line,
      labelFont: FONT,
      titleFont: FONT,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: "normal",
      titlePadding: 8,
    },
    legend: {
      labelColor: ink,
      titleColor: ink,
      labelFont: FONT,
      titleFont: FONT,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: "normal",
      labelLimit: 260,
      titleLimit: 400,
    },
    range: { category, heatmap: { scheme: "viridis" }, ramp: { scheme: "viridis" } },
    style: { cell: { stroke: line } },
  };
  const colors = category.map((color, i) => [colorSignal(i), color] as const);
  return { config, signals: { ink, reference, ground, soft, ...Object.fromEntries(colors) } };
}
