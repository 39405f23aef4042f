// Keying an order in: items are looked up while they are written, and what is available of each is shown at once.
"use strict";
const WAIT_MS = 150;
const LINES_MAX = 100;
const lines = document.getElementById("lines");
const list = document.getElementById("skus");
const more = document.getElementById("more-lines");
const known = new Map(); // SKU -> what the hub said of it last

async function look(words) {
  const client = document.querySelector("[name=client]"); // there are several: their SKUs may be called alike
  const whose = client ? "&client=" + encodeURIComponent(client.value) : "";
  const answer = await fetch("/orders/new/skus?q=" + encodeURIComponent(words) + whose);
  if (!answer.ok) throw new Error(`The hub answered ${answer.status}.`);
  const found = await answer.json();
  for (const stock of found) known.set(stock.sku, stock);
  return found;
}

function offer(found) {
  list.replaceChildren(...found.map((stock) => {
    const option = document.createElement("option");
    option.value = stock.sku;
    option.label = `${stock.description} · ${stock.available} available`;
    return option;
  }));
}

function words(stock, units) {
  const rest = units - stock.available;
  if (rest <= 0) return `${stock.description} · ${stock.available} available`;
  const from = stock.more ? `, more from ${stock.more}` : ", none on order";
  return `${stock.description} · ${stock.available} available: ${rest} will wait${from}`;
}

function show() {
  const wanted = new Map();
  let units = 0;
  for (const line of lines.children) {
    const code = line.querySelector("[name=sku]").value.trim();
    const asked = Number(line.querySelector("[name=units]").value) || 0;
    const said = line.querySelector("output");
    const stock = known.get(code);
    const before = wanted.get(code) || 0; // an earlier line of the same item takes of the same stock
    wanted.set(code, before + asked);
    units += code ? asked : 0;
    said.className = "";
    if (!code) said.textContent = "";
    else if (stock === undefined) said.textContent = "looking …";
    else if (stock.offered !== undefined) {
      said.textContent = stock.offered ? `choose one of the ${stock.offered} items offered` : "no such item";
      said.className = "wrong";
    } else {
      said.textContent = words(stock, before + asked);
      if (before + asked > stock.available) said.className = "short";
    }
  }
  document.getElementById("entry-sum").textContent = units ? `${units} units` : "";
}

function watch(line) {
  const sku = line.querySelector("[name=sku]");
  let timer = 0;
  const ask = async () => {
    const code = sku.value.trim();
    if (!code) return show();
    try {
      const found = await look(code);
      offer(found);
      if (!known.has(code)) known.set(code, { offered: found.length });
    } catch (error) {
      line.querySelector("output").textContent = `Not looked up: ${error.message}`;
      return undefined;
    }
    return show();
  };
  sku.addEventListener("input", () => {
    clearTimeout(timer);
    known.delete(sku.value.trim());
    show();
    timer = setTimeout(ask, WAIT_MS);
  });
  line.querySelector("[name=units]").addEventListener("input", show);
  if (sku.value) ask();
}

more.hidden = false;
more.addEventListener("click", () => {
  if (lines.children.length >= LINES_MAX) return;
  const line = lines.firstElementChild.cloneNode(true);
  for (const field of line.querySelectorAll("input")) field.value = "";
  line.querySelector("output").textContent = "";
  lines.append(line);
  watch(line);
  line.querySelector("input").focus();
});
const client = document.querySelector("[name=client]");
if (client) {
  client.addEventListener("change", () => {
    known.clear();
    for (const sku of lines.querySelectorAll("[name=sku]")) sku.dispatchEvent(new Event("input"));
  });
}
for (const line of lines.children) watch(line);
