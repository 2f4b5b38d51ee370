/* What makes pages smoother; every page works without it. No library, no eval, no inline handler.
   Listeners sit on the document, so that parts which htmx or an answer brings in need no start of their own. */
(function () {
  "use strict";

  const KEPT = "kept:";
  const WARN_BEFORE = 120;
  let lastSign = Date.now();
  let idleTimer = 0;

  const text = (name) => document.getElementById("ui-texts")?.dataset[name] ?? "";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  function make(tag, className, content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (content) element.textContent = content;
    return element;
  }

  /* ---- alerts: one bar under the header, never over the text ---- */

  function alertBar(message, buttons = []) {
    const bar = make("div", "alert");
    bar.append(make("p", "alert__text", message));
    for (const [label, act] of buttons) {
      const button = make("button", "alert__button", label);
      button.type = "button";
      button.addEventListener("click", () => { clearAlert(); act(); });
      bar.append(button);
    }
    document.getElementById("alerts")?.replaceChildren(bar);
    return bar;
  }

  function clearAlert() {
    document.getElementById("alerts")?.replaceChildren();
  }

  /* ---- errors: the summary is read first ---- */

  function focusErrors() {
    const summary = document.querySelector("[data-error-summary]");
    if (!summary) return;
    const mark = text("error");
    if (mark && !document.title.startsWith(mark)) document.title = mark + document.title;
    summary.focus();
  }

  function followErrorLink(event) {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const field = target.matches("input, select, textarea, button") ? target : target.querySelector("input, select, textarea") ?? target;
    target.closest("[data-field]")?.scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  }

  /* ---- tabs: sections become panels ---- */

  function makeTabs(box) {
    if (box.classList.contains("tabs--live")) return;
    const panels = all("[data-tab]", box);
    const list = make("div", "tabs__list");
    list.setAttribute("role", "tablist");
    if (box.hasAttribute("aria-label")) list.setAttribute("aria-label", box.getAttribute("aria-label"));
    for (const panel of panels) {
      const tab = make("button", "tabs__tab", panel.dataset.tab);
      tab.type = "button";
      tab.id = `tab-${panel.id}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      tab.addEventListener("click", () => { choose(panel); history.replaceState(null, "", `#${panel.id}`); });
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      list.append(tab);
    }
    const choose = (chosen) => {
      for (const panel of panels) {
        const tab = document.getElementById(`tab-${panel.id}`);
        panel.hidden = panel !== chosen;
        tab.setAttribute("aria-selected", String(panel === chosen));
        tab.tabIndex = panel === chosen ? 0 : -1;
      }
    };
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tabs = Array.from(list.children);
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
    box.prepend(list);
    box.classList.add("tabs--live");
    choose(panels.find((panel) => `#${panel.id}` === location.hash || panel.querySelector(".govuk-error-message")) ?? panels[0]);
  }

  /* ---- questions that one answer opens: data-opened-by names the choice, data-opened-on its answers ---- */

  function openQuestions() {
    for (const one of all("[data-opened-by]")) {
      const given = new FormData(one.closest("form")).getAll(one.dataset.openedBy);
      const opened = one.dataset.openedOn.split(" ").some((answer) => given.includes(answer));
      (one.matches("input") ? one.closest("[data-field]") : one).hidden = !opened;
    }
  }

  /* ---- keys: data-key="F8", "Alt+1", "?"; inside [data-row] a key works on the row that has the focus ---- */

  function keyName(event) {
    const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    return (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + key;
  }

  function isWriting(target) {
    return target.isContentEditable || target.matches("textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])");
  }

  function onKey(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape" && target.matches("input[type=search]")) event.preventDefault(); // Chromium would empty it
    if (document.querySelector("dialog[open]") || event.isComposing || event.metaKey) return;
    const name = keyName(event);
    const plain = event.key.length === 1 && !event.ctrlKey && !event.altKey;
    if (plain && isWriting(target)) return;
    if (name === "Space" && target.matches("button, summary, a, input")) return;
    if ((name === "J" || name === "K") && moveRow(target, name === "J" ? 1 : -1)) { event.preventDefault(); return; }
    const matches = all("[data-key]").filter((one) => one.dataset.key.toUpperCase() === name.toUpperCase());
    const row = target.closest("[data-row]");
    const one = matches.find((match) => row && row.contains(match)) ?? matches.find((match) => !match.closest("[data-row]"));
    if (!one || one.disabled || one.closest("[hidden]")) return;
    event.preventDefault();
    one.focus();
    if (!isWriting(one)) one.click();
  }

  function moveRow(target, step) {
    const rows = all("[data-row]");
    const next = rows[rows.indexOf(target.closest("[data-row]")) + step];
    if (!next) return false;
    (next.matches("[tabindex]") ? next : next.querySelector("a, button, input"))?.focus();
    return true;
  }

  /* ---- text that was typed is not lost: kept in this tab while it could not be handed in ---- */

  const place = (form) => KEPT + location.pathname + "#" + (form.dataset.name ?? all("form[data-deed]").indexOf(form));
  const who = () => document.body.dataset.who ?? "";
  const isKept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["file", "password", "submit", "button"].includes(field.type);

  function keep(form) {
    const rows = Array.from(form.elements).filter(isKept).map((field) => [field.name, field.value, field.type === "checkbox" || field.type === "radio" ? field.checked : null]);
    try { sessionStorage.setItem(place(form), JSON.stringify({ who: who(), rows })); } catch { /* storage is full or closed: the text stays on the page */ }
  }

  function forget(form) {
    try { sessionStorage.removeItem(place(form)); } catch { /* nothing was kept */ }
  }

  function restore(form) {
    let kept = null;
    try { kept = sessionStorage.getItem(place(form)); } catch { return; }
    if (!kept) return;
    const { who: writer, rows } = JSON.parse(kept);
    if (writer && writer !== who()) return; // somebody else typed this: it is dropped when the other logs in
    const left = Array.from(form.elements).filter(isKept);
    for (const [name, value, checked] of rows) {
      const at = left.findIndex((field) => field.name === name && (checked === null || field.value === value));
      if (at < 0) continue;
      const [field] = left.splice(at, 1);
      if (checked === null) field.value = value; else field.checked = checked;
    }
    forget(form);
    alertBar(text("restored"), []);
  }

  function dropOthersText() {
    if (!who()) return;
    try {
      for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(KEPT))) {
        const writer = JSON.parse(sessionStorage.getItem(key)).who;
        if (writer && writer !== who()) sessionStorage.removeItem(key);
      }
    } catch { /* nothing was kept */ }
  }

  /* ---- handing in: once, with progress, and again after a cut without a second case (the key stays) ---- */

  function onSubmit(event) {
    const form = event.target;
    const button = event.submitter;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.busy) { event.preventDefault(); return; }
    if (button?.dataset.confirm && !button.dataset.confirmed) {
      event.preventDefault();
      confirmFirst(button.dataset.confirm, () => { button.dataset.confirmed = "1"; form.requestSubmit(button); });
      return;
    }
    if (button) delete button.dataset.confirmed;
    if (!form.hasAttribute("data-deed") || form.target || form.hasAttribute("hx-post")) {
      busy(form, button, true);
      setTimeout(() => busy(form, button, false), 3000); // the answer may be a file, and the page stays
      return;
    }
    event.preventDefault();
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    send(form, button, data);
  }

  function send(form, button, data) {
    const action = button?.hasAttribute("formaction") ? button.formAction : form.action;
    const request = new XMLHttpRequest();
    const hasFiles = all("input[type=file]", form).some((input) => input.files.length > 0);
    busy(form, button, true);
    keep(form);
    request.open("POST", action);
    request.setRequestHeader("X-Ui-Post", "1");
    request.timeout = hasFiles ? 0 : 60000;
    if (hasFiles) request.upload.addEventListener("progress", progressIn(form));
    request.addEventListener("load", () => answered(form, button, data, request, action));
    for (const cut of ["error", "timeout", "abort"]) {
      request.addEventListener(cut, () => {
        busy(form, button, false);
        alertBar(text("offline"), [[text("retry"), () => send(form, button, data)]]);
      });
    }
    request.send(data);
  }

  function answered(form, button, data, request, action) {
    lastSign = Date.now();
    const location_ = request.getResponseHeader("X-Ui-Location");
    const isPage = (request.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
    if (location_) {
      const target = new URL(location_, location.href);
      if (target.pathname !== document.body.dataset.login) forget(form);
      if (target.pathname + target.search === location.pathname + location.search && target.hash) { history.replaceState(null, "", target); location.reload(); } else location.assign(target);
    } else if (request.status >= 500 || request.status === 403 || request.status === 429 || !isPage) {
      busy(form, button, false);
      const number = request.getResponseHeader("X-Request-Id");
      const said = isPage ? spoken(request.responseText) : "";
      alertBar((said || text("failed")) + (number ? ` ${number}` : ""), [[text("retry"), () => send(form, button, data)]]);
    } else if (request.responseURL !== new URL(action, location.href).href) {
      forget(form);
      location.assign(request.responseURL);
    } else {
      forget(form);
      showPage(request.responseText, request.responseURL);
    }
  }

  function spoken(html) {
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    return (main ? all("h1, h1 + p", main) : []).map((one) => one.textContent.trim()).join(" ");
  }

  function showPage(html, address) {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (address !== location.href) history.pushState(null, "", address);
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
    window.htmx?.process(document.body);
    window.scrollTo(0, 0);
    start();
  }

  function busy(form, button, on) {
    if (on) form.dataset.busy = "1"; else delete form.dataset.busy;
    if (button && on) button.setAttribute("aria-busy", "true"); else button?.removeAttribute("aria-busy");
    if (!on) form.querySelector("progress")?.remove();
  }

  function progressIn(form) {
    const bar = make("progress", "progress");
    bar.max = 100;
    bar.setAttribute("aria-label", text("uploading"));
    form.append(bar);
    return (event) => { if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total); };
  }

  /* ---- a question before what cannot be taken back; the large style has no pop-ups, so there it is a bar ---- */

  function confirmFirst(question, act) {
    if (document.documentElement.classList.contains("elder") || !window.HTMLDialogElement) {
      alertBar(question, [[text("yes"), act], [text("no"), () => {}]]).querySelector("button").focus();
      return;
    }
    const dialog = make("dialog", "confirm");
    const title = make("h2", "confirm__title", text("confirm"));
    title.id = "confirm-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const buttons = make("div", "confirm__buttons");
    const yes = make("button", "govuk-button", text("yes"));
    const no = make("button", "govuk-button govuk-button--secondary", text("no"));
    for (const button of [yes, no]) button.type = "button";
    yes.addEventListener("click", () => { dialog.close(); act(); });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    buttons.append(yes, no);
    dialog.append(title, make("p", "confirm__text", question), buttons);
    document.body.append(dialog);
    dialog.showModal();
  }

  /* ---- time-out: told two minutes before; whoever is typing stays logged in ---- */

  function watchIdle() {
    const seconds = Number(document.body.dataset.idleSeconds ?? 0);
    clearTimeout(idleTimer);
    if (seconds <= WARN_BEFORE) return;
    const opened = Date.now();
    idleTimer = setTimeout(() => {
      if (lastSign > opened) { stay(); return; }
      alertBar(text("idle"), [[text("stay"), stay]]);
      idleTimer = setTimeout(ended, WARN_BEFORE * 1000);
    }, (seconds - WARN_BEFORE) * 1000);
  }

  function stay() {
    fetch(location.href, { method: "HEAD", credentials: "same-origin" }).then(watchIdle, () => {
      all("form[data-deed]").forEach(keep);
      alertBar(text("offline"), [[text("retry"), stay]]);
    });
  }

  function ended() {
    all("form[data-deed]").forEach(keep);
    alertBar(text("ended"), [[text("retry"), () => location.reload()]]);
  }

  /* ---- start ---- */

  function start() {
    all("[data-print]").forEach((button) => { button.hidden = false; });
    all("[data-tabs]").forEach(makeTabs);
    dropOthersText();
    all("form[data-deed]").forEach(restore);
    openQuestions();
    focusErrors();
    document.querySelector("[data-focus]")?.focus();
    watchIdle();
    document.dispatchEvent(new CustomEvent("ui:ready"));
  }

  document.addEventListener("click", followErrorLink);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", openQuestions);
  document.addEventListener("input", () => { lastSign = Date.now(); });
  document.addEventListener("htmx:afterSwap", (event) => all("[data-tabs]", event.target.parentNode ?? document).forEach(makeTabs));
  document.addEventListener("htmx:sendError", () => alertBar(text("offline")));
  window.addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-busy]").forEach((form) => { delete form.dataset.busy; all("[aria-busy]", form).forEach((one) => one.removeAttribute("aria-busy")); }); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
