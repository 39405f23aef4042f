// The figures around the map.
"use strict";

(() => {
  const spot = (id) => document.querySelector(`[data-id="${id}"]`);
  const count = (n) => n.toLocaleString("en-GB");
  const history = [];
  const SPARK = 120;

  function element(tag, className, words) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined) made.textContent = words;
    return made;
  }

  // A rate is rounded down: a hundred is said only when nothing is missing.
  const percent = (part, whole) => (whole ? Math.floor((100 * part) / whole) : 0);

  function meter(id, part, whole, words) {
    spot(id).textContent = whole ? percent(part, whole) : "–";
    spot(`${id}-words`).textContent = whole ? `${count(part)} of ${count(whole)}` : words;
    const bar = spot(`${id}-bar`);
    bar.firstElementChild.style.width = `${percent(part, whole)}%`;
    bar.setAttribute("aria-label", `${percent(part, whole)} percent`);
  }

  const duration = (ms) => (ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`);

  function stack(id, parts, words) {
    const shown = parts.filter(([, n]) => n > 0);
    const bar = spot(id);
    bar.replaceChildren(...shown.map(([name, n]) => {
      const part = element("i", `s-${name}`);
      part.style.flexGrow = n;
      return part;
    }));
    bar.setAttribute("aria-label", shown.map(([name, n]) => `${n} ${words[name] ?? name}`).join(", ") || "none yet");
    spot(`${id}-legend`).replaceChildren(...parts.map(([name, n]) => {
      const item = element("li", n ? "" : "zero");
      item.append(element("i", `s-${name}`), element("b", "", count(n)), ` ${words[name] ?? name}`);
      return item;
    }));
  }

  function rows(id, items, empty) {
    const list = spot(id);
    if (!items.length) list.replaceChildren(element("li", "none", empty));
    else list.replaceChildren(...items);
  }

  function spark(rate) {
    history.push(rate);
    if (history.length > SPARK) history.shift();
    const top = Math.max(5, ...history);
    const points = history.map((r, i) => `${(SPARK - history.length + i).toFixed(0)},${(23 - (r / top) * 21).toFixed(1)}`);
    spot("spark").firstElementChild.setAttribute("d", points.length > 1 ? `M${points.join("L")}` : "");
  }

  document.addEventListener("figures", ({ detail: f }) => {
    meter("rate", f.units.shipped, f.units.received, "nothing ordered yet");
    meter("full", f.lines.shipped, f.lines.received, "nothing ordered yet");
    stack("orders", [["shipped", f.orders.shipped], ["open", f.orders.open], ["backordered", f.orders.backordered],
      ["cancelled", f.orders.cancelled]].filter(([name, n]) => n || name !== "cancelled"), { open: "in work" });
    stack("picks", [["both", f.picks.by_both], ["button", f.picks.by_button], ["weight", f.picks.by_weight]],
      { both: "button and scale", button: "button alone", weight: "scale alone" });

    const due = f.backorders.rows.find((row) => row.expected);
    spot("next-due").textContent = due ? `next ${due.expected}` : f.backorders.lines ? "to be ordered" : "nothing waits";
    spot("trouble-tile").classList.toggle("hot", f.exceptions.open > 0);
    spot("trouble-words").textContent = f.exceptions.rows[0]?.title ?? "nothing needs a person";
    const { p50, p99, samples } = f.latency_ms;
    spot("speed-words").hidden = !samples;
    spot("speed-none").hidden = samples > 0;
    spot("p50").textContent = duration(p50);
    spot("p99").textContent = duration(p99);
    spark(f.events_per_s);

    rows("people", f.people.map((p) => {
      const item = element("li");
      const chip = element("i", `dot c-${p.colour || "off"}`, p.who.slice(0, 1));
      const said = element("span");
      said.append(element("b", "", p.who), element("small", "", p.text));
      item.append(chip, said);
      return item;
    }), "nobody yet");
    rows("benches", Object.entries(f.benches).map(([name, prompt]) => {
      const item = element("li", `tone-${prompt?.tone ?? "calm"}`);
      item.append(element("small", "", name), element("b", "", prompt?.title ?? "no question"));
      if (prompt?.lines.length) item.append(element("span", "", prompt.lines.join(" · ")));
      return item;
    }), "none");
    rows("trouble", f.exceptions.rows.map((row) => {
      const item = element("li");
      item.append(element("b", "", row.title), element("span", "where", row.place), element("small", "", row.at));
      return item;
    }), "None. Nothing needs a person.");
    rows("waiting", f.backorders.rows.map((row) => {
      const item = element("li");
      item.append(element("b", "", `${row.units} × ${row.what || row.sku}`), element("span", "where", row.order),
        element("small", "", row.expected || "to be ordered"));
      return item;
    }), "Nothing waits for stock.");
  });

  // ---- devices, from the lights -------------------------------------------------------------------------

  const devices = {};

  document.addEventListener("lights", ({ detail }) => {
    for (const [name, station] of Object.entries(detail)) {
      const chip = devices[name] ?? (devices[name] = spot("devices").appendChild(element("li")));
      const trouble = station.bad.length ? station.bad.join(", ") : station.outbox ? `${station.outbox} unsent` : "";
      const lit = station.lit.filter(([i]) => i >= 0).length;
      chip.className = !station.on ? "away" : station.bad.length ? "bad" : "on";
      chip.replaceChildren(element("b", "", name), element("small", "", !station.on
        ? (station.outbox ? `away, ${station.outbox} unsent` : "away")
        : trouble || (lit ? `${lit} lit` : "ready")));
      chip.dataset.on = station.on ? 1 : "";
    }
    const all = Object.values(devices);
    spot("devices-words").textContent = `${all.filter((chip) => chip.dataset.on).length} of ${all.length} online`;
  });
})();
