/** A live notebook: the same element, tied to the traits of a Python widget. */
import type { Render } from "@anywidget/types";
import { decoded, said } from "./address";
import { definitions } from "./element";

/** The marks of a dark page: put here by the build, from tokens.css. */
declare const DARK: string;
/** Do it now, and again whenever the page around says something else. */
const whenThemed = (act: () => void): MutationObserver => {
  const changed = new MutationObserver(act);
  for (const it of [document.documentElement, document.body]) changed.observe(it, { attributes: true });
  act();
  return changed;
};

/** The notebook that a part of the page belongs to: one tab may hold several, with the same chapter in them. */
const notebook = (part: Element): Element | null => part.closest(".jp-Notebook");

export const attach: Render = ({ model, el }) => {
  const tag = String(model.get("_element"));
  const names = Object.keys(definitions.get(tag)?.schema ?? {});
  const element = document.createElement(tag);
  const text = (): string => JSON.stringify(Object.fromEntries(names.map((n) => [n, model.get(n)])));
  element.id = String(model.get("id"));
  element.setAttribute("live", "");
  element.setAttribute("state", text());

  const toPython = (event: Event): void => {
    // The inputs inside dispatch events of the same name, which bubble up here without a state.
    if (event.target !== element) return;
    const state = (event as CustomEvent<Record<string, unknown>>).detail;
    const moved = names.filter((n) => JSON.stringify(model.get(n)) !== JSON.stringify(state[n]));
    for (const n of moved) model.set(n, state[n]);
    if (moved.length > 0) model.save_changes();
  };
  // Traits change one after another: wait for the last, so that no state is drawn which nobody asked for.
  const fromPython = (): void =>
    queueMicrotask(() => {
      if (element.getAttribute("state") !== text()) element.setAttribute("state", text());
    });
  // A chapter's links to a state of the widget: a notebook's address is not ours to read or write.
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    // In a published notebook the same link has the whole address of the page.
    const part = link ? said(link.hash, element.id) : null;
    if (!link || part === null || notebook(link) !== notebook(element) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const state = decoded(part);
    // A link that says nothing of the chapter's question leaves it, and the reader's guess, as they are.
    const asked = { predict: model.get("predict"), guess: model.get("guess") };
    element.setAttribute("state", state instanceof Error ? part : JSON.stringify({ ...asked, ...(state as object) }));
    element.scrollIntoView({ block: "nearest" });
  };

  // A notebook around us must not take the keys that move our controls. Some listen before us, and leave alone what bears
  // this attribute; some listen after. Ctrl+S and its like stay the notebook's, and so does Esc, which leaves a dialog.
  const theirs = (event: Event): boolean =>
    event instanceof KeyboardEvent && (event.ctrlKey || event.metaKey || event.key === "Escape");
  const guard = (event: Event): void => {
    const target = event.composedPath()[0];
    if (target instanceof Element && element.contains(target))
      target.toggleAttribute("data-lm-suppress-shortcuts", !theirs(event));
  };
  const keep = (event: Event): void => {
    if (!theirs(event)) event.stopPropagation();
  };

  // Radio buttons of one name are one group within their form, and a notebook may show a widget twice.
  const form = document.createElement("form");
  form.style.display = "contents";
  form.addEventListener("submit", (event) => event.preventDefault());
  form.append(element);

  el.classList.add("iem-live");
  // No style of the page's reaches into a shadow root, nor do ours see out of it.
  const themed = whenThemed(() => {
    el.dataset["theme"] = document.querySelector(DARK) ? "dark" : "light";
  });
  element.addEventListener("change", toPython);
  element.addEventListener("keydown", keep);
  for (const heard of ["focusin", "keydown"]) addEventListener(heard, guard, true);
  document.addEventListener("click", follow, true);
  names.forEach((n) => model.on(`change:${n}`, fromPython));
  el.append(form);
  return () => {
    themed.disconnect();
    names.forEach((n) => model.off(`change:${n}`, fromPython));
    document.removeEventListener("click", follow, true);
    for (const heard of ["focusin", "keydown"]) removeEventListener(heard, guard, true);
    form.remove();
  };
};
