import { CONVOLUTION } from "./convolution_cases.ts";

CONVOLUTION.test();
