import { COMPOSITE } from "./composite_cases.ts";
import { testForward } from "./forward.ts";

COMPOSITE.test();
testForward(COMPOSITE);
