// Ticks all pastes of the page at once, and tells how many are ticked.
const form = document.querySelector("[data-selectable]");
const all = form.querySelector("[data-select-all]");
const count = form.querySelector("[data-selected-count]");
const boxes = [...form.querySelectorAll("input[name=paste]")];

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  count.textContent = ticked ? `${ticked} selected` : "";
}

all.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  tell();
});
form.addEventListener("change", tell);
// The browser may bring ticks back after this script ran (Back, reload).
addEventListener("pageshow", tell);
tell();
