// The sheet of letter keys, made of the controls that have one, with the switch that turns them off.
const dialog = document.createElement("dialog");
dialog.className = "keys";
dialog.setAttribute("aria-labelledby", "keys-title");
dialog.setAttribute("closedby", "any");
dialog.innerHTML = `
  <h2 id="keys-title">Keyboard shortcuts</h2>
  <dl></dl>
  <p>Click the number of a line to mark it, shift-click another to mark all between.</p>
  <form method="dialog">
    <label><input type="checkbox"> Use these keys</label>
    <button class="button outlined">Close</button>
  </form>`;
const [list, box] = [dialog.querySelector("dl"), dialog.querySelector("input")];

function row(control) {
  const [line, key, term, name] = ["div", "kbd", "dt", "dd"].map((tag) => document.createElement(tag));
  key.textContent = control.dataset.key;
  name.textContent = (control.labels?.[0] ?? control).textContent.trim();
  term.append(key);
  line.append(term, name);
  return line;
}

const style = Object.assign(document.createElement("link"), { rel: "stylesheet" });
const styled = new Promise((done) => (style.onload = style.onerror = done));

/** `address` is that of the sheet's own style; `turn` is told whether the keys shall be used. */
export async function open(address, turn) {
  if (!style.href) document.head.append(Object.assign(style, { href: address }));
  await styled;
  list.replaceChildren(...[...document.querySelectorAll("[data-key]")].map(row));
  box.checked = document.querySelector("[aria-keyshortcuts]") !== null;
  box.onchange = () => turn(box.checked);
  if (!dialog.open) dialog.showModal();
}

document.body.append(dialog);
