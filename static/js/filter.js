// A field that leaves only those rows of a table in sight that hold what is typed. Without this all are in sight.
for (const field of document.querySelectorAll("[data-filters]")) {
  const rows = document.getElementById(field.dataset.filters).rows;
  const found = document.getElementById(field.getAttribute("aria-describedby"));
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  field.closest("[hidden]").hidden = false;
  const narrow = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const name = plain(row.cells[0].textContent);
      row.hidden = !words.every((word) => name.includes(word));
      shown += !row.hidden;
    }
    found.textContent = words.length ? `${shown} of ${rows.length} in sight. What is ticked out of sight counts too.` : "";
  };
  field.addEventListener("input", narrow);
  // Enter here would send the whole sheet.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
