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

  // What failed in a promise that nobody waits for, whenever: the console is listened to for as long as the page is there.
  addEventListener("unhandledrejection", ({ reason }) => console.error(`a promise failed: ${reason?.stack ?? reason}`))
  // The state that a `change` event carries; native inputs fire events of the same name without one.
  document.addEventListener("change", event => {
    if (event instanceof CustomEvent) said[event.target.id] = JSON.stringify(event.detail)
  })
  // What moved on the page without anybody's hand, and how much of the window it took.
  new PerformanceObserver(list => {
    for (const { value, sources } of list.getEntries()) shifts.push([value, ...sources.map(({ node, previousRect: a, currentRect: b }) =>
      `${(node?.outerHTML ?? node?.parentElement?.outerHTML ?? "gone").slice(0, 90)} ${[a.x, a.y, a.width, a.height]} → ${[b.x, b.y, b.width, b.height]}`)])
  }).observe({ type: "layout-shift", buffered: true })
  const forget = async () => {
    await frame()
    await frame()
    shifts.length = 0
  }
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
  // A test that waits for what never comes should fail, and say for what.
  const NEVER = 120_000
  const until = async fact => {
    const start = performance.now()
    while (!fact()) {
      if (performance.now() - start > NEVER) throw new Error(`it never came: ${fact}`)
      await frame()
    }
  }
  // Unfolded, in the middle of the window, and no longer moving: an address scrolls to its widget by itself, and smoothly.
  const rest = async it => {
    for (let fold; (fold = it.closest("details:not([open])")); ) fold.open = true
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

  // Words that lie over each other: pairs of visible texts whose boxes share more than a sliver.
  const collisions = id => {
    const it = eyes.element(id)
    // What sticks to the window lies over the rest by design: measured where it belongs.
    for (const node of it.querySelectorAll("*")) if (getComputedStyle(node).position === "sticky") Object.assign(node.style, { position: "relative", top: "auto" })
    const clip = (box, node) => {
      for (let up = node; up && up !== it; up = up.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(up)
        if (overflowX === "visible" && overflowY === "visible") continue
        const b = up.getBoundingClientRect()
        box = { left: Math.max(box.left, b.left), right: Math.min(box.right, b.right), top: Math.max(box.top, b.top), bottom: Math.min(box.bottom, b.bottom) }
      }
      return box
    }
    const texts = []
    const walk = document.createTreeWalker(it, NodeFilter.SHOW_TEXT)
    for (let node; (node = walk.nextNode());) {
      const owner = node.parentElement
      if (!node.data.trim() || !owner.checkVisibility({ checkVisibilityCSS: true }) || owner.closest("details:not([open]) :not(summary), svg")) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const rect of range.getClientRects()) {
        const box = clip(rect, owner)
        if (box.right - box.left > 1 && box.bottom - box.top > 1) texts.push({ text: node.data.trim(), owner, box })
      }
    }
    const sliver = 3, found = []
    texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
      if (a.owner.contains(b.owner) || b.owner.contains(a.owner)) return
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
      const tall = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
      if (wide > sliver && tall > sliver + 2) found.push(`“${a.text}” and “${b.text}”`)
    }))
    return found
  }

  // The paper under a node, and its ink.
  const colours = node => {
    let under = node
    while (/rgba\(0, 0, 0, 0\)|transparent/.test(getComputedStyle(under).backgroundColor)) under = under.parentElement
    return [getComputedStyle(under).backgroundColor, getComputedStyle(node).color]
  }
  // A slider that the picture draws has its ring on its thumb, which no style tells.
  const ringed = node => getComputedStyle(node).outlineStyle !== "none" || node.type === "range"
  // How often Tab stops: at each control, and once in each group of radio buttons.
  const stops = id => {
    const groups = new Set()
    return [...element(id).querySelectorAll("input, select, textarea, button, summary, [tabindex='0']")].filter(node =>
      !node.disabled && node.checkVisibility() && !node.closest("fieldset:disabled, details:not([open]) :not(summary)")
      && (node.type !== "radio" || (!groups.has(node.name) && groups.add(node.name)))).length
  }
  // Where the focus is once the page no longer moves: below or above the window, or below what sticks to it.
  const lost = async () => {
    const node = document.activeElement
    for (let still = 0, last = NaN; still < 3; ) {
      await frame()
      const now = node.getBoundingClientRect().y
      still = now === last ? still + 1 : 0
      last = now
    }
    const { x, y, width, height } = node.getBoundingClientRect()
    const [across, down] = [x + width / 2, y + height / 2]
    const sticks = it => it && (/sticky|fixed/.test(getComputedStyle(it).position) ? it : sticks(it.parentElement))
    const over = document.elementsFromPoint(across, down).map(sticks).find(it => it && !it.contains(node))
    return down < 0 || down > innerHeight ? "beyond the window" : over ? `below ${over.className}` : ""
  }
  // Controls that a finger would miss.
  const small = (id, least) =>
    [...eyes.controls(id), ...element(id).querySelectorAll("[data-act], summary")].filter(it => it.checkVisibility())
      .map(it => [eyes.call(it), (it.labels?.[0] ?? it).getBoundingClientRect()])
      .filter(([, box]) => box.width < least || box.height < least)
      .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)

  globalThis.eyes = {
    said, ran, shifts, forget, drawing, meters, rest, awake, element, collisions, colours, ringed, stops, lost, small,
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
