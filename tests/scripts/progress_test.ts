import { assertEquals } from "@std/assert";
import { timeLeft } from "../../scripts/console/progress.ts";

Deno.test("timeLeft() returns hours, minutes and seconds, and nothing while it cannot estimate", () =>
  assertEquals(["0", "INF", "NULL", 7, 61, 7260].map(timeLeft), [
    "",
    "",
    "",
    " | 7s left",
    " | 1m01s left",
    " | 2h01m left",
  ]));
