// A widget in a frame: its page tells how high it is, and its link leads to the chapter in the state that is shown.
(() => {
  // To whoever is around: {iem: "height", height: 734}, in CSS pixels, when it is there and whenever it changes.
  if (parent !== window) {
    const tell = () =>
      parent.postMessage({ iem: "height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
    new ResizeObserver(tell).observe(document.body);
    addEventListener("load", tell);
  }

  const widget = document.querySelector("[embedded]");
  const start = JSON.parse(widget.getAttribute("state"));
  const link = document.querySelector(".from a");
  link.addEventListener("click", (event) => {
    const now = Object.entries(JSON.parse(widget.getAttribute("state")));
    const moved = now.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(start[name]));
    link.hash = `${link.dataset.widget}=${encodeURIComponent(JSON.stringify(Object.fromEntries(moved)))}`;
    // Beside the page around us; where a sandbox forbids that, in the frame.
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && open(link.href)) event.preventDefault();
  });
})();
