// What one can ask about: the parts of an order that say something, each as one topic. Pure.

const WHOLE = ['time', 'address', 'contact'];

/**
 * @param {Record<string, string>} values
 * @returns {{name: string, keys: string[]}[]} a line, a group or a field, with the fields it means;
 *   the name is a field's, `line.2`, or a group's
 */
export function topicsOf(values) {
  /** @type {Map<string, string[]>} */
  const topics = new Map();
  for (const key of Object.keys(values)) {
    if (values[key] === '' || key === 'time.zone') continue;
    const name = nameOf(key);
    topics.set(name, [...(topics.get(name) ?? []), key]);
  }
  return [...topics.entries()]
    .map(([name, keys]) => ({ name, keys: keys.sort() }))
    .sort((one, two) => placeOf(one.name) - placeOf(two.name));
}

/** @param {string} key */
function nameOf(key) {
  const [group = '', number = ''] = key.split('.');
  if (group === 'line') return `line.${number}`;
  if (group === 'tax') return 'tax.rate';
  return WHOLE.includes(group) ? group : key;
}

const PLACES = ['content', 'line', 'price', 'discount', 'delivery', 'tax', 'deposit', 'pay_within'];

/** @param {string} name as a receipt is read: what, how much, when, where, who */
function placeOf(name) {
  const [group = '', number = '0'] = name.split('.');
  const found = [...PLACES, ...WHOLE, 'note'].indexOf(group);
  return (found < 0 ? 99 : found) * 100 + Number.parseInt(number, 10) || found * 100;
}
