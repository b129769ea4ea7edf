/**
 * Writes and reads `metrics.csv`.
 *
 * @module
 */
export { MEASURES, SETTINGS, short } from "./measures.ts";
export {
  type GoodPart,
  hasMetrics,
  METRICS,
  type MetricsFile,
  openMetrics,
  requireMetrics,
  type Row,
} from "./metrics_file.ts";
export { type MetricsRow, metricsRows } from "./metrics_rows.ts";
