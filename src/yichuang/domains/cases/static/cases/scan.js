// Takes pictures from the clipboard into the file field, beside what was chosen before; the page works without it.
(function () {
  "use strict";

  const field = () => document.querySelector("input[type=file][data-paste]");

  function takeIn(event) {
    const input = field();
    const pasted = Array.from(event.clipboardData?.files ?? []);
    if (!input || !pasted.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...input.files, ...pasted]) all.items.add(file);
    input.files = all.files;
    input.focus();
  }

  function tellOfIt() {
    for (const hint of document.querySelectorAll("[data-paste-hint]")) hint.hidden = false;
  }

  document.addEventListener("paste", takeIn);
  document.addEventListener("ui:ready", tellOfIt);
  tellOfIt();
})();
