// What is folded: sections, which a link into them opens and paper shows.
(() => {
  // Questions take the room that they will need, so that nothing moves when their own script comes.
  document.documentElement.classList.add("asking");

  // What was open is open when the page is loaded again in this visit.
  const depths = [...document.querySelectorAll("details.depth")];
  const visit = `open:${location.pathname}`;
  try {
    const were = sessionStorage.getItem(visit)?.split(" ");
    for (const it of depths) it.open = were?.includes(it.parentElement.id);
    addEventListener("pagehide", () => {
      const names = depths.filter((it) => it.open).map((it) => it.parentElement.id);
      sessionStorage.setItem(visit, names.join(" "));
    });
  } catch {
    // Where nothing may be kept all begins folded.
  }

  // A link into what is folded opens it: the section that it names, or those that its place lies in.
  const reveal = (address) => {
    let name = address.replace(/^#(projector=)?/, "").split(/[=&]/)[0];
    try {
      name = decodeURIComponent(name);
    } catch {
      return null;
    }
    const place = document.getElementById(name);
    if (!place) return null;
    const folded = depths.filter((it) => !it.open && (it.contains(place) || it.parentElement === place));
    for (const it of folded) it.open = true;
    return folded.length ? place : null;
  };
  const arrive = () => reveal(location.hash)?.scrollIntoView();
  arrive();
  addEventListener("hashchange", arrive);
  // Before the browser follows it, and once more of a link that was followed before.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#']");
    if (link && link.pathname === location.pathname) reveal(link.hash);
  });

  // On paper nothing is folded; what was is so afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = depths.filter((it) => !it.open);
    for (const it of opened) it.open = true;
  });
  addEventListener("afterprint", () => {
    for (const it of opened) it.open = false;
  });

  // The rest of what questions can do comes when the first is near: none is in a first view.
  const { src } = document.currentScript;
  const near = new IntersectionObserver(
    (seen) => {
      if (!seen.some((it) => it.isIntersecting)) return;
      near.disconnect();
      document.head.append(
        Object.assign(document.createElement("script"), { src: src.replace("folded.js", "questions.js") }),
      );
    },
    { rootMargin: "900px" },
  );
  for (const question of document.querySelectorAll(".question")) near.observe(question);
})();
