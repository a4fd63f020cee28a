// What a test sees of a widget through its stable hooks alone: the element's id and `state`, role="status" and
// role="alert", data-meter, data-act, native controls. It knows no widget, and no class of its markup.
(() => {
  "use strict"
  // Said, measured, listed or pressed, not drawn.
  const NOT_DRAWN = "[role=status], [role=alert], [data-meter], [data-act], details, output, legend"
  const WORDS = /^(aria-|for$|id$|checked$|value$)/
  const element = id => document.getElementById(id)
  const text = node => (node ? node.innerText.trim() : "")
  const said = {}
  const ran = []
  const shifts = []

  // The state that a `change` event carries; native inputs fire events of the same name without one.
  document.addEventListener("change", event => {
    if (event instanceof CustomEvent) said[event.target.id] = JSON.stringify(event.detail)
  })
  // What moved on the page without anybody's hand, and how much of the window it took.
  new PerformanceObserver(list => {
    for (const { value, sources } of list.getEntries()) shifts.push([value, ...sources.map(({ node, previousRect: a, currentRect: b }) =>
      `${(node?.outerHTML ?? node?.parentElement?.outerHTML ?? "gone").slice(0, 90)} ${[a.x, a.y, a.width, a.height]} → ${[b.x, b.y, b.width, b.height]}`)])
  }).observe({ type: "layout-shift", buffered: true })
  document.addEventListener("transitionrun", event => ran.push(`${event.target.className}: ${event.propertyName}`))

  // The marks and where they stand: no words, no numbers, nothing that a native control shows by itself, and nothing
  // that depends on which of two equal pictures came first.
  const drawing = id => {
    const copy = element(id).cloneNode(true)
    copy.querySelectorAll(NOT_DRAWN).forEach(node => node.remove())
    const told = node => {
      const attributes = [...node.attributes].filter(({ name, value }) => !WORDS.test(name) && value !== "")
        .map(({ name, value }) => `${name}=${name === "style" ? [...node.style].map(p => p + node.style.getPropertyValue(p)).sort() : value}`)
      return `<${node.tagName} ${attributes.sort().join(" ")}>${[...node.children].map(told).join("")}</>`
    }
    return [...copy.children].map(told).join("\n")
  }
  const meters = id =>
    Object.fromEntries([...element(id).querySelectorAll("[data-meter]")].map(meter =>
      [meter.dataset.meter, { value: meter.dataset.value, holds: meter.dataset.holds, text: text(meter) }]))

  const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
  const until = async fact => {
    while (!fact()) await frame()
  }
  // In the middle of the window, and no longer moving: an address scrolls to its widget by itself, and smoothly.
  const rest = async it => {
    for (let still = 0, last = NaN; still < 3; ) {
      it.scrollIntoView({ block: "center", behavior: "instant" })
      await frame()
      const now = it.getBoundingClientRect().y
      still = now === last ? still + 1 : 0
      last = now
    }
  }
  // A widget that is alive writes its state in its own way, whatever is put there.
  const seen = new Set()
  const awake = async id => {
    if (seen.has(id)) return
    seen.add(id)
    const it = element(id)
    await rest(it)
    it.setAttribute("state", ` ${it.getAttribute("state")}`)
    await until(() => !it.getAttribute("state").startsWith(" "))
  }

  globalThis.eyes = {
    said, ran, shifts, drawing, meters, rest, awake, element,
    state: id => element(id).getAttribute("state"),
    sentence: id => text(element(id).querySelector("[role=status]")),
    call: it => [it.tagName, it.type, it.name, it.value, it.ariaLabel ?? it.labels?.[0]?.innerText ?? it.innerText].join(" "),
    notice: id => [...element(id).querySelectorAll("[role=alert]")].filter(node => node.checkVisibility()).map(text).join(" "),
    controls: id => [...element(id).querySelectorAll("input, select, textarea, [role=slider], button:not([data-act])")],
    async put(id, state) {
      await awake(id)
      element(id).setAttribute("state", ` ${JSON.stringify(state)}`)
      await until(() => !eyes.state(id).startsWith(" "))
    },
  }
})()
