/** What every widget must prove, as functions that give what is wrong: nothing is listed by hand, all is made of its schema. */
import type { ComponentChild, VNode } from "preact";
import { poster } from "../../iemlib/widgets/core/poster";
import { type ChoiceRule, complete, defaults, type State } from "../../iemlib/widgets/core/schema";
import type { Act, Definition, Hands } from "../../iemlib/widgets/core/widget";
import { type Claims, spoken, state, wrong } from "./clauses";
import { malformed, TRUTHS } from "./objectives";
import { type Dice, dice, randomState } from "./random";
import type { Given } from "./widgets";

type Set = Hands<State>["set"];
/** What a control's handler is given. */
type Handler = (event: {
  readonly currentTarget: { readonly value: string; readonly checked: boolean };
  readonly key: string;
  readonly preventDefault: () => void;
}) => void;
/** What moves a handle in a plane; each has its own step. */
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;
interface Control {
  readonly name: string;
  readonly type: string;
  /** Move it to another of its values; `dice` chooses. */
  readonly move: (dice: Dice) => void;
}

/** Every element of a view, in the order of the page; none of those that are hidden or disabled, or inside one. */
const elements = (view: ComponentChild): readonly VNode<Record<string, unknown>>[] => {
  if (Array.isArray(view)) return view.flatMap(elements);
  if (typeof view !== "object" || view === null || !("props" in view)) return [];
  const node = view as VNode<Record<string, unknown>>;
  if (typeof node.type === "function") return elements((node.type as (props: unknown) => ComponentChild)(node.props));
  if (node.props["hidden"] === true || node.props["disabled"] === true) return [];
  return [node, ...elements(node.props["children"] as ComponentChild)];
};

/** The controls of a widget in a state that can be moved; `set` hears what they do. */
export const controls = (definition: Definition, now: State, set: Set): readonly Control[] => {
  const hands: Hands<State> = {
    set,
    span: (trait) => definition.schema[trait] as never,
    options: (trait) => (definition.schema[trait] as ChoiceRule).options as readonly never[],
    shows: () => true,
    locked: () => false,
    waiting: false,
    id: "here",
    said: null,
  };
  return elements(definition.picture(now, definition.read(now), hands)).flatMap(({ type, props }) => {
    const handle = type !== "input" && props["role"] === "slider";
    const handler = (handle ? props["onKeyDown"] : (props["onInput"] ?? props["onChange"] ?? props["onClick"])) as
      | Handler
      | undefined;
    const kind = type === "input" ? String(props["type"]) : String(handle ? props["role"] : type);
    if (!handler || (kind === "radio" && props["checked"] === true)) return [];
    const value = String(props["value"] ?? "");
    const text = (roll: Dice): string => {
      const texts = TRUTHS.map((truth) => truth.text).filter((it) => it !== value);
      return roll.one([...texts, malformed(roll).slice(0, Number(props["maxLength"]))]);
    };
    const another = (roll: Dice): string => {
      const [low, high, step] = [Number(props["min"]), Number(props["max"]), Number(props["step"])];
      const steps = Math.round((high - low) / step);
      const at = Math.round((Number(value) - low) / step);
      return String(Number((low + step * ((at + 1 + roll.below(steps)) % (steps + 1))).toFixed(10)));
    };
    const move = (roll: Dice): void =>
      handler({
        currentTarget: {
          value: kind === "range" ? another(roll) : kind === "text" ? text(roll) : value,
          checked: props["checked"] !== true,
        },
        key: roll.one(ARROWS),
        preventDefault: () => undefined,
      });
    return [
      {
        name: `${String(props["name"] ?? kind)} ${kind === "range" || kind === "text" ? "" : value}`.trim(),
        type: kind,
        move,
      },
    ];
  });
};

/** The states that are tried: the start, those that are named, each word of each choice, and random ones. */
export const tried = (
  definition: Definition,
  named: readonly Given[],
  count: number,
  seed: number,
): readonly State[] => {
  const roll = dice(seed);
  const start = defaults(definition.schema);
  const words = Object.entries(definition.schema).flatMap(([name, rule]) =>
    rule.type === "choice" ? rule.options.map((word) => ({ ...start, [name]: word })) : [],
  );
  const random = Array.from({ length: count }, () => ({ ...randomState(definition, roll), hide: [] }));
  return [start, ...words, ...named.map((given) => state(definition, given)), ...random];
};

/** Every control of a state moved once: its name, and the act with the state that it makes; null where it says nothing. */
const moves = (
  definition: Definition,
  from: State,
  roll: Dice,
): readonly { readonly name: string; readonly heard: readonly [Act<State>, Given] | null }[] => {
  let heard: readonly [Act<State>, Given] | null = null;
  const set: Set = (change, control) => {
    heard = [
      { control, from },
      { ...from, ...change },
    ];
  };
  return controls(definition, from, set).map(({ name, move }) => {
    heard = null;
    move(roll);
    return { name, heard };
  });
};

/** What is not so in what is said: of every state that is tried, and after every control was moved there. */
export const untrue = (definition: Definition, claims: Claims<never>, count: number): readonly string[] => {
  const roll = dice(17);
  const check = claims.of as Claims<State>["of"];
  const said = (now: State, act: Act<State> | null): readonly string[] => {
    const { clauses, broken } = check(now, act);
    return wrong(definition, now, act, clauses, broken);
  };
  return tried(definition, claims.states ?? [], count, 16).flatMap((from) => [
    ...said(from, null),
    ...moves(definition, from, roll).flatMap(({ heard }) => {
      const now = heard && complete(definition.schema, heard[1]);
      return heard && now && !(now instanceof Error) ? said(now, heard[0]) : [];
    }),
  ]);
};

/** Which controls do nothing, or what Python would refuse: at the start, and in each state that a choice brings. */
export const idle = (definition: Definition): readonly string[] => {
  const roll = dice(18);
  const drawn = (now: State): string => poster([definition], definition.tag, "here", JSON.stringify(now));
  const picture = (now: State): string => drawn(now).replace(/<p[^>]*role="status".*?<\/p>/s, "");
  return tried(definition, [], 0, 0).flatMap((from) => {
    const [shown, said] = [picture(from), spoken(definition, from)];
    return moves(definition, from, roll).flatMap(({ name, heard }) => {
      if (!heard) return [`${name}: sets nothing`];
      const [act, given] = heard;
      const now = complete(definition.schema, given);
      if (now instanceof Error) return [`${name}: ${now.message}`];
      return [
        ...(JSON.stringify(now) === JSON.stringify(from) ? [`${name}: leaves the state as it was`] : []),
        ...(picture(now) === shown ? [`${name}: leaves the picture as it was`] : []),
        ...(spoken(definition, now, act) === said ? [`${name}: leaves the sentence as it was`] : []),
      ].map((fault) => `${fault} | ${JSON.stringify({ from, now })}`);
    });
  });
};
