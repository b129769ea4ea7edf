/**
 * Sends metrics to other tools.
 *
 * @module
 */
export {
  requireTrackers,
  type TrackedMetrics,
  type TrackerName,
  TRACKERS,
  trackMetrics,
} from "./trackers.ts";
