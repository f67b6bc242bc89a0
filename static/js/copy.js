// Copies a text given by the button (data-copy) or the exact text behind an address (data-copy-from). Says what was
// done, and what others on the page want said ("announce").
async function fetchText(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`status ${response.status}`);
  // Response.text() would drop a byte order mark.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}

// Outside a secure context there is no navigator.clipboard; a copy event still takes an exact text.
function writeByEvent(text) {
  const fill = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  if (!done) throw new Error("copying is not allowed");
}

async function copy({ copyFrom, copy: given }) {
  const text = copyFrom ? fetchText(copyFrom) : Promise.resolve(given);
  try {
    // Some browsers allow writing only within the click: they are given the promise, not its value.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  } catch {
    if (navigator.clipboard) await navigator.clipboard.writeText(await text);
    else writeByEvent(await text);
  }
}

const status = document.querySelector("[data-copy-status]");
let clearing;

function announce(message) {
  clearTimeout(clearing);
  status.textContent = message;
  clearing = setTimeout(() => (status.textContent = ""), 4000);
}

document.addEventListener("announce", (event) => announce(event.detail));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  await copy(button.dataset).then(
    () => announce(button.dataset.copied),
    () => announce("Could not copy. Use Raw instead."),
  );
});

try {
  // The page that published has put the link on the clipboard already, within the key press or the click.
  if (sessionStorage.getItem("link-copied") === location.pathname) announce("Link copied");
  sessionStorage.removeItem("link-copied");
} catch {
  // Storage may be forbidden; then nothing was left there either.
}
