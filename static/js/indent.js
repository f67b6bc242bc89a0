// Tab indents once something was typed; Esc gives Tab back to the focus until then. A Tab through the page never halts.
const area = document.querySelector("textarea[data-max-bytes]");

function type(text) {
  // The old command alone leaves it to the browser's own undo.
  if (document.execCommand(text ? "insertText" : "delete", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// Whole lines from where the selection begins to where it ends.
function changeLines(change) {
  const { value, selectionStart, selectionEnd } = area;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const end = value.indexOf("\n", last) < 0 ? value.length : value.indexOf("\n", last);
  const [before, after] = [value.slice(start, end), change(value.slice(start, end))];
  if (before === after) return;
  const first = change(before.split("\n", 1)[0]).length - before.split("\n", 1)[0].length;
  area.setSelectionRange(start, end);
  type(after);
  const moved = Math.max(selectionStart + first, start);
  area.setSelectionRange(moved, Math.max(selectionEnd + after.length - before.length, moved));
}

const indented = (text) => text.replace(/^(?=.)/gm, "\t");
const outdented = (text) => text.replace(/^(?:\t| {1,4})/gm, "");

function arm(isArmed) {
  area.toggleAttribute("data-indents", isArmed);
}

area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} tab-hint`.trim());
area.addEventListener("input", () => arm(document.activeElement === area));
area.addEventListener("blur", () => arm(false));
area.addEventListener("keydown", (event) => {
  if (event.key === "Escape") arm(false);
  if (event.key !== "Tab" || !area.matches("[data-indents]") || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (event.shiftKey) changeLines(outdented);
  else if (area.value.slice(area.selectionStart, area.selectionEnd).includes("\n")) changeLines(indented);
  else type("\t");
});
