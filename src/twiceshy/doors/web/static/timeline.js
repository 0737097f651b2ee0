"use strict";
// A session of any length: a part is fetched when it comes near and emptied when it is far; its height stays.
(() => {
  const root = document.getElementById("timeline");
  if (!root) return;
  const here = root.dataset.here;
  const ROW_PX = 31; // height of a line until a part is measured
  const NEAR_PX = 500; // a part is near when it is less than this outside of the window
  const SETTLE_MS = 60; // a part that is passed by faster is not fetched
  const AT_ONCE = 20; // lines put in between two frames
  const near = new Set();
  const sought = new Set(); // parts on the way to the moment that the address names
  const opened = new Set();
  const unfolded = new Set();
  const texts = new WeakMap(); // of filled parts: what the server said
  const waiting = new WeakMap(); // of parts that were asked for: how to stop that
  const filling = new WeakMap(); // of parts that are filled or about to be: when that is done

  const ask = async (path, signal) => {
    const answer = await fetch(path, { headers: { "HX-Request": "true" }, signal });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  };
  const parse = (text) => {
    const template = document.createElement("template");
    template.innerHTML = text;
    return template.content;
  };

  // Some lines a frame, so that the window can be scrolled while a part is put in.
  const put = async (part, text) => {
    const held = part.contains(document.activeElement) ? document.activeElement.closest("li")?.id : "";
    texts.set(part, text);
    const lines = [...parse(text).children];
    part.replaceChildren(...lines.splice(0, AT_ONCE));
    while (lines.length) {
      await new Promise(requestAnimationFrame);
      if (texts.get(part) !== text) return;
      part.append(...lines.splice(0, AT_ONCE));
    }
    part.style.minHeight = "";
    for (const button of part.querySelectorAll("[data-open]")) if (opened.has(button.dataset.open)) open(button);
    for (const fold of part.querySelectorAll("[data-run]")) if (unfolded.has(fold.dataset.run)) unfold(fold);
    if (held) document.getElementById(held)?.querySelector("[data-row]")?.focus({ preventScroll: true });
  };

  // Whoever asks while it is being filled waits for the same answer.
  const fill = (part) => {
    if (!filling.has(part)) filling.set(part, read(part));
    return filling.get(part);
  };
  const read = async (part) => {
    const control = new AbortController();
    waiting.set(part, control);
    try {
      const text = await ask(part.dataset.part, control.signal);
      if (!control.signal.aborted) await put(part, text);
    } catch (error) {
      if (error.name !== "AbortError") part.replaceChildren(tell("This part could not be read. Load the page again."));
    }
  };
  const tell = (says) => {
    const line = document.createElement("li");
    line.textContent = says;
    return line;
  };

  const empty = (part, height) => {
    if (sought.has(part) || part.contains(document.activeElement)) return;
    waiting.get(part)?.abort();
    filling.delete(part);
    if (!texts.has(part)) return;
    texts.delete(part);
    part.style.minHeight = `${Math.round(height)}px`;
    part.replaceChildren();
  };

  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        if (isIntersecting) {
          near.add(target);
          setTimeout(() => near.has(target) && fill(target), SETTLE_MS);
        } else {
          near.delete(target);
          empty(target, boundingClientRect.height);
        }
      }
    },
    { rootMargin: `${NEAR_PX}px 0px` },
  );
  const adopt = (part) => {
    part.style.minHeight = `${part.dataset.count * ROW_PX}px`;
    watch.observe(part);
  };

  const open = async (button) => {
    if (button.getAttribute("aria-expanded") === "true") return;
    const line = button.closest("li");
    button.setAttribute("aria-expanded", "true");
    opened.add(button.dataset.open);
    const box = document.createElement("div");
    line.append(box);
    try {
      box.append(parse(await ask(`${here}/moments/${button.dataset.open}`)));
    } catch {
      box.textContent = "This moment could not be read. Load the page again.";
    }
  };
  const close = (button) => {
    button.setAttribute("aria-expanded", "false");
    opened.delete(button.dataset.open);
    button.closest("li").querySelector(":scope > div")?.remove();
  };

  const unfold = async (fold) => {
    const button = fold.querySelector("[data-fold]");
    if (button.getAttribute("aria-expanded") === "true") return;
    button.setAttribute("aria-expanded", "true");
    unfolded.add(fold.dataset.run);
    const box = document.createElement("div");
    box.className = "run";
    box.append(parse(await ask(fold.dataset.parts)));
    fold.append(box);
    box.querySelectorAll("ol.part").forEach(adopt);
  };
  const refold = (fold) => {
    fold.querySelector("[data-fold]").setAttribute("aria-expanded", "false");
    unfolded.delete(fold.dataset.run);
    fold.querySelectorAll("ol.part").forEach((part) => {
      watch.unobserve(part);
      near.delete(part);
    });
    fold.querySelector(".run")?.remove();
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-open], button[data-fold]");
    if (!button) return;
    const isOpen = button.getAttribute("aria-expanded") === "true";
    const fold = button.closest("li");
    if (button.dataset.open) return void (isOpen ? close(button) : open(button));
    if (isOpen) refold(fold);
    else unfold(fold);
  });

  // The address may name a moment: its part is filled first, then the window goes there.
  const holds = (part, rank) => BigInt(part.dataset.first) <= rank && rank <= BigInt(part.dataset.last);
  const fillAt = async (parts, rank) => {
    const part = [...parts].find((one) => holds(one, rank));
    if (!part) return;
    sought.add(part);
    await fill(part);
  };
  const seek = async () => {
    const { at, atRank, atRun, atFold } = root.dataset;
    const named = document.getElementById(location.hash.slice(1));
    if (named?.localName === "details") named.open = true;
    if (!at) return;
    await fillAt(document.querySelectorAll("#parts > ol.part"), BigInt(atRun ? atFold : atRank));
    if (atRun) {
      const fold = root.querySelector(`[data-run="${atRun}"]`);
      if (!fold) return;
      await unfold(fold);
      await fillAt(fold.querySelectorAll("ol.part"), BigInt(atRank));
    }
    const line = document.getElementById(`m-${at}`);
    if (!line) return;
    line.classList.add("sought");
    const button = line.querySelector("[data-open]");
    await open(button);
    line.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
    sought.clear();
  };

  // What an agent did since is put behind what is shown; what is being read stays where it is.
  const takeHead = (fresh) => {
    const old = document.getElementById("session-head");
    const wasOpen = [...old.querySelectorAll("details")].map((one) => one.open);
    fresh.querySelectorAll("details").forEach((one, at) => (one.open = wasOpen[at] ?? false));
    if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    const cost = document.getElementById("session-cost");
    if (cost) htmx.trigger(cost, "again");
  };
  const takeParts = (fresh) => {
    const box = document.getElementById("parts");
    const known = new Map([...box.querySelectorAll(":scope > ol.part")].map((one) => [one.dataset.first, one]));
    for (const part of fresh.querySelectorAll("ol.part")) {
      const old = known.get(part.dataset.first);
      known.delete(part.dataset.first);
      if (old) Object.assign(old.dataset, part.dataset);
      else box.append(part), adopt(part);
    }
    for (const gone of known.values()) watch.unobserve(gone), near.delete(gone), gone.remove();
  };
  const refresh = async () => {
    const atEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 120;
    const fresh = parse(await ask(here + location.search));
    takeHead(fresh.getElementById("session-head"));
    takeParts(fresh.getElementById("parts"));
    for (const part of near) {
      if (!texts.has(part)) continue;
      const text = await ask(part.dataset.part);
      if (text !== texts.get(part)) await put(part, text);
    }
    if (atEnd) scrollTo(0, document.documentElement.scrollHeight);
  };
  let late = false;
  const news = new EventSource("/live");
  const catchUp = () => {
    if (!late || document.hidden || getSelection()?.toString()) return;
    late = false;
    refresh().catch(() => {});
  };
  news.addEventListener("changed", () => {
    late = true;
    catchUp();
  });
  document.addEventListener("visibilitychange", catchUp);
  setInterval(catchUp, 3000);

  document.querySelectorAll("#parts > ol.part").forEach(adopt);
  seek();
})();
