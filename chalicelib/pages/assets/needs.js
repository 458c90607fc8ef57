// Services by need: what happens in a life or a business, and what one can apply for then.

import { get } from './api.js';
import { h } from './dom.js';
import { said, t } from './language.js';
import { section, source, title } from './parts.js';

const PATH = 'v1/codes/life_event';

export async function needsView(_, { signal }) {
  const { codes } = await get(PATH, {}, { signal });
  const group = (name, heading) => section(heading, h('ul', { class: 'needs' }, codes.filter((code) => code.group === name).map(need)));
  return [
    title(t('needs.title')),
    h('p', { class: 'lead' }, t('needs.lead')),
    group('person', t('needs.person')),
    group('business', t('needs.business')),
    source(PATH),
  ];
}

function need(code) {
  return h('li', {}, h('a', { href: `#/services?life_event=${encodeURIComponent(code.code)}` }, said(code)));
}

/** Return the words of a need. */
export async function needNamed(code, signal) {
  const { codes } = await get(PATH, {}, { signal });
  const found = codes.find((one) => one.code === code);
  return found ? said(found) : code;
}
