// A selection that begins on one side of a comparison stays there: the other side can be neither marked nor copied.
for (const table of document.querySelectorAll("[data-sides]")) {
  table.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("td.old, td.new");
    if (cell) table.dataset.sides = cell.classList.contains("old") ? "old" : "new";
  });
}
