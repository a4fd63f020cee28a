/** The closed world's kernels and its threshold are what they are called. */
import { expect, test } from "vitest";
import { cauchy, distance, squared_distance } from "../../iemlib/widgets/math/energies";
import { exponential } from "../../iemlib/widgets/math/exponentiation";
import { implicit_em, type Mechanism, pass } from "../../iemlib/widgets/math/mechanism";
import { METERS, measure } from "../../iemlib/widgets/math/meters";
import { exact, reject } from "../../iemlib/widgets/math/normalization";
import { expected_energy } from "../../iemlib/widgets/math/objective";
import { terms } from "../../iemlib/widgets/math/terms";

test("a kernel is its formula, at a prototype and far from it", () => {
  const z = [3, 4];
  expect(
    distance(z, [
      [3, 4],
      [0, 0],
      [3, -2],
    ]),
  ).toEqual([0, 5, 6]);
  expect(
    squared_distance(z, [
      [3, 4],
      [0, 0],
    ]),
  ).toEqual([0, 12.5]);
  expect(
    cauchy(z, [
      [3, 4],
      [0, 0],
    ]),
  ).toEqual([0, Math.log(26)]);
});

test("beneath its threshold nothing is left, above it all is exact", () => {
  const m = (threshold: number): Mechanism => ({ ...implicit_em, normalization: reject({ threshold }) });
  const d = [0.7, 1.5, 2.5];
  const L = pass(implicit_em, d).value;
  expect(pass(m(L - 1e-9), d)).toEqual(pass(implicit_em, d));
  expect(pass(m(L), d)).toMatchObject({ scores: [0, 0, 0], credit: [0, 0, 0], value: L });
  const low = measure(m(L), d);
  expect(METERS.map((meter) => low[meter].holds)).toEqual([false, false, true, false, false, null]);
  expect([low.ratio.value, low.positivity.value]).toEqual([Number.POSITIVE_INFINITY, 0]);
  // Credit of another objective is that of nothing: no score moves.
  expect(pass({ ...m(L), objective: expected_energy() }, d).credit).toEqual([0, 0, 0]);
  const t = terms(d, exponential());
  const [above, plain] = [reject({ threshold: L - 1 }), exact()].map((room) => room.normalize(t).curvature([1, 2, 3]));
  expect(above).toEqual(plain);
});

test("a ratio is read where a share has lost its digits, or is too small for a float", () => {
  for (const gap of [700, 735, 744, 5000])
    expect(measure(implicit_em, [0, gap, gap + 1]).ratio.value).toBeLessThan(1e-9);
});
