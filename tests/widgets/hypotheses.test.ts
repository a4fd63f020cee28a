/** Who is in the set: its scores are shares of those who are left; its cells and densities are the oracle's. */
import { expect, test } from "vitest";
import type { PipeReading } from "../../iemlib/widgets/core/widget";
import type { State } from "../../iemlib/widgets/hypotheses/state";
import { definition as hypotheses } from "../../iemlib/widgets/hypotheses/view";
import { COORDINATES, coin_cells, coin_density, only } from "../../iemlib/widgets/math/hypotheses";
import { implicit_em, pass } from "../../iemlib/widgets/math/mechanism";
import { measure } from "../../iemlib/widgets/math/meters";
import { inside, shares } from "./claims/hypotheses";
import { state } from "./clauses";
import { COIN } from "./golden";
import { dice, randomState } from "./random";

const ROUNDS = 150;
const HALF = 2 ** -53;

test("whoever leaves multiplies all the others by one factor, and what is drawn is what is left", () => {
  const d = dice(53);
  for (let i = 0; i < ROUNDS; i++) {
    const random = { ...state(hypotheses, randomState(hypotheses, d)), index: "discrete" };
    const s = random as unknown as State;
    const { passage } = hypotheses.read(random) as PipeReading;
    const all = pass(implicit_em, s.energies).scores;
    const factors = passage.scores.map((v, j) => v / all[inside(s)[j]]);
    expect(passage.kept).toEqual(inside(s));
    for (const f of factors) expect(f / factors[0]).toBeCloseTo(1, 12);
    for (const [j, v] of passage.scores.entries()) expect(v).toBeCloseTo(shares(s)[j], 12);
  }
});

test("some of the hypotheses are a pipe of their own", () => {
  const energies = [0.3, 2, 1.1, 4, 0.9];
  for (const indices of [[0], [1, 3], [0, 2, 4], [0, 1, 2, 3, 4]]) {
    const m = { ...implicit_em, hypotheses: only({ indices }) };
    const alone = indices.map((k) => energies[k]);
    expect(m.hypotheses.formula(5)).toBe(`h in (${indices.join(", ")})`);
    expect({ ...pass(m, energies), kept: [] }).toEqual({ ...pass(implicit_em, alone), kept: [] });
    expect(measure(m, energies)).toEqual(measure(implicit_em, alone));
  }
});

test("cells and densities are the oracle's", () => {
  const c = COIN.find(({ heads, tails }) => heads === 3 && tails === 2);
  if (!c) throw new Error("no such coin");
  // A cell's mass is a difference of two numbers up to 1.
  for (const [count, energies] of Object.entries(c.cells))
    for (const [j, d] of coin_cells(Number(count)).entries())
      expect(Math.abs(d - energies[j]), `${j} of ${count}`).toBeLessThan(
        (16 * HALF) / (60 * Math.exp(-energies[j])) + 4 * HALF * energies[j],
      );
  for (const [name, values] of Object.entries(c.densities))
    for (const [i, h] of c.biases.entries()) {
      const found = coin_density(h, name as keyof typeof COORDINATES);
      expect(Math.abs(found / values[i] - 1), `${name} at ${h}`).toBeLessThan(16 * HALF);
    }
  for (const u of Object.values(COORDINATES)) for (const h of c.biases) expect(u.back(u.of(h))).toBeCloseTo(h, 14);
});
