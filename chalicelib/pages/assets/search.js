// Looking for records: the box, how many were found and how they divide, and where in a text the words stand.

import { h, replace } from './dom.js';
import { number, plain, said, t } from './language.js';
import { go, kept } from './parts.js';

/** What is asked beside words and filters when an answer is to say how much was found, and how it divides. */
export function asked(filter, facets) {
  const given = Object.entries(filter).filter(([name, value]) => value && name !== 'subtree');
  return given.length > 1 || filter.q || filter.subtree ? { count: 'true', facets: facets.join(',') } : {};
}

/** Return the filters of a view from its address. */
export function filtersOf(parameters, names) {
  return Object.fromEntries(names.map((name) => [name, parameters.get(name)]));
}

/** Return the form: words first, then the filters of the view. A change of any keeps the others. */
export function searchForm(view, filter, label, ...choices) {
  const field = h('input', { type: 'search', name: 'q', value: filter.q ?? '', maxlength: 100, autocomplete: 'off', enterkeyhint: 'search' });
  const onsubmit = (event) => {
    event.preventDefault();
    kept('q');
    go(view, { ...filter, q: field.value.trim() });
  };
  return h(
    'form',
    { class: 'filters', role: 'search', onsubmit },
    h('div', { class: 'words' }, h('label', { class: 'choice' }, h('span', {}, label), field), h('button', { type: 'submit', class: 'go' }, t('search'))),
    choices,
  );
}

/** Return a mark to tick that an agency stands for all below it. */
export function withAllBelow(view, filter) {
  if (!filter.agency) return null;
  const onchange = (event) => {
    kept('subtree');
    go(view, { ...filter, subtree: event.target.checked ? 'true' : null });
  };
  return h('label', { class: 'tick' }, h('input', { type: 'checkbox', name: 'subtree', checked: filter.subtree === 'true', onchange }), ' ', t('search.subtree'));
}

/** Return how many were found and how they divide, each part a way to it alone; nothing where it was not asked. */
export function told(view, filter, answer, worded) {
  if (!answer.count) return null;
  const facets = Object.entries(answer.facets ?? {}).filter(([name, values]) => !filter[name] && values.length > 1);
  return h(
    'div',
    { class: 'found' },
    h('p', { role: 'status' }, t(answer.count.value === 1 ? 'search.found.one' : 'search.found', { n: number(answer.count.value) })),
    facets.map(([name, values]) => h('ul', { class: 'facets', 'aria-label': t(`search.by.${name}`) }, values.slice(0, 12).map((one) => facet(view, filter, name, one, worded)))),
  );
}

function facet(view, filter, name, { value, count }, worded) {
  const query = new URLSearchParams(Object.entries({ ...filter, [name]: value }).filter(([, one]) => one));
  return h('li', {}, h('a', { href: `#/${view}?${query}` }, worded(name, value), ' ', h('span', {}, number(count))));
}

/** Return a title with what was looked for marked, if that is where it stands; else the title. */
export function titleOf(record, title) {
  const words = said(title);
  if (inTitle(record, title)) replace(words, marked(record.snippet));
  return words;
}

/** Return the piece of a text in which the words stand, with what was looked for marked; nothing where the title shows it. */
export function snippet(record, title) {
  if (!record.snippet || inTitle(record, title)) return null;
  const chinese = record.snippet.some((part) => /[\u3400-\u9fff]/.test(part.text));
  return h('p', { class: 'snippet', lang: chinese ? 'zh-CN' : 'en' }, marked(record.snippet));
}

function inTitle(record, title) {
  return record.snippet?.map((part) => part.text).join('') === plain(title);
}

function marked(parts) {
  return parts.map((part) => (part.hit ? h('mark', {}, part.text) : part.text));
}

/** Return words for the values of filters: `lists` has a map from code to words for each. */
export function wordsFor(lists) {
  return (name, value) => (lists[name]?.has(value) ? plain(lists[name].get(value)) : value);
}
