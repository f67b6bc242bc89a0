// Most who come only read. What serves a click or a key is fetched with the first of them, and serves that one too.
// Each module of it exports what it does about an event, by the event's name.
const addresses = document.querySelector("[data-later]").dataset.later.split(" ");
const kinds = ["click", "mousedown", "keydown", "hashchange"];
const early = [];
let fetching = false;

async function fetchAll() {
  const modules = await Promise.all(addresses.map((address) => import(address)));
  for (const kind of kinds) removeEventListener(kind, wait);
  for (const module of modules) for (const kind of Object.keys(module)) addEventListener(kind, module[kind]);
  for (const event of early) for (const module of modules) module[event.type]?.(event);
}

function wait(event) {
  early.push(event);
  if (!fetching) fetchAll().catch(() => (fetching = false)); // offline for now: the next click tries again
  fetching = true;
}

function hasChosen() {
  try {
    return localStorage.getItem("keys");
  } catch {
    return false; // storage may be forbidden
  }
}

for (const kind of kinds) addEventListener(kind, wait);
if (location.hash || hasChosen()) wait(new Event("load"));
