// Letter keys, unless they are turned off: each presses the control that names it (data-key).
const sheet = document.querySelector("[data-sheet]");
const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

function areOn() {
  try {
    return localStorage.getItem("keys") !== "off";
  } catch {
    return true; // storage may be forbidden
  }
}

// Who turned them off, because a voice or a slip of the hand is a letter too, is not told of them either.
function tell(on) {
  for (const control of document.querySelectorAll("[data-key]")) {
    if (on) control.setAttribute("aria-keyshortcuts", control.dataset.key);
    else control.removeAttribute("aria-keyshortcuts");
  }
}

function turn(on) {
  tell(on);
  try {
    localStorage.setItem("keys", on ? "on" : "off");
  } catch {
    // Then it lasts for this page.
  }
}

function reach(field) {
  field.closest("details").open = true;
  setTimeout(() => field.select()); // or the letter would be written there
}

export function keydown(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || target.closest?.(FIELDS)) return;
  const control = document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  if (!control || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (control.matches(FIELDS)) reach(control);
  else control.click();
}

export async function click({ target }) {
  if (target === sheet) (await import(sheet.dataset.sheet)).open(sheet.dataset.style, turn);
}

tell(areOn());
