// Where a case is. Number and code go out in a request's body or header, never in an address, and are kept nowhere: the
// token lives in this page only and is gone with it.

import { codes, post, withToken } from './api.js';
import { facts, h, outside, replace, save } from './dom.js';
import { complaint, post as contact } from './agencies.js';
import { day, duration, instant, money, plain, said, t, word } from './language.js';
import { agencyLink, section, syntheticNote, title } from './parts.js';
import { solve } from './work.js';

let held = null;

/** Return number and code from what a printed paper carries after `#`: `case=...&code=...`, or the code alone. */
export function printed(fragment) {
  const found = new URLSearchParams(fragment);
  return { number: found.get('case') ?? found.get('case_no') ?? '', code: found.get('code') ?? '' };
}

export async function caseView({ paper }) {
  const place = h('div', { class: 'case' });
  if (paper) held = null;
  if (held) await status(place);
  else replace(place, entry(place, paper ?? standing()));
  return [title(t('case.title')), h('p', { class: 'lead' }, t('case.lead')), place];
}

/** Return what stands in the form now, so that choosing the other language does not lose what a paper brought. */
function standing() {
  const { number, code } = document.querySelector('.lookup')?.elements ?? {};
  return { number: number?.value ?? '', code: code?.value ?? '' };
}

function entry(place, known) {
  const told = h('p', { class: 'told', role: 'alert' });
  const number = h('input', { id: 'case-number', name: 'number', required: true, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', value: known.number });
  const code = h('input', { id: 'query-code', name: 'code', required: true, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'characters', value: known.code, 'aria-describedby': 'code-hint' });
  const button = h('button', { type: 'submit', class: 'primary' }, t('case.show'));
  const send = async (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = '';
    try {
      await exchange(number.value.trim(), code.value.trim(), () => { told.textContent = t('case.working'); });
      await status(place);
      place.querySelector('h2')?.focus();
    } catch (error) {
      told.textContent = refusal(error);
      button.disabled = false;
    }
  };
  return h(
    'form',
    { class: 'lookup', onsubmit: send, autocomplete: 'off' },
    h('div', {}, h('label', { for: 'case-number' }, t('case.number')), number),
    h('div', {}, h('label', { for: 'query-code' }, t('case.code')), code, h('p', { id: 'code-hint', class: 'meta' }, t('case.code.hint'))),
    button,
    told,
  );
}

async function exchange(number, code, working) {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(number)) throw new RangeError('number');
  const path = `v1/cases/${number}/tokens`;
  const { token } = await post(path, { query_code: code }).catch(async (error) => {
    const work = error.problem?.proof_of_work;
    if (error.status !== 429 || !work) throw error;
    working();
    const nonce = await solve(work, number, code);
    return post(path, { query_code: code, proof_of_work: { challenge: work.challenge, nonce } });
  });
  held = { number, token };
}

function refusal(error) {
  if (error instanceof RangeError || error.status === 404) return t('case.wrong');
  if (error.status === 400) return t('case.typing');
  if (error.status === 429) return t('case.tries');
  return error.status ? error.message : t('failed.network');
}

async function status(place) {
  const [found, ...words] = await Promise.all([withToken('GET', `v1/cases/${held.number}`, held.token), ...['lamp', 'who', 'procedure'].map(codes)]);
  const forget = h('button', { type: 'button', onclick: () => ended(place) }, t('case.forget'));
  const told = h('p', { class: 'told', role: 'alert' });
  const receipt = h('button', { type: 'button', id: 'receipt', onclick: () => keepReceipt(told) }, t('case.receipt'));
  replace(place, sheet(found, words), h('p', { class: 'offer' }, receipt, ' ', h('span', { class: 'meta' }, t('case.receipt.why'))), told, h('p', { class: 'offer' }, forget, ' ', h('span', { class: 'meta' }, t('case.forget.why'))));
}

/** Save the signed receipt as a file: it says the same however it is spaced, so what is written here still verifies. */
async function keepReceipt(told) {
  told.textContent = '';
  try {
    const receipt = await withToken('GET', `v1/cases/${held.number}/receipt`, held.token);
    save(`receipt-${held.number}.json`, JSON.stringify(receipt));
  } catch (error) {
    told.textContent = error.status === 404 ? t('case.receipt.none') : error.status ? error.message : t('failed.network');
  }
}

function ended(place) {
  held = null;
  replace(place, entry(place, { number: '', code: '' }));
  place.querySelector('input').focus();
}

function sheet(found, [lamps, who, procedures]) {
  const { deadline = {}, next_step: step = {}, remaining } = found;
  return [
    h('h2', { class: 'sentence', tabindex: -1 }, said(found.status.sentence)),
    h('p', { class: 'meta' }, `${found.case_no} · `, said(found.service.title), found.agency && [' · ', agencyLink(found.agency)], ' · ', instant(found.status.since)),
    syntheticNote(found),
    deadline.lamp && h('p', { class: `lamp ${deadline.lamp}` }, lamps.has(deadline.lamp) ? said(lamps.get(deadline.lamp)) : deadline.lamp),
    (found.todo ?? []).map((one) => h('div', { class: 'todo' }, h('h3', {}, said(one.text)), todo(one))),
    facts([
      [t('case.next'), step.what && h('span', {}, who.has(step.who) ? [said(who.get(step.who)), t('colon')] : null, said(step.what), step.by && ` (${t('case.by')} ${dated(step.by).textContent})`)],
      [t('case.due'), dated(deadline.due_on ?? deadline.due_at)],
      [t('case.projected'), dated(deadline.projected_due_on ?? deadline.projected_due_at)],
      [t('case.remaining'), remaining && (remaining.value < 0 ? t('case.over', { span: duration({ ...remaining, value: -remaining.value }) }) : duration(remaining))],
      [t('case.limit'), duration(deadline.limit)],
      [t('case.accepted'), instant(found.accepted_at)],
      [t('case.stopped'), found.stopped && h('span', {}, procedures.has(found.stopped.why) ? said(procedures.get(found.stopped.why)) : found.stopped.why, ' · ', dated(found.stopped.since))],
      [t('service.first_contact'), contact(found.first_contact)],
      [t('agency.complaint'), found.complaint && complaint(found.complaint)],
      [t('case.fees'), found.fees && fees(found.fees)],
    ]),
    progress(found.progress),
    result(found.result),
    section(t('case.explain'), (deadline.explain ?? []).length > 0 && h('ol', { class: 'explain' }, deadline.explain.map((line) => said(line.sentence, 'li')))),
    section(t('case.timeline'), (found.timeline ?? []).length > 0 && h('ol', { class: 'life' }, found.timeline.map((one) => h('li', {}, h('span', { class: 'meta' }, instant(one.at)), ' ', said(one.sentence))))),
    section(t('case.documents'), found.documents_received && h('ul', {}, found.documents_received.map((one) => h('li', {}, said(one.name), ' ', h('span', { class: 'meta' }, instant(one.at)))))),
  ];
}

function dated(text) {
  if (!text) return null;
  return text.length > 10 ? instant(text) : day(text);
}

function todo(one) {
  return [
    one.materials && h('ul', {}, one.materials.map((material) => said(material, 'li'))),
    facts([[t('case.until'), dated(one.by)], [t('case.where'), said(one.where)], [t('case.online'), one.url && outside(one.url, one.url)]]),
  ];
}

function progress(found) {
  if (!found) return null;
  const stages = found.stages.map((stage, place) => {
    const state = place + 1 < found.step ? 'past' : place + 1 === found.step ? 'now' : 'ahead';
    return h('li', { class: state, 'aria-current': state === 'now' ? 'step' : null }, word('stage', stage));
  });
  return h('ol', { class: 'progress', 'aria-label': t('case.progress', { step: found.step, of: found.of }) }, stages);
}

function result(found) {
  if (!found) return null;
  return section(
    t('service.result'),
    h('p', {}, h('b', {}, word('outcome', found.outcome))),
    facts([
      [t('case.reasons'), found.reasons && h('ul', {}, found.reasons.map((one) => said(one, 'li')))],
      [t('case.document'), found.document && plain(found.document.name)],
      [t('case.pickup'), said(found.pickup)],
      [t('case.remedies'), found.remedies && h('ul', {}, found.remedies.map((one) => said(one, 'li')))],
    ]),
  );
}

function fees(found) {
  const told = (amounts) => amounts.map((one) => money(one.amount_fen, one.currency)).join(' · ');
  return t('case.fees.told', { due: told(found.due), paid: told(found.paid) });
}
