/** The kernels' widget: its steps against searches of another kind, and its meters. */
import { expect, test } from "vitest";
import type { State } from "../../iemlib/widgets/kernels/state";
import { definition } from "../../iemlib/widgets/kernels/view";
import { KERNELS, pulls, walk } from "../../iemlib/widgets/math/line";
import { implicit_em } from "../../iemlib/widgets/math/mechanism";
import { broken, measure } from "../../iemlib/widgets/math/meters";
import { dataOf, ENERGY, searched, states, stepped } from "./claims/kernels";
import { state } from "./clauses";
import { dice, randomState } from "./random";
import type { Given } from "./widgets";

const add = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const random = (seed: number, count: number): readonly Given[] => {
  const d = dice(seed);
  return [{}, ...states, ...Array.from({ length: count }, () => ({ ...randomState(definition, d), hide: [] }))];
};

test("an M-step lands where a search lands, and a gradient step goes by the slope", () => {
  for (const given of random(41, 120)) {
    const s = state(definition, given) as unknown as State;
    const all = pulls(KERNELS[s.kernel], dataOf(s), s.places);
    const [em, gradient] = [undefined, s.rate].map((rate) => walk(KERNELS[s.kernel], dataOf(s), s.places, 1, rate)[1]);
    s.places.forEach((_, k) => {
      const found = searched(s, s.places, k);
      // The tops are flat: their height is what a search can tell.
      const q = (m: number): number => add(dataOf(s).map((x, n) => all[k].weights[n] * ENERGY[s.kernel](x - m)));
      expect(q(em[k]), JSON.stringify(s)).toBeCloseTo(q(found), 8);
      expect(em[k], JSON.stringify(s)).toBeCloseTo(found, 4);
      expect(gradient[k]).toBeCloseTo(stepped(s, s.places, k), 10);
    });
  }
});

test("a walk is its steps, one after another", () => {
  for (const given of random(42, 30)) {
    const s = state(definition, given) as unknown as State;
    for (const rate of [undefined, s.rate]) {
      const path = walk(KERNELS[s.kernel], dataOf(s), s.places, 4, rate);
      expect(path).toHaveLength(5);
      expect(path[0]).toEqual(s.places);
      expect(path[4]).toEqual(walk(KERNELS[s.kernel], dataOf(s), path[3], 1, rate)[1]);
    }
  }
});

test("between two data at ±s Cauchy's tops are at ±√(s² − 1), and the middle is flat", () => {
  for (const s of [1.5, 2, 5, 6]) {
    const [{ weights, slope }] = pulls(KERNELS.cauchy, [-s, s], [0]);
    const best = KERNELS.cauchy.maximizers([-s, s], weights);
    expect(slope).toBe(0);
    expect(best.map(([at]) => at)).toEqual([
      expect.closeTo(-Math.sqrt(s * s - 1), 9),
      expect.closeTo(Math.sqrt(s * s - 1), 9),
    ]);
    expect(walk(KERNELS.cauchy, [-s, s], [0], 20).at(-1)).toEqual([best[0][0]]);
    expect(walk(KERNELS.cauchy, [-s, s], [0], 20, 1).at(-1)).toEqual([0]);
  }
  expect(KERNELS.cauchy.maximizers([-0.9, 0.9], [0.5, 0.5])).toEqual([[expect.closeTo(0, 9), expect.closeTo(0, 9)]]);
});

test("whatever the kernel, no meter is ever broken", () => {
  for (const given of random(43, 400)) {
    const s = state(definition, given) as unknown as State;
    expect(
      broken(
        measure(
          implicit_em,
          s.places.map((m) => ENERGY[s.kernel](s.datum - m)),
        ),
      ),
      JSON.stringify(s),
    ).toEqual([]);
  }
});
