// Sliders over pictures that were drawn beforehand. The last control moves fastest, as in itertools.product.
document.addEventListener("DOMContentLoaded", () => {
  for (const moving of document.querySelectorAll(".moving")) {
    const pictures = JSON.parse(moving.dataset.pictures);
    const controls = [...moving.querySelectorAll("input")];
    const picture = moving.querySelector("img");
    const alt = picture.alt;
    const show = (moved) => {
      let index = 0;
      const said = [];
      for (const control of controls) {
        const value = String(JSON.parse(control.dataset.values)[control.value]);
        index = index * (Number(control.max) + 1) + Number(control.value);
        control.nextElementSibling.textContent = value;
        control.setAttribute("aria-valuetext", value);
        said.push(`${control.parentElement.firstChild.textContent.trim()} ${value}`);
      }
      if (moved) {
        picture.src = `data:image/webp;base64,${pictures[index]}`;
        picture.alt = `${alt} Moved to ${said.join(", ")}.`;
      }
    };
    controls.forEach((control) => control.addEventListener("input", () => show(true)));
    show(false);
  }
});

// The theme's arrows that open a part of the table of contents have no name for a screen reader.
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll("li.has-children > details > summary")) {
    const title = arrow.closest("li").querySelector("a").textContent.trim();
    arrow.setAttribute("aria-label", `Pages of ${title}`);
  }
});
