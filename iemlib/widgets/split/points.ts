/**
 * The data, and where at once begins: three groups (iemlib.learning.three_groups of seed 1, made by a script that another
 * kind of widget loads), two data, and two rows.
 */
import type { Places } from "../math/cooling";

const GROUPS: Places = [
  [-1.129, -0.546],
  [-2.316, -1.456],
  [-1.347, -1.982],
  [-2.279, -1.036],
  [-1.345, -1.233],
  [-1.815, -1.464],
  [-1.751, -1.157],
  [-2.871, -0.933],
  [-2.95, -0.237],
  [-1.98, -1.459],
  [-1.997, -1.353],
  [-1.433, -0.836],
  [-1.425, -0.843],
  [-2.807, -1.532],
  [-0.643, -0.469],
  [-0.924, -1.003],
  [-2.345, -2.577],
  [-2.411, -1.466],
  [-0.978, -0.41],
  [-1.546, -1.583],
  [1.294, -0.422],
  [2.886, -0.846],
  [2.614, -0.782],
  [1.339, -0.7],
  [2.512, -1.336],
  [2.868, -1.831],
  [2.312, -0.628],
  [3.253, -1.078],
  [2.348, -1.202],
  [3.232, -0.778],
  [2.487, -0.74],
  [1.904, -1.28],
  [1.709, -0.223],
  [1.773, -1.437],
  [2.35, -0.659],
  [3.066, -0.609],
  [2.236, -1.076],
  [2.352, -0.685],
  [1.519, -1.63],
  [1.747, -0.811],
  [1.251, 1.567],
  [1.13, 2.554],
  [0.634, 1.633],
  [1.291, 1.397],
  [1.831, 2.193],
  [1.116, 1.786],
  [0.704, 3.37],
  [1.339, 2.999],
  [0.647, 2.012],
  [1.459, 3.803],
  [2.137, 1.618],
  [0.635, 2.75],
  [1.695, 1.268],
  [1.294, 2.169],
  [0.97, 2.947],
  [1.427, 1.82],
  [1.47, 1.691],
  [2.747, 3.19],
  [1.264, 1.389],
  [1.669, 1.996],
];
const ROWS: Places = [-1, 1].flatMap((up) => [-1.4, -0.5, 0.5, 1.4].map((across) => [across, up] as const));

/** Data, the prototypes' start, and half of the width of the plane that is shown. */
export interface Sample {
  readonly points: Places;
  readonly start: Places;
  readonly reach: number;
}
export const SAMPLES = {
  groups: {
    points: GROUPS,
    start: [
      [1.6, 0.5],
      [-1.9, -0.9],
      [-1.6, -1.7],
    ],
    reach: 4,
  },
  two: {
    points: [
      [-1, 0],
      [1, 0],
    ],
    start: [
      [-1, 0],
      [1, 0],
    ],
    reach: 1.8,
  },
  rows: {
    points: ROWS,
    start: [
      [0.3, 1],
      [-0.2, -0.8],
    ],
    reach: 1.8,
  },
} as const satisfies Readonly<Record<string, Sample>>;
