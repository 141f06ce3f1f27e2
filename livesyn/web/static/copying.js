// Text to the clipboard, also where a page may not use it: one that came over the network without TLS.

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** A button that says `text` and copies it. */
export function copyButton(text) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: text, title: "Copy this OSC address" });
  button.setAttribute("aria-label", `Copy the OSC address ${text}`);
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    button.textContent = (await copyText(text)) ? "copied" : "not copied: select it by hand";
    setTimeout(() => { button.textContent = text; }, 1200);
  });
  return button;
}
