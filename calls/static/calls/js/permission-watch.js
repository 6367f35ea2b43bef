/**
 * Notices that a person has allowed in the browser's settings what was refused before. DOM-free.
 */

/**
 * @param {Permissions | undefined} permissions
 * @param {() => void} run once for every change to "allowed"
 */
export async function onceAllowed(permissions, run) {
  for (const name of ['camera', 'microphone']) {
    try {
      const asked = /** @type {PermissionDescriptor} */ ({ name: /** @type {any} */ (name) });
      const status = await permissions?.query(asked);
      status?.addEventListener('change', () => status.state === 'granted' && run());
    } catch {
      // a browser that does not tell; there is a button to try again
    }
  }
}
