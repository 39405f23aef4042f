// What the visitor can do: each button is one act on the simulated floor; the answer is the visitor's new state.
"use strict";

(() => {
  const at = (id) => document.getElementById(id);
  const acts = at("acts");
  let me = { doing: "away", lights: [], totes: {}, had: [], hand: {} };
  let bin = "";
  let busy = false;

  function element(tag, className, words) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined) made.textContent = words;
    return made;
  }

  async function act(name, wish = {}) {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(`/act/${name}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish),
      });
      const said = await answer.json();
      if (answer.ok) show(said);
      else tell("That cannot be done now.", typeof said.detail === "string" ? said.detail : "The wish was not understood.", false);
    } catch {
      tell("The demo did not answer.", "It may have ended: look at its terminal.", false);
    } finally {
      busy = false;
    }
  }

  function tell(happened, noticed, alarm) {
    for (const [id, words] of [["happened", happened], ["noticed", noticed], ["bin-happened", happened], ["bin-noticed", noticed]]) {
      if (at(id).textContent !== words) at(id).textContent = words;
    }
    for (const story of document.querySelectorAll(".story")) story.classList.toggle("alarm", alarm);
  }

  const isAlarm = (words) => /too many: |too few: |wrong bin|no button/.test(words);

  function show(state) {
    me = state;
    const signing = state.doing === "signing";
    at("doing").textContent = signing ? "Signing on…" : state.doing === "away" ? "Not signed on." : state.board;
    at("sign-on").hidden = state.doing === "picking";
    at("sign-on").disabled = signing;
    at("deliver").hidden = state.doing !== "picking";
    at("deliver").disabled = state.lights.length > 0;
    at("totes").replaceChildren(...Object.entries(state.totes).map(([mark, tote]) => {
      const item = element("li");
      item.append(element("b", "", mark), tote);
      return item;
    }));
    at("lights-count").textContent = state.lights.length || "";
    const rows = state.lights.slice(0, 40).map((light) => {
      const item = element("li");
      const button = element("button");
      button.type = "button";
      button.append(element("i", "dot c-cyan", light.text), element("span", "", light.bin));
      button.onclick = () => document.dispatchEvent(new CustomEvent("choose", { detail: light.bin }));
      item.append(button);
      return item;
    });
    if (JSON.stringify(state.lights) !== at("lights").dataset.shown) {
      at("lights").dataset.shown = JSON.stringify(state.lights);
      at("lights").replaceChildren(...(rows.length ? rows : [element("li", "none", "None now.")]));
    }
    tell(state.happened, state.noticed, isAlarm(state.noticed));
    at("again").hidden = !state.bin;
    at("again").textContent = `Go to ${state.bin}`;
    offer();
  }

  // The buttons of the chosen bin, as they make sense now.
  function offer() {
    acts.hidden = !bin;
    if (!bin) return;
    const mine = me.lights.find((light) => light.bin === bin);
    const asked = mine ? mine.units : 0;
    at("take").textContent = mine ? `Take ${asked}` : "Reach in: take 1";
    at("take").dataset.units = mine ? Math.max(1, asked) : 1;
    at("more").hidden = !mine;
    at("more").textContent = `Take ${asked + 1}: one too many`;
    at("fewer").hidden = !mine || asked < 2;
    at("fewer").textContent = `Take ${asked - 1}: one too few`;
    at("back").disabled = !me.had.includes(bin);
    at("short").hidden = !mine;
    // The button that mends an alarm is the one to see first.
    const mends = me.bin === bin && /too many: |wrong bin, -/.test(me.noticed);
    at("back").classList.toggle("main", mends);
    at("take").classList.toggle("main", !mends);
    // Who presses on another's light should know it before.
    const colour = document.querySelector("#front [aria-current]")?.className.match(/c-(\w+)/)?.[1];
    const theirs = me.others?.[colour] ? `${me.others[colour]}'s pick` : { yellow: "a put-away", white: "a count" }[colour];
    at("confirm").textContent = theirs ? `● Confirm ${theirs}` : "● Confirm";
    at("confirm").classList.toggle("theirs", Boolean(theirs));
    at("more").dataset.units = asked + 1;
    at("fewer").dataset.units = asked - 1;
  }

  for (const id of ["take", "more", "fewer"]) at(id).onclick = () => act("take", { bin, units: Number(at(id).dataset.units) });
  at("back").onclick = () => act("put-back", { bin, units: 1 });
  at("confirm").onclick = () => act("press", { bin, button: "confirm" });
  at("short").onclick = () => act("press", { bin, button: "short" });
  at("sign-on").onclick = () => act("sign-on");
  at("deliver").onclick = () => act("deliver");
  at("again").onclick = () => document.dispatchEvent(new CustomEvent("choose", { detail: me.bin }));
  at("bay").addEventListener("close", () => ((bin = ""), offer()));
  document.addEventListener("bin", ({ detail }) => {
    bin = detail.bin;
    offer();
  });
  document.addEventListener("lights", ({ detail }) => (detail.me ? show(detail.me) : offer()));
})();
