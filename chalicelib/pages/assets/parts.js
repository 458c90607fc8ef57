// What several views share: how far the data goes, the link to the data itself, marks, paged lists, and what failed.

import { address, agency, codes, find } from './api.js';
import { facts, h, replace } from './dom.js';
import { instant, plain, said, t, word } from './language.js';

/** Return the line under an answer: up to which register index it goes, and the data itself. */
export function source(path, parameters = {}, asOf = undefined) {
  const told = asOf === undefined ? null : h('span', {}, known(asOf));
  return h('p', { class: 'source' }, told, told && ' · ', h('a', { href: address(path, parameters) }, t('raw')));
}

/** Return the line under a record: the data itself, and the way to check in one's own browser that it is what the register has. */
export function sourceOf(record, path) {
  const line = source(path);
  const index = record.register_index;
  if (index !== undefined) line.append(' · ', h('a', { href: `#/check/${index}` }, t('checks.link', { index })));
  return line;
}

function known(asOf) {
  if (asOf?.register_index !== null && asOf?.register_index !== undefined) return t('as_of', { index: asOf.register_index });
  return asOf?.at ? [t('as_of.computed'), ' ', instant(asOf.at)] : t('as_of.none');
}

/** Return the mark of a record that is made up, or nothing. */
export function synthetic(record) {
  return record.synthetic ? h('span', { class: 'badge made-up', title: t('synthetic.why') }, t('synthetic')) : null;
}

/** Return the sentence for a record that is made up, or nothing. */
export function syntheticNote(record) {
  return record.synthetic ? h('p', { class: 'note made-up' }, t('synthetic.why')) : null;
}

/** Return a link to an agency by its name; until the name is known, by its id. */
export function agencyLink(id) {
  const link = h('a', { href: `#/agency/${encodeURIComponent(id)}` }, id);
  agency(id).then((known) => known && replace(link, said(known.name)));
  return link;
}

const VIEWED = { agency: 'agencies', card: 'supervision', centre: 'centres', disclosure: 'disclosures', evaluation: 'evaluations', filing: 'filings', hearing: 'hearings', rule: 'rules', service: 'services' };

/** Return the place of a record on this page, or null where it has none. */
export function placeOf(kind, id) {
  return Object.hasOwn(VIEWED, kind) ? `#/${kind}/${encodeURIComponent(id)}` : null;
}

/** Return a link to a record by its title; where the title is not given it is asked for, and until then its id stands there. */
export function recordLink(kind, id, known = null) {
  const place = placeOf(kind, id);
  if (!place) return h('span', {}, said(known) ?? id);
  if (kind === 'agency') return agencyLink(id);
  const link = h('a', { href: place }, said(known) ?? id);
  if (!known) titled(link, kind, id);
  return link;
}

/** A filing and a card have no title of their own: they are called by what they are about. */
async function titled(link, kind, id) {
  const found = await find(`v1/${VIEWED[kind]}/${encodeURIComponent(id)}`).catch(() => null); // without it the id stays
  if (!found) return;
  if (found.title ?? found.name) replace(link, said(found.title ?? found.name));
  else replace(link, word('kind', kind), found.disclosure && [t('colon'), await textTitle(found.disclosure)]);
}

async function textTitle(id) {
  const found = await find(`v1/disclosures/${encodeURIComponent(id)}`).catch(() => null);
  return said(found?.title) ?? id;
}

/** Return a heading with what stands beside it. */
export function title(text, ...beside) {
  return h('div', { class: 'title' }, h('h1', {}, text), beside);
}

/** The limit that binds the whole of a service: of joint handling, else its own. */
export function limitOf(service, name) {
  return service.joint?.[name] ?? service.limits?.[name];
}

/** Return a section with its heading, or nothing where there is nothing in it. */
export function section(heading, ...children) {
  const there = children.flat(9).filter((child) => child !== null && child !== undefined && child !== false && child !== '');
  return there.length ? h('section', {}, h('h2', {}, heading), there) : null;
}

/** Return what is said when something failed, with a button to try again. */
export function failure(error, again) {
  const told = error.status === 404 ? t('failed.missing') : error.status ? error.message : t('failed.network');
  return h('div', { class: 'failure', role: 'alert' }, h('p', {}, told), again && h('button', { type: 'button', onclick: again }, t('again')));
}

/** Return what stands in the place of a record that was erased by order. */
export async function erased(found) {
  const grounds = await codes('erasure_ground').catch(() => new Map());
  return [
    h('h1', {}, t('erased')),
    h('p', {}, t('erased.why')),
    facts([
      [t('erased.ground'), said(grounds.get(found.erased.ground)) ?? found.erased.ground],
      [t('erased.authority'), found.erased.authority],
      [t('erased.order'), found.erased.order],
      [t('erased.on'), found.erased.on],
    ]),
  ];
}

/**
 * Return a list that goes on page by page. `load(cursor)` returns an answer of the API, with the `head` that stands above
 * its first page and the `foot` below each; `draw(item)` returns a list item. Focus goes to the first item that came, so that
 * a keyboard goes on where it was.
 */
export async function pagedList(load, draw, className) {
  const head = h('div', {});
  const list = h('ol', { class: className, role: 'list' });
  const after = h('div', { class: 'after' });
  const foot = h('div', {});
  const whole = h('div', {}, head, list, after, foot);
  async function next(cursor) {
    const answer = await load(cursor);
    const items = answer.items.map(draw);
    list.append(...items);
    if (!cursor) replace(head, answer.head);
    replace(foot, answer.foot);
    if (answer.next) replace(after, button(answer.next));
    else replace(after, list.children.length ? h('p', { class: 'quiet' }, t('end')) : h('p', { class: 'quiet' }, t('none')));
    if (cursor && items[0]) items[0].querySelector('a')?.focus();
  }
  function button(cursor) {
    const go = async () => {
      more.disabled = true;
      try {
        await next(cursor);
      } catch (error) {
        replace(after, failure(error, go));
      }
    };
    const more = h('button', { type: 'button', class: 'more', onclick: go }, t('more'));
    return more;
  }
  await next(null);
  return whole;
}

let filtered = null;

/** Return the name of the filter that led to this view, once: its place in the page is where the reader is. */
export function takeFilter() {
  const name = filtered;
  filtered = null;
  return name;
}

/** Remember which filter leads to the next view. */
export function kept(name) {
  filtered = name;
}

/** Return a select with its label. `options` are `[value, words]`. */
export function choice(name, label, options, value, changed) {
  const onchange = (event) => {
    kept(name);
    changed(event.target.value);
  };
  const select = h('select', { name, onchange }, options.map(([one, words]) => h('option', { value: one, selected: one === (value ?? '') }, words)));
  return h('label', { class: 'choice' }, h('span', {}, label), select);
}

/** Return agencies as options, by name. */
export function agencyOptions(agencies) {
  const named = agencies.map((one) => [one.id, plain(one.name)]);
  return [['', t('all')], ...named.sort((a, b) => a[1].localeCompare(b[1]))];
}

/** Go to a view with parameters. */
export function go(view, parameters) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();
  location.hash = `#/${view}${query ? `?${query}` : ''}`;
}
