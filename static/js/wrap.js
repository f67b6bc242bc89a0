// Remembers whether long lines are wrapped; the wrapping itself is CSS on the checkbox.
const box = document.querySelector("[data-wrap]");

try {
  const remembered = localStorage.getItem("wrap");
  if (remembered !== null) box.checked = remembered === "on";
  box.addEventListener("change", () => localStorage.setItem("wrap", box.checked ? "on" : "off"));
} catch {
  // Storage may be forbidden; wrapping still works, it is only not remembered.
}
