// @ts-check
/** Words marked in a reader's comment go into the field of what is to be blacked out. Without it they are typed. */

const field = document.getElementById("words");
if (field instanceof HTMLInputElement) {
  const words = field;
  const take = () => {
    const selection = getSelection();
    const within = selection?.anchorNode?.parentElement?.closest("[data-mark-words]");
    const marked = selection?.toString().trim() ?? "";
    if (within && marked !== "") words.value = marked;
  };
  document.addEventListener("pointerup", () => setTimeout(take));
  document.addEventListener("keyup", take);
}
