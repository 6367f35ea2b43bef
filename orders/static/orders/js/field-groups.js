// Which fields a customer can be asked for, by group, in the order of the form. The server keeps
// the same list (`orders/fields.py`); a test holds both together. Pure.

/** @type {Readonly<Record<string, readonly string[]>>} */
export const ASKABLE = {
  content: ['content'],
  proposal: ['price.proposal'],
  time: ['time.start', 'time.end'],
  address: [
    'address.line1',
    'address.line2',
    'address.postal_code',
    'address.city',
    'address.region',
    'address.country',
  ],
  contact: ['contact.name', 'contact.phone', 'contact.email'],
  note: ['note'],
};

/**
 * @param {readonly string[]} keys of fields
 * @returns {string[]} names in the order of the form: a group's where all of it is meant, else the
 *   fields' own
 */
export function gathered(keys) {
  const wanted = new Set(keys);
  const known = Object.entries(ASKABLE).flatMap(([group, fields]) => {
    const meant = fields.filter((field) => wanted.has(field));
    return meant.length === fields.length && fields.length > 1 ? [group] : meant;
  });
  const others = keys.filter((key) => !Object.values(ASKABLE).some((all) => all.includes(key)));
  return [...known, ...others];
}
