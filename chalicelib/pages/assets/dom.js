// Builds the document. Text goes in as text and nothing else: no markup is ever read from an answer.

const SVG = 'http://www.w3.org/2000/svg';

/** Return an element with attributes and children; strings become text nodes, empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Return an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false && child !== '') element.append(String(child));
  }
}

/** Empty an element and put children in. */
export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** Return a link to an address that somebody sent: only http and https are followed, without saying where from. */
export function outside(address, ...children) {
  const safe = /^https?:\/\//i.test(address);
  return safe ? h('a', { href: address, rel: 'noopener noreferrer external' }, ...children) : h('span', {}, ...children);
}

/** Give the reader a JSON text as a file. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Return a table; `rows` are lists of cells, the first of each its heading. */
export function table(caption, heads, rows, className = '') {
  const cell = (value, place) =>
    place === 0 ? h('th', { scope: 'row' }, value) : h('td', { 'data-head': heads[place] }, value);
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption },
    h(
      'table',
      { class: className },
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map(cell)))),
    ),
  );
}

/** Return a list of terms with what is said of them; pairs with nothing to say are left out. */
export function facts(pairs) {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && !value.length));
  return told.length ? h('dl', { class: 'facts' }, told.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value)))) : null;
}
