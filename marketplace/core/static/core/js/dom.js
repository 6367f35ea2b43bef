/**
 * Finding the parts of a page; a missing one is a fault of the template, said at once.
 */

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function need(selector, type, root = document) {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${selector}`);
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T | null}
 */
export function maybe(selector, type, root = document) {
  const element = root.querySelector(selector);
  return element instanceof type ? element : null;
}

/**
 * A copy of what stands in `<template id=…>`.
 * @param {string} id
 */
export function copyOf(id) {
  const { content } = need(`template#${id}`, HTMLTemplateElement);
  const first = content.firstElementChild?.cloneNode(true);
  if (first instanceof HTMLElement) return first;
  throw new Error(`template ${id} is empty`);
}

/**
 * Point a shared icon at another symbol of the sprite.
 * @param {Element} root
 * @param {string} name
 */
export function setIcon(root, name) {
  const use = root.querySelector('svg.icon use');
  const href = use?.getAttribute('href') ?? '';
  use?.setAttribute('href', `${href.split('#')[0]}#${name}`);
}
