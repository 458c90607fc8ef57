// The page's frame: which view stands at which address, the language, and where the reader's focus goes.
// An address is `#/services/ID?agency=...`; anything else after `#` is what a printed case paper carries, and is cleared.

import { h, replace } from './dom.js';
import { apply, choose, language, t } from './language.js';
import { enquiryView } from './enquiries.js';
import { ErasedError } from './api.js';
import { erased, failure, takeFilter } from './parts.js';
import { agencyView } from './agencies.js';
import { caseView, printed } from './cases.js';
import { centreView, centresView } from './centres.js';
import { changesView } from './changes.js';
import { checkView } from './check.js';
import { completenessView } from './completeness.js';
import { consultationsView } from './consultations.js';
import { disclosureView, disclosuresView } from './disclosures.js';
import { evaluationView, evaluationsView } from './evaluations.js';
import { filesView } from './files.js';
import { filingView, filingsView } from './filings.js';
import { hearingView, hearingsView } from './hearings.js';
import { homeView } from './home.js';
import { needsView } from './needs.js';
import { ruleView, rulesView } from './rules.js';
import { serviceView, servicesView } from './services.js';
import { statisticsView } from './statistics.js';
import { statusView } from './status.js';
import { cardView, supervisionView } from './supervision.js';

const VIEWS = {
  '': homeView,
  'services': servicesView,
  'service': serviceView,
  'needs': needsView,
  'centres': centresView,
  'centre': centreView,
  'rules': rulesView,
  'rule': ruleView,
  'consultations': consultationsView,
  'hearings': hearingsView,
  'hearing': hearingView,
  'files': filesView,
  'filings': filingsView,
  'filing': filingView,
  'evaluations': evaluationsView,
  'evaluation': evaluationView,
  'completeness': completenessView,
  'disclosures': disclosuresView,
  'disclosure': disclosureView,
  'agency': agencyView,
  'statistics': statisticsView,
  'changes': changesView,
  'check': checkView,
  'status': statusView,
  'supervision': supervisionView,
  'card': cardView,
  'case': caseView,
  'enquiry': enquiryView,
};
const SECTIONS = { check: 'changes', files: 'changes', service: 'services', needs: 'services', centres: 'services', centre: 'services', rule: 'rules', consultations: 'disclosures', hearings: 'disclosures', hearing: 'disclosures', filings: 'disclosures', filing: 'disclosures', completeness: 'services', evaluation: 'evaluations', disclosure: 'disclosures', agency: 'services', card: 'supervision' };
const main = document.getElementById('main');
const announcement = document.getElementById('announcement');
let under = new AbortController();

/** Return view, id and parameters of the address; what a case paper carried is taken and removed from it at once. */
function place() {
  const fragment = location.hash.replace(/^#/, '');
  if (fragment && fragment !== 'main' && !fragment.startsWith('/')) {
    const paper = printed(fragment);
    history.replaceState(null, '', `${location.pathname}#/case`);
    return { name: 'case', id: null, parameters: new URLSearchParams(), paper };
  }
  const [path, query = ''] = fragment.split('?');
  const [, name = '', id = null] = path.split('/');
  return { name, id: id && decodeURIComponent(id), parameters: new URLSearchParams(query), paper: null };
}

/** Draw what the address names. Focus goes to the heading, or back to the filter that was changed. */
async function show({ focus }) {
  const filter = takeFilter();
  under.abort();
  under = new AbortController();
  const { signal } = under;
  const where = place();
  const view = Object.hasOwn(VIEWS, where.name) ? VIEWS[where.name] : homeView;
  navigation(SECTIONS[where.name] ?? where.name);
  announcement.textContent = t('loading');
  main.setAttribute('aria-busy', 'true');
  const nodes = await drawn(view, where, signal);
  if (signal.aborted) return;
  replace(main, nodes);
  main.removeAttribute('aria-busy');
  const title = main.querySelector('h1');
  document.title = where.name && title ? `${title.textContent} · Glasshall` : 'Glasshall';
  announcement.textContent = document.title;
  const again = filter && main.querySelector(`[name="${filter}"]`);
  if (again) again.focus();
  else if (focus && title) {
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

async function drawn(view, where, signal) {
  const slow = setTimeout(() => signal.aborted || replace(main, h('p', { class: 'loading' }, t('loading'))), 400);
  try {
    return await view(where, { signal });
  } catch (error) {
    if (error instanceof ErasedError && !signal.aborted) return erased(error.record);
    return signal.aborted ? [] : [h('h1', {}, t('failed')), failure(error, () => show({ focus: true }))];
  } finally {
    clearTimeout(slow);
  }
}

function navigation(current) {
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#/${current}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    if (button.dataset.language === language()) return;
    choose(button.dataset.language);
    apply();
    show({ focus: false });
  });
}
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', () => show({ focus: true }));
apply();
show({ focus: false });
