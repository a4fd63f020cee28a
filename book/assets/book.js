// What the page gains from a script: the theme's button, copy buttons, keyboard access to what scrolls sideways.
(() => {
  const root = document.documentElement;

  // Where a host's policy refuses style attributes a script may set what they say: bars have their lengths there too.
  const styled = [...document.querySelectorAll("[style]")];
  if (!styled.some((it) => it.style.length > 0)) for (const it of styled) it.style.cssText = it.getAttribute("style");

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

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };

  const button = document.querySelector("button.theme");
  const show = (theme) => {
    root.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `${button.textContent} theme`);
  };
  show(kept() || (dark.matches ? "dark" : "light"));
  button.hidden = false;
  button.addEventListener("click", () => {
    show(root.dataset.theme === "dark" ? "light" : "dark");
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      /* the choice then lasts for this page */
    }
  });
  dark.addEventListener("change", () => {
    if (!kept()) show(dark.matches ? "dark" : "light");
  });

  // A chosen anchor of this very page closes the menu that lies over it.
  const menu = document.getElementById("menu");
  menu.addEventListener("click", (event) => {
    if (event.target.closest("a[href*='#']") && menu.matches(":popover-open")) menu.hidePopover();
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
  for (const code of document.querySelectorAll("article div.highlight")) {
    const copy = Object.assign(document.createElement("button"), {
      type: "button",
      className: "copy",
      textContent: "Copy",
    });
    copy.addEventListener("click", async () => {
      const byHand = /Mac|iP/.test(navigator.platform) ? "⌘C" : "Ctrl+C";
      copy.textContent = (await copied(code.querySelector("pre"))) ? "Copied" : byHand;
      setTimeout(() => {
        copy.textContent = "Copy";
      }, 1500);
    });
    code.append(copy);
  }

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
  // Another font changes what is in a box, and not always the box.
  if (document.fonts) document.fonts.ready.then(() => reach([...laidOut]));
})();
