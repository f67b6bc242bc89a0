// Ctrl+Enter or Cmd+Enter anywhere in the form sends it. The button says that it is on its way, and stays in reach.
const { form } = document.querySelector("textarea[data-max-bytes]");
const button = form.querySelector("button[type=submit]");
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

if (apple) for (const key of form.querySelectorAll("[data-modifier]")) key.textContent = "⌘";

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !(apple ? event.metaKey : event.ctrlKey)) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit();
});

form.addEventListener("submit", () => button.setAttribute("aria-busy", "true"));
// Back may bring this very page.
addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
