// Publishing puts the link on the clipboard within the same key press or click: the form knows its id already.
const form = document.querySelector("form[data-origin]");
const { content, file, id } = form.elements;
const copyAtOnce = (link) => {
  const fill = (event) => {
    event.clipboardData.setData("text/plain", link);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    document.removeEventListener("copy", fill);
  }
};

// The next page says that the link was copied.
function note(path) {
  try {
    sessionStorage.setItem("link-copied", path);
  } catch {
    // Storage may be forbidden: then it is not said.
  }
}

// The old command is done when it returns; a promise may be cut off by the page that comes next.
function copy(path) {
  const link = form.dataset.origin + path;
  if (copyAtOnce(link)) note(path);
  else navigator.clipboard?.writeText(link).then(() => note(path), () => {});
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

form.addEventListener("submit", () => {
  if (content.value || file.files.length) copy(`/${id.value}`);
});

// After Back the form is for another paste; under its old id it would lead to the one that is there.
addEventListener("pageshow", ({ persisted }) => {
  const [visit] = performance.getEntriesByType("navigation");
  if (persisted || visit?.type === "back_forward") id.value = newId();
});
