/**
 * One list of devices to choose from, shown only where there is a choice.
 */

import { need } from '../../core/js/dom.js';
import { word } from '../../core/js/words.js';

/**
 * @param {string} selector
 * @param {MediaDeviceInfo[]} devices
 * @param {string | undefined} chosen
 */
export function fillSelect(selector, devices, chosen) {
  const select = need(selector, HTMLSelectElement);
  const labelled = devices.map((device, index) => {
    const name = device.label || word('device-unnamed', { number: index + 1 });
    return new Option(name, device.deviceId, false, device.deviceId === chosen);
  });
  select.replaceChildren(...labelled);
  const field = select.closest('.field');
  if (field instanceof HTMLElement) field.hidden = devices.length < 2;
}
