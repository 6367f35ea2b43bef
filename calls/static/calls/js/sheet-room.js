/**
 * Keeps the face in sight: where the order's sheet lies across the whole picture, the picture ends
 * where the sheet begins, however high that is at the moment.
 */

const OVERLAP = 24;

/**
 * @param {HTMLElement} room
 * @param {HTMLElement} region holds the sheet or window of the order
 */
export function keepFaceInSight(room, region) {
  const measure = () => {
    const sheet = [...region.querySelectorAll('.sheet, .window')].find(
      (element) => element.getBoundingClientRect().height > 0,
    );
    const { bottom, width } = room.getBoundingClientRect();
    const place = sheet?.getBoundingClientRect();
    const lies = place && place.width > width - 2;
    const covered = lies ? Math.max(0, bottom - place.top - OVERLAP) : 0;
    room.style.setProperty('--covered', `${covered}px`);
  };
  const observer = new ResizeObserver(measure);
  for (const element of region.querySelectorAll('.sheet, .window')) observer.observe(element);
  observer.observe(room);
}
