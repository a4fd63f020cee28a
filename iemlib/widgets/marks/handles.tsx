/** Handles in a plane: dragged both ways, and by keyboard sliders of two directions. */
import type { TargetedPointerEvent } from "preact";
import type { Child } from "../core/widget";
import { percent, two } from "./format";
import { on, type Span } from "./plot";

export type Point = readonly [number, number];
/** A plane as it is shown: as wide as it is high. */
export type Plane = Span;

/** Two numbers as the book writes a place. */
export const written = ([across, up]: Point): string => `${two(across)}, ${two(up)}`;
/** Where a point is in its plane. */
export const placed = ([across, up]: Point, plane: Plane): Record<string, string> => ({
  left: percent(on(across, plane)),
  bottom: percent(on(up, plane)),
});
/** The angle of an arrow from `a` to `b`, in degrees against the clock from straight right. */
export const angleOf = (a: Point, b: Point): number => (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;

/** Where a pointer is in the plane that a handle stands in. */
const pointed = (event: TargetedPointerEvent<HTMLElement>, plane: Plane): Point => {
  const box = (event.currentTarget.offsetParent ?? event.currentTarget).getBoundingClientRect();
  const size = plane.high - plane.low;
  return [
    plane.low + ((event.clientX - box.left) / box.width) * size,
    plane.high - ((event.clientY - box.top) / box.height) * size,
  ];
};
/** How far from the middle of a handle it was taken hold of, while it is held. */
const grips = new WeakMap<EventTarget, Point>();

/** What a pointer does to a handle that stands at `at`: it follows, from where it was taken hold of. */
export const dragged = (at: Point, plane: Plane, moved: (to: Point) => void) => ({
  onPointerDown: (event: TargetedPointerEvent<HTMLElement>): void => {
    const [across, up] = pointed(event, plane);
    event.currentTarget.setPointerCapture(event.pointerId);
    grips.set(event.currentTarget, [at[0] - across, at[1] - up]);
  },
  onPointerMove: (event: TargetedPointerEvent<HTMLElement>): void => {
    const grip = grips.get(event.currentTarget);
    if (!grip || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const [across, up] = pointed(event, plane);
    moved([across + grip[0], up + grip[1]]);
  },
});

/** A point that a reader may take hold of. */
export interface Handle {
  readonly name: string;
  readonly label: string;
  /** Where it is drawn, and what its coordinates are: a widget may draw it elsewhere. */
  readonly at: Point;
  readonly value: Point;
  /** What both coordinates may be, and in which steps a hand moves them. */
  readonly range: Span & { readonly step: number };
  readonly plane: Plane;
  /** What is said beside its place. */
  readonly text: string;
  readonly locked: boolean;
  readonly moved: (to: Point) => void;
}

/** Digits that a step may have; beyond them is rounding. */
const DIGITS = 10;
/** How far an arrow key goes, and a page key, in units of the plane. */
const ARROW = 0.05;
const PAGE = 0.5;
/** What each key does to a place; Home and End lead to the ends of the way across. */
const KEYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-ARROW, 0],
  ArrowRight: [ARROW, 0],
  ArrowDown: [0, -ARROW],
  ArrowUp: [0, ARROW],
  PageDown: [0, -PAGE],
  PageUp: [0, PAGE],
  Home: [Number.NEGATIVE_INFINITY, 0],
  End: [Number.POSITIVE_INFINITY, 0],
};

/** The handle of a point, drawn as `inside`; one that is locked stands there and does nothing. */
export const handle = (h: Handle, inside: Child): Child => {
  const { low, high, step } = h.range;
  const settled = (v: number): number =>
    Math.max(low, Math.min(high, Number((Math.round(v / step) * step).toFixed(DIGITS))));
  const go = ([across, up]: Point): void => h.moved([settled(across), settled(up)]);
  return (
    <button
      type="button"
      class="i-grip"
      style={placed(h.at, h.plane)}
      role="slider"
      name={h.name}
      disabled={h.locked}
      aria-label={h.label}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={h.value[0]}
      aria-valuetext={`${two(h.value[0])} across, ${two(h.value[1])} up; ${h.text}`}
      {...dragged(h.at, h.plane, go)}
      onKeyDown={(event) => {
        const way = KEYS[event.key];
        if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        go([h.value[0] + way[0], h.value[1] + way[1]]);
      }}
    >
      {inside}
    </button>
  );
};
