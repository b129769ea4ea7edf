import { NORMALIZATION } from "./normalization_cases.ts";

NORMALIZATION.test();
