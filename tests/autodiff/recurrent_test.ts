import { RECURRENT } from "./recurrent_cases.ts";

RECURRENT.test();
