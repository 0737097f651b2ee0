"""What a page must have so that everybody can use it, asked of the page itself in a browser: one script, its answers.

The rules are WCAG 2.2's, those that a machine can decide: names, labels, headings, landmarks, tables, contrast, focus.
"""

from typing import Any

FIND_BARRIERS = r"""(() => {
  const found = [];
  const all = (what, root = document) => [...root.querySelectorAll(what)];
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const tell = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const named = (one) => {
    const by = (one.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const words = by.map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const labels = one.labels ? [...one.labels].map((label) => label.textContent).join("") : "";
    const inner = one.matches("input, select, textarea") ? (one.type === "submit" ? one.value : "") : one.textContent;
    return [one.getAttribute("aria-label"), words, labels, one.title, inner].some((text) => text && text.trim());
  };

  if (!document.documentElement.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");
  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) found.push("two of id " + id);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "list"])
    for (const one of all(`[${name}]`))
      for (const id of one.getAttribute(name).split(/\s+/))
        if (id && !document.getElementById(id)) found.push(`${name} names nothing: ${tell(one)}`);
  for (const one of all("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], dialog"))
    if (!named(one)) found.push("no name: " + tell(one));
  for (const one of all("nav, [role=region], [role=group]"))
    if (!one.getAttribute("aria-label") && !one.getAttribute("aria-labelledby")) found.push("no label: " + tell(one));
  for (const one of all("img:not([alt]), svg:not([aria-hidden=true]):not([aria-label]), canvas:not([aria-label])"))
    if (!one.closest("[aria-label]")) found.push("no text beside: " + tell(one));
  if (all("main").length !== 1) found.push(all("main").length + " main parts");
  if (all("h1").filter(isSeen).length !== 1) found.push(all("h1").filter(isSeen).length + " h1");
  let last = 0;
  for (const one of all("main h1, main h2, main h3, main h4, main h5, main h6").filter(isSeen)) {
    const level = Number(one.tagName[1]);
    if (level > last + 1) found.push(`h${level} after h${last}: ${tell(one)}`);
    last = level;
  }
  for (const table of all("main table"))
    if (table.rows.length && !table.closest(".uplot") && !table.querySelector("th[scope]"))
      found.push("no heads: " + tell(table));
  for (const list of all("ul, ol"))
    for (const one of list.children)
      if (!one.matches("li, script, template")) found.push("not of a list: " + tell(one));
  for (const one of all("dl > *")) if (!one.matches("div, dt, dd")) found.push("not of a list: " + tell(one));
  for (const one of all("[tabindex]")) if (one.tabIndex > 0) found.push("first by force: " + tell(one));
  for (const one of all("a a, a button, button a, button button, summary a, summary button"))
    found.push("one control in another: " + tell(one));
  for (const one of all("main *")) {
    const style = getComputedStyle(one);
    if (!/auto|scroll/.test(style.overflowX + style.overflowY)) continue;
    const scrolls = one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1;
    if (isSeen(one) && scrolls && one.tabIndex < 0 && !one.querySelector("a, button, input, select, summary"))
      found.push("scrolls by mouse alone: " + tell(one));
  }
  return found;
})()"""

FIND_FAINT_TEXT = r"""(() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const read = (colour) => {
    if (!known.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
      known.set(colour, { parts: [red, green, blue], alpha: alpha / 255 });
    }
    return known.get(colour);
  };
  const over = (upper, lower) => upper.parts.map((part, at) => part * upper.alpha + lower[at] * (1 - upper.alpha));
  const ground = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const layer = read(getComputedStyle(at).backgroundColor);
      if (layer.alpha) layers.push(layer);
      if (layer.alpha === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (parts) => {
    const [red, green, blue] = parts.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const found = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !one.checkVisibility() || one.closest("script, noscript, :disabled, option"))
      continue;
    const style = getComputedStyle(one);
    const below = ground(one);
    const [low, high] = [light(over(read(style.color), below)), light(below)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least) found.set(`${style.color} on ${below}`, `${ratio.toFixed(2)}: ${one.outerHTML.slice(0, 90)}`);
  }
  return [...found].map(([colours, text]) => `${colours}: ${text}`);
})()"""
"""Contrast of each visible text to what lies below it, by WCAG's formula; large letters need 3, others 4.5."""

FIND_HIDDEN_FOCUS = r"""(() => {
  const found = [];
  const every = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const seen = [...document.querySelectorAll(every)].filter((one) => one.checkVisibility() && !one.disabled);
  for (const one of seen.slice(0, 40)) {
    one.focus({ preventScroll: true, focusVisible: true });
    const style = getComputedStyle(one);
    if (document.activeElement === one && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2))
      found.push(one.outerHTML.slice(0, 90));
  }
  document.activeElement?.blur();
  return found;
})()"""

FIND_FOREIGN_PARTS = r"""(() => {
  const found = [];
  if (typeof window.ran !== "undefined") found.push("ran: " + window.ran);
  for (const one of document.querySelectorAll("*")) {
    for (const name of one.getAttributeNames()) {
      const value = one.getAttribute(name);
      const isSize = name === "style" && /^((min-)?height: [\d.]+px;)?$/.test(value);  // of a script of ours
      if (/^on|^hx-on|^style$|^srcdoc$/.test(name) && !isSize && !one.closest(".uplot"))
        found.push(name + " on " + one.tagName);
      if (/^(href|src|action|formaction|hx-(get|post)|data-act)$/.test(name) && !/^(\/(?!\/)|#|\?|data:,$)/.test(value))
        found.push(`${name}=${value.slice(0, 60)}`);
    }
    if (one.matches("iframe, base, object, embed, img, style, link[rel=stylesheet]:not([href^='/static/'])"))
      found.push("<" + one.tagName + ">");
    if (one.matches("script:not([src^='/static/'])")) found.push("a script");
  }
  const text = document.body.innerText;
  if (/[\u202a-\u202e\u2066-\u2069\u001b\u2028]/.test(text)) found.push("an invisible character");
  if (text.includes("1337")) found.push("a template's word was carried out");
  return [...new Set(found)];
})()"""
"""What only a log could have put there, or what a log's text made run (see ``pages.HOSTILE``: 7 * 191 is 1337)."""


def find_faults(tab: Any) -> dict[str, list[str]]:
    """Return what is wrong with the page that the tab shows, by the rule."""
    tab.paint(scheme="light", width=1000)
    found = {
        "barriers": tab.run(FIND_BARRIERS),
        "faint": tab.run(FIND_FAINT_TEXT),
        "foreign": tab.run(FIND_FOREIGN_PARTS),
        "focus": tab.run(FIND_HIDDEN_FOCUS),
    }
    tab.paint(scheme="dark", width=1000)
    found["faint in the dark"] = tab.run(FIND_FAINT_TEXT)
    tab.paint(scheme="light", width=320)
    found["wide"] = [f"{wide} px"] if (wide := tab.run("document.documentElement.scrollWidth")) > 320 else []
    tab.paint(scheme="light", width=1000)
    return {rule: faults[:8] for rule, faults in found.items() if faults}
