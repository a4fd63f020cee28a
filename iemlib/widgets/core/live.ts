/** A live notebook: the same element, tied to the traits of a Python widget. */
import type { Render } from "@anywidget/types";
import { asked, decoded, said } from "./address";
import { definitions } from "./element";
import { isPartOfAState, type Shared } from "./schema";

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

/** What ipywidgets calls a widget whose way to Python is cut, and what it tells of a way that is cut or found again. */
const CUT_OFF = "jupyter-widgets-disconnected";
const CUT = "comm_live_update";
const UNHEARD = "Python no longer hears this widget: its kernel has ended, or was started anew. Run the cell again.";

export const attach: Render = ({ model, el }) => {
  const tag = String(model.get("_element"));
  const names = Object.keys(definitions.get(tag)?.schema ?? {});
  const element = document.createElement(tag);
  const text = (): string => JSON.stringify(Object.fromEntries(names.map((n) => [n, model.get(n)])));
  element.id = String(model.get("id"));
  element.setAttribute("live", "");
  element.setAttribute("state", text());

  // When the kernel has ended, or was started anew, ipywidgets tells its models; a view that comes later bears a mark.
  const unheard = document.createElement("p");
  unheard.className = "i-unheard";
  unheard.role = "status";
  const tell = (heard: boolean): void => {
    unheard.textContent = heard ? "" : UNHEARD;
  };
  // Called on the view, where anywidget lets it be seen.
  function cut(this: { readonly model?: { readonly comm_live?: boolean } } | undefined): void {
    tell(this?.model?.comm_live ?? false);
  }
  tell(!el.classList.contains(CUT_OFF));
  // Of a kernel that was shut down nobody tells: it is looked for at the next move.
  const manager = model.widget_manager as { readonly kernel?: { readonly status?: string } | null } | undefined;
  const gone = (): boolean => manager?.kernel === null || manager?.kernel?.status === "dead";

  const toPython = (event: Event): void => {
    // The inputs inside dispatch events of the same name, which bubble up here without a state.
    if (event.target !== element) return;
    const state = (event as CustomEvent<Record<string, unknown>>).detail;
    const moved = names.filter((n) => JSON.stringify(model.get(n)) !== JSON.stringify(state[n]));
    for (const n of moved) model.set(n, state[n]);
    if (moved.length > 0) model.save_changes();
    if (gone()) tell(false);
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
    const now = { predict: model.get("predict"), guess: model.get("guess") } as Shared;
    element.setAttribute("state", isPartOfAState(state) ? JSON.stringify(asked(state, now, now)) : part);
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
  el.append(form, unheard);
  model.on(CUT, cut);
  return () => {
    themed.disconnect();
    model.off(CUT, cut);
    unheard.remove();
    names.forEach((n) => model.off(`change:${n}`, fromPython));
    document.removeEventListener("click", follow, true);
    for (const heard of ["focusin", "keydown"]) removeEventListener(heard, guard, true);
    form.remove();
  };
};
