// Search results show no excerpts where pages are files: a browser does not let a page read its neighbours there.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// What scrolls sideways can be scrolled with the keyboard.
function makeScrollable() {
  const wide = "pre, div.math, mjx-container, .highlight, .cell_output *, .pst-scrollable-table-container";
  for (const element of document.querySelectorAll(wide)) {
    if (element.scrollWidth > element.clientWidth && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)) {
      element.tabIndex = 0;
    }
  }
}

// The arrows of the navigation say what they open.
function nameArrows() {
  for (const arrow of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const link = arrow.closest("li")?.querySelector("a");
    arrow.setAttribute("aria-label", `Pages of ${link ? link.textContent.trim() : "this part"}`);
  }
}

document.addEventListener("DOMContentLoaded", nameArrows);
window.addEventListener("load", () => {
  makeScrollable();
  window.MathJax?.startup?.promise?.then(makeScrollable);
});
window.addEventListener("resize", makeScrollable);
