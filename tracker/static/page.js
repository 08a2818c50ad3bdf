// Small comforts for pages that work without them: my region, the age of a saved copy, one-key decisions.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const remember = (name) => ({
    get: () => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (value) => { try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch { /* private mode */ } },
  });
  const memory = remember("region");

  // A page that is old says so in large letters: a copy saved for offline, or one left open.
  const made = document.body.dataset.made;
  const copy = $("copy");
  function age() {
    const minutes = Math.floor((Date.now() - Date.parse(made)) / 60000);
    const old = minutes >= 10 || document.body.dataset.copy;
    copy.hidden = !old;
    if (!old) return;
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
    copy.querySelector("b").textContent = minutes < 60 ? words.format(-minutes, "minute")
      : minutes < 2880 ? words.format(-Math.floor(minutes / 60), "hour") : words.format(-Math.floor(minutes / 1440), "day");
  }
  if (made && copy) { age(); setInterval(age, 30000); }

  // My region: remembered in this browser alone.
  const mine = $("mine");
  const row = memory.get() && $(memory.get());
  if (mine && row) {
    const heads = [...row.closest("table").tHead.rows[0].cells];
    const card = document.createElement("div");
    card.className = "card";
    const title = document.createElement("h2");
    title.append(row.cells[0].firstElementChild.cloneNode(true));
    const list = document.createElement("ul");
    list.className = "plain cells";
    [...row.cells].slice(1).forEach((cell, index) => {
      const item = document.createElement("li");
      item.append(heads[index + 1].textContent + " ", ...[...cell.childNodes].map((node) => node.cloneNode(true)));
      list.append(item);
    });
    const forget = document.createElement("button");
    forget.type = "button";
    forget.className = "quiet";
    forget.textContent = mine.dataset.clear;
    forget.onclick = () => { memory.set(); card.remove(); mine.firstElementChild.hidden = false; };
    card.append(title, list, forget);
    mine.firstElementChild.hidden = true;
    mine.append(card);
  }
  if (mine) mine.addEventListener("submit", () => memory.set($("code").value));

  // Find me: worked out in this browser on our own map; the place is sent nowhere.
  const here = $("here");
  const map = document.querySelector(".map");
  if (here && map && "geolocation" in navigator) {
    here.hidden = false;
    here.onclick = () => navigator.geolocation.getCurrentPosition((found) => {
      const point = map.createSVGPoint();
      point.x = (found.coords.longitude - map.dataset.west) * map.dataset.x + 2;
      point.y = (map.dataset.north - found.coords.latitude) * map.dataset.y + 2;
      const area = [...map.querySelectorAll("a")].find((one) => one.querySelector("path").isPointInFill(point));
      if (!area) { here.textContent = here.dataset.fail; return; }
      memory.set(area.getAttribute("href").split("/").pop());
      location.reload();
    }, () => { here.textContent = here.dataset.fail; }, { timeout: 15000, maximumAge: 600000 });
  }
  const keep = $("keep");
  if (keep) {
    const show = () => { if (memory.get() === keep.dataset.code) keep.textContent = keep.dataset.kept; };
    keep.hidden = false;
    keep.onclick = () => { memory.set(keep.dataset.code); show(); };
    show();
  }

  // A bell on this device: the browser's own push service carries it; only the number that ends it is kept here.
  const bell = $("bell");
  if (bell && "PushManager" in window && "serviceWorker" in navigator) {
    const number = remember("bell"), on = bell.textContent;
    const show = () => { bell.textContent = number.get() ? bell.dataset.off : on; };
    const begin = async (pushes) => {
      const { key, to, region, service } = bell.dataset;
      await (await pushes.getSubscription())?.unsubscribe();
      const device = await pushes.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const body = JSON.stringify({ ...device.toJSON(), region, service });
      const answer = await fetch(`${to}/push`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (!answer.ok) throw new Error(answer.status);
      number.set((await answer.json()).id);
    };
    const end = async (pushes) => {
      await fetch(`${bell.dataset.to}/end/${number.get()}`, { method: "POST" });
      await (await pushes.getSubscription())?.unsubscribe();
      number.set();
    };
    bell.onclick = async () => {
      bell.disabled = true;
      try {
        await (number.get() ? end : begin)((await navigator.serviceWorker.ready).pushManager);
        show();
      } catch { bell.textContent = bell.dataset.fail; }
      bell.disabled = false;
    };
    $("device").hidden = false;
    show();
  }

  // Moderation: one key decides for the card that has the focus.
  document.querySelectorAll("[data-keys]").forEach((form) => form.addEventListener("keydown", (event) => {
    const act = { a: "approve", r: "reject", t: "take" }[event.key.toLowerCase()];
    if (!act || event.target !== form || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = form.querySelector(`[value=${act}]`);
    const boxes = [...form.querySelectorAll("[name=id]")];
    if (!button) return;
    if (!boxes.some((box) => box.checked)) boxes.forEach((box) => { box.checked = true; });
    button.click();
  }));
  const errors = $("errors");
  if (errors) errors.focus();
  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/worker.js").catch(() => {});
})();
