// Puts a phrase into the opinion at the cursor; without a script its link opens the page with the phrase in the box.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-phrase]");
  const box = document.querySelector("[name=opinion]");
  if (!link || !box) return;
  event.preventDefault();
  box.setRangeText(link.dataset.phrase, box.selectionStart, box.selectionEnd, "end");
  box.focus();
});
