import type { Child } from "../core/widget";
import { sum, type Vector } from "../math/array";
import type { Passage } from "../math/mechanism";
import { LETTERS, percent, two } from "./format";
import { hue } from "./marks";

/** The room around the unit square, in units of its side: leaving the square is seen. */
export interface Room {
  readonly left: number;
  readonly right: number;
  readonly floor: number;
  readonly ceiling: number;
}
export const ROOM: Room = { left: -0.04, right: 1.4, floor: -0.34, ceiling: 1.36 };
/** A seam counts as being on its mark within this share of the side: less than a line's width. */
const ON_MARK = 2e-3;
/** A column that has no width, or no height, gets a mark of its own. */
const NOTHING = 1e-9;

/** What a square is drawn of: a column for each hypothesis that is left. */
export type Columns = Pick<Passage, "kept" | "scores" | "credit">;

interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

const cut = (b: Box, c: Box): Box | null => {
  const [x0, x1, y0, y1] = [Math.max(b.x0, c.x0), Math.min(b.x1, c.x1), Math.max(b.y0, c.y0), Math.min(b.y1, c.y1)];
  return x1 - x0 > NOTHING && y1 - y0 > NOTHING ? { x0, x1, y0, y1 } : null;
};
/** What of a column lies inside the unit, and what above it, below it and right of it. */
const pieces = (b: Box): readonly { readonly inside: boolean; readonly box: Box }[] => {
  const far = 1e3;
  const regions: readonly { inside: boolean; box: Box }[] = [
    { inside: true, box: { x0: 0, x1: 1, y0: 0, y1: 1 } },
    { inside: false, box: { x0: 0, x1: 1, y0: 1, y1: far } },
    { inside: false, box: { x0: 0, x1: 1, y0: -far, y1: 0 } },
    { inside: false, box: { x0: 1, x1: far, y0: -far, y1: far } },
    { inside: false, box: { x0: -far, x1: 0, y0: -far, y1: far } },
  ];
  return regions.flatMap(({ inside, box }) => {
    const piece = cut(b, box);
    return piece ? [{ inside, box: piece }] : [];
  });
};

export interface SquareOptions {
  readonly room?: Room;
  /** Letters and credit on the columns that are wide enough. */
  readonly labels?: boolean;
  /** Where each column begins when it keeps its lane; by default each begins where the last one ended. */
  readonly lanes?: Vector;
  /** Seams of an earlier state, dashed. */
  readonly before?: Vector;
  readonly label: string;
}

/**
 * The unit square: each hypothesis a column, width = score, height = credit ÷ score, so area = credit.
 * `energies` as given put the marks ▲ where exp(−d) would have the seams.
 */
export const unitSquare = (p: Columns, energies: Vector, options: SquareOptions): Child => {
  const room = options.room ?? ROOM;
  const wide = room.right - room.left;
  const tall = room.ceiling - room.floor;
  const X = (v: number): string => percent((v - room.left) / wide);
  const Y = (v: number): string => percent((v - room.floor) / tall);
  const view: Box = { x0: room.left, x1: room.right, y0: room.floor, y1: room.ceiling };
  const place = (b: Box): Record<string, string> => {
    const seen = cut(b, view);
    return seen
      ? {
          left: X(seen.x0),
          bottom: Y(seen.y0),
          width: percent((seen.x1 - seen.x0) / wide),
          height: percent((seen.y1 - seen.y0) / tall),
        }
      : { left: X(b.x0), bottom: Y(0), width: "0%", height: "0%" };
  };
  const frame = <i class="i-frame" style={place({ x0: 0, x1: 1, y0: 0, y1: 1 })} />;
  const missing = <i class="i-void" style={place({ x0: 0, x1: 1, y0: 0, y1: 1 })} />;
  const picture = (...inside: Child[]): Child => (
    <div class="i-square" role="img" aria-label={options.label} style={{ aspectRatio: `${wide} / ${tall}` }}>
      {inside}
    </div>
  );

  if (p.scores.some(Number.isNaN) || p.credit.some(Number.isNaN))
    return picture(missing, frame, <span class="i-novalue">no value</span>);

  let x = 0;
  const seams: number[] = [];
  const columns = p.scores.map((s, i) => {
    const c = p.credit[i];
    const start = options.lanes ? Math.max(x, options.lanes[i]) : x;
    x = start + s;
    seams.push(x);
    const height = Math.abs(s) > NOTHING ? c / s : 0;
    const column: Box = {
      x0: Math.min(start, x),
      x1: Math.max(start, x),
      y0: Math.min(0, height),
      y1: Math.max(0, height),
    };
    const own = hue(p.kept[i]);
    if (Math.abs(s) <= NOTHING)
      return Math.abs(c) > NOTHING ? <i class={`i-spike ${own}`} style={{ left: X(start), bottom: Y(0) }} /> : null;
    if (Math.abs(height) <= NOTHING)
      return <i class={`i-flat ${own}`} style={{ left: X(start), bottom: Y(0), width: percent(s / wide) }} />;
    const torn = column.y1 > room.ceiling || column.y0 < room.floor || column.x1 > room.right;
    return (
      <div class={`i-column ${own}`}>
        {pieces(column).map(({ inside, box }) => (
          <i class={inside ? "i-piece" : "i-piece i-outside"} style={place(box)} />
        ))}
        {torn && <i class={column.x1 > room.right ? "i-torn i-tornx" : "i-torn"} style={place(column)} />}
        {options.labels && (
          <span
            class={`i-tag ${fits(column)}`}
            style={{
              left: X((column.x0 + column.x1) / 2),
              width: percent(s / wide),
              bottom: Y(Math.min(0.42, Math.max(column.y1 / 2 - 0.1, 0.02))),
            }}
          >
            <b>{LETTERS[p.kept[i]]}</b>
            <span>{two(c)}</span>
          </span>
        )}
      </div>
    );
  });

  const likelihoods = p.kept.map((h) => Math.exp(-energies[h]));
  const Z = sum(likelihoods);
  const width = sum(p.scores);
  let share = 0;
  const ticks = options.lanes
    ? []
    : likelihoods.slice(0, -1).map((f, i) => {
        share += (f / Z) * width;
        const on = Math.abs(share - seams[i]) < ON_MARK;
        return (
          <i
            class={on ? "i-tick i-on" : "i-tick"}
            style={{ left: X(Math.max(room.left, Math.min(room.right, share))), bottom: Y(0) }}
          />
        );
      });
  const ghosts = (options.before ?? []).map((seam) => (
    <i class="i-ghost" style={{ left: X(seam), bottom: Y(0.76), height: percent(0.36 / tall) }} />
  ));
  return picture(missing, columns, <i class="i-floor" style={{ bottom: Y(0) }} />, ghosts, frame, ticks);
};

/** How wide a column must be, in sides of the square, to carry its letter, and its letter and number. */
const LABEL = { letter: 0.08, number: 0.18, height: 0.3 } as const;
const fits = (b: Box): string => {
  const width = b.x1 - b.x0;
  if (width < LABEL.letter || b.y1 - b.y0 < LABEL.height) return "i-above";
  return width < LABEL.number ? "i-narrow" : "";
};

/** In words, for those who do not see the square. */
export const squareInWords = (p: Columns): string =>
  p.scores.map((s, i) => `${LETTERS[p.kept[i]]} width ${two(s)}, area ${two(p.credit[i])}`).join("; ");
