/* The reception desk by keys: where the cursor stands next, the next row after a state, ten items by digit, the half
   minute to undo. Everything works without it; nothing here sends anything by itself. */
(function () {
  "use strict";

  const QUIET = 10 * 60 * 1000; // nobody at the keys: the live parts stop asking, so that an unattended desk logs out
  let lastSign = Date.now();

  const writes = (one) => one && one.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

  function focusNext() {
    if (document.querySelector("[data-error-summary]")) return;
    const asked = document.querySelector("#answer .gaps a");
    const first = document.querySelector("[autofocus]") ?? (asked && document.querySelector(asked.getAttribute("href")));
    if (!first) { document.getElementById("answer")?.focus({ preventScroll: true }); return; }
    const field = first.matches("input, select, textarea, button, [data-row]") ? first : first.querySelector("input, select, textarea") ?? first;
    field.focus();
  }

  function nextRow(row) {
    const rows = Array.from(document.querySelectorAll("[data-row]"));
    const next = rows[rows.indexOf(row) + 1];
    (next ?? document.getElementById("answer"))?.focus({ preventScroll: !next }); // never a button: one Space too many
  }

  let keyed = null; // the row on which a key was pressed: when that sets its state, the cursor goes on

  function onStateKey(event) {
    const row = event.target.closest?.("[data-row]") ?? null;
    keyed = row;
    setTimeout(() => { keyed = null; }, 0);
    if (event.key === " " && event.target.matches(".states__input")) { // here Space means 齐, whichever state has the focus
      event.preventDefault();
      row.querySelector("label[data-key=Space]").click();
    }
  }

  function onClick(event) {
    const row = keyed;
    if (row && event.target.matches(".states__input") && row.contains(event.target)) setTimeout(() => nextRow(row), 0);
  }

  function onKey(event) {
    lastSign = Date.now();
    const box = event.target;
    if (box.id === "item_q" && !box.value && /^[0-9]$/.test(event.key)) {
      const one = document.querySelector(`.picks__one[data-key="${event.key}"]`);
      if (one) { event.preventDefault(); one.click(); }
    }
    if (box.matches?.("[data-row]") && event.key === "Enter") { event.preventDefault(); nextRow(box); }
    if (event.key === "Escape" && writes(box) && box.closest("#desk")) box.blur(); // the text stays
  }

  function countDown() {
    const button = document.querySelector("[data-countdown]");
    if (!button || button.dataset.started) return;
    button.dataset.started = "1";
    const until = Date.now() + Number(button.dataset.countdown) * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      const shown = button.querySelector("[data-seconds]");
      if (shown) shown.textContent = String(left);
      if (left > 0) { setTimeout(tick, 500); return; }
      button.closest("form")?.remove();
    };
    tick();
  }

  /* ---- another situation brings another form: what is typed while the answer is on its way stays ---- */

  let sent = null;
  let typed = null;
  let put = null;

  function written() {
    const rows = new Map();
    for (const field of document.querySelectorAll("#work [name]")) {
      if (["file", "submit", "button", "hidden"].includes(field.type)) continue;
      if (field.type === "radio" || field.type === "checkbox") rows.set(`${field.name}=${field.value}`, field.checked);
      else rows.set(field.name, field.value);
    }
    return rows;
  }

  function onAsked(event) { if (event.detail.target?.id === "work") sent = written(); }

  function onAnswered(event) { if (event.detail.target?.id === "work" && sent) typed = written(); }

  function onSwapped() {
    if (!typed) return;
    const [before, after] = [sent, typed];
    sent = typed = null;
    for (const field of document.querySelectorAll("#work [name]")) {
      const box = field.type === "radio" || field.type === "checkbox";
      const name = box ? `${field.name}=${field.value}` : field.name;
      if (!after.has(name) || after.get(name) === before.get(name)) continue;
      if (box) field.checked = after.get(name); else field.value = after.get(name);
      if (!put || field.name.startsWith("s_")) put = field;
    }
  }

  function onSettled() { // only now does htmx listen on what came in: ask for the answer to what was put back
    const field = put;
    put = null;
    field?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function onPoll(event) {
    if (event.detail.requestConfig?.verb === "get" && Date.now() - lastSign > QUIET && document.body.dataset.who) event.preventDefault();
  }

  function start() { focusNext(); countDown(); }

  document.addEventListener("keydown", onStateKey, true);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", () => { lastSign = Date.now(); });
  document.addEventListener("htmx:beforeRequest", onPoll);
  document.addEventListener("htmx:beforeRequest", onAsked);
  document.addEventListener("htmx:beforeSwap", onAnswered);
  document.addEventListener("htmx:afterSwap", onSwapped);
  document.addEventListener("htmx:afterSettle", onSettled);
  document.addEventListener("ui:ready", start); // again after an answer was shown without loading the page
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
