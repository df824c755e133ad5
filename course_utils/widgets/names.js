// Gives the handle of each slider in the same box the slider's label as its name: ipywidgets ties the two for the eye only.

function render({ el }) {
  function name(box) {
    for (const slider of box.querySelectorAll(".widget-slider")) {
      const label = slider.querySelector(".widget-label")?.textContent ?? "";
      slider.querySelector(".noUi-handle")?.setAttribute("aria-label", label);
    }
  }

  function begin() {
    const box = el.closest(".widget-vbox");
    if (box === null) return requestAnimationFrame(begin); // the page takes the views in one after the other
    new MutationObserver(() => name(box)).observe(box, { childList: true, subtree: true });
    name(box);
  }

  begin();
}

export default { render };
