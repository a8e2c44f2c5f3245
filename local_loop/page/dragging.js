// Follow a pointer on an element. Positions are in percent of the element.

/** The direction of each arrow key: [to the right, down]. */
export const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Call `begin([x, y], event)` when a drag begins, and `move([x, y])` for each move until it ends. */
export function onDrag(element, { begin, move }) {
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [((clientX - left) / width) * 100, ((clientY - top) / height) * 100].map((share) => Math.min(100, Math.max(0, share)));
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    begin(place(event), event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) move(place(event));
  });
}
