// A deck: reveal.js turns its slides where there is room; here is what it cannot know: the widgets' keys, how large a
// picture may be, and what the speaker sees in a window of their own, which asks for no script within a page.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const longer = asked.has("longer");
  const slides = document.querySelector(".slides");
  if (!longer) for (const it of slides.querySelectorAll(".only-longer")) it.remove();
  const sections = [...slides.querySelectorAll("section[data-kind]")];
  const text = (it) => it.querySelector("h2").textContent.trim();
  const when = (it) => it.dataset[longer ? "longer" : "span"] ?? "";

  // The largest that fits: of the letters in a text, of a picture and of a widget's unit. A widget's letters stay as
  // large as the last row needs, unless nothing fits then.
  const LETTERS = [18, 16, 14, 12];
  const sizes = {
    text: [44, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24],
    picture: [160, 150, 140, 130, 120, 110, 100, 90, 80],
    stage: [130, 125, 120, 115, 110, 105, 100, 95, 90, 85, 80, 75, 70, 65, 60, 55, 50],
  };
  const enlarge = (section) => {
    for (const [kind, tried] of Object.entries(sizes)) {
      const part = section.querySelector(`.${kind}`);
      if (!part) continue;
      const fits = (at) => {
        part.style.setProperty("--fit", tried[at]);
        return part.scrollHeight <= part.clientHeight + 1 && part.scrollWidth <= part.clientWidth + 4;
      };
      for (const letters of LETTERS) {
        part.style.setProperty("--letters", letters);
        let [low, high] = [0, tried.length - 1];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (fits(middle)) high = middle;
          else low = middle + 1;
        }
        if (fits(low)) break;
      }
    }
  };

  // The speaker's window: the plan, the notes, a clock. It asks the deck, which opened it, and tells it where to go.
  const speak = () => {
    root.classList.add("speaks");
    const make = (name, attributes, ...children) => {
      const made = Object.assign(document.createElement(name), attributes);
      made.append(...children);
      return made;
    };
    let at = sections[0];
    const go = (to) => {
      if (!to) return;
      if (opener) opener.postMessage({ deck: location.pathname, go: to.id }, "*");
      show(to);
    };
    const step = (by) => go(sections[sections.indexOf(at) + by]);
    const clock = make("p", { className: "clock" });
    const here = make("div", { className: "here" });
    const plan = make("ol", { className: "plan" });
    // A step has its minutes once, however many slides it has.
    const firsts = sections.filter((it, i) => i === 0 || it.dataset.step !== sections[i - 1].dataset.step);
    for (const first of firsts) {
      const go_to = make("button", { type: "button", onclick: () => go(first) });
      go_to.dataset.step = first.dataset.step;
      go_to.append(make("span", { className: "when" }, when(first)), text(first));
      plan.append(make("li", {}, go_to));
    }
    const show = (section) => {
      at = section;
      const following = sections[sections.indexOf(at) + 1];
      const first = sections.find((it) => it.dataset.step === at.dataset.step);
      here.replaceChildren(
        make("h2", {}, text(at)),
        ...[...new Set([at, first])].flatMap((it) =>
          [...it.querySelectorAll(":scope > .notes")].map((notes) => {
            const copy = notes.cloneNode(true);
            copy.hidden = false;
            return copy;
          }),
        ),
        make("p", {}, make("strong", {}, "Next: "), following ? text(following) : "the end."),
      );
      for (const it of plan.querySelectorAll("button")) {
        if (it.dataset.step === at.dataset.step) it.setAttribute("aria-current", "step");
        else it.removeAttribute("aria-current");
      }
      tick();
    };
    let began = null;
    const two = (number) => String(number).padStart(2, "0");
    const elapsed = make("span", { className: "elapsed" });
    const day = make("span", { className: "day" });
    const planned = make("span", { className: "planned" });
    const start = make("button", { type: "button", onclick: () => begin() }, "Start the clock");
    const begin = () => {
      began = Date.now();
      start.textContent = "Start again";
      tick();
    };
    const tick = () => {
      const now = new Date();
      day.textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
      const seconds = began === null ? 0 : Math.floor((Date.now() - began) / 1000);
      elapsed.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
      const [from, to] = when(at).split("–").map(Number);
      const late = began === null || !to ? 0 : Math.floor(seconds / 60 - to) + 1;
      planned.textContent = to ? `planned ${from}–${to}${late > 0 ? `: over by ${late} min` : ""}` : "";
    };
    setInterval(tick, 1000);
    clock.append(day, elapsed, start, planned);
    const title = document.querySelector("h1.unseen").textContent.replace(/: slides$/, "");
    const move = make(
      "p",
      {},
      make("button", { type: "button", onclick: () => step(-1) }, "Back"),
      " ",
      make("button", { type: "button", onclick: () => step(1) }, "Next"),
    );
    document.body.append(
      make(
        "main",
        { className: "speaker" },
        make("h1", {}, `${title}: for the speaker`),
        clock,
        make("div", {}, here, move),
        plan,
      ),
    );
    slides.closest("main").remove();
    document.title = `${title}: for the speaker`;
    addEventListener("keydown", (event) => {
      if (event.target.closest("button") && event.key === " ") return;
      const by = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[
        event.key
      ];
      if (!by) return;
      event.preventDefault();
      step(by);
    });
    addEventListener("message", ({ source, data }) => {
      if (source !== opener || data?.deck !== location.pathname) return;
      const to = sections.find((it) => it.id === data.at);
      if (to) show(to);
    });
    show(at);
    if (opener) opener.postMessage({ deck: location.pathname, go: "" }, "*");
  };
  if (asked.has("speaker")) {
    speak();
    return;
  }

  // On a phone, and where all is printed, the slides stay one below the other.
  const room = matchMedia("(min-width: 40rem)");
  const paper = /print-pdf/i.test(location.search);
  room.addEventListener("change", () => location.reload());
  const measure = async () => {
    // A slide is measured in the letters that it will have.
    await Promise.allSettled([...document.fonts].map((face) => face.load()));
    root.classList.add("paged");
    sections.forEach(enlarge);
  };
  if (!room.matches) {
    for (const it of document.querySelectorAll("[data-do]")) it.hidden = true;
    return;
  }
  if (paper) {
    measure();
    return;
  }

  let speaker = null;
  const tell = () => {
    const at = Reveal.getCurrentSlide();
    if (speaker && !speaker.closed && at) speaker.postMessage({ deck: location.pathname, at: at.id }, "*");
  };
  const open = () => {
    const address = new URL(location.href);
    address.hash = "";
    address.search = longer ? "?speaker&longer" : "?speaker";
    speaker = window.open(address, "speaker", "popup,width=1000,height=760");
  };
  addEventListener("message", ({ source, data }) => {
    if (!speaker || source !== speaker || data?.deck !== location.pathname) return;
    const to = sections.findIndex((it) => it.id === data.go);
    if (to >= 0) Reveal.slide(to);
    else tell();
  });

  // A control keeps its keys: an arrow moves a slider, a space turns a switch. Escape gives the keys back to the deck.
  // A remote's keys always turn the slide.
  const TYPED = "input, select, textarea";
  const PRESSED = "button, summary, a, [role=slider], [role=spinbutton], [role=radio], [role=switch], [tabindex]";
  const MOVES = new Set([" ", "Enter", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);
  const mine = (event) => {
    const control = event.target.closest?.(`:is(${TYPED}, ${PRESSED})`);
    if (!control || !slides.contains(control)) return true;
    if (event.key === "Escape") {
      control.blur();
      return false;
    }
    return !control.matches(TYPED) && !MOVES.has(event.key);
  };
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "PageDown" && event.key !== "PageUp") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "PageDown") Reveal.next();
      else Reveal.prev();
    },
    true,
  );
  // For a hand on a mouse or on the screen.
  const go = document.createElement("p");
  go.className = "go";
  const place = document.createElement("span");
  for (const [name, sign, turn] of [
    ["The slide before", "‹", () => Reveal.prev()],
    ["The next slide", "›", () => Reveal.next()],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", name);
    button.textContent = sign;
    button.addEventListener("click", turn);
    go.append(button);
  }
  go.insertBefore(place, go.lastChild);
  const count = () => {
    place.textContent = `${sections.indexOf(Reveal.getCurrentSlide()) + 1} / ${sections.length}`;
  };

  const act = { speaker: open, overview: () => Reveal.toggleOverview() };
  for (const it of document.querySelectorAll("[data-do]")) it.addEventListener("click", act[it.dataset.do]);
  for (const it of document.querySelectorAll(".other")) {
    it.textContent = longer
      ? `In ${document.body.dataset.minutes} minutes`
      : `In ${document.body.dataset.longer} minutes`;
    it.href = longer ? "?" : "?longer";
  }

  measure().then(async () => {
    root.classList.remove("paged");
    root.classList.add("turns");
    document.querySelector("link[data-turns]").media = "screen";
    await Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      minScale: 0.2,
      maxScale: 4,
      center: false,
      hash: true,
      transition: "none",
      backgroundTransition: "none",
      autoAnimate: false,
      controls: false,
      scrollActivationWidth: null,
      postMessage: false,
      postMessageEvents: false,
      keyboardCondition: mine,
      keyboard: { 83: open },
    });
    document.querySelector(".reveal").append(go);
    count();
    // What was moved may say more than before: a widget that no longer fits is made smaller when the hand lets go.
    const settle = () => {
      const stage = Reveal.getCurrentSlide().querySelector(".stage");
      if (stage && stage.scrollHeight > stage.clientHeight + 1) enlarge(stage.parentElement);
    };
    for (const done of ["change", "pointerup", "keyup"])
      slides.addEventListener(done, () => requestAnimationFrame(settle));
    Reveal.on("slidechanged", ({ currentSlide, previousSlide }) => {
      if (previousSlide?.contains(document.activeElement)) document.activeElement.blur();
      if (currentSlide.querySelector(".stage")) enlarge(currentSlide);
      count();
      tell();
    });
  });
})();
