/**
 * Colors and fonts of plots on light and dark pages.
 *
 * @module
 */

/** The themes of a page. */
export type ThemeName = "light" | "dark";

/** The settings that a plot is drawn with. */
export interface Theme {
  /** A configuration of Vega. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Colors that specifications refer to by name. */
  readonly signals: { readonly ink: string; readonly reference: string; readonly ground: string };
}

/** The fonts of plots and pages. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/**
 * Line colors that color-blind readers can tell apart, dark enough on white.
 *
 * @see Okabe, Ito: Color universal design, 2008.
 */
const LIGHT = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#b8860b",
  "#56b4e9",
  "#000000",
  "#7f3c8d",
  "#8c6d1f",
];

/** The same order of hues, bright enough on black. */
const DARK = [
  "#4db4f0",
  "#ff8b3d",
  "#2cd3a0",
  "#f2a3cd",
  "#e8b93a",
  "#9fd8ff",
  "#ffffff",
  "#c792dc",
  "#d0ad58",
];

/** The themes by name. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: theme({
    ground: "#ffffff",
    ink: "#1a1a1a",
    soft: "#555555",
    line: "#dddddd",
    category: LIGHT,
    reference: "#888888",
  }),
  dark: theme({
    ground: "#14171b",
    ink: "#e8e8e8",
    soft: "#b5b5b5",
    line: "#3a3f46",
    category: DARK,
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
  return { config, signals: { ink, reference, ground } };
}
