/** What a page with a widget loads first. Each kind's script follows, and finds here what it shares with the others. */
export { define } from "./element";
