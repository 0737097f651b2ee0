"use strict";
// Keys, buttons, and the page anew when something was stored. Pages and numbers come from the server, whole.
(() => {
  const said = document.getElementById("said");
  const keys = document.getElementById("keys");
  const headers = { "X-Twiceshy": "1", "Content-Type": "application/x-www-form-urlencoded" };
  let undo = null;
  let leader = false;

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("main [data-row]")].filter((one) => one.checkVisibility());

  const say = (text, back) => {
    said.replaceChildren(document.createTextNode(text));
    undo = back ?? null;
    if (!undo) return;
    const button = document.createElement("button");
    button.textContent = "Undo (u)";
    button.addEventListener("click", takeBack);
    said.append(" ", button);
  };

  // Every write goes through here: the header is what no form of another page can send.
  const act = async (path, values) => {
    const answer = await fetch(path, { method: "POST", headers, body: new URLSearchParams(values) });
    const type = answer.headers.get("content-type") ?? "";
    const done = type.startsWith("application/json") ? await answer.json() : { says: await answer.text() };
    if (!answer.ok) return say(done.says);
    const back = done.undo ? { path: done.undo, values: done.values } : null;
    if (done.goes_to && done.goes_to !== location.pathname) {
      sessionStorage.setItem("said", JSON.stringify({ says: done.says, back }));
      return location.assign(done.goes_to);
    }
    await refresh();
    say(done.says, back);
  };
  const takeBack = () => undo && act(undo.path, undo.values);

  // What loads itself was loaded: it stays as it is until its own answer is there.
  const refresh = async () => {
    const parts = [...document.querySelectorAll("main [hx-get][hx-trigger=load]")];
    await htmx.ajax("GET", location.pathname + location.search, { target: "#main", swap: "innerMorph" });
    const kept = parts.filter((one) => one.isConnected);
    await Promise.all(kept.map((one) => htmx.ajax("GET", one.getAttribute("hx-get"), { target: one, swap: "innerMorph" })));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-act]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.asks && !confirm(form.dataset.asks)) return;
    const values = new FormData(form, event.submitter);
    act(form.dataset.act, values);
  });

  const move = (step) => {
    const every = rows();
    const at = every.indexOf(document.activeElement);
    every[Math.max(0, Math.min(every.length - 1, at + step))]?.focus();
  };

  const commands = {
    "?": () => keys.showModal(),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    j: () => move(1),
    k: () => move(-1),
    u: takeBack,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open || isTyping(event.target)) return;
    const own = [...document.querySelectorAll("main [data-press]")].find((one) => one.dataset.press === event.key);
    if (leader) {
      leader = false;
      const page = [...document.querySelectorAll(".bar a")].find((one) => one.dataset.key === event.key);
      if (page) return page.click();
    }
    if (event.key === "g") return void (leader = true);
    if (!own && !(event.key in commands)) return;
    event.preventDefault();
    if (own) own.click();
    else commands[event.key]();
  });

  // What another process stored is shown when nobody is in the midst of something.
  const follow = () => {
    if (!document.querySelector("[data-live]")) return;
    const news = new EventSource("/live");
    let waiting = false;
    const show = () => {
      const typing = isTyping(document.activeElement ?? document.body) || getSelection()?.toString();
      if (!waiting || document.hidden || typing) return;
      waiting = false;
      refresh();
    };
    news.addEventListener("changed", () => {
      waiting = true;
      show();
    });
    document.addEventListener("visibilitychange", show);
    setInterval(show, 3000);
  };

  const left = sessionStorage.getItem("said");
  if (left) {
    sessionStorage.removeItem("said");
    const { says, back } = JSON.parse(left);
    say(says, back);
  }
  follow();
})();
