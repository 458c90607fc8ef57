// Where a case is. Number and code go out in a request's body or header, never in an address, and are kept nowhere: the
// token lives in this page only and is gone with it.

import { codes, post, withToken } from './api.js';
import { sheet } from './case_sheet.js';
import { h, replace, save } from './dom.js';
import { t } from './language.js';
import { title } from './parts.js';
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
  const [found, ...words] = await Promise.all([withToken('GET', `v1/cases/${held.number}`, held.token), ...['lamp', 'handling'].map(codes)]);
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
