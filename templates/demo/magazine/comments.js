// Stands where a comment system of another company would be: nothing is loaded before the reader says so.

const button = document.querySelector("[data-comments-load]");
const status = document.querySelector("[data-comments-status]");

if (button instanceof HTMLButtonElement && status instanceof HTMLElement) {
  button.addEventListener("click", () => {
    button.disabled = true;
    status.textContent = status.dataset.loadedText ?? "";
  });
}
