// The menu "More": closes as menus do, leads to a line, and remembers whether long lines wrap (page.js does as it says).
const menu = document.querySelector("[data-menu]");
const go = menu.querySelector("[data-go]");
const wrap = menu.querySelector("[data-wrap]");

function close() {
  if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
}

export function keydown({ key }) {
  if (key === "Escape") close();
}

export function click({ target }) {
  if (!menu.contains(target) || target.closest("[data-closes]")) close();
  if (target !== wrap) return;
  try {
    localStorage.setItem("wrap", wrap.checked ? "on" : "off");
  } catch {
    // Storage may be forbidden. The wrapping itself is CSS on the checkbox and still works.
  }
}

menu.addEventListener("focusout", ({ relatedTarget }) => {
  if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
});
go.addEventListener("submit", (event) => {
  event.preventDefault();
  const [first, last = first] = go.elements.lines.value.match(/\d+/g) ?? [];
  if (first) location.hash = first === last ? `L${first}` : `L${first}-L${last}`;
  close();
});
