/** The objective of a softmax inside a network: not in the golden vectors, since it needs a set of a known size. */
import { expect, test } from "vitest";
import { dot } from "../../iemlib/widgets/math/array";
import { exponential, linear } from "../../iemlib/widgets/math/exponentiation";
import { implicit_em, pass } from "../../iemlib/widgets/math/mechanism";
import { exact, independent, none, sparsemax, top_k } from "../../iemlib/widgets/math/normalization";
import { read_out } from "../../iemlib/widgets/math/objective/read_out";

const COSTS = [0.3, -1.25, 0.5, 2];
const D = [0.7, 1.5, 2.5, 3.7];
const STEP = 1e-5;

test.each([exact(), none(), independent(), sparsemax(), top_k()])(
  "its slopes are its credit: $kind",
  (normalization) => {
    for (const exponentiation of [exponential(), linear()])
      for (const temperature of [1, 2]) {
        const objective = read_out({ costs: COSTS });
        const m = { ...implicit_em, normalization, exponentiation, temperature, objective };
        const { value, scores, credit, coupling } = pass(m, D);
        expect(value).toBeCloseTo(-dot(scores, COSTS), 12);
        D.forEach((_, k) => {
          const moved = (by: number): readonly number[] => D.map((e, j) => (j === k ? e + by : e));
          const [up, down] = [pass(m, moved(STEP)), pass(m, moved(-STEP))];
          expect(credit[k]).toBeCloseTo((down.value - up.value) / (2 * STEP), 7);
          D.forEach((_, h) => {
            expect(coupling[h][k]).toBeCloseTo((up.credit[h] - down.credit[h]) / (2 * STEP), 7);
          });
        });
      }
  },
);
