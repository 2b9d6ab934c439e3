// @ts-check
/**
 * The offer to take back what was just done: at the lower edge, where a thumb is, for as long as it can be taken back. Without script
 * it stands at the top of the page, and the server says when the time is over.
 */

const offer = document.querySelector("form[data-undo]");
if (offer instanceof HTMLFormElement) {
  // Whoever comes back to this page later, or reloads it, is not offered what is over: the server looks.
  const address = new URL(location.href);
  address.searchParams.delete("act");
  history.replaceState(history.state, "", address);
  const left = offer.querySelector(".undo-left");
  const end = performance.now() + Number(offer.dataset.undo) * 1000;
  offer.classList.add("toast");
  const count = () => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds <= 0) {
      // Nobody loses the place they are in: whoever stands on the button goes on from the main part.
      if (offer.contains(document.activeElement)) document.getElementById("main")?.focus({ preventScroll: true });
      offer.remove();
      return;
    }
    if (left) left.textContent = String(seconds);
    setTimeout(count, 250);
  };
  count();
}
