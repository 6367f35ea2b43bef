/**
 * Keeps the face in sight: on a narrow screen the picture ends where the order's sheet begins,
 * however high that is at the moment.
 */

const NARROW = '(width < 800px)';
const OVERLAP = 24;

/**
 * @param {HTMLElement} room
 * @param {HTMLElement} region holds the sheet or window of the order
 */
export function keepFaceInSight(room, region) {
  const narrow = matchMedia(NARROW);
  const measure = () => {
    const sheet = [...region.querySelectorAll('.sheet, .window')].find(
      (element) => element.getBoundingClientRect().height > 0,
    );
    const bottom = room.getBoundingClientRect().bottom;
    const top = sheet?.getBoundingClientRect().top ?? bottom;
    const covered = narrow.matches ? Math.max(0, bottom - top - OVERLAP) : 0;
    room.style.setProperty('--covered', `${covered}px`);
  };
  const observer = new ResizeObserver(measure);
  for (const element of region.querySelectorAll('.sheet, .window')) observer.observe(element);
  observer.observe(room);
  narrow.addEventListener('change', measure);
}
