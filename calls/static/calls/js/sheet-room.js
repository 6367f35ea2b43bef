/**
 * Keeps the face in sight: where a sheet lies across the whole picture, the picture ends where the
 * sheet begins, however high that is at the moment.
 */

const OVERLAP = 24;

/** @param {HTMLElement} room holds the picture and what lies over it */
export function keepFaceInSight(room) {
  const panels = [...room.querySelectorAll('.sheet, .window')];
  const measure = () => {
    const { bottom, width } = room.getBoundingClientRect();
    const covered = panels.map((panel) => {
      const place = panel.getBoundingClientRect();
      const lies = place.height > 0 && place.width > width - 2 && isSeen(panel);
      return lies ? bottom - place.top - OVERLAP : 0;
    });
    room.style.setProperty('--covered', `${Math.max(0, ...covered)}px`);
  };
  const observer = new ResizeObserver(measure);
  for (const panel of panels) observer.observe(panel);
  observer.observe(room);
  new MutationObserver(measure).observe(room, { attributeFilter: ['data-hidden-panel'] });
}

/** @param {Element} panel */
function isSeen(panel) {
  return panel.checkVisibility({ visibilityProperty: true });
}
