// The floor map: drawn once for the screen's shape (lying, or standing on a phone), then only lights change.
"use strict";

(() => {
  const CONTENTS_EVERY_MS = 2000;
  const SVG = "http://www.w3.org/2000/svg";
  const drawing = JSON.parse(document.getElementById("drawing").textContent);
  const map = document.getElementById("map");
  const tip = document.getElementById("tip");
  const pen = document.createElement("canvas").getContext("2d");
  const BENCH_LINES = 5;
  const PX_PER_MM_MAX = 0.1;  // a small site is not drawn larger than this: its bench cards would fill the screen
  const standing = matchMedia("(max-width: 700px)");
  const floor = {};
  const drawn = {};
  const prompts = {};

  function make(tag, attributes = {}, parent = null, words = null) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (words !== null) element.textContent = words;
    if (parent) parent.append(element);
    return element;
  }

  // ---- the drawing -------------------------------------------------------------------------------------

  function draw() {
    const tall = standing.matches;
    const width = tall ? drawing.across * 0.93 : drawing.along * 0.95;
    const height = tall ? drawing.along * 0.88 : drawing.across * 0.84;
    const firstBay = Math.min(...drawing.panels.filter((p) => p.bins.length).map((p) => p.x)) - drawing.along / 2;
    const bench = tall ? { w: drawing.across * 0.93, h: 420 } : { w: 3600, h: 1520 };
    const svg = make("svg", { role: "group", "aria-label": "Floor map, every bay and bin" });
    make("defs", {}, svg).innerHTML =
      '<pattern id="hatch" width="150" height="150" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
      '<rect class="hatch" width="60" height="150"/></pattern>';
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const panel of drawing.panels) {
      const isBay = panel.bins.length > 0;
      // On a phone the benches stand in one row before the bays: what they ask stands in the list below the map.
      const [x, y] = tall ? [panel.y, isBay ? panel.x : firstBay - 300] : [panel.x, panel.y];
      const size = isBay ? { w: width, h: height } : bench;
      const left = isBay || tall ? x - size.w / 2 : Math.min(x - 1450, firstBay - 350 - size.w);
      const top = y - size.h / 2;
      drawn[panel.name] = isBay ? bay(svg, panel, left, top, size) : table(svg, panel, left, top, size);
      box.left = Math.min(box.left, left);
      box.top = Math.min(box.top, top);
      box.right = Math.max(box.right, left + size.w);
      box.bottom = Math.max(box.bottom, top + size.h);
    }
    const edge = 60;
    const view = [box.left - edge, box.top - edge, box.right - box.left + 2 * edge, box.bottom - box.top + 2 * edge];
    svg.setAttribute("viewBox", view.map(Math.round).join(" "));
    svg.style.maxWidth = tall ? "" : `${Math.round(view[2] * PX_PER_MM_MAX)}px`;
    map.replaceChildren(svg);
    for (const name of Object.keys(floor)) show(name);
    for (const name of Object.keys(prompts)) ask(name);
  }

  function bay(svg, panel, left, top, size) {
    const share = panel.columns / drawing.columns;
    const w = size.w * share;
    const g = make("g", { class: panel.kind === "wall" ? "bay wall" : "bay", tabindex: 0, role: "button", "data-bay": panel.name }, svg);
    const head = 190;
    make("rect", { class: "frame", x: left, y: top, width: w, height: size.h, rx: 50 }, g);
    make("text", { class: "name", x: left + 55, y: top + 142 }, g, panel.name.replace(/^bay-/, ""));
    const state = make("text", { class: "state", x: left + w - 55, y: top + 142 }, g, "");
    const cw = (w - 40) / panel.columns;
    const ch = (size.h - head - 30) / panel.levels;
    const cells = panel.bins.map(([name, column, level], i) => {
      const x = left + 20 + column * cw;
      const y = top + head + (panel.levels - 1 - level) * ch;
      const cell = make("g", { class: "cell", "data-bin": i }, g);
      make("rect", { x: x + 8, y: y + 8, width: cw - 16, height: ch - 16, rx: 22 }, cell);
      return { name, cell, x: x + cw / 2, y: y + ch / 2, ch, texts: null };
    });
    make("rect", { class: "veil", x: left, y: top, width: w, height: size.h, rx: 50 }, g);
    return { panel, g, state, cells };
  }

  function table(svg, panel, left, top, size) {
    const g = make("g", { class: `bench ${panel.kind}`, role: "img" }, svg);
    make("rect", { class: "frame", x: left, y: top, width: size.w, height: size.h, rx: 70 }, g);
    make("rect", { class: "tone", x: left, y: top, width: 70, height: size.h, rx: 35 }, g);
    make("text", { class: "name", x: left + 170, y: top + 235 }, g, panel.name);
    const lines = Array.from({ length: BENCH_LINES }, (_, i) =>
      make("text", { class: i ? "line" : "title", x: left + 170, y: top + 485 + i * 232 }, g));
    make("rect", { class: "veil", x: left, y: top, width: size.w, height: size.h, rx: 70 }, g);
    return { panel, g, lines, cells: [], room: size.w - 170 - 110 };
  }

  // ---- the lights --------------------------------------------------------------------------------------

  function show(name) {
    const station = floor[name];
    const at = drawn[name];
    if (!at || !station) return;
    at.g.classList.toggle("away", !station.on);
    at.g.classList.toggle("bad", station.bad.length > 0);
    if (!at.panel.bins.length) return;
    const lit = new Map(station.lit.filter(([i]) => i >= 0).map((light) => [light[0], light]));
    const beacon = station.lit.find(([i]) => i < 0);
    at.cells.forEach((cell, i) => paint(cell, station.on ? lit.get(i) : undefined));
    const alarms = [...lit.values()].filter((light) => light[1] === "red").length;
    at.g.classList.toggle("alarmed", station.on && alarms > 0);
    at.g.dataset.beacon = beacon ? beacon[1] : "";
    at.state.textContent = !station.on ? "away" : alarms ? `! ${alarms}` : lit.size ? lit.size : "";
    at.g.setAttribute("aria-label", `${name}: ${words(station, lit.size, alarms)}`);
  }

  function words(station, lit, alarms) {
    if (!station.on) return "away";
    const said = [lit ? `${lit} lit` : "dark"];
    if (alarms) said.push(`${alarms} alarm${alarms > 1 ? "s" : ""}`);
    if (station.outbox) said.push(`${station.outbox} events not sent`);
    return said.concat(station.bad).join(", ");
  }

  function paint(cell, light) {
    const wanted = light ? `cell lit c-${light[1]} p-${light[2]}` : "cell";
    if (cell.cell.getAttribute("class") !== wanted) cell.cell.setAttribute("class", wanted);
    const text = light ? light[3] : "";
    if (cell.text === text) return;
    cell.text = text;
    if (!text && !cell.texts) return;
    if (!cell.texts) {
      const dy = cell.ch * 0.2;
      cell.texts = [-dy + 26, dy + 34].map((d, i) =>
        make("text", { class: i ? "units" : "mark", x: cell.x, y: cell.y + d }, cell.cell));
    }
    const word = /^[A-Z?]{4}$/.test(text);  // DONE, not a mark and a number
    cell.texts[0].textContent = word ? "" : text.slice(0, 1);
    cell.texts[1].textContent = word ? text : text.slice(1).trim();
  }

  function ask(name) {
    const at = drawn[name];
    const prompt = prompts[name];
    if (!at?.lines || !prompt) return;
    at.g.dataset.tone = prompt.tone;
    const [titleFont, lineFont] = ["title", "line"].map((name) => {
      at.lines[0].setAttribute("class", name);
      const { fontWeight, fontSize, fontFamily } = getComputedStyle(at.lines[0]);
      return `${fontWeight} ${fontSize} ${fontFamily}`;
    });
    const title = wrap(prompt.title, at.room, titleFont, prompt.lines.length ? BENCH_LINES - 1 : BENCH_LINES);
    const rest = prompt.lines.flatMap((line) => wrap(line, at.room, lineFont, BENCH_LINES));
    const shown = [...title, ...rest];
    if (shown.length > BENCH_LINES) shown[BENCH_LINES - 1] = cut(`${shown[BENCH_LINES - 1]} …`, at.room, lineFont);
    at.lines.forEach((line, i) => {
      line.textContent = shown[i] ?? "";
      line.setAttribute("class", i < title.length ? "title" : "line");
    });
    at.g.setAttribute("aria-label", `${name} asks: ${prompt.title}. ${prompt.lines.join(". ")}`);
  }

  // Letters differ in width: a text is as long as the browser would draw it.
  function fits(text, room, font) {
    pen.font = font;
    return pen.measureText(text).width <= room;
  }

  // A text in lines that fit; beyond the most lines the last one says by its dots that there is more.
  function wrap(text, room, font, most) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (lines.at(-1) && !fits(longer, room, font)) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    const kept = lines.slice(0, most);
    if (lines.length > most) kept[most - 1] += " …";
    return kept.map((line) => cut(line, room, font));
  }

  function cut(text, room, font) {
    let kept = text;
    while (kept.length > 1 && !fits(kept, room, font)) kept = `${kept.replace(/ ?…$/, "").slice(0, -1)}…`;
    return kept;
  }

  document.addEventListener("lights", ({ detail }) => {
    Object.assign(floor, detail);
    for (const name of Object.keys(detail)) show(name);
    const stations = Object.keys(floor).filter((name) => drawn[name]).map((name) => floor[name]);
    const lit = stations.reduce((sum, s) => sum + (s.on ? s.lit.filter(([i]) => i >= 0).length : 0), 0);
    const away = stations.filter((s) => !s.on).length;
    document.querySelector('[data-id="map-words"]').textContent =
      `${lit} light${lit === 1 ? "" : "s"} on` + (away ? `, ${away} of ${stations.length} stations away` : "");
    if (shown) front(shown);
  });

  document.addEventListener("figures", ({ detail }) => {
    for (const [name, prompt] of Object.entries(detail.benches)) {
      if (!prompt) continue;
      prompts[name] = prompt;
      ask(name);
    }
  });

  // ---- one bay, large ----------------------------------------------------------------------------------

  const dialog = document.getElementById("bay");
  const front_ = document.getElementById("front");
  const binWords = document.getElementById("bin-words");
  const locate = document.getElementById("locate"); // not on every page
  let shown = null;
  let contents = {};

  function front(name) {
    const station = floor[name] ?? { on: false, lit: [], bad: [], outbox: 0 };
    const { panel } = drawn[name];
    const lit = new Map(station.lit.filter(([i]) => i >= 0).map((light) => [light[0], light]));
    document.getElementById("bay-words").textContent = words(station, lit.size, station.alarms ?? 0);
    panel.bins.forEach(([bin], i) => {
      const button = front_.children[i];
      const light = station.on ? lit.get(i) : undefined;
      button.className = light ? `lit c-${light[1]} p-${light[2]}` : contents[bin]?.held ? "held" : "";
      button.children[1].textContent = light ? light[3].replace(/\s+/g, " ") : "";
      button.children[2].textContent = contents[bin] ? contents[bin].units : "";
      button.setAttribute("aria-label", describe(bin, light));
      if (button.hasAttribute("aria-current")) binWords.textContent = describe(bin, light);
    });
  }

  function describe(bin, light) {
    const inside = contents[bin];
    const holds = inside?.code ? `${inside.units} of ${inside.code}, ${inside.description}` : "nothing known";
    const says = light ? `${light[1]} light, shows “${light[3].replace(/\s+/g, " ").trim()}”` : "dark";
    if (drawn[shown].panel.kind === "wall") {
      return `${bin}: ${says}; ${inside ? `${inside.units} units of order ${inside.code}, ${inside.description}` : "free"}`;
    }
    return `${bin}: ${says}; holds ${holds}${inside?.held ? "; held for a count" : ""}`;
  }

  // Says what lies in a bin; a page that can do more with it listens for "bin".
  function choose(bin) {
    const i = drawn[shown].panel.bins.findIndex(([name]) => name === bin);
    for (const button of front_.children) button.removeAttribute("aria-current");
    front_.children[i].setAttribute("aria-current", "true");
    binWords.textContent = front_.children[i].getAttribute("aria-label");
    if (locate) Object.assign(locate, { hidden: false, value: bin });
    document.dispatchEvent(new CustomEvent("bin", { detail: { bin, content: contents[bin] } }));
  }

  async function blink(bin) {
    const answer = await fetch(`/api/bins/${bin.split("/").map(encodeURIComponent).join("/")}/locate`, { method: "POST" });
    const said = await answer.json();
    if (!answer.ok) return said.detail;
    const { station, online } = said.bins[0];
    return online ? `${bin} blinks white for a while, and so does the beacon of ${station}.` : `${station} is away: nothing blinks.`;
  }

  locate?.addEventListener("click", async () => {
    binWords.textContent = await blink(locate.value).catch(() => "The hub did not answer: nothing blinks.");
  });

  document.addEventListener("choose", async ({ detail }) => {
    const name = Object.keys(drawn).find((n) => drawn[n].panel.bins.some(([bin]) => bin === detail));
    if (!name) return;
    await open(name);
    choose(detail);
  });

  async function open(name) {
    shown = name;
    contents = {};
    const { panel } = drawn[name];
    document.getElementById("bay-name").textContent = name;
    front_.dataset.columns = panel.columns;
    front_.style.gridTemplateColumns = `repeat(${panel.columns}, 1fr)`;
    front_.replaceChildren(...panel.bins.map(([bin, column, level]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.style.gridColumn = column + 1;
      button.style.gridRow = panel.levels - level;
      const number = document.createElement("small");
      number.textContent = bin.split("/").at(-1);
      button.append(number, document.createElement("b"), document.createElement("i"));
      button.onclick = () => choose(bin);
      return button;
    }));
    binWords.textContent = `Tap a ${panel.kind === "wall" ? "cell" : "bin"} to see what lies in it.`;
    if (locate) locate.hidden = true;
    front(name);
    if (!dialog.open) dialog.showModal();
    await look(name);
  }

  async function look(name) {
    const answer = await fetch(`/floor/${encodeURIComponent(name)}`);
    if (!answer.ok) {
      binWords.textContent = "The hub did not answer: the bins' contents are not known now.";
      return;
    }
    contents = await answer.json();
    if (shown === name) front(name);
  }

  // While a bay is open its bins' contents are asked for anew; the live link says when the hub is away.
  setInterval(() => shown && look(shown).catch(() => (contents = {})), CONTENTS_EVERY_MS);
  dialog.addEventListener("close", () => (shown = null));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  const bayOf = (event) => event.target.closest?.("[data-bay]")?.dataset.bay;
  map.addEventListener("click", (event) => {
    const name = bayOf(event);
    const cell = event.target.closest?.(".cell.lit");
    if (name) open(name).then(() => cell && choose(drawn[name].cells[Number(cell.dataset.bin)].name));
  });
  map.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && bayOf(event)) {
      event.preventDefault();
      open(bayOf(event));
    }
  });

  // ---- what a bin's display says, under the pointer -----------------------------------------------------

  map.addEventListener("pointermove", (event) => {
    const cell = event.pointerType === "mouse" && event.target.closest?.(".cell");
    const bayName = bayOf(event);
    tip.hidden = !bayName || !cell;
    if (tip.hidden) return;
    const at = drawn[bayName].cells[Number(cell.dataset.bin)];
    tip.textContent = at.text ? `${at.name} shows ${at.text.replace(/\s+/g, " ")}` : `${at.name} dark`;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY + 18}px`;
  });
  map.addEventListener("pointerleave", () => (tip.hidden = true));

  standing.addEventListener("change", draw);
  draw();
})();
