// The live stream of every page: opens it, says whether it is up, fills in what is marked with data-text and
// data-count, refreshes parts marked with data-fresh. Other scripts listen on document for "lights" and "figures".
"use strict";

(() => {
  const FRESH_EVERY_MS = 3000;
  const link = document.getElementById("link");

  function say(state, words) {
    link.dataset.state = state;
    link.lastElementChild.textContent = words;
    document.body.classList.toggle("stale", state === "lost");
  }

  const pick = (content, path) => path.split(".").reduce((value, key) => value?.[key], content);

  function text(value) {
    return typeof value === "number" ? value.toLocaleString("en-GB") : String(value ?? "–");
  }

  function fill(figures) {
    for (const spot of document.querySelectorAll("[data-text]")) {
      const words = text(pick(figures, spot.dataset.text));
      if (spot.textContent !== words) spot.textContent = words;
    }
    for (const spot of document.querySelectorAll("[data-count]")) {
      const count = pick(figures, spot.dataset.count) ?? 0;
      spot.hidden = !count;
      spot.textContent = count;
    }
  }

  function open() {
    const stream = new EventSource("/live");
    stream.onopen = () => say("live", "live");
    stream.onerror = () => {
      say("lost", "reconnecting");
      // A browser gives up for good when the answer is an error, such as "too many pages": then ask again.
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, 3000);
    };
    for (const name of ["lights", "figures"]) {
      stream.addEventListener(name, (event) => {
        const detail = JSON.parse(event.data);
        if (name === "figures") fill(detail);
        document.dispatchEvent(new CustomEvent(name, { detail }));
      });
    }
    addEventListener("pagehide", () => stream.close(), { once: true });
  }

  async function freshen() {
    if (document.hidden || link.dataset.state !== "live") return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const fresh = page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
      if (fresh && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
    }
  }

  addEventListener("pageshow", (event) => event.persisted && location.reload());
  open();
  if (document.querySelector("[data-fresh]")) {
    // A page that cannot be fetched keeps what it shows; the live link says that the hub is away.
    setInterval(() => freshen().catch(() => say("lost", "reconnecting")), FRESH_EVERY_MS);
  }
})();
