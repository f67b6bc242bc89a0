// A file may be dropped anywhere on the page: it is picked, as if by hand.
const picker = document.querySelector("[data-drop-status]").closest("form").elements.file;
const sheet = picker.closest(".sheet");
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

function mark(isOver) {
  sheet.toggleAttribute("data-dropping", isOver);
}

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  mark(true);
});

// Without a related target the pointer has left the page, not only one of its elements.
document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || mark(false));

document.addEventListener("drop", (event) => {
  mark(false);
  if (!hasFiles(event)) return;
  event.preventDefault();
  const { files } = event.dataTransfer;
  if (files.length > 1) {
    const message = `One paste holds one file: drop one of the ${files.length}.`;
    picker.dispatchEvent(new CustomEvent("news", { detail: { message, isRefused: true } }));
    return;
  }
  picker.files = files;
  picker.dispatchEvent(new Event("change", { bubbles: true }));
});
