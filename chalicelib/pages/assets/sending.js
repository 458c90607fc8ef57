// Sending what the public writes. The UUID is made here and kept until the answer has come, so that sending again what may
// have arrived is the same request; where many came from one network, the work that is asked for is done.

import { put } from './api.js';
import { hexadecimal, solve } from './work.js';

/** Return a function that sends a body below an address, the same again under the same UUID until an answer has come. */
export function sender() {
  let sent = null;
  return async (path, body, working) => {
    const written = JSON.stringify(body);
    if (sent?.written !== written || sent.path !== path) sent = { uuid: newUuid(), written, path };
    const place = `${path}/${sent.uuid}`;
    const answer = await put(place, body).catch((error) => worked(error, sent, body, working));
    sent = null;
    return answer;
  };
}

async function worked(error, { uuid, written, path }, body, working) {
  const work = error.problem?.proof_of_work;
  if (error.status !== 429 || !work) throw error;
  working();
  const nonce = await solve(work, uuid, hexadecimal(written));
  return put(`${path}/${uuid}`, body, { 'Proof-Of-Work': `${work.challenge} ${nonce}` });
}

/** Return a UUID of version 4; `crypto.randomUUID` is there over TLS only. */
function newUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
