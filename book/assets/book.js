// What the page gains from a script: the theme, a menu that can be hidden, copy buttons, keyboard access to what scrolls
// sideways.
(() => {
  const root = document.documentElement;

  // The widgets' scripts: at the first paint, or when all else is there, if that comes first.
  const late = document.getElementById("late");
  if (late) {
    const come = () => {
      for (const script of late.content.querySelectorAll("script")) script.async = false;
      document.head.append(late.content);
    };
    new PerformanceObserver(come).observe({ type: "paint", buffered: true });
    addEventListener("load", come);
  }

  // A browser may refuse to keep anything: a choice then lasts for this page.
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const keep = (name, value) => {
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch {
      /* refused */
    }
  };

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = document.querySelector(".theme select");
  const show = () => {
    root.dataset.theme = theme.value || (dark.matches ? "dark" : "light");
  };
  const settle = () => {
    const chosen = kept("theme");
    theme.value = chosen === "light" || chosen === "dark" ? chosen : "";
    show();
  };
  settle();
  theme.parentElement.hidden = false;
  theme.addEventListener("change", () => {
    keep("theme", theme.value);
    show();
  });
  dark.addEventListener("change", show);

  const menu = document.getElementById("menu");
  const aside = document.querySelector(".aside");
  const opens = document.querySelector(".menu-button");
  // Where there is room the menu lies beside the text, unless the reader hid it; then it opens over the text, as on a phone.
  const place = (hidden) => {
    if (hidden) root.dataset.menu = "hidden";
    else delete root.dataset.menu;
    aside.textContent = hidden ? "Keep open" : "Hide";
    aside.setAttribute("aria-label", hidden ? "Keep open the menu" : "Hide the menu");
  };
  place(kept("menu") === "hidden");
  aside.hidden = !("showPopover" in menu);
  aside.addEventListener("click", () => {
    const hidden = root.dataset.menu !== "hidden";
    keep("menu", hidden ? "hidden" : "");
    if (!hidden && menu.matches(":popover-open")) menu.hidePopover();
    place(hidden);
    (hidden ? opens : aside).focus();
  });
  // Back to a page that was left as it stood: what has been chosen since holds here too.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    settle();
    place(kept("menu") === "hidden");
  });

  // A chosen anchor of this very page closes the menu that lies over it.
  menu.addEventListener("click", (event) => {
    if (event.target.closest("a[href*='#']") && menu.hidePopover && menu.matches(":popover-open")) menu.hidePopover();
  });
  // So does a Tab that leaves it: what lies behind it would have the focus, and nobody would see where that is.
  document.addEventListener("focusin", ({ target }) => {
    if (!menu.hidePopover || !menu.matches(":popover-open") || menu.contains(target)) return;
    if (target.matches(":focus-visible")) menu.hidePopover();
  });
  // A browser without popovers has the menu after the chapter.
  if (!menu.hidePopover)
    document.querySelector(".menu-button").addEventListener("click", () => {
      menu.tabIndex = -1;
      menu.focus();
    });

  // A link of this page that would show what a widget asks its reader to guess first leads to the guess.
  document.querySelector("article").addEventListener("click", (event) => {
    const [, id] =
      event.target
        .closest("a")
        ?.getAttribute("href")
        ?.match(/^#([\w-]+)=/) ?? [];
    const guesses = [...document.querySelectorAll(`[name="${id}-guess"]`)];
    if (!guesses.length || guesses.some((guess) => guess.checked)) return;
    event.preventDefault();
    guesses[0].focus();
  });

  // Code as it runs: of a session, what was typed, without prompts and what was answered.
  const typed = (pre) => {
    const lines = pre.textContent.split("\n");
    const asked = lines.filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
    return lines[0].startsWith(">>> ") ? asked.map((line) => `${line.slice(4)}\n`).join("") : pre.textContent;
  };
  // Where a page may not write the clipboard, as in a frame, the code is chosen, for the hand to copy.
  const copied = async (pre) => {
    try {
      await navigator.clipboard.writeText(typed(pre));
      return true;
    } catch {
      getSelection().selectAllChildren(pre);
      return document.execCommand("copy");
    }
  };
  // Who hears the page is not told that a button has another name.
  const heard = Object.assign(document.createElement("p"), { className: "unseen", role: "status" });
  document.querySelector("article").append(heard);
  for (const code of document.querySelectorAll("article div.highlight")) {
    const copy = Object.assign(document.createElement("button"), {
      type: "button",
      className: "copy",
      textContent: "Copy",
    });
    copy.addEventListener("click", async () => {
      const byHand = /Mac|iP/.test(navigator.platform) ? "⌘C" : "Ctrl+C";
      const done = await copied(code.querySelector("pre"));
      copy.textContent = done ? "Copied" : byHand;
      heard.textContent = done ? "Copied." : `Selected: ${byHand} copies it.`;
      setTimeout(() => {
        copy.textContent = "Copy";
        heard.textContent = "";
      }, 1500);
    });
    code.append(copy);
  }

  // A formula is copied as its TeX, whole however little of it was chosen; what else is chosen stays as it reads. Programs
  // that take more than text get what the page shows.
  const formula = (node) => (node.closest ? node : node.parentElement)?.closest(".math");
  document.addEventListener("copy", (event) => {
    const chosen = getSelection();
    if (!chosen.rangeCount || event.target.matches?.("input, textarea")) return;
    const range = chosen.getRangeAt(0).cloneRange();
    const [first, last] = [formula(range.startContainer), formula(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copy = document.createElement("div");
    copy.append(range.cloneContents());
    if (!copy.querySelector(".math")) return;
    copy.querySelectorAll(".headerlink, .copy, .gp, .go, script").forEach((it) => it.remove());
    event.clipboardData.setData("text/html", copy.innerHTML);
    copy.querySelectorAll(".math > math").forEach((it) => {
      const around = it.parentElement;
      const mark = around.matches("div") ? "$$" : "$";
      it.replaceWith(mark + (around.dataset.tex ?? it.textContent) + mark);
    });
    // Laid out for a moment where nobody sees it: only then has its text the lines that it shows. A widget stays asleep.
    for (const it of copy.querySelectorAll("*")) if (it.localName.includes("-")) it.replaceWith(...it.childNodes);
    Object.assign(copy.style, { position: "fixed", left: "-999rem", whiteSpace: "normal" });
    document.body.append(copy);
    // biome-ignore lint/performance/useDomNodeTextContent: the lines are what is asked for
    event.clipboardData.setData("text/plain", copy.innerText);
    copy.remove();
    event.preventDefault();
  });

  // Answers are folded on the page; on paper they stand, unless the reader chose otherwise.
  const answers = document.querySelector(".answers");
  if (answers) {
    const chosen = answers.querySelector("input");
    answers.hidden = false;
    chosen.addEventListener("change", () => root.classList.toggle("folded", !chosen.checked));
    let unfolded = [];
    addEventListener("beforeprint", () => {
      unfolded = chosen.checked ? [...document.querySelectorAll("details.sd-dropdown:not([open])")] : [];
      for (const details of unfolded) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of unfolded) details.open = false;
    });
  }

  // What is wider than its box must be reachable without a mouse. Asked of boxes that are laid out, and of all of them
  // before any is changed: else the browser would lay out, for the answers, what it has left for later.
  const laidOut = new Set();
  const reach = (boxes) => {
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, i) => {
      if (wide[i]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  };
  const sizes = new ResizeObserver((changes) => {
    const boxes = changes.map((change) => change.target);
    boxes.forEach((box) => laidOut.add(box));
    reach(boxes);
  });
  document
    .querySelectorAll("article :is(pre, div.math, span.math.long, .scrolls)")
    .forEach((box) => sizes.observe(box));
  // Another font changes what is in a box, and not always the box; one may come when a reader does, far down the page.
  document.fonts?.addEventListener("loadingdone", () => reach([...laidOut]));
  document.fonts?.ready.then(() => reach([...laidOut]));
})();
