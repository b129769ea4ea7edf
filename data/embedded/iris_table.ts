// Written by pack.ts from scikit-learn's iris.csv; see the module that reads it for source and licence.
import type { PackedTable } from "./packed.ts";

export const IRIS: PackedTable = {
  rows: 150,
  bits: [7, 6, 7, 5, 2],
  places: [1, 1, 1, 1, 0],
  base64: `
ZxjhDF4cIXwDRC58eIZSDhDaciQXRDhjKIeIWOjhDF8eEbSjxDCIgIYPDgit4WEdUDBDmweQbTjSDOMcMczERjOYeMbRERDOUeQXSChDOEiU
YRExDJ4gIZRECDSMeIaRDhC+AgIYPkBDaIeQaUjwjeocIYvjxDKAYIbxjRDGQcEWPDRDOIeIZRjRi1caMWQDRDKMgYZzEyDB4cMZzEBC6AcI
ayjxDKEcIjQL3MCBa9ivsXrddQ1guLnrlxa1fwr4LFhCphOrmrRtO5ZKI1Lt5U9eLKFL11e5cOpGsN9Y5cPLXrptSpfLLXrhlOtdwMJL1xQ1
fssXr1xexgOq2sJ5Y5iOMHMN5lFeOrXrlpGpbsJlrdhKpdNp2LxtnBbPLXryJbBhvr3r9dY1cPKWrdlQ1btLGL15c5dNKGLJdCpcNqmrl5Ux
cuqmr51W1ZsnlrlxS1fwvMzptnOjvO6z91xKgvOrUx6FWYsrY0l1/KhsupUiR7mgwM6UBtrOiPN6zlllSdOM8UCBregvN5U2aHamtRbzxZk+
iwObzhxjSmuQ6T9tjKhwua0iB5KfOMJT15jKgOOK0h51ClOPZ0+aBSgOOLT9xm+etOHU157efxOMUB9vKePMJUV9tWhvuMUV9nedNs50SB3e
hwuc0N5pefssp0F5pSfRNrzt5nKA
`,
};
