// The scanner page of a bench: shows what it asks, sends what is scanned or typed, and says what became of it.
// A scan has one id however often it is sent: the station takes it once.
"use strict";

(() => {
  const PROMPT_EVERY_MS = 500;
  const TRIES_MAX = 5;
  const TRY_AGAIN_MS = 1000;
  const LOOK_EVERY_MS = 150;
  const SAME_AGAIN_MS = 3000; // a symbol that still lies before the camera is no new scan
  const AIM = /^\][A-Za-z][0-9A-Za-z]/; // AIM symbology identifier (ISO/IEC 15424), which many scanners send first

  const part = (id) => document.getElementById(id);
  const scanner = part("scanner");
  const field = part("scan-text");
  const here = `/scan/${encodeURIComponent(scanner.dataset.station)}`;
  let step = "";
  let sending = Promise.resolve();
  let waiting = 0;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  function say(outcome, words) {
    part("scan-said").dataset.outcome = outcome;
    part("scan-said").textContent = words;
  }

  function show(prompt) {
    step = prompt.step;
    part("scan-away").hidden = prompt.online;
    scanner.dataset.tone = prompt.tone;
    scanner.dataset.ask = prompt.ask;
    if (part("scan-title").textContent !== prompt.title) part("scan-title").textContent = prompt.title;
    const elsewhere = ["count", "weigh", "press"].includes(prompt.ask) ? ["This is answered at the bench itself."] : [];
    const lines = [...prompt.lines, ...elsewhere];
    const list = part("scan-lines");
    if ([...list.children].map((li) => li.textContent).join("\n") !== lines.join("\n"))
      list.replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  // The live link says that the hub is away; what was shown last stays.
  async function refresh() {
    const answer = await fetch(`${here}/prompt`).catch(() => null);
    if (answer?.ok) show(await answer.json());
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return "page-" + [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function send(scan) {
    let why = "";
    for (let tried = 0; tried < TRIES_MAX; tried++) {
      if (tried) {
        say("unknown", `${scan.text}: ${why} Sent again (${tried + 1} of ${TRIES_MAX}).`);
        await pause(TRY_AGAIN_MS);
      }
      try {
        const body = JSON.stringify(scan);
        const answer = await fetch(here, { method: "POST", headers: { "Content-Type": "application/json" }, body });
        const told = await answer.json();
        if (answer.ok) {
          if (told.outcome === "done") say("done", `${scan.text}: taken`);
          else say("refused", `${scan.text}: ${told.detail}`);
          return;
        }
        why = told.detail;
        if (answer.status < 500) {
          say("refused", `${scan.text}: ${why}`);
          return;
        }
      } catch (error) {
        why = "The hub does not answer.";
      }
    }
    say("unknown", `${scan.text}: ${why} It may or may not have been taken: look at what the bench asks.`);
  }

  function take(read) {
    const text = read.trim();
    const aim = AIM.test(text) ? text.slice(0, 3) : "";
    const scan = { scan: newId(), text: text.slice(aim.length), aim };
    if (!scan.text) return;
    waiting++;
    // one after the other: the second scan answers what the first one led to
    sending = sending.then(async () => {
      say("unknown", `${scan.text} …`);
      await send({ ...scan, step });
      await pause(100);
      await refresh();
      waiting--;
    });
  }

  part("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    take(field.value);
    field.value = "";
    field.focus();
  });
  // a scanner types wherever the focus is: it belongs into the field
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) field.focus();
  });

  async function watch() {
    const video = part("scan-video");
    const detector = new BarcodeDetector();
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    video.hidden = false;
    part("scan-camera").hidden = true;
    await video.play();
    let last = "";
    let told = "";
    let seenAt = 0;
    for (;;) {
      const [symbol] = await detector.detect(video);
      const text = symbol ? symbol.rawValue : "";
      // twice in a row: one look at a moving label may misread it
      if (text && text === last && (text !== told || performance.now() - seenAt > SAME_AGAIN_MS)) {
        told = text;
        take(text);
      }
      if (text && text === told) seenAt = performance.now();
      last = text;
      await pause(LOOK_EVERY_MS);
    }
  }

  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    const button = part("scan-camera");
    button.hidden = false;
    button.addEventListener("click", () =>
      watch().catch((error) => say("refused", `The camera cannot be used: ${error.message}`)),
    );
  }

  refresh();
  setInterval(() => {
    if (!document.hidden && !waiting) refresh();
  }, PROMPT_EVERY_MS);
})();
