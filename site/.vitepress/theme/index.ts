/**
 * The theme: that of VitePress, with reports in pages.
 *
 * @module
 */
import DefaultTheme from "vitepress/theme-without-fonts";
import type { Theme } from "vitepress";
import { Report } from "./report.ts";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("Report", Report);
  },
} satisfies Theme;
