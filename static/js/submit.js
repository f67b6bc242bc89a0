// Ctrl+Enter or Cmd+Enter anywhere in the form sends it.
const { form } = document.querySelector("textarea[data-max-bytes]");
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

if (apple) for (const key of form.querySelectorAll("[data-modifier]")) key.textContent = "⌘";

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !(apple ? event.metaKey : event.ctrlKey)) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit();
});
