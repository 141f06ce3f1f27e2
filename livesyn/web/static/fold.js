// Sections that fold, and remember it in this browser.

const PHONE = "(max-width: 700px)";

function kept(name) {
  try { return localStorage.getItem(`livesyn.fold.${name}`); } catch { return null; } // a private window keeps nothing
}

function keep(name, folded) {
  try { localStorage.setItem(`livesyn.fold.${name}`, folded ? "1" : "0"); } catch { /* as above */ }
}

/** Let `head`, a heading or legend that is a child of `section`, fold what is beside it. `folded(phone)` says how a new
 * browser begins. */
export function foldable(section, head, name, folded = () => false) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold-key";
  button.append(...head.childNodes);
  head.classList.add("fold");
  head.replaceChildren(button);
  const show = (on) => {
    section.classList.toggle("folded", on);
    button.setAttribute("aria-expanded", !on);
  };
  const before = kept(name);
  show(before === null ? folded(matchMedia(PHONE).matches) : before === "1");
  button.addEventListener("click", (event) => {
    show(!section.classList.contains("folded"));
    keep(name, section.classList.contains("folded"));
    if (event.detail > 0) button.blur();
  });
}
