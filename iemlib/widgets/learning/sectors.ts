/** Marks of points, cut like cakes: the part of a circle, a square or a triangle up to an angle, as a path. */
import type { Point } from "../math/learning";

/** Half a point's mark, across and down: even, so that no engine rounds half of it another way. */
const HALF = { across: 250, down: 262 };
/** A whole turn, in degrees. */
export const TURN = 360;
/** A point's mark, by its rim. */
interface Shape {
  /** How many times further than the rim, in halves of the mark, a step of (right, down) leads. */
  readonly beyondRim: (right: number, down: number) => number;
  /** Where the rim bends, in degrees clockwise from the top; a circle is drawn in two arcs. */
  readonly bends: readonly number[];
  readonly round: boolean;
}
/** As the marks of A, B and C are: circle, square, triangle. */
const SHAPES: readonly Shape[] = [
  { beyondRim: () => 1, bends: [180], round: true },
  { beyondRim: (right, down) => Math.max(Math.abs(right), Math.abs(down)), bends: [45, 135, 225, 315], round: false },
  { beyondRim: (right, down) => Math.max(down, 2 * Math.abs(right) - down), bends: [135, 225], round: false },
];
/** The part of a mark from its top clockwise to `end`, in degrees, as a path from its middle. */
const drawnSector = ({ beyondRim, bends, round }: Shape, end: number): string => {
  const rim = (degrees: number): Point => {
    const turn = (degrees * Math.PI) / 180;
    const [right, down] = [Math.sin(turn), -Math.cos(turn)];
    const times = beyondRim(right, down);
    return [Math.round((HALF.across * right) / times), Math.round((HALF.down * down) / times)];
  };
  const corners: readonly Point[] = [[0, 0], rim(0), ...bends.filter((bend) => bend < end).map(rim), rim(end)];
  const [toTop, ...along] = corners.slice(1).map(([x, y], i) => `${x - corners[i][0]} ${y - corners[i][1]}`);
  const side = round ? `a${HALF.across} ${HALF.down} 0 0 1 ` : "l";
  return `l${toTop}${along.map((step) => side + step).join("")}z`;
};
const sectors: readonly string[][] = SHAPES.map(() => []);
/** The same, each drawn once. */
export const sector = (shape: number, end: number): string => {
  sectors[shape][end] ??= drawnSector(SHAPES[shape], end);
  return sectors[shape][end];
};
